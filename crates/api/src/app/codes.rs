//! Printing join codes.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use domain::code::{CODE_LIFE_DAYS, JoinCode};
use domain::id::{HouseholdId, OfficeId};
use domain::own_data::AccessWhat;
use domain::problem::ProblemCode;

use super::letters::Letter;
use super::{App, AppError};
use crate::keys::random_bytes;
use crate::store::accesses::Access;
use crate::store::codes::{self, StoredCode};
use crate::store::{self, households::RollEntry};

/// For whom codes are printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodesFor {
    /// Every household of an open residence that holds no code which still opens.
    All,
    /// The same, within one residence (the office's own reference).
    Residence(String),
    /// One household (the office's own reference), anew: a reprint revokes the old code.
    Household(String),
}

fn draw() -> JoinCode {
    loop {
        // Five of 37 draws have a check symbol that nobody could type.
        if let Some(code) = JoinCode::from_random(u64::from_be_bytes(random_bytes())) {
            return code;
        }
    }
}

/// Issues codes and answers with the letters that carry them: the only moment at which a code can be read.
///
/// # Errors
/// `not_found` for an unknown residence or household.
pub async fn issue(app: &App, office: OfficeId, target: CodesFor) -> Result<Vec<Letter>, AppError> {
    draw_for(app, office, target, false).await
}

/// As [`issue`], also for households that hold a code which still opens: the old one opens no more. For letters that got lost.
///
/// # Errors
/// As [`issue`].
pub async fn reprint(app: &App, office: OfficeId, target: CodesFor) -> Result<Vec<Letter>, AppError> {
    draw_for(app, office, target, true).await
}

async fn draw_for(app: &App, office: OfficeId, target: CodesFor, again: bool) -> Result<Vec<Letter>, AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    // Who holds a code is looked at and changed by one after the other.
    store::residences::hold(&tx, office).await?;
    let residences: HashMap<_, _> =
        store::residences::of_office(&tx, office).await?.into_iter().map(|r| (r.id, r)).collect();
    let roll = store::households::roll(&tx, office).await?;
    let alive = |e: &&RollEntry| e.ended_at.is_none_or(|at| at > now);
    let live = |e: &&RollEntry| residences.get(&e.household.residence).is_some_and(|r| r.wave.is_live());
    let chosen: Vec<&RollEntry> = match &target {
        CodesFor::Household(reference) => vec![roll.get(reference).filter(alive).ok_or(ProblemCode::NotFound)?],
        CodesFor::All | CodesFor::Residence(_) => {
            let only = match &target {
                CodesFor::Residence(reference) => {
                    Some(residences.values().find(|r| r.reference == *reference).ok_or(ProblemCode::NotFound)?.id)
                }
                CodesFor::All | CodesFor::Household(_) => None,
            };
            let served: HashSet<HouseholdId> = match again {
                true => HashSet::new(),
                false => codes::households_with_code(&tx, office, now).await?.into_iter().collect(),
            };
            roll.values()
                .filter(alive)
                .filter(live)
                .filter(|e| only.is_none_or(|id| e.household.residence == id))
                .filter(|e| !served.contains(&e.household.id))
                .collect()
        }
    };
    let ids: Vec<HouseholdId> = chosen.iter().map(|e| e.household.id).collect();
    codes::revoke(&tx, &ids, now).await?;
    let (mut stored, mut letters) = (Vec::with_capacity(chosen.len()), Vec::with_capacity(chosen.len()));
    for entry in chosen {
        let code = draw();
        let h = &entry.household;
        let Some(residence) = residences.get(&h.residence) else { continue };
        stored.push(StoredCode {
            id: app.clock.id(),
            household: h.id,
            hash: app.keys.hash_code(&code, now),
            issued_at: now,
            expires_at: now + TimeDelta::days(CODE_LIFE_DAYS),
            revoked: false,
        });
        letters.push(Letter {
            code: code.to_string(),
            residence_name: residence.name.clone(),
            residence_address: format!("{}, {}", residence.address, residence.postcode),
            household_reference: h.reference.clone(),
            seats: h.seats,
            order: h.letter_box,
        });
    }
    codes::insert(&tx, &stored).await?;
    let printed: Vec<Access> = stored
        .iter()
        .map(|c| Access { id: app.clock.id(), office, household: Some(c.household), what: AccessWhat::CodePrinted })
        .collect();
    store::accesses::note(&tx, &printed, now).await?;
    tx.commit().await?;
    Ok(letters)
}
