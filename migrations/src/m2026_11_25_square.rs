//! The square: notices with photos, events with dates, answers and lines, feeds of calendars, conversations, news.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, hash, id, index, instant, int, maybe, table, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn notices() -> Vec<TableCreateStatement> {
    vec![
        table(
            "notices",
            vec![
                id("id"),
                id("office_id"),
                id("author_id"),
                id("residence_id"),
                text("kind"),
                text("title"),
                text("text"),
                text("circle"),
                maybe(id("seen_residence_id")),
                maybe(int("seen_radius_m")),
                maybe(instant("seen_at")),
                maybe(id("photo_id")),
                text("state"),
                instant("created_at"),
                instant("expires_at"),
                int("renewals"),
                maybe(instant("resolved_at")),
                int("version"),
                flag("hidden"),
            ],
            &["id"],
            &[("office_id", "offices"), ("author_id", "tenants"), ("residence_id", "residences")],
        ),
        table(
            "photos",
            vec![id("id"), id("notice_id"), hash("key"), int("width"), int("height"), instant("created_at")],
            &["id"],
            &[("notice_id", "notices")],
        ),
    ]
}

fn events() -> Vec<TableCreateStatement> {
    vec![
        table(
            "events",
            vec![
                id("id"),
                id("office_id"),
                id("author_id"),
                id("residence_id"),
                text("title"),
                text("text"),
                text("place"),
                maybe(id("at_residence_id")),
                // Local time in Europe/Paris, as people mean it: `2026-12-05T18:00:00`.
                text("start_local"),
                text("end_local"),
                text("circle"),
                maybe(int("places")),
                maybe(int("places_per_residence")),
                int("guests"),
                text("step_free"),
                maybe(text("access_text")),
                maybe(text("repetition")),
                text("state"),
                int("sequence"),
                instant("created_at"),
                instant("updated_at"),
                // Since when its dates go by no more, until there is a new one.
                maybe(instant("postponed_at")),
                // When the last date is over: the event leaves the lists.
                instant("over_at"),
                // What its hosts have changed: for `If-Match`. `version` grows with each answer as well: for cards. 0 while it is a draft.
                int("edition"),
                int("version"),
                flag("hidden"),
            ],
            &["id"],
            &[("office_id", "offices"), ("author_id", "tenants"), ("residence_id", "residences")],
        ),
        table(
            "event_hosts",
            vec![id("event_id"), id("tenant_id"), instant("added_at")],
            &["event_id", "tenant_id"],
            &[("event_id", "events"), ("tenant_id", "tenants")],
        ),
        table(
            "event_dates",
            vec![
                id("event_id"),
                text("date"),
                instant("starts_at"),
                instant("ends_at"),
                flag("cancelled"),
                int("taken"),
                int("waiting"),
                int("version"),
            ],
            &["event_id", "date"],
            &[("event_id", "events")],
        ),
        table(
            "event_answers",
            vec![
                id("event_id"),
                text("date"),
                id("tenant_id"),
                id("residence_id"),
                text("answer"),
                int("guests"),
                // The order of the waiting list.
                id("position"),
                maybe(instant("offer_until")),
                instant("updated_at"),
            ],
            &["event_id", "date", "tenant_id"],
            &[("event_id", "events"), ("tenant_id", "tenants")],
        ),
        table(
            "event_lines",
            vec![id("id"), id("event_id"), int("position"), text("what"), int("wanted")],
            &["id"],
            &[("event_id", "events")],
        ),
        table(
            "event_takings",
            vec![id("line_id"), text("date"), id("tenant_id"), int("number")],
            &["line_id", "date", "tenant_id"],
            &[("line_id", "event_lines"), ("tenant_id", "tenants")],
        ),
        // Who is still to be told something about an event, some at a time. The event itself may be gone by then.
        table(
            "event_words",
            vec![id("id"), id("tenant_id"), id("event_id"), text("kind"), maybe(text("date"))],
            &["id", "tenant_id"],
            &[("tenant_id", "tenants")],
        ),
        table(
            "feeds",
            vec![hash("hash"), id("tenant_id"), text("kind"), int("generation"), instant("created_at")],
            &["hash"],
            &[("tenant_id", "tenants")],
        ),
    ]
}

fn talk() -> Vec<TableCreateStatement> {
    vec![
        table(
            "conversations",
            vec![
                id("id"),
                id("office_id"),
                text("about_kind"),
                id("about_id"),
                text("whom"),
                // One conversation each: who began it; the thing where everybody talks; the conversation itself once one of two is gone.
                id("opener_id"),
                instant("created_at"),
                instant("updated_at"),
            ],
            &["id"],
            &[("office_id", "offices")],
        ),
        table(
            "conversation_people",
            vec![
                id("conversation_id"),
                id("tenant_id"),
                // The last message that was read; the id of the conversation, which is older than all of them, before the first.
                id("read_up_to"),
                flag("muted"),
                // The last message when she came in; the id of the conversation when there was none.
                id("joined_after"),
            ],
            &["conversation_id", "tenant_id"],
            &[("conversation_id", "conversations"), ("tenant_id", "tenants")],
        ),
        // Who was in one and said no since: how she had it, for when she says yes again.
        table(
            "conversation_left",
            vec![
                id("conversation_id"),
                id("tenant_id"),
                id("read_up_to"),
                flag("muted"),
                id("joined_after"),
                // The last message when she went out.
                id("left_after"),
            ],
            &["conversation_id", "tenant_id"],
            &[("conversation_id", "conversations"), ("tenant_id", "tenants")],
        ),
        table(
            "messages",
            vec![id("id"), id("conversation_id"), maybe(id("author_id")), text("kind"), text("text"), instant("at")],
            &["id"],
            &[("conversation_id", "conversations")],
        ),
        table(
            "news",
            vec![
                id("tenant_id"),
                text("about_kind"),
                id("about_id"),
                // Grows with what happens: the order of the list.
                id("id"),
                text("kind"),
                int("count"),
                maybe(id("actor_id")),
                // Of which date of an event; empty: of the whole thing.
                text("date"),
                instant("at"),
                flag("unread"),
            ],
            &["tenant_id", "about_kind", "about_id", "date"],
            &[("tenant_id", "tenants")],
        ),
    ]
}

fn tables() -> Vec<TableCreateStatement> {
    [notices(), events(), talk()].into_iter().flatten().collect()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("notices_author", "notices", &["author_id", "id"], false),
        // Those in the lists, read in order when a server starts; the sides of what is lost and found.
        index("notices_state", "notices", &["state", "id"], false),
        index("notices_alike", "notices", &["office_id", "kind", "state", "id"], false),
        index("photos_notice", "photos", &["notice_id"], false),
        index("events_author", "events", &["author_id", "id"], false),
        index("events_state", "events", &["state", "id"], false),
        index("event_hosts_tenant", "event_hosts", &["tenant_id", "event_id"], false),
        index("event_dates_starts", "event_dates", &["event_id", "starts_at"], false),
        index("event_answers_line", "event_answers", &["event_id", "date", "answer", "position"], false),
        // What one residence has taken, and who of it waits first, without looking at the rows.
        index(
            "event_answers_residence",
            "event_answers",
            &["event_id", "date", "residence_id", "answer", "position", "guests"],
            false,
        ),
        index("event_answers_tenant", "event_answers", &["tenant_id", "event_id"], false),
        index("event_lines_event", "event_lines", &["event_id", "position"], false),
        index("event_takings_tenant", "event_takings", &["tenant_id"], false),
        index("event_words_tenant", "event_words", &["tenant_id"], false),
        index("feeds_tenant", "feeds", &["tenant_id", "kind"], true),
        index("conversations_about", "conversations", &["about_id", "about_kind", "whom", "opener_id"], true),
        index("conversation_people_tenant", "conversation_people", &["tenant_id", "conversation_id"], false),
        index("conversation_left_tenant", "conversation_left", &["tenant_id"], false),
        index("messages_conversation", "messages", &["conversation_id", "id"], false),
        index("messages_author", "messages", &["author_id", "id"], false),
        index("news_tenant", "news", &["tenant_id", "id"], false),
        index("news_about", "news", &["about_id"], false),
        index("news_actor", "news", &["actor_id"], false),
        index("news_at", "news", &["at"], false),
    ]
}

fn repair_line() -> ColumnDef {
    maybe(text("repair_line"))
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = Table::alter().table(Alias::new("offices")).add_column(repair_line()).to_owned();
        manager.alter_table(add).await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes() {
            let name = index.get_index_spec().get_name().map(str::to_owned).unwrap_or_default();
            manager.drop_index(Index::drop().name(name).to_owned()).await?;
        }
        for name in [
            "news",
            "messages",
            "conversation_left",
            "conversation_people",
            "conversations",
            "feeds",
            "event_words",
            "event_takings",
            "event_lines",
            "event_answers",
            "event_dates",
            "event_hosts",
            "events",
            "photos",
            "notices",
        ] {
            manager.drop_table(Table::drop().table(Alias::new(name)).to_owned()).await?;
        }
        let drop = Table::alter().table(Alias::new("offices")).drop_column(Alias::new("repair_line")).to_owned();
        manager.alter_table(drop).await
    }
}
