//! The addresses of the site.

use domain::id::{BarterId, LegId, OfferId, TenantId};
use domain::leaving::ReceiptToken;
use domain::suggestion::RingId;

pub const WELCOME: &str = "/";
pub const JOIN: &str = "/rejoindre";
pub const SIGN_IN: &str = "/connexion";
pub const SQUARE: &str = "/place";
pub const OFFER_NEW: &str = "/annonces/nouvelle";
pub const BARTERS: &str = "/echanges";
/// Rings that the program suggests.
pub const RINGS: &str = "/boucles";
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
    pub const DATA: &str = "donnees";
    pub const SEEN: &str = "transparence";
    pub const LEAVE: &str = "quitter";
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
