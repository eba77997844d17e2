//! Notices (avis): something lost or found, a question, news, trouble in the building, thanks.

mod wire;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::circle::{Circle, NEARBY_M};
use crate::id::{NoticeId, OfficeId, PhotoId, ResidenceId, TenantId};
use crate::mark::words;
use crate::problem::{FieldCode, ProblemCode};
use crate::text::{Body, Title};

pub use wire::{EditNotice, NewNotice, NoticeView, PhotoSize, PhotoView, Radius, Seen, SeenView};

/// How long before its end an author is asked: found, or still?
pub const NOTICE_WARNING_DAYS: i64 = 3;
/// How long ago a notice may have been made that is compared with one of the other side.
pub const ALIKE_DAYS: i64 = 90;
/// How many notices of the other side are shown beside one.
pub const MAX_ALIKE: usize = 10;
/// How long a resolved notice stays in the lists with its banner.
pub const RESOLVED_DAYS: i64 = 7;
/// For how many days an expired notice can be renewed or come to its good end; then it is withdrawn.
pub const EXPIRED_DAYS: i64 = 30;
/// Whoever renews a notice that began a life so few minutes ago has tapped twice, or sent the same again: nothing changes.
pub const RENEWED_AGAIN_MINUTES: i64 = 60;
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

    /// How long before its end its author is asked; short lives are asked about at their half.
    const fn warning(self) -> TimeDelta {
        if self.life_days() > NOTICE_WARNING_DAYS {
            TimeDelta::days(NOTICE_WARNING_DAYS)
        } else {
            TimeDelta::hours(self.life_days() * 12)
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

    /// When its author is asked whether it goes on.
    #[must_use]
    pub fn warn_at(&self) -> DateTime<Utc> {
        self.expires_at - self.kind.warning()
    }

    /// Whether its author is to be asked now: its end is near, and there is something that she can do about it.
    #[must_use]
    pub fn asks(&self, now: DateTime<Utc>) -> bool {
        self.state == NoticeState::Published
            && (self.warn_at()..self.expires_at).contains(&now)
            && (self.allows(NoticeAction::Renew) || self.allows(NoticeAction::Resolve))
    }

    /// When something becomes due by itself, after what is due now: the question to its author, its end, the end of its banner.
    #[must_use]
    pub fn due_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.state {
            NoticeState::Published if now < self.warn_at() => Some(self.warn_at()),
            NoticeState::Published | NoticeState::Resolved => Some(self.expires_at),
            NoticeState::Expired | NoticeState::Withdrawn | NoticeState::Removed => None,
        }
    }

    /// Where it is about: around which residence, and how far.
    #[must_use]
    pub fn around(&self) -> (ResidenceId, u16) {
        self.seen.map_or((self.residence, 0), |seen| (seen.residence, seen.radius_m.get()))
    }

    /// How often its author can still renew it.
    #[must_use]
    pub const fn renewals_left(&self) -> u8 {
        MAX_RENEWALS.saturating_sub(self.renewals)
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

    /// Whether the life that it is in has only just begun: it was posted or renewed a moment ago.
    fn has_just_begun(&self, now: DateTime<Utc>) -> bool {
        let begun = self.expires_at - TimeDelta::days(self.kind.life_days());
        self.state == NoticeState::Published && now < begun + TimeDelta::minutes(RENEWED_AGAIN_MINUTES)
    }

    /// Still: a whole life more from now. One whose life has only just begun stays as it is.
    ///
    /// # Errors
    /// `NotNow` after three times, or when it has come to an end.
    pub fn renew(self, now: DateTime<Utc>) -> Result<Self, ProblemCode> {
        if self.has_just_begun(now) {
            return Ok(self);
        }
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

    /// Takes it down for good; its photo goes with it.
    ///
    /// # Errors
    /// `NotNow` when it is down already.
    pub fn withdraw(self) -> Result<Self, ProblemCode> {
        Ok(Self { state: NoticeState::Withdrawn, photo: None, ..self.step(NoticeAction::Withdraw)? })
    }

    /// Ends it when its life, or that of its banner, is over; none when it is not. A resolved one is withdrawn then; when it came to its
    /// good end, `resolved_at` goes on telling.
    #[must_use]
    pub fn expire(self, now: DateTime<Utc>) -> Option<Self> {
        if self.expires_at > now {
            return None;
        }
        let (state, photo) = match self.state {
            // It may be renewed.
            NoticeState::Published => (NoticeState::Expired, self.photo),
            NoticeState::Resolved => (NoticeState::Withdrawn, None),
            NoticeState::Expired | NoticeState::Withdrawn | NoticeState::Removed => return None,
        };
        Some(Self { state, photo, version: self.version + 1, ..self })
    }
}

/// Whether two places may be one: their circles touch, or they stand close by. Nobody measures to the metre where a cat was seen.
#[must_use]
pub fn are_near(distance_m: u32, radius_a: u16, radius_b: u16) -> bool {
    f64::from(distance_m) <= NEARBY_M || distance_m <= u32::from(radius_a) + u32::from(radius_b)
}
