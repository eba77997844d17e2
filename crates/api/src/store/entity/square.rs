//! Notices and events.

entity!(notices "notices" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    kind: String,
    title: String,
    text: String,
    circle: String,
    seen_residence_id: Option<Uuid>,
    seen_radius_m: Option<i32>,
    seen_at: Option<i64>,
    photo_id: Option<Uuid>,
    state: String,
    created_at: i64,
    expires_at: i64,
    renewals: i32,
    resolved_at: Option<i64>,
    version: i32,
    hidden: bool,
});

entity!(photos "photos" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    notice_id: Uuid,
    key: Vec<u8>,
    width: i32,
    height: i32,
    created_at: i64,
});

entity!(events "events" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    author_id: Uuid,
    residence_id: Uuid,
    title: String,
    text: String,
    place: String,
    at_residence_id: Option<Uuid>,
    start_local: String,
    end_local: String,
    circle: String,
    places: Option<i32>,
    places_per_residence: Option<i32>,
    guests: i32,
    step_free: String,
    access_text: Option<String>,
    repetition: Option<String>,
    state: String,
    sequence: i32,
    created_at: i64,
    updated_at: i64,
    postponed_at: Option<i64>,
    over_at: i64,
    edition: i32,
    version: i32,
    hidden: bool,
});

entity!(event_hosts "event_hosts" {
    #[sea_orm(primary_key, auto_increment = false)] event_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    added_at: i64,
});

entity!(event_dates "event_dates" {
    #[sea_orm(primary_key, auto_increment = false)] event_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] date: String,
    starts_at: i64,
    ends_at: i64,
    cancelled: bool,
    taken: i32,
    waiting: i32,
    version: i32,
});

entity!(event_answers "event_answers" {
    #[sea_orm(primary_key, auto_increment = false)] event_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] date: String,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    residence_id: Uuid,
    answer: String,
    guests: i32,
    position: Uuid,
    offer_until: Option<i64>,
    updated_at: i64,
});

entity!(event_lines "event_lines" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    event_id: Uuid,
    position: i32,
    what: String,
    wanted: i32,
});

entity!(event_takings "event_takings" {
    #[sea_orm(primary_key, auto_increment = false)] line_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] date: String,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    number: i32,
});

entity!(event_words "event_words" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    event_id: Uuid,
    kind: String,
    date: Option<String>,
});

entity!(feeds "feeds" {
    #[sea_orm(primary_key, auto_increment = false)] hash: Vec<u8>,
    tenant_id: Uuid,
    kind: String,
    generation: i32,
    created_at: i64,
});
