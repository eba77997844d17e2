//! `docs/PRIVACY.md`, made from the map.

use std::fmt::Write;

use domain::own_data::{Fate, KeptThing};

use super::{Exported, Holds, PLACES, columns, things};

fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Nothing => "nothing personal",
        Holds::Person => "one person",
        Holds::People => "several people",
        Holds::Household => "a household, no name",
        Holds::Random => "random or hashed",
    }
}

fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Erased => "erased",
        Fate::Emptied => "emptied",
        Fate::Kept => "kept",
        Fate::NotPersonal => "nothing to erase",
    }
}

fn thing(text: &mut String, thing: &KeptThing) {
    let sees = if thing.office_sees { "The office sees it." } else { "The office does not see it." };
    let _ = write!(
        text,
        "\n### {}\n\n{} {sees}\n\n- How long: {}\n- When the person leaves: {}.\n",
        thing.title.en, thing.what.en, thing.how_long.en, thing.leaving_words.en
    );
    let columns: Vec<_> = columns().filter(|c| c.topic == thing.topic).collect();
    if !columns.is_empty() {
        text.push_str("\n| Column | Holds | Erasure | In the export |\n| --- | --- | --- | --- |\n");
    }
    for column in columns {
        let exported = match column.exported {
            Exported::At(pointer) => format!("`{pointer}`"),
            Exported::Not(why) => why.to_owned(),
        };
        let _ = writeln!(
            text,
            "| `{}.{}` | {} | {} | {exported} |",
            column.table,
            column.name,
            holds(column.holds),
            fate(column.fate)
        );
    }
    let places: Vec<_> = PLACES.iter().filter(|p| p.topic == thing.topic).collect();
    if !places.is_empty() {
        text.push_str("\n| Place | Holds | Erasure | How |\n| --- | --- | --- | --- |\n");
    }
    for place in places {
        let _ = writeln!(text, "| {} | {} | {} | {} |", place.name, holds(place.holds), fate(place.fate), place.how);
    }
}

/// The whole document.
#[must_use]
pub fn document() -> String {
    let mut text = String::from(
        "# Privacy: what is kept, and what becomes of it\n\n\
         Made from the erasure map (`crates/api/src/data_map/`) by `cargo xtask openapi`; do not edit. A test compares the map with the\n\
         schema of the database and fails on a column that it does not name. The page about transparency in the application, the export\n\
         and the receipt of an erasure are made from the same map.\n\n\
         ## In short\n\n\
         - A tenant is known by a first name and a mark. No surname, no flat, no birthday, no telephone number: there is no field for them.\n\
         - The office sees its own roll (how many seats of a household are taken) and what it did itself. It has no way to posts, agreements\n\
           or names.\n\
         - Nothing is sent to anybody else. Without configuration the server asks no other host.\n\
         - Leaving erases: at once, or after a pause of seven days that signing in stops. It is proven by a receipt that is signed and says\n\
           nothing about the person.\n\
         - Everything about oneself can be taken along: a page to read and a file for programs, in one ZIP.\n\n\
         ## How an erasure goes\n\n\
         1. The person asks for it with her password. All her devices are signed out.\n\
         2. Her tombstone, a random number, is written into the ledger beside the database.\n\
         3. Agreements are left: what ran is dissolved, open parts are waived, all words in them are deleted.\n\
         4. Offers, account, sessions and keys are deleted; the seat of the household is free.\n\
         5. The files are written anew, so that no deleted byte stays in a gap.\n\
         6. The receipt is complete.\n\n\
         Each step is a transaction: a server that is killed in between goes on where it was. Backups are destroyed after 30 days; a backup\n\
         that is restored before then is cleaned with the ledger before the server answers.\n\n\
         ## Thing by thing\n",
    );
    for each in things() {
        thing(&mut text, &each);
    }
    text
}
