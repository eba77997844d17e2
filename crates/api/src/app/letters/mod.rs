//! The join codes on paper: one printable page per household, and a CSV file for the office's own mailing.
//!
//! No name of a person is known here. A code stands in clear nowhere else: what is written goes to the printer, not to a disk of
//! the server.

mod list;
mod pages;
#[cfg(test)]
mod tests;

pub use list::write_codes_csv;
pub use pages::{letters_html, write_letters};

/// One household's code, ready to be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The join code in three groups of four: `K7QF-2M9D-XR4T`.
    pub code: String,
    /// What people call the residence.
    pub residence_name: String,
    /// Street and number.
    pub residence_address: String,
    /// The office's own reference of the household.
    pub household_reference: String,
    /// How many people may join with the code.
    pub seats: u8,
    /// Rank among the letter boxes of the residence, when known.
    pub order: Option<u32>,
}

/// A code opens a home: it must not land in a log.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("household_reference", &self.household_reference).finish_non_exhaustive()
    }
}

/// Sorts letters as somebody walks who puts them into the boxes: by residence, then by rank of the box (those without a rank
/// last), then by reference.
pub fn sort_by_letter_box(letters: &mut [Letter]) {
    letters.sort_by(|a, b| {
        let place = |letter: &Letter| letter.order.unwrap_or(u32::MAX);
        (&a.residence_name, &a.residence_address, place(a), &a.household_reference).cmp(&(
            &b.residence_name,
            &b.residence_address,
            place(b),
            &b.household_reference,
        ))
    });
}

/// The address that opens the join screen with the code filled in. The code stands after `#`: browsers keep that part to
/// themselves, so it reaches no server and no log.
#[must_use]
pub fn join_url(base: &str, code: &str) -> String {
    format!("{}/rejoindre#{code}", base.trim_end_matches('/'))
}
