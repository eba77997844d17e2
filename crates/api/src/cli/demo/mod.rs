//! A demo office, invented: residences, a roll, neighbours with offers, and an exchange that waits for an answer.

mod square;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use domain::barter::{CounterOffer, NewBarter, NewLeg};
use domain::circle::Wave;
use domain::code::JoinCode;
use domain::id::{OfferId, TenantId};
use domain::mark::Mark;
use domain::offer::NewOffer;
use domain::problem::FieldCode;
use domain::session::Device;
use domain::tenant::{FirstName, Join, Language, Password};
use domain::text::{Note, Words};
use serde::Deserialize;

use super::CliError;
use crate::app::codes::{self, CodesFor};
use crate::app::offices::{self, HouseholdOptions, WaveTarget};
use crate::app::{self, App, import};
use crate::store::{self, Viewer};

const PASSWORD: &str = "le chat dort au soleil";
const NAME: &str = "Office de démonstration";
/// How many codes are left for whoever wants to join the demo.
const SPARE_CODES: usize = 3;

#[derive(Deserialize)]
struct Neighbour {
    first_name: FirstName,
    residence: String,
    mark: Mark,
    offers: Vec<NewOffer>,
}

/// A neighbour who has joined.
struct Joined {
    viewer: Viewer,
    sign_in_name: String,
    first_name: String,
    offers: Vec<OfferId>,
}

fn card(data: &Path) -> PathBuf {
    data.join("demo.txt")
}

fn refused(code: FieldCode) -> CliError {
    CliError::new(format!("les données de démonstration sont refusées : {code}"))
}

/// Fills an empty database; leaves one that has an office as it is.
pub async fn fill(app: &App, data: &Path) -> Result<(), CliError> {
    if !store::offices::slugs(&*app.store).await?.is_empty() {
        return Ok(());
    }
    let office = offices::add(app, "demo", NAME).await?;
    let residences = import::parse_residences(include_bytes!("../../../data/demo/residences.csv"))
        .map_err(|e| CliError::new(e.to_string()))?;
    let names: std::collections::HashMap<String, String> =
        residences.iter().map(|r| (r.reference.clone(), r.name.clone())).collect();
    offices::import_residences(app, office, residences, false).await?;
    offices::set_wave(app, office, WaveTarget::All, Wave::Open).await?;
    let households = import::parse_households(
        include_bytes!("../../../data/demo/households.csv"),
        &|r| names.contains_key(r),
        &|_| false,
    )
    .map_err(|e| CliError::new(e.to_string()))?;
    offices::import_households(app, office, households, HouseholdOptions::default()).await?;
    let mut letters = codes::issue(app, office, CodesFor::All).await?;
    letters.sort_by(|a, b| a.household_reference.cmp(&b.household_reference));
    let neighbours: Vec<Neighbour> = serde_json::from_slice(include_bytes!("../../../data/demo/neighbours.json"))
        .map_err(|e| CliError::new(e.to_string()))?;
    let mut joined = Vec::new();
    for neighbour in neighbours {
        let at = letters.iter().position(|l| Some(&l.residence_name) == names.get(&neighbour.residence));
        let letter =
            letters.remove(at.ok_or_else(|| CliError::new("une résidence de démonstration n'a plus de code"))?);
        joined.push(join(app, &letter.code, neighbour).await?);
    }
    talk(app, &joined).await?;
    let ids = store::residences::of_office(&*app.store, office).await?;
    let ids = ids.into_iter().map(|r| (r.reference, r.id)).collect();
    square::fill(app, &joined, &ids).await?;
    let mut text = format!("Mot de passe de tous : {PASSWORD}\n\nNoms de connexion :\n");
    for neighbour in &joined {
        let _ = writeln!(text, "  {:<32} ({})", neighbour.sign_in_name, neighbour.first_name);
    }
    let _ = writeln!(text, "\nOu arrivez vous-même avec l'un de ces codes :");
    // One for each residence, so that whoever tries it out can be neighbours with herself.
    let mut shown = std::collections::HashSet::new();
    let spare = letters.iter().filter(|l| l.seats > 1).filter(|l| shown.insert(l.residence_name.as_str()));
    for letter in spare.take(SPARE_CODES) {
        let _ = writeln!(text, "  {}   {}", letter.code, letter.residence_name);
    }
    Ok(fs::write(card(data), text)?)
}

async fn join(app: &App, code: &str, neighbour: Neighbour) -> Result<Joined, CliError> {
    let join = Join {
        code: JoinCode::parse(code).map_err(refused)?,
        ticket: None,
        first_name: neighbour.first_name,
        mark: neighbour.mark,
        password: Password::parse(PASSWORD).map_err(refused)?,
        email: None,
        language: Language::Fr,
    };
    let me = app::tenants::join(app, &join, None, "demo", Device::Program).await?.me;
    let session = domain::id::SessionId(me.id.0);
    let viewer = Viewer { tenant: me.id, office: me.office, residence: me.residence.id, session };
    let mut offers = Vec::new();
    for offer in neighbour.offers {
        offers.push(app::offers::create(app, &viewer, offer, None).await?);
    }
    Ok(Joined { viewer, sign_in_name: me.sign_in_name, first_name: me.first_name.to_string(), offers })
}

fn leg(
    giver: TenantId,
    receiver: TenantId,
    offer: OfferId,
    days: i64,
    place: &str,
    app: &App,
) -> Result<NewLeg, CliError> {
    Ok(NewLeg {
        giver,
        receiver,
        offer: Some(offer),
        wish: None,
        category: None,
        what: None,
        at: Some(app.clock.now() + TimeDelta::days(days)),
        place: Some(Words::parse(place).map_err(refused)?),
    })
}

/// Samir proposes to Awa, Awa asks for another day: the first exchange that a visitor finds.
async fn talk(app: &App, joined: &[Joined]) -> Result<(), CliError> {
    let [samir, awa, ..] = joined else { return Ok(()) };
    let (Some(&lessons), Some(&ironing)) = (samir.offers.first(), awa.offers.first()) else { return Ok(()) };
    let (s, a) = (samir.viewer.tenant, awa.viewer.tenant);
    let note = Note::parse("Bonjour Awa, je crois que nous pouvons nous aider.").map_err(refused)?;
    let first = vec![leg(s, a, lessons, 4, "salle commune", app)?, leg(a, s, ironing, 2, "chez vous", app)?];
    let id = app::barters::propose(app, &samir.viewer, NewBarter { legs: first, ring: None, note: Some(note) }, None)
        .await?;
    let second = vec![leg(s, a, lessons, 4, "salle commune", app)?, leg(a, s, ironing, 3, "chez vous", app)?];
    let note = Note::parse("Avec plaisir ! Un jour plus tard pour le repassage, c'est possible ?").map_err(refused)?;
    app::barters::counter(app, &awa.viewer, id, CounterOffer { on_version: 1, legs: second, note: Some(note) }).await?;
    Ok(())
}

/// Where to go and how to sign in.
pub fn welcome(url: &str, data: &Path) -> Result<String, CliError> {
    Ok(format!(
        "\n  De toit à toit : {url}\n  Référence de l'API : {url}/api/docs/\n\n{}\nCtrl-C pour arrêter.",
        fs::read_to_string(card(data))?
    ))
}
