//! Conversations and news.

entity!(conversations "conversations" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    office_id: Uuid,
    about_kind: String,
    about_id: Uuid,
    whom: String,
    opener_id: Uuid,
    created_at: i64,
    updated_at: i64,
});

entity!(conversation_people "conversation_people" {
    #[sea_orm(primary_key, auto_increment = false)] conversation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    read_up_to: Uuid,
    muted: bool,
    joined_after: Uuid,
});

entity!(conversation_left "conversation_left" {
    #[sea_orm(primary_key, auto_increment = false)] conversation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    read_up_to: Uuid,
    muted: bool,
    joined_after: Uuid,
    left_after: Uuid,
});

entity!(messages "messages" {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    conversation_id: Uuid,
    author_id: Option<Uuid>,
    kind: String,
    text: String,
    at: i64,
});

entity!(news "news" {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] about_kind: String,
    #[sea_orm(primary_key, auto_increment = false)] about_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] date: String,
    id: Uuid,
    kind: String,
    count: i32,
    actor_id: Option<Uuid>,
    at: i64,
    unread: bool,
});
