//! The tables, row by row. Private to the store: nothing outside knows a column.

macro_rules! entity {
    ($module:ident $table:tt { $($(#[$attr:meta])* $field:ident: $ty:ty),+ $(,)? }) => {
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$attr])* pub $field: $ty),+ }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod square;
mod talk;

pub use square::{
    event_answers, event_dates, event_hosts, event_lines, event_takings, event_words, events, feeds, notices, photos,
};
pub use talk::{conversation_left, conversation_people, conversations, messages, news};

entity!(offices "offices" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    slug: String,
    name: String,
    created_at: i64,
    repair_line: Option<String>,
});

entity!(residences "residences" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    reference: String,
    name: String,
    address: String,
    postcode: String,
    district: String,
    quarter: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    dwellings: i32,
    wave: String,
});

entity!(households "households" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    residence_id: Uuid,
    reference: String,
    seats: i32,
    seats_taken: i32,
    letter_box: Option<i32>,
    ended_at: Option<i64>,
});

entity!(codes "codes" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    household_id: Uuid,
    hash: Vec<u8>,
    issued_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
});

entity!(categories "categories" {
    #[sea_orm(primary_key, auto_increment = false)] office_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] slug: String,
    parent: Option<String>,
    position: i32,
    fr: String,
    en: String,
    icon: String,
    sensitive: bool,
});

entity!(tenants "tenants" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    residence_id: Uuid,
    household_id: Uuid,
    first_name: String,
    name_key: String,
    mark_colour: String,
    mark_animal: String,
    language: String,
    sign_in_name: String,
    sign_in_key: String,
    email: Option<String>,
    password_hash: String,
    joined_at: i64,
    version: i32,
    leaving_at: Option<i64>,
    leaving_why: Option<String>,
    receipt: Option<Vec<u8>>,
    last_seen_at: i64,
    warnings: i32,
    tombstone: Option<Uuid>,
    speaks: String,
});

entity!(sessions "sessions" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    device: String,
    created_at: i64,
    last_used_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
});

entity!(refresh_tokens "refresh_tokens" {
    #[sea_orm(primary_key, auto_increment = false)] hash: Vec<u8>,
    session_id: Uuid,
    created_at: i64,
    used_at: Option<i64>,
});

entity!(offers "offers" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    kind: String,
    category: String,
    title: String,
    text: String,
    circle: String,
    times: Option<String>,
    capacity: i32,
    taken: i32,
    in_return: String,
    state: String,
    created_at: i64,
    expires_at: i64,
    version: i32,
    hidden: bool,
    ring_id: Option<Uuid>,
});

entity!(barters "barters" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    state: String,
    revision: i32,
    created_at: i64,
    updated_at: i64,
    expires_at: i64,
});

entity!(barter_parties "barter_parties" {
    #[sea_orm(primary_key, auto_increment = false)] barter_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    position: i32,
    consented: Option<i32>,
    need: Option<String>,
    part: String,
    updated_at: i64,
});

entity!(barter_terms "barter_terms" {
    #[sea_orm(primary_key, auto_increment = false)] barter_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] version: i32,
    author_id: Uuid,
    note: Option<String>,
    legs: String,
    created_at: i64,
});

entity!(barter_legs "barter_legs" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    barter_id: Uuid,
    position: i32,
    giver_id: Uuid,
    receiver_id: Uuid,
    offer_id: Option<Uuid>,
    wish_id: Option<Uuid>,
    category: String,
    what: String,
    details: String,
    at: Option<i64>,
    place: Option<String>,
    sensitive: bool,
    state: String,
    giver_met: bool,
    receiver_met: bool,
    done_by: Option<Uuid>,
    done_at: Option<i64>,
    reminders: i32,
});

entity!(idempotency_keys "idempotency_keys" {
    #[sea_orm(primary_key, auto_increment = false)] scope: String,
    #[sea_orm(primary_key, auto_increment = false)] key: String,
    request_hash: Vec<u8>,
    made: Uuid,
    created_at: i64,
});

entity!(outbox "outbox" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    kind: String,
    subject: Uuid,
    due_at: i64,
});

entity!(revisions "revisions" {
    #[sea_orm(primary_key, auto_increment = false)] name: String,
    value: i64,
});

entity!(tombstones "tombstones" {
    #[sea_orm(primary_key, auto_increment = false)] tombstone: Uuid,
    erased_at: i64,
});

entity!(departures "departures" {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] hash: Vec<u8>,
    left_at: i64,
});

entity!(receipts "receipts" {
    #[sea_orm(primary_key, auto_increment = false)] hash: Vec<u8>,
    number: String,
    language: String,
    state: String,
    erase_at: i64,
    erased_at: Option<i64>,
    expires_at: i64,
});

entity!(accesses "accesses" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    household_id: Option<Uuid>,
    what: String,
    at: i64,
});

entity!(rings "rings" {
    #[sea_orm(primary_key, auto_increment = false)] key: Vec<u8>,
    barter_id: Uuid,
    rests_until: Option<i64>,
});

entity!(blocks "blocks" {
    #[sea_orm(primary_key, auto_increment = false)] blocker_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] blocked_id: Uuid,
    created_at: i64,
});
