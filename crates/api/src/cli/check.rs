//! Checking the database, from the command line.

use std::path::Path;

use super::{CliError, Place};
use crate::store::backup::{self, Unfit};
use crate::store::sqlite_file;

const ON_POSTGRES: &str = "Ces données sont dans PostgreSQL, qui se vérifie lui-même : voyez pg_amcheck. « toit check » regarde les bases SQLite.";

/// Looks into the database as it is, also beside a server that runs: nothing is migrated.
pub async fn check(place: &Place) -> Result<(), CliError> {
    let url = place.url();
    let Some(file) = sqlite_file(&url) else { return Err(CliError::new(ON_POSTGRES)) };
    if !Path::new(file).exists() {
        return Err(CliError::new(format!("Il n'y a pas de base à cet endroit : {file}.")));
    }
    match backup::inspect(Path::new(file)).await {
        Ok(()) => {
            println!("La base est saine.");
            Ok(())
        }
        Err(Unfit::Foreign) => Err(CliError::new(format!("Ce fichier n'est pas une base de De toit à toit : {file}."))),
        Err(Unfit::Newer) => Err(CliError::new(
            "La base est saine, mais une version plus récente du programme l'a écrite. Mettez ce programme à jour.",
        )),
        Err(Unfit::Damaged(what)) => Err(CliError::new(format!(
            "La base est abîmée. Arrêtez le serveur, gardez-en une copie, puis remettez la dernière sauvegarde : toit restore FICHIER. ({what})"
        ))),
    }
}
