//! What went wrong, in French, for the people who type the commands.

use std::io;
use std::path::Path;

use domain::problem::{Problem, ProblemCode};

use super::CliError;
use crate::app::AppError;
use crate::photos::StorageError;
use crate::server::StartError;
use crate::store::StoreError;

/// What became of a file or an address that cannot be used.
pub fn refused_place(place: &str, error: &io::Error) -> CliError {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "introuvable".to_owned(),
        io::ErrorKind::PermissionDenied => "l'accès est refusé".to_owned(),
        io::ErrorKind::IsADirectory => "c'est un dossier".to_owned(),
        io::ErrorKind::NotADirectory => "un des dossiers du chemin est un fichier".to_owned(),
        io::ErrorKind::AlreadyExists => "ce fichier existe déjà, donnez un autre nom".to_owned(),
        io::ErrorKind::AddrInUse => "un autre programme y écoute déjà".to_owned(),
        io::ErrorKind::WouldBlock => "une restauration y est en cours, attendez qu'elle finisse".to_owned(),
        io::ErrorKind::StorageFull => "le disque est plein".to_owned(),
        _ => error.to_string(),
    };
    CliError::new(format!("{place} : {why}."))
}

/// What became of a file that cannot be used.
pub fn refused_file(file: &Path, error: &io::Error) -> CliError {
    refused_place(&file.display().to_string(), error)
}

fn of_store(error: &StoreError) -> String {
    match error {
        StoreError::Stale | StoreError::Taken => "Cela existe déjà, ou a changé entre-temps.".to_owned(),
        StoreError::Crossed(cause) | StoreError::Busy(cause) => {
            format!("La base de données ne répond pas. Réessayez dans un instant. ({cause})")
        }
        StoreError::Broken(cause) => format!("La base de données a refusé. ({cause})"),
    }
}

fn of_problem(problem: &Problem) -> String {
    let pointer = problem.errors.first().map_or("", |e| e.pointer.as_str());
    match (problem.code, pointer) {
        (ProblemCode::Stale, _) => "Cela existe déjà, ou a changé entre-temps.".to_owned(),
        (ProblemCode::NotFound, _) => "Introuvable. Vérifiez la référence.".to_owned(),
        (ProblemCode::Invalid, "/slug") => {
            "Le nom court ne peut avoir que des lettres sans accent, en minuscules, des chiffres et des tirets, 40 au plus. \
             Choisissez-le avec --slug."
                .to_owned()
        }
        (ProblemCode::Invalid, "/repair_line") => {
            "Écrivez un numéro de téléphone ou une adresse du web sur une ligne, 120 signes au plus.".to_owned()
        }
        (ProblemCode::Invalid, "/name") => "Le nom est vide.".to_owned(),
        (code, pointer) => format!("Refusé ({code:?} {pointer})."),
    }
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => Self(of_store(&error)),
            StartError::Ledger(cause) => Self(format!(
                "Le registre des départs (fichier « ledger » du dossier de données) ne peut pas être utilisé : {cause}. \
                 Le serveur ne démarre pas sans lui."
            )),
            StartError::Photos(StorageError::Unknown(place, why)) => Self(format!(
                "« {place} » n'est pas un endroit pour les photos : un dossier, ou s3://seau/préfixe. ({why})"
            )),
            StartError::Photos(error) => Self(format!("L'endroit des photos ne peut pas être utilisé. ({error})")),
            StartError::Io(place, error) => refused_place(&place, &error),
        }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        Self(match error {
            AppError::MassEnd { ended, total } => format!(
                "Ce fichier mettrait fin à {ended} foyers sur {total}, plus de 2 %. Rien n'a été changé. \
                 Si c'est bien ce que vous voulez, relancez avec --confirm-ended {ended}."
            ),
            AppError::Problem(problem) => format!("{} Rien n'a été changé.", of_problem(&problem)),
            AppError::Store(error) => format!("{} Rien n'a été changé.", of_store(&error)),
        })
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use domain::problem::FieldCode;

    use super::*;

    #[test]
    fn refusals_are_french_sentences() {
        for (error, sentence) in [
            (AppError::from(ProblemCode::NotFound), "Introuvable. Vérifiez la référence. Rien n'a été changé."),
            (StoreError::Taken.into(), "Cela existe déjà, ou a changé entre-temps. Rien n'a été changé."),
            (Problem::field("/name", FieldCode::Required).into(), "Le nom est vide. Rien n'a été changé."),
        ] {
            assert_eq!(CliError::from(error).to_string(), sentence);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(refused_file(Path::new("foyers.csv"), &error).to_string(), "foyers.csv : introuvable.");
    }
}
