//! What an office does: its residences, its waves, its roll. The command line uses it; the office's pages will.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::Timestamp;
use domain::category::{Category, CategorySlug};
use domain::circle::{Point, Wave};
use domain::id::{HouseholdId, OfficeId, ResidenceId};
use domain::office::{Household, Residence, is_mass_end};
use domain::own_data::AccessWhat;
use domain::problem::{FieldCode, ProblemCode};
use domain::text::Words;

use super::import::{HouseholdRow, ResidenceRow};
use super::{App, AppError};
use crate::store::accesses::Access;
use crate::store::households::RollEntry;
use crate::store::{self, StoreError};

/// What an upload of residences changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResidencesReport {
    /// New ones.
    pub added: u64,
    /// Other ones than before.
    pub changed: u64,
    /// The same as before.
    pub unchanged: u64,
}

/// What an upload of the roll changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HouseholdsReport {
    /// New ones.
    pub added: u64,
    /// Other ones than before.
    pub changed: u64,
    /// The same as before.
    pub unchanged: u64,
    /// Whose lease ends, or that are no longer in the file.
    pub ended: u64,
    /// That had ended and are back.
    pub reopened: u64,
    /// Whether so many would end that the number has to be confirmed.
    pub mass_end: bool,
}

/// Which residences to open or close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaveTarget {
    /// All of the office.
    All,
    /// Those of one district.
    District(String),
    /// One, by the office's own reference.
    Reference(String),
}

/// How to apply a roll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HouseholdOptions {
    /// Only say what would change.
    pub dry_run: bool,
    /// The number of households that may end, typed in by hand.
    pub confirm_ended: Option<u64>,
}

#[derive(serde::Deserialize)]
struct Leaf {
    slug: CategorySlug,
    fr: String,
    en: String,
    #[serde(default)]
    icon: String,
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    children: Vec<Leaf>,
}

/// The tree that a new office gets: ours, in French and English.
///
/// # Errors
/// Never, while the test on the file holds.
pub fn default_categories() -> Result<Vec<Category>, AppError> {
    let groups: Vec<Leaf> = serde_json::from_str(include_str!("../../data/categories.json"))
        .map_err(|e| StoreError::Broken(e.to_string()))?;
    let mut tree = Vec::new();
    for group in groups {
        let services = group.children.into_iter().map(|leaf| Category {
            parent: Some(group.slug.clone()),
            icon: if leaf.icon.is_empty() { group.icon.clone() } else { leaf.icon },
            slug: leaf.slug,
            fr: leaf.fr,
            en: leaf.en,
            sensitive: leaf.sensitive,
        });
        let services: Vec<Category> = services.collect();
        tree.push(Category {
            slug: group.slug,
            parent: None,
            fr: group.fr,
            en: group.en,
            icon: group.icon,
            sensitive: false,
        });
        tree.extend(services);
    }
    Ok(tree)
}

/// A new office with the default categories.
///
/// # Errors
/// `stale` when the short name exists, `invalid` when it is none.
pub async fn add(app: &App, slug: &str, name: &str) -> Result<OfficeId, AppError> {
    let fits = (1..=40).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if domain::text::is_blank(name) {
        return Err(AppError::field("/name", FieldCode::Required));
    }
    if !fits {
        return Err(AppError::field("/slug", FieldCode::WrongForm));
    }
    let id = OfficeId(app.clock.id());
    let tx = app.store.begin().await?;
    store::offices::insert(&tx, id, slug, name, app.clock.now()).await?;
    store::categories::insert(&tx, id, &default_categories()?).await?;
    tx.commit().await?;
    app.store.catch_up(app.clock.now()).await?;
    Ok(id)
}

/// Says where trouble in a building is told to the office itself: on one line; none takes it back.
///
/// # Errors
/// `invalid` when it is no line of text.
pub async fn set_repair_line(app: &App, office: OfficeId, line: Option<&str>) -> Result<(), AppError> {
    let line = line.map(Words::parse).transpose().map_err(|code| AppError::field("/repair_line", code))?;
    let tx = app.store.begin().await?;
    store::offices::set_repair_line(&tx, office, line.as_ref().map(Words::as_str)).await?;
    tx.commit().await?;
    app.store.catch_up(app.clock.now()).await?;
    Ok(())
}

/// Adds and changes residences as the file says. Those that are not in the file stay: people live there.
///
/// # Errors
/// When the database does not answer.
pub async fn import_residences(
    app: &App,
    office: OfficeId,
    rows: Vec<ResidenceRow>,
    dry_run: bool,
) -> Result<ResidencesReport, AppError> {
    let tx = app.store.begin().await?;
    store::offices::hold(&tx, office).await?;
    let known: HashMap<String, Residence> =
        store::residences::of_office(&tx, office).await?.into_iter().map(|r| (r.reference.clone(), r)).collect();
    let mut report = ResidencesReport::default();
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for row in rows {
        let before = known.get(&row.reference);
        let residence = Residence {
            id: before.map_or_else(|| ResidenceId(app.clock.id()), |r| r.id),
            office,
            reference: row.reference,
            name: row.name,
            address: row.address,
            postcode: row.postcode,
            district: row.district,
            // A file without quarters does not make us forget them.
            quarter: row.quarter.or_else(|| before.and_then(|b| b.quarter.clone())),
            point: row.point.map(|(lat, lon)| Point { lat, lon }),
            dwellings: row.dwellings,
            wave: before.map_or(Wave::Closed, |b| b.wave),
        };
        match before {
            None => new.push(residence),
            Some(before) if *before != residence => changed.push(residence),
            Some(_) => report.unchanged += 1,
        }
    }
    report.added = new.len() as u64;
    report.changed = changed.len() as u64;
    if dry_run || (new.is_empty() && changed.is_empty()) {
        return Ok(report);
    }
    store::residences::insert(&tx, &new).await?;
    store::residences::update(&tx, &changed).await?;
    tx.commit().await?;
    app.store.catch_up(app.clock.now()).await?;
    Ok(report)
}

/// Opens or closes residences: a wave.
///
/// # Errors
/// `not_found` when there is none.
pub async fn set_wave(app: &App, office: OfficeId, target: WaveTarget, wave: Wave) -> Result<u64, AppError> {
    let tx = app.store.begin().await?;
    store::offices::hold(&tx, office).await?;
    let (district, reference) = match &target {
        WaveTarget::All => (None, None),
        WaveTarget::District(district) => (Some(district.as_str()), None),
        WaveTarget::Reference(reference) => (None, Some(reference.as_str())),
    };
    let changed = store::residences::set_wave(&tx, office, district, reference, wave).await?;
    if changed == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    tx.commit().await?;
    app.store.catch_up(app.clock.now()).await?;
    Ok(changed)
}

/// What a row of the roll makes of a household.
fn entry_of(
    row: &HouseholdRow,
    before: Option<&RollEntry>,
    office: OfficeId,
    residence: ResidenceId,
    new_id: HouseholdId,
    now: Timestamp,
) -> RollEntry {
    let lease_end: Option<DateTime<Utc>> =
        row.lease_end.map(|day| day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1));
    RollEntry {
        household: Household {
            id: before.map_or(new_id, |b| b.household.id),
            office,
            residence,
            reference: row.reference.clone(),
            // Nobody who has a seat loses it because the roll got shorter.
            seats: row.seats.max(before.map_or(0, |b| b.household.seats_taken)),
            seats_taken: before.map_or(0, |b| b.household.seats_taken),
            letter_box: row.order,
        },
        ended_at: match (lease_end, before.and_then(|b| b.ended_at)) {
            // An end that passed is kept as it was noted first.
            (Some(end), Some(noted)) if end <= now && noted <= now => Some(noted),
            (end, _) => end,
        },
    }
}

/// Applies the whole roll: adds, changes, ends households that are no longer in it, takes back those that return.
///
/// # Errors
/// [`AppError::MassEnd`] when more than 2 % would end and the number was not typed in; `invalid` for an unknown residence.
pub async fn import_households(
    app: &App,
    office: OfficeId,
    rows: Vec<HouseholdRow>,
    options: HouseholdOptions,
) -> Result<HouseholdsReport, AppError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let residences: HashMap<String, ResidenceId> =
        store::residences::of_office(&tx, office).await?.into_iter().map(|r| (r.reference, r.id)).collect();
    let roll = store::households::roll(&tx, office).await?;
    let is_ended = |e: &RollEntry| e.ended_at.is_some_and(|at| at <= now);
    let mut report = HouseholdsReport::default();
    let mut seen: HashSet<&str> = HashSet::with_capacity(rows.len());
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    let mut done: Vec<Access> = Vec::new();
    let mut note = |entry: &RollEntry, what: AccessWhat| {
        done.push(Access { id: app.clock.id(), office, household: Some(entry.household.id), what });
    };
    for (n, row) in rows.iter().enumerate() {
        let residence = *residences
            .get(&row.residence)
            .ok_or_else(|| AppError::field(&format!("/{n}/residence"), FieldCode::UnknownValue))?;
        seen.insert(&row.reference);
        let before = roll.get(&row.reference);
        let after = entry_of(row, before, office, residence, HouseholdId(app.clock.id()), now);
        match before {
            None => new.push(after),
            Some(before) if *before == after => report.unchanged += 1,
            Some(before) => {
                match (is_ended(before), is_ended(&after)) {
                    (false, true) => {
                        report.ended += 1;
                        note(&after, AccessWhat::LeaseEnded);
                    }
                    (true, false) => {
                        report.reopened += 1;
                        note(&after, AccessWhat::LeaseReopened);
                    }
                    (true, true) | (false, false) => {
                        report.changed += 1;
                        note(&after, AccessWhat::RollChanged);
                    }
                }
                changed.push(after);
            }
        }
    }
    report.added = new.len() as u64;
    let alive = roll.values().filter(|e| !is_ended(e)).count() as u64;
    for entry in roll.values().filter(|e| !is_ended(e) && !seen.contains(e.household.reference.as_str())) {
        report.ended += 1;
        note(entry, AccessWhat::LeaseEnded);
        changed.push(RollEntry { ended_at: Some(now), ..entry.clone() });
    }
    report.mass_end = is_mass_end(report.ended, alive);
    if report.mass_end && !options.dry_run && options.confirm_ended != Some(report.ended) {
        return Err(AppError::MassEnd { ended: report.ended, total: alive });
    }
    let nothing = new.is_empty() && changed.is_empty();
    if !options.dry_run && !nothing {
        // In the order of their ids, so that two uploads never wait for each other.
        changed.sort_unstable_by_key(|entry| entry.household.id);
        store::households::insert(&tx, &new).await?;
        store::households::update(&tx, &changed).await?;
        store::accesses::note(&tx, &done, now).await?;
        tx.commit().await?;
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::default_categories;

    #[test]
    fn the_default_tree_marks_what_needs_a_meeting_first() {
        let tree = default_categories().unwrap();
        let is_sensitive = |slug: &str| tree.iter().find(|c| c.slug.as_str() == slug).map(|c| c.sensitive);
        for slug in ["school_run", "babysitting", "odd_jobs", "spare_keys", "medicines"] {
            assert_eq!(is_sensitive(slug), Some(true), "{slug}");
        }
        for slug in ["computer_lessons", "ironing", "bike_repair", "coffee"] {
            assert_eq!(is_sensitive(slug), Some(false), "{slug}");
        }
    }
}
