//! Files, caches, queues, and what a browser keeps.

use domain::own_data::{Fate, Topic};

use super::Holds::{Nothing, People, Person, Random};
use super::Place;
use Fate::{Erased, Kept, NotPersonal};

/// Every place beside the columns.
pub const PLACES: &[Place] = &[
    Place {
        name: "toit.db, toit.db-wal, toit.db-shm",
        topic: Topic::Account,
        holds: People,
        fate: Erased,
        how: "SQLite's file, its log and its index of the log: after the rows are gone the file is written anew (VACUUM) and the log is cut to nothing",
    },
    Place {
        name: "the data directory of PostgreSQL",
        topic: Topic::Account,
        holds: People,
        fate: Erased,
        how: "the tables are written anew (VACUUM FULL) and sampled anew (ANALYZE); its write-ahead log is recycled as docs/OPERATING.md says; its queue of notifications passes ids of things and of who blocks whom, random numbers, and no word",
    },
    Place {
        name: "indexes",
        topic: Topic::Account,
        holds: People,
        fate: Erased,
        how: "hold columns of this map alone, and are written anew with their tables",
    },
    Place {
        name: "outbox",
        topic: Topic::Work,
        holds: Person,
        fate: Erased,
        how: "work for later about the person and her offers is deleted with them; work about an exchange looks for it in vain and goes",
    },
    Place {
        name: "backups/",
        topic: Topic::Backups,
        holds: People,
        fate: Kept,
        how: "each is destroyed after 30 days; restoring one erases again everybody who stands in the ledger",
    },
    Place {
        name: "photos/, or the bucket of the photos",
        topic: Topic::Notices,
        holds: Person,
        fate: Erased,
        how: "two pictures of each photo, without anything but pixels, sealed with a key that lies in the photo's row alone; taken off with the row, and where that fails no more than noise until the next sweep, also in every copy of the folder",
    },
    Place {
        name: "ledger",
        topic: Topic::Leaving,
        holds: Random,
        fate: Kept,
        how: "one random number for each erasure, so that a restored backup forgets again; it leads to nobody",
    },
    Place { name: "keys", topic: Topic::Keys, holds: Nothing, fate: NotPersonal, how: "the server's own secrets" },
    Place {
        name: "serving.lock, keys.lock",
        topic: Topic::Keys,
        holds: Nothing,
        fate: NotPersonal,
        how: "empty files that keep programs out of each other's way",
    },
    Place {
        name: "toit.db.restoring, and backups that are being written (.partial)",
        topic: Topic::Backups,
        holds: People,
        fate: Kept,
        how: "become the database or a backup, or are removed by the next",
    },
    Place {
        name: "exports",
        topic: Topic::Account,
        holds: People,
        fate: NotPersonal,
        how: "made in memory while they are sent; never a file of the server",
    },
    Place { name: "atlas", topic: Topic::Memory, holds: Nothing, fate: NotPersonal, how: "residences and offices" },
    Place {
        name: "board, cards",
        topic: Topic::Memory,
        holds: Person,
        fate: Erased,
        how: "offers, notices and events of the lists; each leaves with the commit that deletes it, on every server",
    },
    Place {
        name: "index of words",
        topic: Topic::Memory,
        holds: Person,
        fate: Erased,
        how: "the words of the posts on the board, for the search; those of a post leave with it, with the commit that deletes it, on every server",
    },
    Place {
        name: "viewers",
        topic: Topic::Memory,
        holds: Person,
        fate: Erased,
        how: "who a session is; leaves when the session ends, on every server",
    },
    Place {
        name: "market",
        topic: Topic::Memory,
        holds: Person,
        fate: Erased,
        how: "open offers without a word of theirs, and who blocks whom; each leaves with the commit that deletes it, on every server; numbers of people and households, random ones, stay until the next start",
    },
    Place {
        name: "blocks",
        topic: Topic::Memory,
        holds: People,
        fate: Erased,
        how: "who does not meet whom; a pair leaves with the commit that takes it back or erases one of the two, on every server",
    },
    Place {
        name: "limits on tries",
        topic: Topic::Memory,
        holds: Random,
        fate: Erased,
        how: "counted under a hash whose key changes at each start; forgotten after an hour at most",
    },
    Place {
        name: "log",
        topic: Topic::Logs,
        holds: Nothing,
        fate: NotPersonal,
        how: "written to standard error: no name, no text, no address, no id of a person or of her things",
    },
    Place {
        name: "cookies __Host-toit-access, __Host-toit-refresh",
        topic: Topic::Browser,
        holds: Person,
        fate: Erased,
        how: "taken back by the answer to leaving; worthless everywhere else, because the session has ended",
    },
    Place {
        name: "sessionStorage",
        topic: Topic::Browser,
        holds: Person,
        fate: Erased,
        how: "drafts on the device, until the tab is closed or the person signs out or leaves",
    },
    Place {
        name: "localStorage",
        topic: Topic::Browser,
        holds: Nothing,
        fate: Kept,
        how: "the language, and a number of 32 bits that tells whether the same person is signed in on this device as before; it leads to nobody, and goes when she signs out or leaves",
    },
];
