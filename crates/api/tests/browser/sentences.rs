//! The sentences of the application, as its own files hold them.

use domain::tenant::Language;
use serde_json::Value;

/// The sentences of one language.
#[derive(Clone)]
pub struct Sentences {
    language: Language,
    all: Value,
}

impl Sentences {
    pub fn of(language: Language) -> Self {
        let text = match language {
            Language::Fr => include_str!("../../../../frontend/locales/fr.json"),
            Language::En => include_str!("../../../../frontend/locales/en.json"),
        };
        Self { language, all: serde_json::from_str(text).expect("sentences are JSON") }
    }

    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence with this key ("join.go_on").
    #[track_caller]
    pub fn get(&self, key: &str) -> String {
        let found = key.split('.').try_fold(&self.all, |at, part| at.get(part));
        found.and_then(Value::as_str).unwrap_or_else(|| panic!("there is no sentence {key}")).to_owned()
    }

    /// The sentence with this key, and with this name in its place.
    #[track_caller]
    pub fn with_name(&self, key: &str, name: &str) -> String {
        self.get(key).replace("{{ name }}", name)
    }
}
