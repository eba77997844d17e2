//! Which news a change of a barter is, and to whom.
//!
//! Who dissolved an agreement is told to nobody: that two no longer meet, or that somebody has left, must read like any other end. Of a
//! ring nobody learns who agreed last or said no.

use domain::barter::{Barter, BarterState};
use domain::conversation::ThingKind;
use domain::id::TenantId;
use domain::leg::{Leg, LegState};
use domain::news::NewsKind;

use super::{App, AppError, news};
use crate::store::Tx;

/// What somebody is told: whom it is told, what, through whom.
type Word = (TenantId, NewsKind, Option<TenantId>);

/// A barter was proposed. Who began a ring is told to nobody.
pub(super) async fn proposed(app: &App, tx: &Tx, barter: &Barter, by: TenantId) -> Result<(), AppError> {
    let (kind, named) =
        if barter.is_ring() { (NewsKind::RingProposed, None) } else { (NewsKind::BarterProposed, Some(by)) };
    let words = people(barter).filter(|&p| p != by).map(|to| (to, kind, named)).collect();
    tell(app, tx, barter, words).await
}

/// A barter has changed, through `by` or by the clock.
pub(super) async fn changed(
    app: &App,
    tx: &Tx,
    before: &Barter,
    after: &Barter,
    by: Option<TenantId>,
) -> Result<(), AppError> {
    tell(app, tx, after, words(before, after, by)).await
}

async fn tell(app: &App, tx: &Tx, barter: &Barter, mut words: Vec<Word>) -> Result<(), AppError> {
    // In the order of their ids, so that two transactions never wait for each other.
    words.sort_unstable_by_key(|(to, ..)| *to);
    for (to, kind, by) in words {
        news::tell(app, tx, [to], (ThingKind::Barter, barter.id.0), kind, by).await?;
    }
    Ok(())
}

fn people(barter: &Barter) -> impl Iterator<Item = TenantId> + '_ {
    barter.parties.iter().map(|p| p.tenant)
}

fn words(before: &Barter, after: &Barter, by: Option<TenantId>) -> Vec<Word> {
    let others = |kind, named: Option<TenantId>| {
        people(after).filter(|&p| Some(p) != by).map(|to| (to, kind, named)).collect::<Vec<_>>()
    };
    if before.state == after.state {
        if after.terms.len() > before.terms.len() {
            return others(NewsKind::BarterCountered, by);
        }
        let mut words: Vec<Word> = Vec::new();
        for (was, is) in before.legs.iter().zip(&after.legs) {
            words.extend(leg_words(was, is, by));
        }
        // One line for each person and thing: the last word is the one that stays.
        words.reverse();
        words.sort_by_key(|(to, ..)| *to);
        words.dedup_by_key(|(to, ..)| *to);
        return words;
    }
    let named = by.filter(|_| !after.is_ring());
    match after.state {
        BarterState::Proposed => Vec::new(),
        BarterState::Agreed => others(NewsKind::BarterAgreed, named),
        BarterState::Completed => others(NewsKind::BarterCompleted, None),
        BarterState::Declined => others(NewsKind::BarterDeclined, named),
        BarterState::Withdrawn => others(NewsKind::BarterWithdrawn, named),
        // Of three people one could guess who was silent: a ring that nobody answers comes to nothing like one that somebody refused.
        BarterState::Expired if after.is_ring() => others(NewsKind::BarterDeclined, None),
        BarterState::Expired => others(NewsKind::BarterExpired, None),
        BarterState::Dissolved => others(NewsKind::BarterDissolved, None),
    }
}

/// What is told of one service: to the other one of the two, or to both when the clock did it.
fn leg_words(was: &Leg, is: &Leg, by: Option<TenantId>) -> Vec<Word> {
    let both = [is.terms.giver, is.terms.receiver];
    let others = |kind| both.into_iter().filter(|&p| Some(p) != by).map(|to| (to, kind, by)).collect::<Vec<_>>();
    let moved = (was.terms.at, &was.terms.place) != (is.terms.at, &is.terms.place);
    if was.state == is.state {
        return match is.state {
            LegState::Scheduled if moved => others(NewsKind::LegScheduled),
            LegState::Done if is.reminders > was.reminders => {
                let asked = both.into_iter().filter(|&p| Some(p) != is.done_by);
                asked.map(|to| (to, NewsKind::LegReminder, None)).collect()
            }
            LegState::Agreed
            | LegState::Scheduled
            | LegState::Done
            | LegState::Confirmed
            | LegState::Waived
            | LegState::Disputed
            | LegState::Settled => Vec::new(),
        };
    }
    match is.state {
        LegState::Scheduled => others(NewsKind::LegScheduled),
        LegState::Done => others(NewsKind::LegDone),
        LegState::Confirmed => others(NewsKind::LegConfirmed),
        LegState::Disputed => others(NewsKind::LegDisputed),
        LegState::Waived => others(NewsKind::LegWaived),
        // The two have spoken with each other.
        LegState::Agreed | LegState::Settled => Vec::new(),
    }
}
