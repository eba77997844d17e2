//! Marks: a colour and an animal that tell two neighbours of one first name apart.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $word] $variant),+ }

        impl $name {
            /// All of them, in the order in which they are shown.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word of the wire and of the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word of the database.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// The colour of a mark.
    MarkColour {
        Blue "blue", Orange "orange", Green "green", Violet "violet", Yellow "yellow", Pink "pink", Grey "grey", Turquoise "turquoise",
    }
}

words! {
    /// The animal of a mark.
    MarkAnimal {
        Bird "bird", Cat "cat", Dog "dog", Rabbit "rabbit", Hedgehog "hedgehog", Squirrel "squirrel", Turtle "turtle", Fish "fish",
        Butterfly "butterfly", Bee "bee", Ladybird "ladybird", Owl "owl", Duck "duck", Swan "swan", Horse "horse", Sheep "sheep",
        Goat "goat", Elephant "elephant", Giraffe "giraffe", Lion "lion", Bear "bear", Fox "fox", Dolphin "dolphin", Frog "frog",
    }
}

/// The mark that a neighbour has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its colour.
    pub colour: MarkColour,
    /// Its animal.
    pub animal: MarkAnimal,
}
