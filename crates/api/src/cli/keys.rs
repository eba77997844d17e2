//! The server's secrets and its receipts, from the command line. None of it opens the database.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::CliError;
use super::sentences::refused_file;
use crate::clock::Clock;
use crate::keys::{Keys, ReceiptError, parse_key, verify_with};

/// Les clés du serveur.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Tire de nouvelles clés. Personne n'est déconnecté, les codes imprimés restent bons.
    Rotate,
}

/// Les reçus d'effacement.
#[derive(Debug, Subcommand)]
pub enum ReceiptCommand {
    /// Dit si un reçu vient bien de ce serveur.
    Verify(Verify),
    /// Montre les clés publiques des reçus, celle d'aujourd'hui d'abord.
    Key,
}

/// Quel reçu.
#[derive(Debug, Args)]
pub struct Verify {
    /// Le reçu : un fichier de texte.
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
    /// Clé publique du serveur (toit receipt key) : il suffit d'elle, sans les données du serveur.
    // A key may begin with a hyphen.
    #[arg(long, value_name = "CLÉ", allow_hyphen_values = true)]
    key: Option<String>,
}

pub fn keys(data: &Path, command: &KeysCommand) -> Result<(), CliError> {
    let KeysCommand::Rotate = command;
    let refused = |e| refused_file(&data.join("keys"), &e);
    // A folder without keys gets its first ones here.
    Keys::load_or_make(data).map_err(refused)?;
    Keys::rotate(data, Clock::system().now()).map_err(refused)?;
    println!(
        "De nouvelles clés sont écrites dans {}. Un serveur qui tourne les lit de lui-même et s'en sert dans une minute.\n\
         Refaites la copie de ce fichier que vous gardez ailleurs.",
        data.join("keys").display()
    );
    Ok(())
}

pub fn receipt(data: &Path, command: &ReceiptCommand) -> Result<(), CliError> {
    match command {
        ReceiptCommand::Key => {
            for key in read_keys(data)?.receipt_keys() {
                println!("{key}");
            }
            Ok(())
        }
        ReceiptCommand::Verify(ask) => verify(data, ask),
    }
}

/// The keys of a server that has some: asking about a receipt makes none.
fn read_keys(data: &Path) -> Result<Keys, CliError> {
    let file = data.join("keys");
    std::fs::metadata(&file).map_err(|e| refused_file(&file, &e))?;
    Keys::load_or_make(data).map_err(|e| refused_file(&file, &e))
}

fn verify(data: &Path, ask: &Verify) -> Result<(), CliError> {
    let bytes = std::fs::read(&ask.file).map_err(|e| refused_file(&ask.file, &e))?;
    let text = String::from_utf8_lossy(&bytes);
    let checked = match &ask.key {
        Some(key) => {
            let key = parse_key(key).map_err(|_| CliError::new("Cette clé n'est pas une clé publique de reçus."))?;
            verify_with(&[key], &text)
        }
        None => read_keys(data)?.verify_receipt(&text),
    };
    match checked {
        Ok(()) => {
            let day = first_day(&text).map(|day| format!(" Il est du {}.", day.format("%d/%m/%Y"))).unwrap_or_default();
            println!("Ce reçu est authentique.{day}");
            Ok(())
        }
        Err(ReceiptError::NotAReceipt) => {
            Err(CliError::new("Ce fichier n'est pas un reçu : il ne se termine pas par une signature."))
        }
        Err(ReceiptError::OtherKey) => {
            Err(CliError::new("Ce reçu n'est pas authentique : une autre clé que celle de ce serveur l'a signé."))
        }
        Err(ReceiptError::Changed) => {
            Err(CliError::new("Ce reçu n'est pas authentique : son texte ou sa signature ont été changés."))
        }
    }
}

/// The first day that stands in the text: that of the erasure.
fn first_day(text: &str) -> Option<NaiveDate> {
    text.split_whitespace().find_map(|word| NaiveDate::parse_from_str(word, "%d/%m/%Y").ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_receipt_is_the_first_that_it_names() {
        let text = "Reçu n° 12/34\nLe 24/11/2026 10:12 (heure universelle), …\nau plus tard le 24/12/2026.";
        assert_eq!(first_day(text), NaiveDate::from_ymd_opt(2026, 11, 24));
        assert_eq!(first_day("rien"), None);
    }
}
