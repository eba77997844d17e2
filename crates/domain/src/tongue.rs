//! Tongues: the languages in which a person can help or be helped. Not the language of the pages ([`crate::tenant::Language`]).

use serde::{Deserialize, Serialize};

use crate::mark::words;
use crate::problem::FieldCode;
use crate::tenant::Language;

words! {
    /// A language that people speak here: its code (ISO 639-1, or 639-3 where there is none).
    Tongue {
        Fr "fr", En "en", Ar "ar", Ber "ber", Pt "pt", Es "es", It "it", De "de", Pl "pl", Ro "ro", Ru "ru", Uk "uk", Sr "sr", Sq "sq",
        Tr "tr", Hy "hy", Fa "fa", Ur "ur", Hi "hi", Bn "bn", Ta "ta", Zh "zh", Vi "vi", Km "km", Tl "tl", Wo "wo", Bm "bm", Ff "ff",
        Snk "snk", Ln "ln", Ht "ht",
    }
}

/// The tongues that a person speaks: at least one, each once, in the order of [`Tongue::ALL`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = Vec<Tongue>, min_items = 1, max_items = 31))]
#[serde(try_from = "Vec<Tongue>", into = "Vec<Tongue>")]
pub struct Speaks(Vec<Tongue>);

impl Speaks {
    /// Takes tongues in any order, some perhaps twice.
    ///
    /// # Errors
    /// `Required` for none.
    pub fn parse(tongues: &[Tongue]) -> Result<Self, FieldCode> {
        let each_once: Vec<Tongue> = Tongue::ALL.iter().copied().filter(|t| tongues.contains(t)).collect();
        if each_once.is_empty() { Err(FieldCode::Required) } else { Ok(Self(each_once)) }
    }

    /// What somebody speaks who has not said: French, and the language in which she reads the pages.
    #[must_use]
    pub fn at_first(language: Language) -> Self {
        match language {
            Language::Fr => Self(vec![Tongue::Fr]),
            Language::En => Self(vec![Tongue::Fr, Tongue::En]),
        }
    }

    /// The tongues.
    #[must_use]
    pub fn tongues(&self) -> &[Tongue] {
        &self.0
    }

    /// The words of the database: codes with commas between them.
    #[must_use]
    pub fn to_words(&self) -> String {
        self.0.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(",")
    }

    /// Reads the words of the database.
    #[must_use]
    pub fn from_words(words: &str) -> Option<Self> {
        let tongues = words.split(',').map(Tongue::from_word).collect::<Option<Vec<_>>>()?;
        Self::parse(&tongues).ok()
    }

    /// One bit for each tongue, by its place in [`Tongue::ALL`].
    #[must_use]
    pub fn bits(&self) -> u32 {
        let all = Tongue::ALL.iter().enumerate();
        all.filter(|(_, t)| self.0.contains(t)).fold(0, |bits, (n, _)| bits | 1 << n)
    }
}

impl TryFrom<Vec<Tongue>> for Speaks {
    type Error = FieldCode;
    fn try_from(tongues: Vec<Tongue>) -> Result<Self, FieldCode> {
        Self::parse(&tongues)
    }
}

impl From<Speaks> for Vec<Tongue> {
    fn from(speaks: Speaks) -> Self {
        speaks.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tongues_are_kept_once_each_and_read_back() {
        let speaks = Speaks::parse(&[Tongue::Wo, Tongue::Fr, Tongue::Wo]).unwrap();
        assert_eq!(speaks.to_words(), "fr,wo");
        assert_eq!(Speaks::from_words("fr,wo"), Some(speaks));
        assert_eq!(Speaks::from_words("fr,xx"), None);
        assert_eq!(Speaks::parse(&[]), Err(FieldCode::Required));
    }

    #[test]
    fn all_tongues_fit_into_32_bits_and_differ() {
        assert!(Tongue::ALL.len() <= 32);
        assert_eq!(Speaks::parse(Tongue::ALL).unwrap().bits().count_ones() as usize, Tongue::ALL.len());
    }
}
