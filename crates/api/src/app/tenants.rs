//! Joining, and what a tenant changes about herself.

use std::sync::OnceLock;

use domain::Timestamp;
use domain::circle::Wave;
use domain::code::{CodeState, JoinCode};
use domain::id::TenantId;
use domain::problem::ProblemCode;
use domain::session::{Device, SignedIn};
use domain::tenant::{EditMe, FirstName, Join, JoinPlace, Me};
use domain::tongue::Speaks;

use super::idempotency::Once;
use super::limits::Limit;
use super::{App, AppError, IdempotencyKey, passwords, sessions};
use crate::keys::random_bytes;
use crate::store::codes::StoredCode;
use crate::store::households::RollEntry;
use crate::store::tenants::Tenant;
use crate::store::{self, Db, StoreError, Viewer};

/// How long a ticket of the first step shows that the code was good.
const TICKET_HOURS: i64 = 2;

/// What stands behind a code now.
struct Door {
    state: CodeState,
    entry: RollEntry,
}

/// The code as it is kept: under a secret of now, or of when it was printed.
async fn stored_code(app: &App, db: &impl Db, code: &JoinCode, now: Timestamp) -> Result<Option<StoredCode>, AppError> {
    for hash in app.keys.code_hashes(code, now) {
        if let Some(stored) = store::codes::by_hash(db, &hash).await? {
            return Ok(Some(stored));
        }
    }
    Ok(None)
}

/// Looks behind a code. None for a code that was never issued, or of a residence that does not take part.
async fn door(app: &App, db: &impl Db, code: &JoinCode, now: Timestamp) -> Result<Option<Door>, AppError> {
    let Some(stored) = stored_code(app, db, code, now).await? else { return Ok(None) };
    let Some(entry) = store::households::find(db, stored.household).await? else { return Ok(None) };
    let wave = app.store.atlas().place(entry.household.residence).map_or(Wave::Closed, |p| p.spot.wave);
    let h = &entry.household;
    let state = CodeState::derive(
        stored.revoked,
        entry.ended_at.is_some_and(|e| e <= now),
        stored.expires_at <= now,
        h.seats_taken,
        h.seats,
    );
    Ok(wave.is_live().then_some(Door { state, entry }))
}

fn ticket_text(hash: &[u8; 32]) -> String {
    hash[..12].iter().map(|b| format!("{b:02x}")).collect()
}

fn ticket(app: &App, code: &JoinCode, now: Timestamp) -> String {
    let hour = now.timestamp() / 3600;
    ticket_text(&app.keys.hash_request(&[b"ticket", code.as_str().as_bytes(), &hour.to_be_bytes()], now))
}

fn is_ticket(app: &App, code: &JoinCode, given: Option<&str>, now: Timestamp) -> bool {
    let hour = now.timestamp() / 3600;
    let hashes = |hour: i64| app.keys.request_hashes(&[b"ticket", code.as_str().as_bytes(), &hour.to_be_bytes()], now);
    given.is_some_and(|given| {
        (0..=TICKET_HOURS).any(|ago| hashes(hour - ago).iter().any(|hash| ticket_text(hash) == given))
    })
}

/// Opens the door for whoever holds a good code; all wrong ones are answered alike.
async fn open(app: &App, code: &JoinCode, given: Option<&str>, address: &str) -> Result<RollEntry, AppError> {
    let now = app.clock.now();
    app.limits.take(Limit::JoinAddress, address, now)?;
    app.limits.take(Limit::JoinCode, code.as_str(), now)?;
    let found = door(app, &*app.store, code, now).await;
    // What could not be looked up is no wrong try.
    if matches!(&found, Err(_) | Ok(Some(Door { state: CodeState::Issued | CodeState::PartlyUsed, .. }))) {
        app.limits.give_back(Limit::JoinAddress, address);
        app.limits.give_back(Limit::JoinCode, code.as_str());
    }
    match found? {
        Some(Door { state: CodeState::Issued | CodeState::PartlyUsed, entry }) => Ok(entry),
        Some(Door { state: CodeState::UsedUp, .. }) if is_ticket(app, code, given, now) => {
            Err(ProblemCode::SeatsTaken.into())
        }
        Some(_) | None => Err(ProblemCode::JoinCodeRefused.into()),
    }
}

/// First step of joining: what the code opens.
///
/// # Errors
/// `join_code_refused`, `too_many_requests`.
pub async fn check_join_code(app: &App, code: &JoinCode, address: &str) -> Result<JoinPlace, AppError> {
    let entry = open(app, code, None, address).await?;
    let atlas = app.store.atlas();
    let place = atlas.place(entry.household.residence).ok_or(ProblemCode::JoinCodeRefused)?;
    let r = &place.residence;
    Ok(JoinPlace {
        office: atlas.office_name(r.office).to_owned(),
        residence: atlas.brief(r.id).ok_or(ProblemCode::JoinCodeRefused)?,
        address: format!("{}, {}", r.address, r.postcode),
        seats_left: entry.household.seats.saturating_sub(entry.household.seats_taken),
        ticket: ticket(app, code, app.clock.now()),
    })
}

/// Last step of joining: takes a seat, makes the account, signs in.
///
/// # Errors
/// `join_code_refused`, `seats_taken`, `mark_taken`, `invalid` for a weak password, `too_many_requests`, `idempotency_key_reused`.
pub async fn join(
    app: &App,
    join: &Join,
    key: Option<&IdempotencyKey>,
    address: &str,
    device: Device,
) -> Result<SignedIn, AppError> {
    passwords::check(&join.password, &join.first_name, join.email.as_ref().map(domain::tenant::Email::as_str))?;
    // Everything but the password: that one is compared with its hash below.
    let content =
        serde_json::to_vec(&(&join.code, &join.first_name, &join.mark, &join.email, join.language)).unwrap_or_default();
    let scope = "join";
    // Whoever comes back after a lost answer finds the seat taken, by herself.
    let resumed = match key {
        Some(key) => app.made(scope, key, &[&content]).await?,
        None => None,
    };
    if let Some(id) = resumed {
        return resume(app, TenantId(id), join, device).await;
    }
    let entry = open(app, &join.code, join.ticket.as_deref(), address).await?;
    let password_hash = app.passwords.hash(&join.password).await?;
    let mut tokens = None;
    let made = app
        .once(scope, key, &[&content], async |tx, id| {
            store::households::take_seat(tx, entry.household.id, app.clock.now()).await.map_err(|e| match e {
                StoreError::Stale => ProblemCode::SeatsTaken.into(),
                other => AppError::from(other),
            })?;
            let residence = entry.household.residence;
            if store::tenants::mark_is_taken(tx, residence, &join.first_name, join.mark, None).await? {
                return Err(ProblemCode::MarkTaken.into());
            }
            let tenant = Tenant {
                id: TenantId(id),
                office: entry.household.office,
                residence,
                household: entry.household.id,
                first_name: join.first_name.clone(),
                mark: join.mark,
                language: join.language,
                speaks: Speaks::at_first(join.language),
                sign_in_name: new_sign_in_name(tx, &join.first_name).await?,
                email: join.email.clone(),
                password_hash: password_hash.clone(),
                joined_at: app.clock.now(),
                last_seen_at: app.clock.now(),
                warnings: 0,
                leaving: None,
                tombstone: random_tombstone(),
                version: 1,
            };
            store::tenants::insert(tx, &tenant).await.map_err(|e| match e {
                // Two namesakes at the same moment.
                StoreError::Taken => ProblemCode::MarkTaken.into(),
                other => AppError::from(other),
            })?;
            tokens = Some(sessions::begin(app, tx, tenant.id, device).await?);
            Ok(())
        })
        .await?;
    match (made, tokens) {
        (Once::New(id), Some(tokens)) => {
            let me = me(app, TenantId(id)).await?.ok_or(ProblemCode::Internal)?;
            Ok(SignedIn { me, tokens: Some(tokens), stayed: false })
        }
        (made, _) => resume(app, TenantId(made.id()), join, device).await,
    }
}

/// The same join once more: signs the tenant in who was made by it, if the password is the same.
async fn resume(app: &App, id: TenantId, join: &Join, device: Device) -> Result<SignedIn, AppError> {
    let tenant = store::tenants::find(&*app.store, id).await?.ok_or(ProblemCode::JoinCodeRefused)?;
    if !app.passwords.fits(&join.password, Some(&tenant.password_hash)).await? {
        return Err(ProblemCode::IdempotencyKeyReused.into());
    }
    let tx = app.store.begin().await?;
    let tokens = sessions::begin(app, &tx, id, device).await?;
    tx.commit().await?;
    let me = me(app, id).await?.ok_or(ProblemCode::Internal)?;
    Ok(SignedIn { me, tokens: Some(tokens), stayed: false })
}

/// What stands for a person in the ledger of erasures.
#[must_use]
pub fn random_tombstone() -> uuid::Uuid {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid()
}

#[derive(serde::Deserialize)]
struct EasyWords {
    first: Vec<String>,
    second: Vec<String>,
}

/// Two lists of easy words without accents.
fn easy_words() -> &'static EasyWords {
    static WORDS: OnceLock<EasyWords> = OnceLock::new();
    WORDS.get_or_init(|| {
        serde_json::from_str(include_str!("../../data/words.json"))
            .unwrap_or(EasyWords { first: Vec::new(), second: Vec::new() })
    })
}

/// First name and two easy words: "samir-tulipe-bateau".
async fn new_sign_in_name(db: &impl Db, name: &FirstName) -> Result<String, AppError> {
    let words = easy_words();
    let pick = |list: &[String]| {
        let n = u64::from_be_bytes(random_bytes::<8>()) as usize;
        list.get(n % list.len().max(1)).cloned().unwrap_or_default()
    };
    for _ in 0..20 {
        let candidate = format!("{}-{}-{}", name.key(), pick(&words.first), pick(&words.second));
        if !store::tenants::sign_in_name_exists(db, &candidate).await? {
            return Ok(candidate);
        }
    }
    Err(ProblemCode::Unavailable.into())
}

/// A tenant as she sees herself.
///
/// # Errors
/// When the database does not answer.
pub async fn me(app: &App, id: TenantId) -> Result<Option<Me>, AppError> {
    let Some(tenant) = store::tenants::find(&*app.store, id).await? else { return Ok(None) };
    let atlas = app.store.atlas();
    // Only for the view from her own residence; the session plays no part in it.
    let viewer =
        Viewer { tenant: id, office: tenant.office, residence: tenant.residence, session: domain::id::SessionId(id.0) };
    let Some(residence) = atlas.view(&viewer, tenant.residence) else { return Ok(None) };
    Ok(Some(Me {
        id,
        first_name: tenant.first_name,
        mark: tenant.mark,
        language: tenant.language,
        speaks: tenant.speaks,
        sign_in_name: tenant.sign_in_name,
        email: tenant.email,
        office: tenant.office,
        office_name: atlas.office_name(tenant.office).to_owned(),
        residence,
        joined_at: tenant.joined_at,
        leaving: tenant.leaving,
        version: tenant.version,
    }))
}

/// Changes first name, mark, language or what is spoken.
///
/// # Errors
/// `precondition_failed`, `mark_taken`.
pub async fn edit(app: &App, viewer: &Viewer, read: u32, edit: EditMe) -> Result<Me, AppError> {
    let tx = app.store.begin().await?;
    let mut tenant = store::tenants::find(&tx, viewer.tenant).await?.ok_or(ProblemCode::SessionEnded)?;
    if tenant.version != read {
        return Err(ProblemCode::PreconditionFailed.into());
    }
    let before = (tenant.person(), tenant.speaks.clone());
    tenant.first_name = edit.first_name.unwrap_or(tenant.first_name);
    tenant.mark = edit.mark.unwrap_or(tenant.mark);
    tenant.language = edit.language.unwrap_or(tenant.language);
    tenant.speaks = edit.speaks.unwrap_or(tenant.speaks);
    tenant.version += 1;
    if store::tenants::mark_is_taken(&tx, tenant.residence, &tenant.first_name, tenant.mark, Some(tenant.id)).await? {
        return Err(ProblemCode::MarkTaken.into());
    }
    store::tenants::save(&tx, &tenant, read).await.map_err(|e| match e {
        StoreError::Stale => ProblemCode::PreconditionFailed.into(),
        StoreError::Taken => ProblemCode::MarkTaken.into(),
        other => AppError::from(other),
    })?;
    if (tenant.person(), tenant.speaks) != before {
        store::offers::author_changed(&tx, tenant.id).await?;
        store::notices::author_changed(&tx, tenant.id).await?;
        store::events::author_changed(&tx, tenant.id, app.clock.now()).await?;
    }
    tx.commit().await?;
    me(app, viewer.tenant).await?.ok_or_else(|| ProblemCode::SessionEnded.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::easy_words;

    #[test]
    fn easy_words_are_many_short_and_without_accents() {
        let words = easy_words();
        assert!(words.first.len() * words.second.len() > 5_000, "so many neighbours of one first name find a name");
        let all: Vec<&String> = words.first.iter().chain(&words.second).collect();
        for word in &all {
            assert!((3..=10).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
        }
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "a word stands twice");
    }
}
