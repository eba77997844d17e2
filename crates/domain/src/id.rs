//! Typed identifiers: UUIDv7 (RFC 9562), made by the server, sortable by time of creation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "schema", schema(value_type = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A barter (échange).
    BarterId,
    /// A conversation.
    ConversationId,
    /// An event (rendez-vous).
    EventId,
    /// One household (foyer) of the roll.
    HouseholdId,
    /// One service inside a barter (part).
    LegId,
    /// One line of what an event asks to bring.
    LineId,
    /// A message of a conversation.
    MessageId,
    /// A notice (avis).
    NoticeId,
    /// An offer or a request (annonce).
    OfferId,
    /// A social landlord (bailleur).
    OfficeId,
    /// A photo of a post.
    PhotoId,
    /// A residence (résidence).
    ResidenceId,
    /// A signed-in device.
    SessionId,
    /// A person with an account (voisin, voisine).
    TenantId,
}

impl TenantId {
    /// Stands in an agreement where a neighbour stood who has left: the nil UUID (RFC 9562), which no tenant has.
    pub const GONE: Self = Self(Uuid::nil());
}
