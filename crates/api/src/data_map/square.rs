//! The columns of notices, events, conversations and news.

use domain::own_data::{Fate, Topic};

use super::Column;
use super::Exported::{At, Not};
use super::Holds::{People, Person, Random};
use super::columns::{RANDOM, SAME, SECRET, column, tables};
use Fate::{Emptied, Erased, Kept};

/// Every column of the square.
pub const COLUMNS: &[Column] = tables! {
    "notices" Notices {
        "id" Person Erased At("/notices/0/id");
        "office_id" Person Erased SAME;
        "author_id" Person Erased At("/notices/0/author/id");
        "residence_id" Person Erased At("/notices/0/residence/id");
        "kind" Person Erased At("/notices/0/kind");
        "title" Person Erased At("/notices/0/title");
        "text" Person Erased At("/notices/0/text");
        "circle" Person Erased At("/notices/0/circle");
        "seen_residence_id" Person Erased At("/notices/0/seen/residence/id");
        "seen_radius_m" Person Erased At("/notices/0/seen/radius_m");
        "seen_at" Person Erased At("/notices/0/seen/at");
        "photo_id" Person Erased At("/notices/0/photo/id");
        "state" Person Erased At("/notices/0/state");
        "created_at" Person Erased At("/notices/0/created_at");
        "expires_at" Person Erased At("/notices/0/expires_at");
        "renewals" Person Erased At("/notices/0/renewals_left");
        "resolved_at" Person Erased At("/notices/0/resolved_at");
        "version" Person Erased At("/notices/0/version");
        "hidden" Person Erased Not("true only while she has asked to leave and is signed out");
    }
    "photos" Notices {
        "id" Person Erased At("/notices/0/photo/id");
        "notice_id" Person Erased SAME;
        "key" Random Erased SECRET;
        "width" Person Erased At("/notices/0/photo/width");
        "height" Person Erased At("/notices/0/photo/height");
        "created_at" Person Erased SAME;
    }
    "events" Events {
        "id" Person Erased At("/events/0/id");
        "office_id" Person Erased SAME;
        "author_id" Person Erased At("/events/0/hosts/0/id");
        "residence_id" Person Erased At("/events/0/residence/id");
        "title" Person Erased At("/events/0/title");
        "text" Person Erased At("/events/0/text");
        "place" Person Erased At("/events/0/place");
        "at_residence_id" Person Erased At("/events/0/at_residence/id");
        "start_local" Person Erased At("/events/0/start");
        "end_local" Person Erased At("/events/0/end");
        "circle" Person Erased At("/events/0/circle");
        "places" Person Erased At("/events/0/places");
        "places_per_residence" Person Erased At("/events/0/places_per_residence");
        "guests" Person Erased At("/events/0/guests");
        "step_free" Person Erased At("/events/0/access/step_free");
        "access_text" Person Erased At("/events/0/access/text");
        "repetition" Person Erased At("/events/0/repeat");
        "state" Person Erased At("/events/0/state");
        "sequence" Person Erased At("/events/0/sequence");
        "created_at" Person Erased At("/events/0/created_at");
        "updated_at" Person Erased SAME;
        "postponed_at" Person Erased Not("only while it is postponed, to know which dates were still to come");
        "over_at" Person Erased SAME;
        "edition" Person Erased At("/events/0/version");
        "version" Person Erased SAME;
        "hidden" Person Erased Not("true only while she has asked to leave and is signed out");
    }
    "event_hosts" Events {
        "event_id" Person Erased SAME;
        "tenant_id" Person Erased At("/events/0/hosts/0/id");
        "added_at" Person Erased SAME;
    }
    "event_dates" Events {
        "event_id" Person Erased SAME;
        "date" Person Erased At("/events/0/dates/0/date");
        "starts_at" Person Erased At("/events/0/dates/0/starts_at");
        "ends_at" Person Erased At("/events/0/dates/0/ends_at");
        "cancelled" Person Erased At("/events/0/dates/0/cancelled");
        "taken" Person Erased At("/events/0/dates/0/taken");
        "waiting" Person Erased At("/events/0/dates/0/waiting");
        "version" Person Erased SAME;
    }
    "event_answers" Events {
        "event_id" Person Erased At("/answers/0/event");
        "date" Person Erased At("/answers/0/date");
        "tenant_id" Person Erased SAME;
        "residence_id" Person Erased SAME;
        "answer" Person Erased At("/answers/0/answer");
        "guests" Person Erased At("/answers/0/guests");
        "position" Random Erased RANDOM;
        "offer_until" Person Erased At("/answers/0/offer_until");
        "updated_at" Person Erased At("/answers/0/updated_at");
    }
    "event_lines" Events {
        "id" Person Erased At("/events/0/bring/0/id");
        "event_id" Person Erased SAME;
        "position" Person Erased SAME;
        "what" Person Erased At("/events/0/bring/0/what");
        "wanted" Person Erased At("/events/0/bring/0/wanted");
    }
    "event_takings" Events {
        "line_id" Person Erased At("/takings/0/line");
        "date" Person Erased At("/takings/0/date");
        "tenant_id" Person Erased SAME;
        "number" Person Erased At("/takings/0/number");
    }
    "event_words" Events {
        "id" Random Erased RANDOM;
        "tenant_id" Person Erased SAME;
        "event_id" Person Erased Not("for the minute until it stands in the news");
        "kind" Person Erased Not("for the minute until it stands in the news");
        "date" Person Erased Not("for the minute until it stands in the news");
    }
    "feeds" Events {
        "hash" Random Erased SECRET;
        "tenant_id" Person Erased SAME;
        "kind" Person Erased At("/calendars/0/kind");
        "generation" Person Erased SAME;
        "created_at" Person Erased At("/calendars/0/created_at");
    }
    "conversations" Conversations {
        "id" People Kept At("/conversations/0/conversation/id");
        "office_id" People Kept SAME;
        "about_kind" People Kept At("/conversations/0/conversation/about/kind");
        "about_id" People Kept At("/conversations/0/conversation/about/id");
        "whom" People Kept At("/conversations/0/conversation/with");
        "opener_id" People Emptied SAME;
        "created_at" People Kept SAME;
        "updated_at" People Kept At("/conversations/0/conversation/updated_at");
    }
    "conversation_people" Conversations {
        "conversation_id" Person Erased SAME;
        "tenant_id" Person Erased SAME;
        "read_up_to" Person Erased At("/conversations/0/conversation/unread");
        "muted" Person Erased At("/conversations/0/conversation/muted");
        "joined_after" Person Erased Not("only to know which ways to be reached were given before she came");
    }
    "conversation_left" Conversations {
        "conversation_id" Person Erased SAME;
        "tenant_id" Person Erased SAME;
        "read_up_to" Person Erased Not("how she had it when she went out, for when she comes back");
        "muted" Person Erased Not("how she had it when she went out, for when she comes back");
        "joined_after" Person Erased Not("how she had it when she went out, for when she comes back");
        "left_after" Person Erased Not("how she had it when she went out, for when she comes back");
    }
    "messages" Conversations {
        "id" People Kept At("/conversations/0/messages/0/id");
        "conversation_id" People Kept SAME;
        "author_id" People Emptied At("/conversations/0/messages/0/author/id");
        "kind" People Emptied At("/conversations/0/messages/0/kind");
        "text" People Emptied At("/conversations/0/messages/0/text");
        "at" People Kept At("/conversations/0/messages/0/at");
    }
    "news" News {
        "tenant_id" Person Erased SAME;
        "about_kind" Person Erased At("/news/0/about/kind");
        "about_id" Person Erased At("/news/0/about/id");
        "id" Random Erased RANDOM;
        "kind" Person Erased At("/news/0/kind");
        "count" Person Erased At("/news/0/count");
        "actor_id" Person Erased At("/news/0/by/id");
        "date" Person Erased At("/news/0/date");
        "at" Person Erased At("/news/0/at");
        "unread" Person Erased At("/news/0/unread");
    }
};
