//! What an office loads: its residences, its nameless roll.

use crate::circle::{Point, Wave};
use crate::id::{HouseholdId, OfficeId, ResidenceId};

/// The part of the households that one upload may end without the number being typed in.
pub const MASS_END_PERCENT: u64 = 2;

/// A residence, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Residence {
    /// Which.
    pub id: ResidenceId,
    /// Whose.
    pub office: OfficeId,
    /// The office's own reference.
    pub reference: String,
    /// What people call it.
    pub name: String,
    /// Street and number.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// District.
    pub district: String,
    /// Quarter, when known.
    pub quarter: Option<String>,
    /// Coordinates, when known.
    pub point: Option<Point>,
    /// Dwellings.
    pub dwellings: u32,
    /// Whether it takes part.
    pub wave: Wave,
}

/// One dwelling's seats on the roll: no name, no flat number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Household {
    /// Which.
    pub id: HouseholdId,
    /// Whose.
    pub office: OfficeId,
    /// Where.
    pub residence: ResidenceId,
    /// The office's own reference.
    pub reference: String,
    /// How many people may join.
    pub seats: u8,
    /// How many have joined.
    pub seats_taken: u8,
    /// Rank among the letter boxes of the residence.
    pub letter_box: Option<u32>,
}

/// Whether ending so many households at once asks for a confirmation: more than 2 % of them.
#[must_use]
pub const fn is_mass_end(ended: u64, total: u64) -> bool {
    ended * 100 > total * MASS_END_PERCENT
}

/// What people call a district: "19e" for a postcode of Paris, the code itself elsewhere.
#[must_use]
pub fn district_name(district: &str) -> String {
    match district.strip_prefix("75").filter(|_| district.len() == 5).and_then(|n| n.parse::<u8>().ok()) {
        Some(1) => "1er".to_owned(),
        Some(n @ 2..=20) => format!("{n}e"),
        // The 16th has two postcodes, 75016 and 75116.
        Some(116) => "16e".to_owned(),
        _ => district.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_of_paris_are_called_by_their_number() {
        assert_eq!(district_name("75019"), "19e");
        assert_eq!(district_name("75001"), "1er");
        assert_eq!(district_name("75116"), "16e");
        assert_eq!(district_name("94028"), "94028");
    }

    #[test]
    fn ending_more_than_two_percent_asks_for_the_number() {
        assert!(!is_mass_end(2, 100));
        assert!(is_mass_end(3, 100));
        assert!(!is_mass_end(0, 0));
        assert!(is_mass_end(1, 10));
    }
}
