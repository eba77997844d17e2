//! Turns `locales/*.json` into a module whose keys are checked when the application is compiled.
//!
//! By the two libraries below `leptos_i18n_build`: that one brings a network client and ICU's sources for formats which are
//! not used here.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=Cargo.toml");
    println!("cargo:rerun-if-changed=locales");
    let options = ParseOptions::default().interpolate_display(true);
    let sentences = parse_locales(None, Config::new("fr")?.add_locale("en")?.parse_options(options))?;
    for warning in sentences.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    for error in sentences.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    let module = leptos_i18n_codegen::gen_code(&sentences, None, false, None, true)?;
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR")?).join("i18n");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("mod.rs"), module.to_string())?;
    Ok(())
}
