//! Printing join codes from the command line.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, TimeDelta};
use clap::{Args, Subcommand};
use domain::code::CODE_LIFE_DAYS;

use super::CliError;
use super::office::OfficeChoice;
use super::sentences::refused_file;
use crate::app::App;
use crate::app::codes::{self, CodesFor};
use crate::app::letters::{self, Letter};

/// Les codes d'arrivée.
#[derive(Debug, Subcommand)]
pub enum CodesCommand {
    /// Crée les codes qui manquent et les écrit : c'est le seul moment où on peut les lire.
    Issue(Issue),
}

/// Pour qui, et où les écrire.
#[derive(Debug, Args)]
pub struct Issue {
    #[command(flatten)]
    office: OfficeChoice,
    /// Une seule résidence (référence du bailleur).
    #[arg(long, conflicts_with = "household")]
    residence: Option<String>,
    /// Un seul foyer (référence du bailleur) : réimprime, l'ancien code ne sert plus.
    #[arg(long)]
    household: Option<String>,
    /// Aussi pour les foyers qui ont déjà un code : l'ancien ne sert plus (lettres perdues).
    #[arg(long)]
    reprint: bool,
    /// Fichier CSV à écrire, pour le publipostage du bailleur.
    #[arg(long)]
    csv: Option<PathBuf>,
    /// Fichier HTML à écrire : les lettres à imprimer, dans l'ordre des boîtes.
    #[arg(long)]
    letters: Option<PathBuf>,
    /// Adresse du site, pour le code QR.
    #[arg(long, default_value = "http://localhost:8080")]
    url: String,
}

/// A file that was made for codes. It goes again unless it is written to its end: nobody should take it for a mailing.
struct Paper<'a> {
    path: &'a Path,
    file: File,
    whole: bool,
}

impl<'a> Paper<'a> {
    /// Made before any code is drawn: a folder that does not exist must not cost a mailing. Never over another file, whose codes could
    /// not be read again; readable by its owner alone, because codes open homes.
    fn make(path: &'a Path) -> Result<Self, CliError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { path, file: options.open(path).map_err(|e| refused_file(path, &e))?, whole: false })
    }

    fn write(mut self, write: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>) -> Result<(), CliError> {
        let mut out = BufWriter::new(&self.file);
        let written = write(&mut out).and_then(|()| out.flush()).and_then(|()| self.file.sync_all());
        drop(out);
        written.map_err(|e| {
            CliError::new(format!(
                "{} Les codes existent déjà : pour en avoir d'autres, relancez avec --reprint.",
                refused_file(self.path, &e)
            ))
        })?;
        self.whole = true;
        Ok(())
    }
}

impl Drop for Paper<'_> {
    fn drop(&mut self) {
        if !self.whole {
            let _ = fs::remove_file(self.path);
        }
    }
}

pub async fn codes(app: &App, command: CodesCommand) -> Result<(), CliError> {
    let CodesCommand::Issue(ask) = command;
    if ask.csv.is_none() && ask.letters.is_none() {
        return Err(CliError::new(
            "Dites où écrire les codes : --csv FICHIER, --letters FICHIER, ou les deux. On ne peut les lire qu'une fois.",
        ));
    }
    let (office, name) = ask.office.find(app).await?;
    let csv = ask.csv.as_deref().map(Paper::make).transpose()?;
    let pages = ask.letters.as_deref().map(Paper::make).transpose()?;
    let target = match (&ask.residence, &ask.household) {
        (_, Some(household)) => CodesFor::Household(household.clone()),
        (Some(residence), None) => CodesFor::Residence(residence.clone()),
        (None, None) => CodesFor::All,
    };
    let issued = match ask.reprint {
        true => codes::reprint(app, office, target).await?,
        false => codes::issue(app, office, target).await?,
    };
    if issued.is_empty() {
        println!("Aucun code à créer : chaque foyer d'une résidence ouverte a déjà un code qui sert encore.");
        return Ok(());
    }
    let until = (app.clock.now() + TimeDelta::days(CODE_LIFE_DAYS)).date_naive();
    deliver(issued, csv, pages, &name, &ask.url, until)
}

fn deliver(
    mut issued: Vec<Letter>,
    csv: Option<Paper<'_>>,
    pages: Option<Paper<'_>>,
    name: &str,
    url: &str,
    until: NaiveDate,
) -> Result<(), CliError> {
    letters::sort_by_letter_box(&mut issued);
    if let Some(csv) = csv {
        csv.write(|out| letters::write_codes_csv(out, &issued, until))?;
    }
    if let Some(pages) = pages {
        pages.write(|out| letters::write_letters(out, name, url, &issued, until))?;
    }
    println!("{} codes d'arrivée, valables jusqu'au {}.", issued.len(), until.format("%d/%m/%Y"));
    Ok(())
}
