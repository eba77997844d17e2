//! Turns `locales/*.json` into a module whose keys are checked when the application is compiled.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=Cargo.toml");
    let options = ParseOptions::default().interpolate_display(true);
    let sentences = TranslationsInfos::parse(Config::new("fr")?.add_locale("en")?.parse_options(options))?;
    sentences.emit_diagnostics();
    sentences.rerun_if_locales_changed();
    sentences.generate_i18n_module(PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR")?).join("i18n"))?;
    Ok(())
}
