//! Lost and found: notices of the other side that stand near one. Suggested to both authors, published nowhere.

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::TimeDelta;
use domain::conversation::ThingKind;
use domain::id::{NoticeId, TenantId};
use domain::news::NewsKind;
use domain::notice::{ALIKE_DAYS, MAX_ALIKE, Notice, NoticeState, NoticeView, are_near};
use domain::problem::ProblemCode;

use super::{App, AppError, news};
use crate::store::notices::OtherSide;
use crate::store::{self, Db, Tx, Viewer};

/// A notice of the other side, near one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    pub other: OtherSide,
    distance_m: u32,
    /// Whether the one reaches the author of the other.
    reaches_them: bool,
    /// Whether the other reaches the author of the one.
    reaches_me: bool,
}

/// The published notices of the other side near this one, the closest first, between people who meet.
pub(super) async fn find(app: &App, db: &impl Db, notice: &Notice) -> Result<Vec<Alike>, AppError> {
    let Some(kind) = notice.kind.other_side().filter(|_| notice.state == NoticeState::Published) else {
        return Ok(Vec::new());
    };
    let since = app.clock.now() - TimeDelta::days(ALIKE_DAYS);
    let others = store::notices::published(db, notice.office, kind, since).await?;
    let atlas = app.store.atlas();
    let (around, radius_m) = notice.around();
    let compare = |other: OtherSide| {
        let distance_m = atlas.distance_m(around, other.around)?;
        let alike = Alike {
            other,
            distance_m,
            reaches_them: atlas.reaches(notice.residence, notice.circle, other.residence),
            reaches_me: atlas.reaches(other.residence, other.circle, notice.residence),
        };
        let is_near = are_near(distance_m, radius_m, other.radius_m);
        let meet = other.author != notice.author && !app.store.are_apart(notice.author, other.author);
        (is_near && meet && (alike.reaches_me || alike.reaches_them)).then_some(alike)
    };
    let mut found: Vec<Alike> = others.into_iter().filter_map(compare).collect();
    found.sort_by_key(|a| (a.distance_m, Reverse(a.other.id)));
    Ok(found)
}

/// The same for a notice that this transaction has written: two of both sides that are posted at the same moment meet as well.
pub(super) async fn meet(app: &App, tx: &Tx, notice: &Notice) -> Result<Vec<Alike>, AppError> {
    if notice.kind.other_side().is_some() {
        store::offices::hold(tx, notice.office).await?;
    }
    find(app, tx, notice).await
}

/// Those who have not met the notice as it was before.
pub(super) fn without(now: Vec<Alike>, before: &[Alike]) -> Vec<Alike> {
    let told_them: HashSet<NoticeId> = before.iter().filter(|a| a.reaches_them).map(|a| a.other.id).collect();
    let told_me: HashSet<NoticeId> = before.iter().filter(|a| a.reaches_me).map(|a| a.other.id).collect();
    let fresh = now.into_iter().map(|a| Alike {
        reaches_them: a.reaches_them && !told_them.contains(&a.other.id),
        reaches_me: a.reaches_me && !told_me.contains(&a.other.id),
        ..a
    });
    fresh.filter(|a| a.reaches_them || a.reaches_me).collect()
}

/// Tells the closest of them and the author: each about her own notice.
pub(super) async fn tell(app: &App, tx: &Tx, notice: &Notice, alike: &[Alike]) -> Result<(), AppError> {
    let mut lines: Vec<(TenantId, NoticeId, TenantId)> = Vec::new();
    for a in alike.iter().take(MAX_ALIKE).rev() {
        // The closest is told last: its author is named.
        if a.reaches_me {
            lines.push((notice.author, notice.id, a.other.author));
        }
        if a.reaches_them {
            lines.push((a.other.author, a.other.id, notice.author));
        }
    }
    // In the order of things and people, so that two who post at the same moment never wait for each other.
    lines.sort_by_key(|&(to, about, _)| (about, to));
    for (to, about, by) in lines {
        news::tell(app, tx, [to], (ThingKind::Notice, about.0), NewsKind::NoticeAlike, Some(by)).await?;
    }
    Ok(())
}

/// What was found near what the viewer has lost, or the other way round, as far as it reaches her; the closest first.
///
/// # Errors
/// `not_found` when the notice is not hers.
pub async fn list(app: &App, viewer: &Viewer, id: NoticeId) -> Result<Vec<NoticeView>, AppError> {
    let notice = store::notices::find_own(&*app.store, viewer, id).await?.ok_or(ProblemCode::NotFound)?;
    let near = find(app, &*app.store, &notice).await?;
    let ids: Vec<NoticeId> = near.iter().filter(|a| a.reaches_me).take(MAX_ALIKE).map(|a| a.other.id).collect();
    Ok(app.store.notices(viewer, &ids).await?)
}
