//! Every column of every table but those of the square.

use domain::own_data::{Fate, Topic};

use super::Exported::{At, Not};
use super::Holds::{Household, Nothing, People, Person, Random};
use super::{Column, Exported, Holds};
use Fate::{Emptied, Erased, Kept, NotPersonal};

pub(super) const fn column(
    table: &'static str,
    topic: Topic,
    (name, holds, fate, exported): (&'static str, Holds, Fate, Exported),
) -> Column {
    Column { table, name, topic, holds, fate, exported }
}

macro_rules! tables {
    ($($table:literal $topic:ident { $($column:literal $holds:ident $fate:ident $exported:expr;)+ })+) => {
        &[$($(column($table, Topic::$topic, ($column, $holds, $fate, $exported)),)+)+]
    };
}
pub(super) use tables;

/// Why a column stands nowhere in an export.
pub(super) const NO_PERSON: Exported = Not("says nothing about a person");
pub(super) const SAME: Exported = Not("the same as another field, in a form for the machine");
pub(super) const SECRET: Exported = Not("a secret that is kept as a hash alone");
pub(super) const RANDOM: Exported = Not("a random number");
const OTHERS: Exported = Not("the exchange it belongs to tells it as the person saw it");

/// Every column of these tables.
pub const COLUMNS: &[Column] = tables! {
    "seaql_migrations" Work {
        "version" Nothing NotPersonal NO_PERSON;
        "applied_at" Nothing NotPersonal NO_PERSON;
    }
    "offices" Places {
        "id" Nothing NotPersonal At("/account/office");
        "slug" Nothing NotPersonal NO_PERSON;
        "name" Nothing NotPersonal At("/account/office_name");
        "created_at" Nothing NotPersonal NO_PERSON;
        "repair_line" Nothing NotPersonal NO_PERSON;
    }
    "residences" Places {
        "id" Nothing NotPersonal At("/account/residence/id");
        "office_id" Nothing NotPersonal SAME;
        "reference" Nothing NotPersonal NO_PERSON;
        "name" Nothing NotPersonal At("/account/residence/name");
        "address" Nothing NotPersonal At("/account/residence/address");
        "postcode" Nothing NotPersonal At("/account/residence/postcode");
        "district" Nothing NotPersonal At("/account/residence/district");
        "quarter" Nothing NotPersonal At("/account/residence/quarter");
        "lat" Nothing NotPersonal NO_PERSON;
        "lon" Nothing NotPersonal NO_PERSON;
        "dwellings" Nothing NotPersonal NO_PERSON;
        "wave" Nothing NotPersonal At("/account/residence/wave");
    }
    "categories" Places {
        "office_id" Nothing NotPersonal NO_PERSON;
        "slug" Nothing NotPersonal NO_PERSON;
        "parent" Nothing NotPersonal NO_PERSON;
        "position" Nothing NotPersonal NO_PERSON;
        "fr" Nothing NotPersonal NO_PERSON;
        "en" Nothing NotPersonal NO_PERSON;
        "icon" Nothing NotPersonal NO_PERSON;
        "sensitive" Nothing NotPersonal NO_PERSON;
    }
    "households" Household {
        "id" Household Kept SAME;
        "office_id" Household Kept SAME;
        "residence_id" Household Kept SAME;
        "reference" Household Kept At("/household/reference");
        "seats" Household Kept At("/household/seats");
        "seats_taken" Household Kept At("/household/seats_taken");
        "letter_box" Household Kept At("/household/letter_box");
        "ended_at" Household Kept At("/household/ended_at");
    }
    "codes" Codes {
        "id" Random Kept RANDOM;
        "household_id" Household Kept SAME;
        "hash" Random Kept SECRET;
        "issued_at" Household Kept At("/household/codes/0/issued_at");
        "expires_at" Household Kept At("/household/codes/0/expires_at");
        "revoked_at" Household Kept At("/household/codes/0/revoked_at");
    }
    "tenants" Account {
        "id" Person Erased At("/account/id");
        "office_id" Person Erased At("/account/office");
        "residence_id" Person Erased At("/account/residence/id");
        "household_id" Person Erased At("/household/reference");
        "first_name" Person Erased At("/account/first_name");
        "name_key" Person Erased SAME;
        "mark_colour" Person Erased At("/account/mark/colour");
        "mark_animal" Person Erased At("/account/mark/animal");
        "language" Person Erased At("/account/language");
        "sign_in_name" Person Erased At("/account/sign_in_name");
        "sign_in_key" Person Erased SAME;
        "email" Person Erased At("/account/email");
        "password_hash" Person Erased SECRET;
        "joined_at" Person Erased At("/account/joined_at");
        "version" Person Erased At("/account/version");
        "leaving_at" Person Erased At("/account/leaving/at");
        "leaving_why" Person Erased At("/account/leaving/why");
        "receipt" Random Erased SECRET;
        "last_seen_at" Person Erased At("/account/last_seen_at");
        "warnings" Person Erased At("/account/warnings");
        "tombstone" Random Erased RANDOM;
        "speaks" Person Erased At("/account/speaks");
    }
    "sessions" Devices {
        "id" Person Erased At("/devices/0/id");
        "tenant_id" Person Erased SAME;
        "device" Person Erased At("/devices/0/device");
        "created_at" Person Erased At("/devices/0/created_at");
        "last_used_at" Person Erased At("/devices/0/last_used_at");
        "expires_at" Person Erased At("/devices/0/expires_at");
        "ended_at" Person Erased Not("a device that was signed out is forgotten within the hour");
    }
    "refresh_tokens" Devices {
        "hash" Random Erased SECRET;
        "session_id" Person Erased SAME;
        "created_at" Person Erased SAME;
        "used_at" Person Erased SAME;
    }
    "offers" Offers {
        "id" Person Erased At("/offers/0/id");
        "office_id" Person Erased SAME;
        "author_id" Person Erased At("/offers/0/author/id");
        "residence_id" Person Erased At("/offers/0/residence/id");
        "kind" Person Erased At("/offers/0/kind");
        "category" Person Erased At("/offers/0/category");
        "title" Person Erased At("/offers/0/title");
        "text" Person Erased At("/offers/0/text");
        "circle" Person Erased At("/offers/0/circle");
        "times" Person Erased At("/offers/0/times");
        "capacity" Person Erased At("/offers/0/capacity");
        "taken" Person Erased At("/offers/0/places_left");
        "in_return" Person Erased At("/offers/0/in_return");
        "state" Person Erased At("/offers/0/state");
        "created_at" Person Erased At("/offers/0/created_at");
        "expires_at" Person Erased At("/offers/0/expires_at");
        "version" Person Erased At("/offers/0/version");
        "hidden" Person Erased Not("true only while she has asked to leave and is signed out");
        "ring_id" Person Erased Not("the ring it stands in is among the exchanges");
    }
    "barters" Exchanges {
        "id" People Kept At("/exchanges/0/id");
        "office_id" People Kept SAME;
        "state" People Kept At("/exchanges/0/state");
        "revision" People Kept At("/exchanges/0/revision");
        "created_at" People Kept At("/exchanges/0/created_at");
        "updated_at" People Kept At("/exchanges/0/updated_at");
        "expires_at" People Kept At("/exchanges/0/expires_at");
    }
    "barter_parties" Exchanges {
        "barter_id" People Erased SAME;
        "tenant_id" People Erased At("/exchanges/0/parties/0/person/id");
        "position" People Erased SAME;
        "consented" People Erased At("/exchanges/0/parties/0/consented");
        "need" People Erased At("/exchanges/0/need");
        "part" People Erased SAME;
        "updated_at" People Erased SAME;
    }
    "barter_terms" Exchanges {
        "barter_id" People Kept SAME;
        "version" People Kept At("/exchanges/0/terms/0/version");
        "author_id" People Emptied At("/exchanges/0/terms/0/author");
        "note" People Emptied At("/exchanges/0/terms/0/note");
        "legs" People Emptied At("/exchanges/0/terms/0/legs");
        "created_at" People Kept At("/exchanges/0/terms/0/created_at");
    }
    "barter_legs" Exchanges {
        "id" People Kept At("/exchanges/0/legs/0/id");
        "barter_id" People Kept SAME;
        "position" People Kept OTHERS;
        "giver_id" People Emptied At("/exchanges/0/legs/0/giver");
        "receiver_id" People Emptied At("/exchanges/0/legs/0/receiver");
        "offer_id" People Emptied At("/exchanges/0/legs/0/offer");
        "wish_id" People Emptied At("/exchanges/0/legs/0/wish");
        "category" People Kept At("/exchanges/0/legs/0/category");
        "what" People Emptied At("/exchanges/0/legs/0/what");
        "details" People Emptied At("/exchanges/0/legs/0/details");
        "at" People Emptied At("/exchanges/0/legs/0/at");
        "place" People Emptied At("/exchanges/0/legs/0/place");
        "sensitive" People Kept At("/exchanges/0/legs/0/sensitive");
        "state" People Kept At("/exchanges/0/legs/0/state");
        "giver_met" People Emptied At("/exchanges/0/legs/0/met");
        "receiver_met" People Emptied At("/exchanges/0/legs/0/met");
        "done_by" People Emptied At("/exchanges/0/legs/0/done_by");
        "done_at" People Kept At("/exchanges/0/legs/0/done_at");
        "reminders" People Kept At("/exchanges/0/legs/0/reminders");
    }
    "rings" Exchanges {
        "key" Random Erased RANDOM;
        "barter_id" People Erased SAME;
        "rests_until" People Erased Not("tells for how long a ring is not proposed again, to spare who said no");
    }
    "blocks" Blocks {
        "blocker_id" Person Erased SAME;
        "blocked_id" Person Erased At("/blocks/0/person/id");
        "created_at" Person Erased At("/blocks/0/since");
    }
    "idempotency_keys" Work {
        "scope" Person Erased SAME;
        "key" Person Erased At("/recent_requests/0/key");
        "request_hash" Random Erased SECRET;
        "made" Person Erased At("/recent_requests/0/made");
        "created_at" Person Erased At("/recent_requests/0/created_at");
    }
    "outbox" Work {
        "id" Random Erased RANDOM;
        "kind" Nothing Erased NO_PERSON;
        "subject" Person Erased SAME;
        "due_at" Nothing Erased NO_PERSON;
    }
    "revisions" Work {
        "name" Nothing NotPersonal NO_PERSON;
        "value" Nothing NotPersonal NO_PERSON;
    }
    "tombstones" Leaving {
        "tombstone" Random Kept RANDOM;
        "erased_at" Random Kept NO_PERSON;
    }
    "departures" Leaving {
        "tenant_id" Person Erased SAME;
        "hash" Random Erased RANDOM;
        "left_at" Person Erased NO_PERSON;
    }
    "receipts" Leaving {
        "hash" Random Kept SECRET;
        "number" Random Kept RANDOM;
        "language" Nothing Kept NO_PERSON;
        "state" Nothing Kept NO_PERSON;
        "erase_at" Nothing Kept NO_PERSON;
        "erased_at" Nothing Kept NO_PERSON;
        "expires_at" Nothing Kept NO_PERSON;
    }
    "accesses" Accesses {
        "id" Random Kept RANDOM;
        "office_id" Household Kept SAME;
        "household_id" Household Kept SAME;
        "what" Household Kept At("/accesses/0/what");
        "at" Household Kept At("/accesses/0/at");
    }
};
