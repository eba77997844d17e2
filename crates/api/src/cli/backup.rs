//! Backups, from the command line.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::own_data::AccessWhat;

use super::sentences::refused_file;
use super::{CliError, Place};
use crate::app::backups::{self, BackupError};
use crate::app::{App, leaving};
use crate::clock::Clock;
use crate::server::restore::{Restore, RestoreError, restore};
use crate::store::backup::Unfit;
use crate::store::{StoreKind, sqlite_file};

const ON_POSTGRES: &str = "Ces données sont dans PostgreSQL : sauvegardez-les avec pg_dump et remettez-les avec pg_restore, puis lancez \
                           « toit ledger replay ». Les commandes exactes sont dans docs/OPERATING.md.";

/// Faire une sauvegarde.
#[derive(Debug, Args)]
pub struct BackupCommand {
    /// Le fichier à écrire ; il ne doit pas exister. À côté vient FICHIER.sha256.
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
}

/// Remettre une sauvegarde en service.
#[derive(Debug, Args)]
pub struct RestoreCommand {
    /// La sauvegarde.
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
    /// Accepte une sauvegarde sans FICHIER.sha256 ; seule la base elle-même est alors vérifiée.
    #[arg(long)]
    without_checksum: bool,
    #[command(flatten)]
    folder: BackupFolder,
}

/// Où sont les sauvegardes.
#[derive(Debug, Args)]
pub struct BackupFolder {
    /// Dossier des sauvegardes (sans lui : backups dans le dossier des données).
    #[arg(long, env = "TOIT_BACKUPS", value_name = "DOSSIER")]
    backups: Option<PathBuf>,
}

impl BackupFolder {
    pub fn path(&self, data: &Path) -> PathBuf {
        self.backups.clone().unwrap_or_else(|| data.join("backups"))
    }
}

/// Le registre de ceux qui sont partis.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Efface de nouveau ceux qui étaient partis et qu'une base plus ancienne a ramenés.
    Replay,
}

impl From<BackupError> for CliError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Postgres => Self::new(ON_POSTGRES),
            BackupError::Exists(file) => {
                Self::new(format!("{} existe déjà. Donnez un autre nom ; rien n'a été écrit.", file.display()))
            }
            BackupError::Io(file, error) => refused_file(&file, &error),
            BackupError::Store(error) => Self::new(format!("La sauvegarde n'a pas pu être faite. ({error})")),
        }
    }
}

pub async fn backup(app: &App, command: BackupCommand) -> Result<(), CliError> {
    backups::make(app, &command.file).await?;
    // Every tenant can read that all data were taken out; the backups of the night stay on the server and are not noted.
    backups::note(app, AccessWhat::BackupTaken).await?;
    println!(
        "Sauvegarde faite : {}. Sa somme de contrôle est à côté ; les clés du serveur n'y sont pas, gardez-en une copie ailleurs.\n\
         Détruisez cette sauvegarde dans les 30 jours : c'est ce que promettent les reçus d'effacement.",
        command.file.display()
    );
    Ok(())
}

impl From<RestoreError> for CliError {
    fn from(error: RestoreError) -> Self {
        let why = match error {
            RestoreError::InUse => {
                "Un serveur ou une commande travaille sur ces données. Arrêtez le serveur, puis recommencez.".to_owned()
            }
            RestoreError::AtWork => {
                "Ce fichier est une base en service, pas une sauvegarde : faites-en une avec « toit backup »."
                    .to_owned()
            }
            RestoreError::NoChecksum(file) => format!(
                "La somme de contrôle manque : {}. Si vous êtes sûr de cette sauvegarde, relancez avec --without-checksum.",
                file.display()
            ),
            RestoreError::WrongChecksum => {
                "Cette sauvegarde n'est pas celle que dit sa somme de contrôle : elle est abîmée. Prenez-en une autre."
                    .to_owned()
            }
            RestoreError::Unfit(Unfit::Foreign) => "Ce fichier n'est pas une base de De toit à toit.".to_owned(),
            RestoreError::Unfit(Unfit::Newer) => {
                "Cette sauvegarde vient d'une version plus récente du programme. Mettez le programme à jour d'abord."
                    .to_owned()
            }
            RestoreError::Unfit(Unfit::Damaged(what)) => {
                format!("Cette sauvegarde est abîmée. Prenez-en une autre. ({what})")
            }
            RestoreError::Io(file, error) => return refused_file(&file, &error),
            RestoreError::Start(error) => return error.into(),
            RestoreError::App(error) => return error.into(),
            RestoreError::Before(error) => return error.into(),
        };
        Self::new(format!("{why} Rien n'a été changé."))
    }
}

/// Done without opening the database: it may be the one that is broken.
pub async fn restore_command(place: &Place, command: RestoreCommand) -> Result<(), CliError> {
    let url = place.url();
    let Some(database) = sqlite_file(&url) else { return Err(CliError::new(ON_POSTGRES)) };
    let ask = Restore {
        file: command.file,
        database: database.into(),
        data: place.data.clone(),
        photos: place.photos(),
        backups: command.folder.path(&place.data),
        without_checksum: command.without_checksum,
        clock: Clock::system(),
    };
    let done = restore(&ask).await?;
    if !done.compared {
        println!("Il n'y avait pas de somme de contrôle : seule la base elle-même a été vérifiée.");
    }
    if let Some(before) = done.before {
        println!("La base d'avant est gardée parmi les sauvegardes : {}.", before.display());
    }
    println!("{}", erased_again(done.erased));
    println!("La sauvegarde est en service. Vous pouvez lancer le serveur.");
    Ok(())
}

pub async fn ledger(app: &App, command: LedgerCommand) -> Result<(), CliError> {
    let LedgerCommand::Replay = command;
    println!("{}", erased_again(leaving::remember_all(app).await?));
    if app.store.kind() == StoreKind::Postgres {
        backups::note(app, AccessWhat::BackupRestored).await?;
    }
    Ok(())
}

fn erased_again(number: u64) -> String {
    match number {
        0 => "Personne de ceux qui étaient partis n'était revenu.".to_owned(),
        1 => "Une personne qui était partie a été effacée de nouveau.".to_owned(),
        n => format!("{n} personnes qui étaient parties ont été effacées de nouveau."),
    }
}
