//! What one person was told is done, what she does not know, and whether what the server has fits both.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};

use super::found::{Barter, Found, Offer};

/// Something that a person asks for. It is asked again, just so, until an answer comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A new offer; the title is the key too.
    Post { title: String },
    /// Another title for an offer that was read in this version.
    Edit { offer: String, version: u64, title: String },
    /// A proposal; the note is the key too.
    Propose { note: String, offer: String, author: String },
    /// Yes or no to a proposal.
    Answer { barter: String, yes: bool },
}

/// An offer as it was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub title: String,
    /// How many edits were acknowledged.
    pub edits: u64,
}

/// One person's book.
#[derive(Debug, Default)]
pub struct Book {
    /// Whose.
    pub id: String,
    /// Own offers.
    pub offers: BTreeMap<String, Kept>,
    /// Own proposals: their notes.
    pub barters: BTreeMap<String, String>,
    /// What was said to others' proposals.
    pub answers: BTreeMap<String, bool>,
    /// What no answer came to.
    pub pending: Option<Deed>,
}

/// Compares all books with what the server has.
///
/// # Errors
/// Says what is lost, or there twice.
pub fn compare(books: &[&Book], found: &Found) -> Result<()> {
    for book in books {
        book.offers_fit(found)?;
        book.barters_fit(found)?;
        book.answers_fit(found)?;
    }
    square_fits(books, found)
}

impl Book {
    /// Whether the server did what no answer came to.
    pub fn is_pending_done(&self, found: &Found) -> bool {
        match &self.pending {
            None => false,
            Some(Deed::Post { title } | Deed::Edit { title, .. }) => {
                found.offers_of(&self.id).iter().any(|offer| offer.title == *title)
            }
            Some(Deed::Propose { note, .. }) => found.barters_of(&self.id).iter().any(|barter| barter.note() == note),
            Some(Deed::Answer { barter: id, .. }) => {
                found.barters_of(&self.id).iter().any(|barter| barter.id == *id && barter.revision > 1)
            }
        }
    }

    fn offers_fit(&self, found: &Found) -> Result<()> {
        let offers = found.offers_of(&self.id);
        for (id, kept) in &self.offers {
            let there: Vec<_> = offers.iter().filter(|offer| offer.id == *id).collect();
            let [offer] = there[..] else { bail!("{} is there {} times", kept.title, there.len()) };
            self.offer_fits(offer, kept, found)?;
        }
        let mut unknown = offers.iter().filter(|offer| !self.offers.contains_key(&offer.id));
        match (unknown.next(), unknown.next(), &self.pending) {
            (None, _, _) => Ok(()),
            (Some(offer), None, Some(Deed::Post { title })) if *title == offer.title => {
                ensure!(offer.version == 1 + found.taken(&offer.id), "{title} has version {}", offer.version);
                Ok(())
            }
            (Some(offer), _, pending) => {
                bail!("nobody asked for {:?}, or it is there twice ({pending:?})", offer.title)
            }
        }
    }

    /// Each change is there once: the version counts them.
    fn offer_fits(&self, offer: &Offer, kept: &Kept, found: &Found) -> Result<()> {
        let taken = found.taken(&offer.id);
        ensure!(offer.taken() == taken, "{}: {} places taken, {taken} promised", kept.title, offer.taken());
        let edits = match &self.pending {
            Some(Deed::Edit { offer: id, title, .. }) if *id == offer.id && *title == offer.title => kept.edits + 1,
            _ => {
                ensure!(offer.title == kept.title, "{:?} was acknowledged, {:?} is there", kept.title, offer.title);
                kept.edits
            }
        };
        let version = 1 + edits + taken;
        ensure!(offer.version == version, "{}: version {} instead of {version}", kept.title, offer.version);
        Ok(())
    }

    fn barters_fit(&self, found: &Found) -> Result<()> {
        let barters: Vec<&Barter> = found.barters_of(&self.id).iter().filter(|b| b.is_by(&self.id)).collect();
        for (id, note) in &self.barters {
            let there = barters.iter().filter(|barter| barter.id == *id).count();
            ensure!(there == 1, "{note} is there {there} times");
            ensure!(barters.iter().any(|b| b.id == *id && b.note() == note), "{note} has another note");
        }
        let mut unknown = barters.iter().filter(|barter| !self.barters.contains_key(&barter.id));
        match (unknown.next(), unknown.next(), &self.pending) {
            (None, _, _) => Ok(()),
            (Some(barter), None, Some(Deed::Propose { note, .. })) if note == barter.note() => Ok(()),
            (Some(barter), _, pending) => {
                bail!("nobody proposed {:?}, or it is there twice ({pending:?})", barter.note())
            }
        }
    }

    /// Whoever was asked sees her answer once, and so does the one who asked.
    fn answers_fit(&self, found: &Found) -> Result<()> {
        for barter in found.barters_of(&self.id).iter().filter(|barter| !barter.is_by(&self.id)) {
            let answered = match (barter.state.as_str(), barter.revision) {
                ("proposed", 1) => None,
                ("agreed", 2) => Some(true),
                ("declined", 2) => Some(false),
                (state, revision) => bail!("{}: {state} at revision {revision}", barter.note()),
            };
            let said = self.answers.get(&barter.id).copied();
            let perhaps = match &self.pending {
                Some(Deed::Answer { barter: id, yes }) if *id == barter.id => Some(*yes),
                _ => None,
            };
            let fits = answered == said || (said.is_none() && answered == perhaps);
            ensure!(fits, "{}: {said:?} was acknowledged, {answered:?} is there", barter.note());
            let other = barter.parties.iter().find(|party| party.person.id != self.id);
            let seen = other.map(|other| found.barters_of(&other.person.id)).unwrap_or_default();
            let same = seen.iter().filter(|b| b.id == barter.id && b.revision == barter.revision).count();
            ensure!(same == 1, "{}: the one who proposed it sees it {same} times", barter.note());
        }
        let heard = |id: &String| found.barters_of(&self.id).iter().any(|barter| barter.id == *id);
        ensure!(self.answers.keys().all(heard), "a proposal that was answered is gone");
        Ok(())
    }
}

/// The list that is kept in memory has every open offer once, and no other.
fn square_fits(books: &[&Book], found: &Found) -> Result<()> {
    let mut open: Vec<&String> = books
        .iter()
        .filter(|book| book.id != found.looker)
        .flat_map(|book| found.offers_of(&book.id))
        .filter(|offer| offer.state == "open")
        .map(|offer| &offer.id)
        .collect();
    let mut listed: Vec<&String> =
        found.square.iter().filter(|offer| offer.author.id != found.looker).map(|offer| &offer.id).collect();
    open.sort_unstable();
    listed.sort_unstable();
    ensure!(open == listed, "{} offers are open, {} are on the square", open.len(), listed.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::found::{Barter, Found, Offer};
    use super::{Book, Deed, Kept, compare};

    fn offer(id: &str, title: &str, version: u64, places_left: u64) -> Offer {
        let json = json!({
            "id": id, "title": title, "version": version, "capacity": 20, "places_left": places_left, "state": "open",
            "author": { "id": "awa" },
        });
        serde_json::from_value(json).expect("an offer")
    }

    /// A barter that Samir proposed for Awa's offer "o".
    fn barter(id: &str, note: &str, state: &str, revision: u64) -> Barter {
        let json = json!({
            "id": id, "state": state, "revision": revision, "actions": [],
            "parties": [{ "person": { "id": "samir" } }, { "person": { "id": "awa" } }],
            "terms": [{ "note": note, "legs": [{ "offer": "o" }] }],
        });
        serde_json::from_value(json).expect("a barter")
    }

    fn books() -> (Book, Book) {
        let mut awa = Book { id: "awa".to_owned(), ..Book::default() };
        awa.offers.insert("o".to_owned(), Kept { title: "Pain".to_owned(), edits: 1 });
        let mut samir = Book { id: "samir".to_owned(), ..Book::default() };
        samir.barters.insert("b".to_owned(), "Bonjour".to_owned());
        (awa, samir)
    }

    fn fits(awa: &Book, samir: &Book, offers: Vec<Offer>, barters: Vec<Barter>) -> bool {
        let square = offers.clone();
        compare(&[awa, samir], &Found::of([("awa", offers, barters.clone()), ("samir", Vec::new(), barters)], square))
            .is_ok()
    }

    #[test]
    fn what_was_acknowledged_and_is_there_fits() {
        let (mut awa, samir) = books();
        assert!(fits(&awa, &samir, vec![offer("o", "Pain", 2, 20)], vec![barter("b", "Bonjour", "proposed", 1)]));
        awa.answers.insert("b".to_owned(), true);
        assert!(fits(&awa, &samir, vec![offer("o", "Pain", 3, 19)], vec![barter("b", "Bonjour", "agreed", 2)]));
    }

    #[test]
    fn what_is_lost_is_found() {
        let (mut awa, samir) = books();
        let (whole, asked) = (offer("o", "Pain", 2, 20), barter("b", "Bonjour", "proposed", 1));
        assert!(!fits(&awa, &samir, Vec::new(), vec![asked.clone()]), "an offer");
        assert!(!fits(&awa, &samir, vec![offer("o", "Avant", 2, 20)], vec![asked.clone()]), "an edit");
        assert!(!fits(&awa, &samir, vec![whole.clone()], Vec::new()), "a proposal");
        awa.answers.insert("b".to_owned(), true);
        assert!(!fits(&awa, &samir, vec![whole], vec![asked]), "an answer");
        let agreed = barter("b", "Bonjour", "agreed", 2);
        assert!(!fits(&awa, &samir, vec![offer("o", "Pain", 2, 20)], vec![agreed]), "a place");
    }

    #[test]
    fn what_is_there_twice_is_found() {
        let (mut awa, samir) = books();
        let (whole, asked) = (offer("o", "Pain", 2, 20), barter("b", "Bonjour", "proposed", 1));
        assert!(!fits(&awa, &samir, vec![offer("o", "Pain", 3, 20)], vec![asked.clone()]), "an edit");
        assert!(!fits(&awa, &samir, vec![whole.clone(), whole.clone()], vec![asked.clone()]), "an offer on the list");
        let second = barter("c", "Bonjour", "proposed", 1);
        assert!(!fits(&awa, &samir, vec![whole.clone()], vec![asked.clone(), second]), "a proposal");
        awa.pending = Some(Deed::Post { title: "Sel".to_owned() });
        let (one, two) = (offer("p", "Sel", 1, 20), offer("q", "Sel", 1, 20));
        assert!(fits(&awa, &samir, vec![whole.clone(), one.clone()], vec![asked.clone()]), "unanswered, and done once");
        assert!(!fits(&awa, &samir, vec![whole, one, two], vec![asked]), "unanswered, and done twice");
    }

    #[test]
    fn the_square_is_compared_too() {
        let (awa, samir) = books();
        let (whole, asked) = (offer("o", "Pain", 2, 20), barter("b", "Bonjour", "proposed", 1));
        let both = [("awa", vec![whole], vec![asked.clone()]), ("samir", Vec::new(), vec![asked])];
        assert!(compare(&[&awa, &samir], &Found::of(both, Vec::new())).is_err());
    }
}
