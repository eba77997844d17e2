//! Fills a database for measurements: the real residences or drawn ones, a nameless roll, tenants, offers. Drawn by a fixed rule, so that
//! two runs measure the same.

mod posts;

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;
use domain::circle::Wave;
use domain::id::{SessionId, TenantId};
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::problem::FieldCode;
use domain::session::Device;
use domain::tenant::{FirstName, Language, Password};
use domain::tongue::Speaks;

use super::CliError;
use crate::app::App;
use crate::app::import::{self, HouseholdRow, ResidenceRow};
use crate::app::offices::{self, HouseholdOptions, WaveTarget};
use crate::store::{self, tenants::Tenant};

/// How many tenants get a token, and have their names to sign in with written down.
const TOKENS: usize = 2_000;
const PASSWORD: &str = "le banc attend sous le tilleul";
/// How many rows go into one transaction.
const BATCH: usize = 5_000;

/// Combien, et où écrire les jetons.
#[derive(Debug, Args)]
pub struct BenchFill {
    /// Le fichier des logements de Paris ; sans lui, des résidences tirées au sort.
    #[arg(long)]
    residences: Option<PathBuf>,
    /// Foyers.
    #[arg(long, default_value_t = 36_896)]
    households: u32,
    /// Locataires.
    #[arg(long, default_value_t = 20_000)]
    tenants: usize,
    /// Annonces.
    #[arg(long, default_value_t = 100_000)]
    offers: usize,
    /// Annonces de plus pour la première personne.
    #[arg(long, default_value_t = 0)]
    more: usize,
    /// Avis qui vivent.
    #[arg(long, default_value_t = 0)]
    notices: usize,
    /// Rendez-vous à venir.
    #[arg(long, default_value_t = 0)]
    events: usize,
    /// Annonces et avis dont la vie est finie.
    #[arg(long, default_value_t = 0)]
    dead: usize,
    /// Personnes avec un jeton qui ne voient plus 200 voisins.
    #[arg(long, default_value_t = 0)]
    blocked: usize,
    /// Fichier JSON à écrire : jetons, annonces, noms de connexion.
    #[arg(long)]
    tokens_out: PathBuf,
}

/// A small generator of numbers that look random (SplitMix64, Steele et al. 2014).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }
}

fn drawn_residences(draw: &mut Draw) -> Vec<ResidenceRow> {
    let degrees = |draw: &mut Draw, from: f64, span: f64| {
        from + span * f64::from(u32::try_from(draw.below(100_000)).unwrap_or(0)) / 100_000.0
    };
    (0..900)
        .map(|n| {
            let district = format!("750{:02}", 1 + draw.below(20));
            ResidenceRow {
                reference: format!("R{n:04}"),
                name: format!("Résidence {n}"),
                address: format!("{n} rue du Tirage"),
                postcode: district.clone(),
                district,
                quarter: None,
                point: Some((degrees(draw, 48.82, 0.08), degrees(draw, 2.26, 0.15))),
                dwellings: 40,
            }
        })
        .collect()
}

fn refused(code: FieldCode) -> CliError {
    CliError::new(format!("une valeur tirée est refusée : {code}"))
}

/// A first name for each number, without digits: numbers written with letters.
fn name_of(mut n: usize) -> String {
    let mut name = String::from("V");
    while n > 0 {
        name.push(char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    name
}

/// Fills the database.
pub async fn fill(app: &App, ask: BenchFill) -> Result<(), CliError> {
    let mut draw = Draw(19);
    let office = offices::add(app, "mesures", "Office des mesures").await?;
    let rows = match &ask.residences {
        Some(file) => {
            let bytes = std::fs::read(file).map_err(|e| CliError::new(format!("{} : {e}", file.display())))?;
            import::parse_paris(&bytes, "PARIS HABITAT").map_err(|e| CliError::new(e.to_string()))?.residences
        }
        None => drawn_residences(&mut draw),
    };
    let references: Vec<String> = rows.iter().map(|r| r.reference.clone()).collect();
    offices::import_residences(app, office, rows, false).await?;
    offices::set_wave(app, office, WaveTarget::All, Wave::Open).await?;
    let households = (0..ask.households)
        .map(|n| HouseholdRow {
            reference: format!("F{n:06}"),
            residence: references[draw.below(references.len())].clone(),
            seats: 4,
            order: None,
            lease_end: None,
        })
        .collect();
    offices::import_households(app, office, households, HouseholdOptions::default()).await?;
    let roll: Vec<_> = store::households::roll(&*app.store, office).await?.into_values().map(|e| e.household).collect();
    let now = app.clock.now();
    // The same for all, as nobody's is anywhere else: each hash takes as long as hundreds of rows.
    let hash = app.passwords.hash(&Password::parse(PASSWORD).map_err(refused)?).await?;
    let mut people: Vec<Tenant> = Vec::with_capacity(ask.tenants);
    for n in 0..ask.tenants {
        let household = &roll[draw.below(roll.len())];
        let first_name = FirstName::parse(name_of(n)).map_err(refused)?;
        people.push(Tenant {
            id: TenantId(app.clock.id()),
            office,
            residence: household.residence,
            household: household.id,
            mark: Mark {
                colour: MarkColour::ALL[n % MarkColour::ALL.len()],
                animal: MarkAnimal::ALL[n % MarkAnimal::ALL.len()],
            },
            language: Language::Fr,
            speaks: Speaks::at_first(Language::Fr),
            sign_in_name: format!("{}-mesure", first_name.key()),
            first_name,
            email: None,
            password_hash: hash.clone(),
            joined_at: now,
            last_seen_at: now,
            warnings: 0,
            leaving: None,
            tombstone: crate::app::tenants::random_tombstone(),
            version: 1,
        });
    }
    for part in people.chunks(BATCH) {
        let tx = app.store.begin().await?;
        store::tenants::insert_many(&tx, part).await?;
        tx.commit().await?;
    }
    let tokens = tokens(app, &people).await?;
    let mut posts = posts::Posts::new(app, draw, now)?;
    posts.offers(people.get(..1).unwrap_or_default(), ask.more, true).await?;
    posts.dead(&people, ask.dead).await?;
    posts.notices(&people, ask.notices).await?;
    posts.events(&people, ask.events).await?;
    let ids = posts.offers(&people, ask.offers, true).await?;
    let blocked = posts.blocks(&people, ask.blocked.min(TOKENS)).await?;
    let names: Vec<&str> = people.iter().take(TOKENS).map(|p| p.sign_in_name.as_str()).collect();
    let written = serde_json::json!({ "tokens": tokens, "offers": ids, "names": names, "password": PASSWORD, "blocked": blocked });
    std::fs::write(&ask.tokens_out, written.to_string())?;
    Ok(())
}

async fn tokens(app: &App, people: &[Tenant]) -> Result<Vec<String>, CliError> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let mut tokens = Vec::new();
    for tenant in people.iter().take(TOKENS) {
        let session = SessionId(app.clock.id());
        store::sessions::insert(&tx, session, tenant.id, Device::Program, now + TimeDelta::days(1), now).await?;
        tokens.push(app.access_token(tenant.id, session, TimeDelta::days(1))?);
    }
    tx.commit().await?;
    Ok(tokens)
}
