//! Notices as they are asked for, and as a viewer sees them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{NoticeAction, NoticeKind, NoticeState};
use crate::circle::Circle;
use crate::double_option;
use crate::id::{NoticeId, PhotoId, ResidenceId};
use crate::mark::words;
use crate::moment;
use crate::problem::FieldCode;
use crate::tenant::{Person, ResidenceBrief};
use crate::text::{Body, Title};

/// How far around a residence something was seen, in metres: 50 to 2,000. Never a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(value_type = u16, minimum = 50, maximum = 2000))]
#[serde(try_from = "u16", into = "u16")]
pub struct Radius(u16);

impl Radius {
    /// Takes a number of metres.
    ///
    /// # Errors
    /// `OutOfRange`.
    pub fn parse(metres: u16) -> Result<Self, FieldCode> {
        if (50..=2_000).contains(&metres) { Ok(Self(metres)) } else { Err(FieldCode::OutOfRange) }
    }

    /// The metres.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Radius {
    type Error = FieldCode;
    fn try_from(n: u16) -> Result<Self, FieldCode> {
        Self::parse(n)
    }
}

impl From<Radius> for u16 {
    fn from(radius: Radius) -> Self {
        radius.0
    }
}

/// Where something was seen last, or found: a circle around a residence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Around which residence.
    pub residence: ResidenceId,
    /// How far around, in metres.
    pub radius_m: Radius,
    /// When, if known.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moment::optional")]
    pub at: Option<DateTime<Utc>>,
}

impl Seen {
    /// Refuses what was seen in the future.
    ///
    /// # Errors
    /// `OutOfRange`, about `at`.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), FieldCode> {
        match self.at {
            // Clocks differ a little.
            Some(at) if at > now + TimeDelta::minutes(5) => Err(FieldCode::OutOfRange),
            Some(_) | None => Ok(()),
        }
    }
}

/// What is asked for a new notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNotice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Its title.
    pub title: Title,
    /// More about it; may be empty.
    pub text: Body,
    /// How far it reaches.
    pub circle: Circle,
    /// Where it was seen last, or found; only for what is lost or found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// What is changed of a notice; what is absent stays. The kind stays for ever.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditNotice {
    /// Another title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// Another text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Body>,
    /// Another reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circle: Option<Circle>,
    /// Seen elsewhere; `null` removes it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Seen>))]
    pub seen: Option<Option<Seen>>,
}

/// A photo of a notice, as it can be fetched with `GET /notices/{id}/photo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PhotoView {
    /// Which: another photo has another id, so that a page need not show an old one.
    pub id: PhotoId,
    /// Its width in the large size, in pixels.
    pub width: u16,
    /// Its height in the large size, in pixels.
    pub height: u16,
}

words! {
    /// The two sizes of a photo: for a list (480 px), and for the page of the thing (1,280 px).
    PhotoSize { Small "small", Large "large" }
}

/// Where something was seen last, as a viewer reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SeenView {
    /// Around which residence.
    pub residence: ResidenceBrief,
    /// How far around, in metres.
    pub radius_m: Radius,
    /// How far that residence is from the viewer's, in metres, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// When, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

/// A notice as a viewer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NoticeView {
    /// Which.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// How far it reaches.
    pub circle: Circle,
    /// Where it was seen last, or found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<SeenView>,
    /// Its photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoView>,
    /// Whose.
    pub author: Person,
    /// Where its author lives.
    pub residence: ResidenceBrief,
    /// How far that is from the viewer, in metres, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
    /// Where it stands.
    pub state: NoticeState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends unless it is renewed; when its banner goes, once it is resolved.
    pub expires_at: DateTime<Utc>,
    /// When it came to its good end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<DateTime<Utc>>,
    /// The office's own repair line, beside trouble in the building: a telephone number or an address of the web, as the office wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair_line: Option<String>,
    /// For `If-Match`.
    pub version: u32,
    /// How many times its author can still renew it; only for her own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewals_left: Option<u8>,
    /// What the viewer can do to it now; empty for what is not her own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<NoticeAction>,
}
