//! Notices (avis): something lost or found, a question, news, trouble in the building, thanks.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::circle::Circle;
use crate::double_option;
use crate::id::{NoticeId, OfficeId, PhotoId, ResidenceId, TenantId};
use crate::mark::words;
use crate::moment;
use crate::problem::{FieldCode, ProblemCode};
use crate::tenant::{Person, ResidenceBrief};
use crate::text::{Body, Title};

/// How long before its end an author is asked: found, or still?
pub const NOTICE_WARNING_DAYS: i64 = 3;
/// How long a resolved notice stays in the lists with its banner.
pub const RESOLVED_DAYS: i64 = 7;
/// How many times a notice can be renewed.
pub const MAX_RENEWALS: u8 = 3;

words! {
    /// What a notice is about.
    NoticeKind {
        LostAnimal "lost_animal", FoundAnimal "found_animal", LostObject "lost_object", FoundObject "found_object",
        Question "question", News "news", Trouble "trouble", Thanks "thanks",
    }
}

impl NoticeKind {
    /// How many days it lives unless it is renewed.
    #[must_use]
    pub const fn life_days(self) -> i64 {
        match self {
            Self::LostAnimal | Self::FoundAnimal => 30,
            Self::LostObject | Self::FoundObject => 60,
            Self::Question | Self::News => 14,
            Self::Trouble => 3,
            Self::Thanks => 7,
        }
    }

    /// The kind on the other side: who has lost looks for who has found.
    #[must_use]
    pub const fn other_side(self) -> Option<Self> {
        match self {
            Self::LostAnimal => Some(Self::FoundAnimal),
            Self::FoundAnimal => Some(Self::LostAnimal),
            Self::LostObject => Some(Self::FoundObject),
            Self::FoundObject => Some(Self::LostObject),
            Self::Question | Self::News | Self::Trouble | Self::Thanks => None,
        }
    }

    /// Whether it can come to a good end: found, answered, mended. News and thanks only end.
    #[must_use]
    pub const fn can_be_resolved(self) -> bool {
        !matches!(self, Self::News | Self::Thanks)
    }

    /// Whether it says where something was seen last, or found.
    #[must_use]
    pub const fn has_seen(self) -> bool {
        self.other_side().is_some()
    }
}

words! {
    /// Where a notice stands in its life. Published ones are in the lists, and resolved ones for seven days more.
    NoticeState {
        Published "published", Resolved "resolved", Expired "expired", Withdrawn "withdrawn", Removed "removed",
    }
}

words! {
    /// What its author can do to a notice.
    NoticeAction { Edit "edit", Renew "renew", Resolve "resolve", Withdraw "withdraw" }
}

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

/// A notice, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Which.
    pub id: NoticeId,
    /// The office in which it lives.
    pub office: OfficeId,
    /// Whose.
    pub author: TenantId,
    /// The residence from which it reaches.
    pub residence: ResidenceId,
    /// What it is about.
    pub kind: NoticeKind,
    /// Its title.
    pub title: Title,
    /// More about it.
    pub text: Body,
    /// How far it reaches.
    pub circle: Circle,
    /// Where it was seen last, or found.
    pub seen: Option<Seen>,
    /// Its photo.
    pub photo: Option<PhotoId>,
    /// Where it stands.
    pub state: NoticeState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends unless it is renewed; when it leaves the lists, once it is resolved.
    pub expires_at: DateTime<Utc>,
    /// How many times it was renewed.
    pub renewals: u8,
    /// When it came to its good end.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Grows with every change.
    pub version: u32,
    /// Whether neighbours do not meet it, because its author asked to leave and may still come back.
    pub hidden: bool,
}

impl Notice {
    /// A new notice.
    ///
    /// # Errors
    /// `UnknownValue` when it says where something was seen although nothing is lost or found.
    pub fn post(
        id: NoticeId,
        office: OfficeId,
        author: TenantId,
        residence: ResidenceId,
        new: NewNotice,
        now: DateTime<Utc>,
    ) -> Result<Self, FieldCode> {
        if new.seen.is_some() && !new.kind.has_seen() {
            return Err(FieldCode::UnknownValue);
        }
        Ok(Self {
            id,
            office,
            author,
            residence,
            kind: new.kind,
            title: new.title,
            text: new.text,
            circle: new.circle,
            seen: new.seen,
            photo: None,
            state: NoticeState::Published,
            created_at: now,
            expires_at: now + TimeDelta::days(new.kind.life_days()),
            renewals: 0,
            resolved_at: None,
            version: 1,
            hidden: false,
        })
    }

    /// Whether it stands in the lists.
    #[must_use]
    pub const fn is_listed(&self) -> bool {
        matches!(self.state, NoticeState::Published | NoticeState::Resolved) && !self.hidden
    }

    /// Whether its author can do this now.
    #[must_use]
    pub const fn allows(&self, action: NoticeAction) -> bool {
        match (action, self.state) {
            (NoticeAction::Edit, NoticeState::Published)
            | (NoticeAction::Withdraw, NoticeState::Published | NoticeState::Resolved | NoticeState::Expired) => true,
            (NoticeAction::Resolve, NoticeState::Published | NoticeState::Expired) => self.kind.can_be_resolved(),
            (NoticeAction::Renew, NoticeState::Published | NoticeState::Expired) => self.renewals < MAX_RENEWALS,
            (NoticeAction::Edit, NoticeState::Resolved | NoticeState::Expired)
            | (NoticeAction::Resolve | NoticeAction::Renew, NoticeState::Resolved)
            | (_, NoticeState::Withdrawn | NoticeState::Removed) => false,
        }
    }

    /// What its author can do now.
    #[must_use]
    pub fn actions(&self) -> Vec<NoticeAction> {
        NoticeAction::ALL.iter().copied().filter(|&a| self.allows(a)).collect()
    }

    fn step(mut self, action: NoticeAction) -> Result<Self, ProblemCode> {
        if !self.allows(action) {
            return Err(ProblemCode::NotNow);
        }
        self.version += 1;
        Ok(self)
    }

    /// Changes what the author wishes to change.
    ///
    /// # Errors
    /// `NotNow` when it is not published, or when it cannot say where something was seen.
    pub fn edit(self, edit: EditNotice) -> Result<Self, ProblemCode> {
        let mut notice = self.step(NoticeAction::Edit)?;
        let EditNotice { title, text, circle, seen } = edit;
        if matches!(seen, Some(Some(_))) && !notice.kind.has_seen() {
            return Err(ProblemCode::NotNow);
        }
        notice.title = title.unwrap_or(notice.title);
        notice.text = text.unwrap_or(notice.text);
        notice.circle = circle.unwrap_or(notice.circle);
        notice.seen = seen.unwrap_or(notice.seen);
        Ok(notice)
    }

    /// Another photo, or none.
    ///
    /// # Errors
    /// `NotNow` when it is not published.
    pub fn with_photo(self, photo: Option<PhotoId>) -> Result<Self, ProblemCode> {
        Ok(Self { photo, ..self.step(NoticeAction::Edit)? })
    }

    /// Still: a whole life more from now.
    ///
    /// # Errors
    /// `NotNow` after three times, or when it has come to an end.
    pub fn renew(self, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        let notice = self.step(NoticeAction::Renew)?;
        Ok(Self {
            state: NoticeState::Published,
            expires_at: now + TimeDelta::days(notice.kind.life_days()),
            renewals: notice.renewals + 1,
            ..notice
        })
    }

    /// Found, answered, mended: its banner hangs for seven days.
    ///
    /// # Errors
    /// `NotNow` when it cannot be, or is already.
    pub fn resolve(self, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        Ok(Self {
            state: NoticeState::Resolved,
            resolved_at: Some(now),
            expires_at: now + TimeDelta::days(RESOLVED_DAYS),
            ..self.step(NoticeAction::Resolve)?
        })
    }

    /// Takes it down.
    ///
    /// # Errors
    /// `NotNow` when it is down already.
    pub fn withdraw(self) -> Result<Self, ProblemCode> {
        Ok(Self { state: NoticeState::Withdrawn, ..self.step(NoticeAction::Withdraw)? })
    }

    /// Ends it when its life, or that of its banner, is over; none when it is not. A resolved one leaves the lists and stays resolved for
    /// its author: it is withdrawn.
    #[must_use]
    pub fn expire(self, now: DateTime<Utc>) -> Option<Self> {
        if self.expires_at > now {
            return None;
        }
        let state = match self.state {
            NoticeState::Published => NoticeState::Expired,
            NoticeState::Resolved => NoticeState::Withdrawn,
            NoticeState::Expired | NoticeState::Withdrawn | NoticeState::Removed => return None,
        };
        Some(Self { state, version: self.version + 1, ..self })
    }
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
