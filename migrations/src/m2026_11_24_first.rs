//! Offices, residences, the roll, codes; tenants and sessions; offers; barters; idempotency keys, outbox, revisions.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, hash, id, index, instant, int, maybe, table, text, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("offices", vec![id("id"), unique(text("slug")), text("name"), instant("created_at")], &["id"], &[]),
        table(
            "residences",
            vec![
                id("id"),
                id("office_id"),
                text("reference"),
                text("name"),
                text("address"),
                text("postcode"),
                text("district"),
                maybe(text("quarter")),
                ColumnDef::new(Alias::new("lat")).double().null().to_owned(),
                ColumnDef::new(Alias::new("lon")).double().null().to_owned(),
                int("dwellings"),
                text("wave"),
            ],
            &["id"],
            &[("office_id", "offices")],
        ),
        table(
            "households",
            vec![
                id("id"),
                id("office_id"),
                id("residence_id"),
                text("reference"),
                int("seats"),
                int("seats_taken"),
                maybe(int("letter_box")),
                maybe(instant("ended_at")),
            ],
            &["id"],
            &[("office_id", "offices"), ("residence_id", "residences")],
        ),
        table(
            "codes",
            vec![
                id("id"),
                id("household_id"),
                unique(hash("hash")),
                instant("issued_at"),
                instant("expires_at"),
                maybe(instant("revoked_at")),
            ],
            &["id"],
            &[("household_id", "households")],
        ),
        table(
            "categories",
            vec![
                id("office_id"),
                text("slug"),
                maybe(text("parent")),
                int("position"),
                text("fr"),
                text("en"),
                text("icon"),
                flag("sensitive"),
            ],
            &["office_id", "slug"],
            &[("office_id", "offices")],
        ),
        table(
            "tenants",
            vec![
                id("id"),
                id("office_id"),
                id("residence_id"),
                id("household_id"),
                text("first_name"),
                text("name_key"),
                text("mark_colour"),
                text("mark_animal"),
                text("language"),
                text("sign_in_name"),
                unique(text("sign_in_key")),
                maybe(text("email")),
                text("password_hash"),
                instant("joined_at"),
                int("version"),
            ],
            &["id"],
            &[("office_id", "offices"), ("residence_id", "residences"), ("household_id", "households")],
        ),
        table(
            "sessions",
            vec![
                id("id"),
                id("tenant_id"),
                text("device"),
                instant("created_at"),
                instant("last_used_at"),
                instant("expires_at"),
                maybe(instant("ended_at")),
            ],
            &["id"],
            &[("tenant_id", "tenants")],
        ),
        table(
            "refresh_tokens",
            vec![hash("hash"), id("session_id"), instant("created_at"), maybe(instant("used_at"))],
            &["hash"],
            &[("session_id", "sessions")],
        ),
        table(
            "offers",
            vec![
                id("id"),
                id("office_id"),
                id("author_id"),
                id("residence_id"),
                text("kind"),
                text("category"),
                text("title"),
                text("text"),
                text("circle"),
                maybe(text("times")),
                int("capacity"),
                int("taken"),
                text("in_return"),
                text("state"),
                instant("created_at"),
                instant("expires_at"),
                int("version"),
            ],
            &["id"],
            &[("office_id", "offices"), ("author_id", "tenants"), ("residence_id", "residences")],
        ),
        table(
            "barters",
            vec![
                id("id"),
                id("office_id"),
                text("state"),
                int("revision"),
                instant("created_at"),
                instant("updated_at"),
                instant("expires_at"),
            ],
            &["id"],
            &[("office_id", "offices")],
        ),
        table(
            "barter_parties",
            vec![
                id("barter_id"),
                id("tenant_id"),
                int("position"),
                maybe(int("consented")),
                maybe(text("need")),
                text("part"),
                instant("updated_at"),
            ],
            &["barter_id", "tenant_id"],
            &[("barter_id", "barters"), ("tenant_id", "tenants")],
        ),
        table(
            "barter_terms",
            vec![
                id("barter_id"),
                int("version"),
                id("author_id"),
                maybe(text("note")),
                text("legs"),
                instant("created_at"),
            ],
            &["barter_id", "version"],
            &[("barter_id", "barters")],
        ),
        table(
            "barter_legs",
            vec![
                id("id"),
                id("barter_id"),
                int("position"),
                id("giver_id"),
                id("receiver_id"),
                maybe(id("offer_id")),
                text("category"),
                text("what"),
                text("details"),
                maybe(instant("at")),
                maybe(text("place")),
                flag("sensitive"),
                text("state"),
                flag("giver_met"),
                flag("receiver_met"),
                maybe(id("done_by")),
                maybe(instant("done_at")),
                int("reminders"),
            ],
            &["id"],
            &[("barter_id", "barters")],
        ),
        table(
            "idempotency_keys",
            vec![text("scope"), text("key"), hash("request_hash"), id("made"), instant("created_at")],
            &["scope", "key"],
            &[],
        ),
        table("outbox", vec![id("id"), text("kind"), id("subject"), instant("due_at")], &["id"], &[]),
        table("revisions", vec![text("name"), instant("value")], &["name"], &[]),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("residences_reference", "residences", &["office_id", "reference"], true),
        index("households_reference", "households", &["office_id", "reference"], true),
        index("households_residence", "households", &["residence_id"], false),
        index("codes_household", "codes", &["household_id"], false),
        index("tenants_mark", "tenants", &["residence_id", "name_key", "mark_colour", "mark_animal"], true),
        index("tenants_email", "tenants", &["email"], false),
        index("tenants_household", "tenants", &["household_id"], false),
        index("sessions_tenant", "sessions", &["tenant_id"], false),
        index("refresh_tokens_session", "refresh_tokens", &["session_id"], false),
        index("offers_author", "offers", &["author_id", "id"], false),
        index("offers_state", "offers", &["state", "id"], false),
        index("offers_residence", "offers", &["residence_id"], false),
        index("barter_parties_tenant", "barter_parties", &["tenant_id", "updated_at", "barter_id"], false),
        index("barter_legs_barter", "barter_legs", &["barter_id"], false),
        index("idempotency_keys_created", "idempotency_keys", &["created_at"], false),
        index("outbox_due", "outbox", &["due_at"], false),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().into_iter().rev() {
            let name =
                table.get_table_name().cloned().ok_or_else(|| DbErr::Custom("a table without a name".to_owned()))?;
            manager.drop_table(Table::drop().table(name).to_owned()).await?;
        }
        Ok(())
    }
}
