//! What the office's people do from the command line.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::circle::Wave;
use domain::id::OfficeId;
use domain::problem::ProblemCode;

use super::CliError;
use super::sentences::refused_file;
use crate::app::import::{self, ImportErrors, Quarters};
use crate::app::offices::{self, HouseholdOptions, WaveTarget};
use crate::app::{App, AppError};
use crate::store;

/// Les bailleurs.
#[derive(Debug, Subcommand)]
pub enum OfficeCommand {
    /// Ajoute un bailleur, avec l'arbre des services de tous les jours.
    Add {
        /// Son nom, comme les locataires le connaissent.
        name: String,
        /// Son nom court dans les commandes (sinon, tiré du nom).
        #[arg(long)]
        slug: Option<String>,
    },
    /// Montre les bailleurs.
    List,
    /// Dit aux locataires qui signalent une panne où prévenir aussi le bailleur.
    RepairLine(RepairLine),
}

/// Où signaler une panne.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, args = ["set", "remove"])]
pub struct RepairLine {
    #[command(flatten)]
    office: OfficeChoice,
    /// Un numéro de téléphone ou une adresse du web.
    #[arg(long, value_name = "LIGNE")]
    set: Option<String>,
    /// Ne montre plus rien.
    #[arg(long)]
    remove: bool,
}

/// Which office a command is about.
#[derive(Debug, Args)]
pub struct OfficeChoice {
    /// Nom court du bailleur (inutile s'il n'y en a qu'un).
    #[arg(long)]
    office: Option<String>,
}

impl OfficeChoice {
    pub async fn find(&self, app: &App) -> Result<(OfficeId, String), CliError> {
        let slugs = store::offices::slugs(&*app.store).await?;
        let slug = match (&self.office, slugs.as_slice()) {
            (Some(slug), _) => slug,
            (None, [only]) => only,
            (None, []) => {
                return Err(CliError::new(
                    "Il n'y a pas encore de bailleur. Commencez par : toit office add \"Nom du bailleur\"",
                ));
            }
            (None, _) => {
                return Err(CliError::new(format!(
                    "Il y a plusieurs bailleurs. Précisez --office ({}).",
                    slugs.join(", ")
                )));
            }
        };
        let found = store::offices::by_slug(&*app.store, slug).await?;
        found.ok_or_else(|| {
            CliError::new(format!("Aucun bailleur ne s'appelle « {slug} ». Il y a : {}.", slugs.join(", ")))
        })
    }
}

/// Les vagues d'ouverture.
#[derive(Debug, Subcommand)]
pub enum WaveCommand {
    /// Ouvre des résidences à tous leurs locataires.
    Open(WaveChoice),
    /// Ouvre des résidences à un premier groupe.
    Pilot(WaveChoice),
    /// Ferme des résidences : les codes n'y ouvrent plus rien.
    Close(WaveChoice),
}

/// Lesquelles.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, args = ["district", "reference", "all"])]
pub struct WaveChoice {
    #[command(flatten)]
    office: OfficeChoice,
    /// Celles d'un arrondissement ou d'une commune (75019).
    #[arg(long)]
    district: Option<String>,
    /// Une seule, par la référence du bailleur.
    #[arg(long)]
    reference: Option<String>,
    /// Toutes.
    #[arg(long)]
    all: bool,
}

/// Les fichiers du bailleur.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Les résidences : notre format, ou le fichier ouvert « Les logements sociaux financés à Paris » tel quel.
    Residences {
        /// Le fichier CSV.
        file: PathBuf,
        #[command(flatten)]
        office: OfficeChoice,
        /// Pour le fichier de Paris : le bailleur à y prendre.
        #[arg(long)]
        landlord: Option<String>,
        /// Un GeoJSON des quartiers.
        #[arg(long)]
        quarters: Option<PathBuf>,
        /// Dit seulement ce qui changerait.
        #[arg(long)]
        dry_run: bool,
    },
    /// Les foyers, sans aucun nom.
    Households {
        /// Le fichier CSV.
        file: PathBuf,
        #[command(flatten)]
        office: OfficeChoice,
        /// Dit seulement ce qui changerait.
        #[arg(long)]
        dry_run: bool,
        /// Le nombre de foyers auxquels le fichier met fin, quand il dépasse 2 %.
        #[arg(long)]
        confirm_ended: Option<u64>,
    },
}

/// A short name of a long one: "Office de l'Est" is `office-de-l-est`.
fn slug_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(domain::tenant::fold).filter(|w| !w.is_empty());
    let slug: String =
        words.collect::<Vec<_>>().join("-").chars().filter(|c| c.is_ascii_lowercase() || *c == '-').take(40).collect();
    slug.trim_matches('-').to_owned()
}

pub async fn office(app: &App, command: OfficeCommand) -> Result<(), CliError> {
    match command {
        OfficeCommand::Add { name, slug } => {
            let slug = slug.unwrap_or_else(|| slug_of(&name));
            offices::add(app, &slug, &name).await?;
            println!("Bailleur ajouté : {name} ({slug})");
        }
        OfficeCommand::List => {
            for slug in store::offices::slugs(&*app.store).await? {
                let name = store::offices::by_slug(&*app.store, &slug).await?.map(|(_, name)| name).unwrap_or_default();
                println!("{slug}\t{name}");
            }
        }
        OfficeCommand::RepairLine(line) => {
            let (office, name) = line.office.find(app).await?;
            offices::set_repair_line(app, office, line.set.as_deref()).await?;
            match line.set {
                Some(set) => println!("Les locataires de {name} liront à côté d'une panne : {set}"),
                None => println!("Les locataires de {name} ne liront plus rien à côté d'une panne."),
            }
        }
    }
    Ok(())
}

pub async fn wave(app: &App, command: WaveCommand) -> Result<(), CliError> {
    let (choice, wave, done) = match command {
        WaveCommand::Open(choice) => (choice, Wave::Open, "ouvertes"),
        WaveCommand::Pilot(choice) => (choice, Wave::Pilot, "ouvertes à un premier groupe"),
        WaveCommand::Close(choice) => (choice, Wave::Closed, "fermées"),
    };
    let (office, _) = choice.office.find(app).await?;
    let target = match (choice.district, choice.reference) {
        (Some(district), _) => WaveTarget::District(district),
        (None, Some(reference)) => WaveTarget::Reference(reference),
        (None, None) => WaveTarget::All,
    };
    let none = match &target {
        WaveTarget::All => "Ce bailleur n'a pas encore de résidence. Commencez par : toit import residences".to_owned(),
        WaveTarget::District(district) => {
            format!("Aucune résidence de ce bailleur dans « {district} ». Écrivez un arrondissement comme 75019.")
        }
        WaveTarget::Reference(reference) => {
            format!("Aucune résidence de ce bailleur n'a la référence « {reference} ».")
        }
    };
    match offices::set_wave(app, office, target, wave).await {
        Ok(changed) => println!("{changed} résidences {done}."),
        Err(AppError::Problem(p)) if p.code == ProblemCode::NotFound => return Err(CliError::new(none)),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn read(file: &PathBuf) -> Result<Vec<u8>, CliError> {
    fs::read(file).map_err(|e| refused_file(file, &e))
}

fn refused(errors: &ImportErrors) -> CliError {
    CliError::new(format!("{errors}\nRien n'a été changé."))
}

pub async fn import(app: &App, command: ImportCommand) -> Result<(), CliError> {
    match command {
        ImportCommand::Residences { file, office, landlord, quarters, dry_run } => {
            let (office, _) = office.find(app).await?;
            let bytes = read(&file)?;
            let mut rows = if import::is_paris(&bytes) {
                let landlord = landlord.ok_or_else(|| {
                    CliError::new("C'est le fichier des logements sociaux financés à Paris. Précisez le bailleur : --landlord \"PARIS HABITAT\"")
                })?;
                let paris = import::parse_paris(&bytes, &landlord).map_err(|e| refused(&e))?;
                println!("{} programmes lus.", paris.programmes);
                paris.residences
            } else {
                import::parse_residences(&bytes).map_err(|e| refused(&e))?
            };
            if let Some(quarters) = quarters {
                let quarters = Quarters::parse(&read(&quarters)?).map_err(|e| CliError::new(e.to_string()))?;
                println!("{} résidences placées dans leur quartier.", import::name_quarters(&mut rows, &quarters));
            }
            let dwellings: u64 = rows.iter().map(|r| u64::from(r.dwellings)).sum();
            let total = rows.len();
            let report = offices::import_residences(app, office, rows, dry_run).await?;
            println!("{total} résidences, {dwellings} logements.");
            println!(
                "{}{} ajoutées, {} changées, {} inchangées.",
                dry(dry_run),
                report.added,
                report.changed,
                report.unchanged
            );
        }
        ImportCommand::Households { file, office, dry_run, confirm_ended } => {
            let (office, _) = office.find(app).await?;
            let bytes = read(&file)?;
            let residences: std::collections::HashSet<String> =
                store::residences::of_office(&*app.store, office).await?.into_iter().map(|r| r.reference).collect();
            let known = store::households::references(&*app.store, office).await?;
            let rows = import::parse_households(&bytes, &|r| residences.contains(r), &|h| known.contains(h))
                .map_err(|e| refused(&e))?;
            drop((bytes, known));
            let total = rows.len();
            let report =
                offices::import_households(app, office, rows, HouseholdOptions { dry_run, confirm_ended }).await?;
            println!("{total} foyers lus.");
            println!(
                "{}{} ajoutés, {} changés, {} inchangés, {} terminés, {} repris.",
                dry(dry_run),
                report.added,
                report.changed,
                report.unchanged,
                report.ended,
                report.reopened
            );
            if dry_run && report.mass_end {
                println!(
                    "Attention : plus de 2 % des foyers seraient terminés. Pour l'accepter, ajoutez --confirm-ended {}.",
                    report.ended
                );
            }
        }
    }
    Ok(())
}

fn dry(dry_run: bool) -> &'static str {
    if dry_run { "Aperçu, rien n'est changé : " } else { "" }
}
