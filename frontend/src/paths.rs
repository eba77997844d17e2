//! The addresses of the site.

use chrono::NaiveDate;
use domain::calendar::CalendarKind;
use domain::conversation::ThingKind;
use domain::id::{BarterId, ConversationId, EventId, LegId, MessageId, NoticeId, OfferId, PhotoId, TenantId};
use domain::leaving::ReceiptToken;
use domain::notice::PhotoSize;
use domain::suggestion::RingId;
use uuid::Uuid;

pub const WELCOME: &str = "/";
pub const JOIN: &str = "/rejoindre";
pub const SIGN_IN: &str = "/connexion";
pub const SQUARE: &str = "/place";
pub const SEARCH: &str = "/chercher";
/// What somebody can put on the square.
pub const WHAT: &str = "/proposer";
pub const OFFER_NEW: &str = "/annonces/nouvelle";
pub const NOTICES: &str = "/avis";
pub const NOTICE_NEW: &str = "/avis/nouveau";
pub const AGENDA: &str = "/agenda";
pub const EVENTS: &str = "/rendez-vous";
pub const EVENT_NEW: &str = "/rendez-vous/nouveau";
pub const BARTERS: &str = "/echanges";
/// Rings that the program suggests.
pub const RINGS: &str = "/boucles";
pub const CONVERSATIONS: &str = "/conversations";
pub const NEWS: &str = "/nouvelles";
pub const ME: &str = "/moi";
pub const RECEIPT: &str = "/recu";
/// A file of the API: all about me.
pub const EXPORT: &str = "/api/v1/tenants/me/export";

/// One step of joining.
pub fn join(step: &str) -> String {
    format!("{JOIN}/{step}")
}

/// Signing in, and going back to where one was.
pub fn sign_in_then(back_to: &str) -> String {
    let back_to: String = js_sys::encode_uri_component(back_to).into();
    format!("{SIGN_IN}?suite={back_to}")
}

/// One step of a new offer.
pub fn offer_new(step: u8) -> String {
    format!("{OFFER_NEW}?etape={step}")
}

pub fn offer(id: OfferId) -> String {
    format!("/annonces/{id}")
}

/// Looking for words.
pub fn search(words: &str) -> String {
    let words: String = js_sys::encode_uri_component(words).into();
    format!("{SEARCH}?q={words}")
}

/// A new notice of a kind: see [`notice_what`].
pub fn notice_new(what: &str) -> String {
    format!("{NOTICE_NEW}/{what}")
}

/// One step of a new notice.
pub fn notice_step(what: &str, step: u8) -> String {
    format!("{NOTICE_NEW}/{what}?etape={step}")
}

/// The last part of the address of a new notice.
pub mod notice_what {
    pub const LOST: &str = "perdu";
    pub const FOUND: &str = "trouve";
    pub const QUESTION: &str = "question";
    pub const NEWS: &str = "nouvelle";
    pub const TROUBLE: &str = "panne";
    pub const THANKS: &str = "merci";
    pub const ALL: [&str; 6] = [LOST, FOUND, QUESTION, NEWS, TROUBLE, THANKS];
}

pub fn event(id: EventId) -> String {
    format!("{EVENTS}/{id}")
}

/// One date of an event.
pub fn event_on(id: EventId, date: NaiveDate) -> String {
    format!("{EVENTS}/{id}?date={date}")
}

/// One step of a new event.
pub fn event_step(step: u8) -> String {
    format!("{EVENT_NEW}?etape={step}")
}

/// What can be done to an event: see [`event_todo`].
pub fn event_to(id: EventId, todo: &str) -> String {
    format!("{EVENTS}/{id}/{todo}")
}

/// What can be done to one date of an event.
pub fn event_to_on(id: EventId, todo: &str, date: NaiveDate) -> String {
    format!("{EVENTS}/{id}/{todo}?date={date}")
}

/// The last part of the addresses below an event.
pub mod event_todo {
    pub const EDIT: &str = "modifier";
    pub const POSTPONE: &str = "reporter";
    pub const CANCEL: &str = "annuler";
    pub const CANCEL_DATE: &str = "annuler-la-date";
    pub const DELETE: &str = "effacer";
    pub const STEP_DOWN: &str = "ne-plus-organiser";
}

/// A file of the API: an event for a calendar.
pub fn event_ics(id: EventId) -> String {
    format!("/api/v1/events/{id}.ics")
}

pub fn notice(id: NoticeId) -> String {
    format!("{NOTICES}/{id}")
}

/// What can be done to a notice: see [`notice_todo`].
pub fn notice_to(id: NoticeId, todo: &str) -> String {
    format!("{NOTICES}/{id}/{todo}")
}

/// The last part of the addresses below a notice.
pub mod notice_todo {
    pub const EDIT: &str = "modifier";
    pub const PHOTO: &str = "photo";
    pub const WITHDRAW: &str = "retirer";
}

/// A file of the API: the photo of a notice. Another photo has another address, so that no old one is shown from the browser's store.
pub fn notice_photo(id: NoticeId, photo: PhotoId, size: PhotoSize) -> String {
    format!("/api/v1/notices/{id}/photo?size={}&photo={photo}", size.as_str())
}

/// What can be done to an offer: see [`offer_todo`].
pub fn offer_to(id: OfferId, todo: &str) -> String {
    format!("/annonces/{id}/{todo}")
}

/// The last part of the addresses below an offer.
pub mod offer_todo {
    pub const EDIT: &str = "modifier";
    pub const CLOSE: &str = "fermer";
    pub const PROPOSE: &str = "proposer";
    /// Who can help its author.
    pub const MATCHES: &str = "voisins";
}

/// Proposing to a neighbour what was suggested. A path of its own, no query: between two pages of one route the router would not see that
/// the query has changed.
pub fn offer_match(id: OfferId, neighbour: TenantId) -> String {
    format!("{}/{neighbour}", offer_to(id, offer_todo::MATCHES))
}

/// A suggested ring; with the offer for which it was found.
pub fn ring(id: &RingId, offer: Option<OfferId>) -> String {
    let within = offer.map(|offer| format!("?annonce={offer}")).unwrap_or_default();
    format!("{RINGS}/{}{within}", id.as_str())
}

pub fn conversation(id: ConversationId) -> String {
    format!("{CONVERSATIONS}/{id}")
}

/// What can be done in a conversation: see [`conversation_todo`].
pub fn conversation_to(id: ConversationId, todo: &str) -> String {
    format!("{CONVERSATIONS}/{id}/{todo}")
}

/// The last part of the addresses below a conversation.
pub mod conversation_todo {
    pub const CONTACT: &str = "donner-mon-numero";
}

/// Asking whether an own message is to be taken back.
pub fn message_back(id: ConversationId, message: MessageId) -> String {
    format!("{CONVERSATIONS}/{id}/messages/{message}")
}

/// The first word about a thing: to the author of a post, to everybody of a barter. A path, no query, as [`offer_match`].
pub fn talk_about(kind: ThingKind, id: Uuid) -> String {
    format!("{CONVERSATIONS}/nouvelle/{}/{id}", talk_word(kind))
}

/// The first word to everybody of an event.
pub fn talk_with_all(kind: ThingKind, id: Uuid) -> String {
    format!("{}/{TALK_ALL}", talk_about(kind, id))
}

/// The last part of the address of [`talk_with_all`].
pub const TALK_ALL: &str = "tous";

/// What a thing is called in an address.
pub fn talk_word(kind: ThingKind) -> &'static str {
    match kind {
        ThingKind::Offer => "annonce",
        ThingKind::Barter => "echange",
        ThingKind::Notice => "avis",
        ThingKind::Event => "rendez-vous",
        ThingKind::Conversation => "conversation",
    }
}

/// The page of a thing.
pub fn thing(kind: ThingKind, id: Uuid) -> String {
    match kind {
        ThingKind::Offer => offer(OfferId(id)),
        ThingKind::Barter => barter(BarterId(id)),
        ThingKind::Notice => notice(NoticeId(id)),
        ThingKind::Event => event(EventId(id)),
        ThingKind::Conversation => conversation(ConversationId(id)),
    }
}

/// Asking whether a neighbour is not to be seen any more.
pub fn block(id: TenantId) -> String {
    format!("/voisins/{id}/ne-plus-voir")
}

pub fn barter(id: BarterId) -> String {
    format!("/echanges/{id}")
}

/// What can be done to a barter: see [`barter_todo`].
pub fn barter_to(id: BarterId, todo: &str) -> String {
    format!("/echanges/{id}/{todo}")
}

/// The last part of the addresses below a barter.
pub mod barter_todo {
    pub const COUNTER: &str = "contre-proposer";
    pub const DECLINE: &str = "refuser";
    pub const WITHDRAW: &str = "retirer";
    pub const DISSOLVE: &str = "arreter";
    pub const DECLINE_RING: &str = "dire-non";
    pub const DISSOLVE_RING: &str = "arreter-la-boucle";
}

/// What can be done to a leg: see [`leg_todo`].
pub fn leg_to(id: BarterId, leg: LegId, todo: &str) -> String {
    format!("/echanges/{id}/parts/{leg}/{todo}")
}

/// The last part of the addresses below a leg.
pub mod leg_todo {
    pub const DAY: &str = "jour";
    pub const WAIVE: &str = "laisser";
    pub const DISPUTE: &str = "pas-fait";
}

/// A page below "me": see [`me_part`].
pub fn me(part: &str) -> String {
    format!("{ME}/{part}")
}

/// The last part of the addresses below "me".
pub mod me_part {
    pub const NAME: &str = "prenom";
    pub const TONGUES: &str = "langues";
    pub const OFFERS: &str = "annonces";
    pub const BLOCKS: &str = "personnes-bloquees";
    pub const DEVICES: &str = "appareils";
    pub const END_ALL: &str = "tout-deconnecter";
    pub const CALENDARS: &str = "agenda";
    pub const DATA: &str = "donnees";
    pub const SEEN: &str = "transparence";
    pub const LEAVE: &str = "quitter";
}

/// What can be done to the address of a calendar: see [`calendar_todo`]. A part of "me" like the others.
pub fn calendar_to(kind: CalendarKind, todo: &str) -> String {
    me(&calendar_part(kind, todo))
}

/// The last part of that address.
pub fn calendar_part(kind: CalendarKind, todo: &str) -> String {
    let which = match kind {
        CalendarKind::Mine => "mes-rendez-vous",
        CalendarKind::Residence => "residence",
    };
    format!("agenda-{which}-{todo}")
}

/// How those addresses end.
pub mod calendar_todo {
    pub const RENEW: &str = "changer";
    pub const CLOSE: &str = "fermer";
}

/// The second question of leaving: when.
pub fn leave_when() -> String {
    format!("{}?etape=2", me(me_part::LEAVE))
}

/// The receipt of an erasure. Whoever has its address may read it.
pub fn receipt(token: &ReceiptToken) -> String {
    format!("{RECEIPT}/{}", token.as_str())
}

/// Whether an address is one of ours: what comes from outside must not send anybody elsewhere.
pub fn is_ours(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')
}
