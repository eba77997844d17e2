//! The command line `toit`, for the people who run an office's server. It speaks French to them, as the office does.

mod backup;
mod bench;
mod check;
mod codes;
mod demo;
mod keys;
mod office;
mod sentences;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::app::App;
use crate::clock::Clock;
use crate::photos;
use crate::server::{self, Bounds, Config};
use crate::store::Store;

/// A sentence for whoever typed the command.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CliError(String);

impl CliError {
    fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// De toit à toit : le réseau des voisins d'un bailleur social.
#[derive(Debug, Parser)]
#[command(name = "toit", version)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Où sont les données.
#[derive(Debug, Args)]
struct Place {
    /// Dossier des clés du serveur (et de la base SQLite si aucune autre n'est donnée).
    #[arg(long, env = "TOIT_DATA", default_value = "var", global = true)]
    data: PathBuf,
    /// Base de données : sqlite://… ou postgres://… (sans elle : toit.db dans le dossier des données).
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    database_url: Option<String>,
    /// Où sont les photos : un dossier ou s3://seau/préfixe (sans lui : photos dans le dossier des données).
    #[arg(long, env = "TOIT_PHOTOS", global = true)]
    photos: Option<String>,
}

impl Place {
    fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| format!("sqlite://{}", self.data.join("toit.db").display()))
    }

    fn photos(&self) -> photos::Place {
        photos::Place::from_setting(self.photos.as_deref(), &self.data)
    }

    async fn open(&self) -> Result<App, CliError> {
        Ok(server::open(&self.url(), &self.data, &self.photos(), Clock::system()).await?)
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lance le serveur.
    Serve(Serve),
    /// Met le schéma de la base à jour.
    Migrate,
    /// Écrit le document OpenAPI.
    Openapi,
    /// Écrit ce qui est gardé et ce qu'un départ en fait (docs/PRIVACY.md).
    #[command(hide = true)]
    Privacy,
    /// Gère les bailleurs.
    #[command(subcommand)]
    Office(office::OfficeCommand),
    /// Ouvre ou ferme des résidences (vagues).
    #[command(subcommand)]
    Residences(office::WaveCommand),
    /// Lit un fichier du bailleur.
    #[command(subcommand)]
    Import(office::ImportCommand),
    /// Imprime des codes d'arrivée.
    #[command(subcommand)]
    Codes(codes::CodesCommand),
    /// Sauvegarde la base, pendant que le serveur tourne.
    Backup(backup::BackupCommand),
    /// Remet une sauvegarde en service ; ceux qui sont partis depuis n'y reviennent pas.
    Restore(backup::RestoreCommand),
    /// Vérifie que la base est saine (SQLite), aussi pendant que le serveur tourne.
    Check,
    /// Gère le registre de ceux qui sont partis.
    #[command(subcommand)]
    Ledger(backup::LedgerCommand),
    /// Gère les clés du serveur.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Vérifie les reçus d'effacement.
    #[command(subcommand)]
    Receipt(keys::ReceiptCommand),
    /// Lance une démonstration avec un bailleur inventé.
    Demo(Serve),
    /// Remplit une base pour les mesures.
    #[command(hide = true)]
    BenchFill(bench::BenchFill),
}

/// Comment servir.
#[derive(Debug, Args)]
struct Serve {
    /// Adresse d'écoute.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Dossier de l'application construite (cargo xtask spa).
    #[arg(long, env = "TOIT_SPA")]
    spa: Option<PathBuf>,
    /// Un mandataire (proxy) devant le serveur dit qui appelle : X-Forwarded-For, X-Forwarded-Proto.
    #[arg(long, env = "TOIT_BEHIND_PROXY", value_parser = clap::builder::FalseyValueParser::new())]
    behind_proxy: bool,
    #[command(flatten)]
    backups: backup::BackupFolder,
    /// Ne fait pas de sauvegarde la nuit (base SQLite).
    #[arg(long)]
    no_backups: bool,
}

impl Serve {
    async fn start(&self, place: &Place) -> Result<server::Running, CliError> {
        let config = Config {
            database_url: place.url(),
            data: place.data.clone(),
            listen: self.listen.to_string(),
            clock: Clock::system(),
            spa: self.spa.clone(),
            worker: true,
            behind_proxy: self.behind_proxy,
            backups: (!self.no_backups).then(|| self.backups.path(&place.data)),
            photos: place.photos(),
            bounds: Bounds::default(),
        };
        let running = server::start(config).await?;
        if !self.listen.ip().is_loopback() && !self.behind_proxy {
            tracing::warn!(
                "served without https beyond this machine: cookies lose `Secure` and the prefix `__Host-`; put a proxy with https in front"
            );
        }
        Ok(running)
    }
}

/// Runs the command that was typed.
///
/// # Errors
/// A sentence that says what to do.
pub fn run() -> Result<(), CliError> {
    let cli = Cli::parse();
    let runtime = actix_web::rt::System::new();
    runtime.block_on(dispatch(cli))
}

async fn dispatch(cli: Cli) -> Result<(), CliError> {
    let Cli { place, command } = cli;
    match command {
        Command::Serve(serve) => {
            let running = serve.start(&place).await?;
            println!("De toit à toit : {}", running.url());
            Ok(running.until_signal().await?)
        }
        Command::Migrate => {
            place.open().await?.store.close().await;
            println!("La base est à jour.");
            Ok(())
        }
        Command::Privacy => {
            print!("{}", crate::data_map::document());
            Ok(())
        }
        Command::Openapi => {
            print!("{}", crate::openapi_json());
            Ok(())
        }
        Command::Office(command) => with(&place, async |app| office::office(app, command).await).await,
        Command::Residences(command) => with(&place, async |app| office::wave(app, command).await).await,
        Command::Import(command) => with(&place, async |app| office::import(app, command).await).await,
        Command::Codes(command) => with(&place, async |app| codes::codes(app, command).await).await,
        Command::Backup(command) => with(&place, async |app| backup::backup(app, command).await).await,
        Command::Restore(command) => backup::restore_command(&place, command).await,
        Command::Check => check::check(&place).await,
        Command::Ledger(command) => with(&place, async |app| backup::ledger(app, command).await).await,
        Command::Keys(command) => keys::keys(&place.data, &command),
        Command::Receipt(command) => keys::receipt(&place.data, &command),
        Command::Demo(serve) => {
            with(&place, async |app| demo::fill(app, &place.data).await).await?;
            // Nothing in it is worth keeping.
            let running = Serve { no_backups: true, ..serve }.start(&place).await?;
            println!("{}", demo::welcome(&running.url(), &place.data)?);
            Ok(running.until_signal().await?)
        }
        Command::BenchFill(fill) => with(&place, async |app| bench::fill(app, fill).await).await,
    }
}

/// Opens, does, closes.
async fn with(place: &Place, work: impl AsyncFnOnce(&App) -> Result<(), CliError>) -> Result<(), CliError> {
    let app = place.open().await?;
    let done = work(&app).await;
    Store::close(&app.store).await;
    done
}
