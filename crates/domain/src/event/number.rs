//! Numbers of an event, each within its bounds.

use serde::{Deserialize, Serialize};

use crate::problem::FieldCode;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident $of:ident $min:tt..=$max:tt),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "schema", schema(value_type = $of, minimum = $min, maximum = $max))]
        #[serde(try_from = "u16", into = "u16")]
        pub struct $name($of);

        impl $name {
            /// The least.
            pub const MIN: $of = $min;
            /// The most.
            pub const MAX: $of = $max;

            /// Takes a number.
            ///
            /// # Errors
            /// `OutOfRange`.
            pub fn parse(n: $of) -> Result<Self, FieldCode> {
                if (Self::MIN..=Self::MAX).contains(&n) { Ok(Self(n)) } else { Err(FieldCode::OutOfRange) }
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $of {
                self.0
            }
        }

        impl TryFrom<u16> for $name {
            type Error = FieldCode;
            fn try_from(n: u16) -> Result<Self, FieldCode> {
                Self::parse($of::try_from(n).map_err(|_| FieldCode::OutOfRange)?)
            }
        }

        impl From<$name> for u16 {
            fn from(n: $name) -> Self {
                n.0.into()
            }
        }
    )+};
}

numbers! {
    /// How many people there is room for, or for how many of one residence: 1 to 5,000.
    Places u16 1..=5000,
    /// How many guests somebody brings, or may bring: none to 9.
    Guests u8 0..=9,
    /// How many of a thing are wanted: 1 to 50.
    Wanted u8 1..=50,
    /// Each day, week or month, or only each second, third …: 1 to 12.
    Interval u8 1..=12,
    /// How many dates a repeated event has: 2 to 60.
    Count u8 2..=60,
}

impl Guests {
    /// Nobody but oneself.
    pub const NONE: Self = Self(0);

    /// How many people come: the guests, and who brings them.
    #[must_use]
    pub const fn party(self) -> u32 {
        self.0 as u32 + 1
    }
}

impl Default for Guests {
    fn default() -> Self {
        Self::NONE
    }
}

impl Interval {
    /// Each one.
    pub const EACH: Self = Self(1);

    /// Whether it is each one: what the wire leaves out.
    #[must_use]
    pub const fn is_each(&self) -> bool {
        self.0 == 1
    }
}

impl Default for Interval {
    fn default() -> Self {
        Self::EACH
    }
}
