//! What can go wrong, for programs: one flat list of codes (RFC 9457 "Problem Details").

use serde::{Deserialize, Serialize};

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $title:literal),+ $(,)?) => {
        /// A stable code that says what went wrong. Each belongs to one HTTP status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode { $($(#[$doc])* $name),+ }

        impl ProblemCode {
            /// Every code, in the order of its status.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The HTTP status that goes with the code (RFC 9110).
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// A short English title for programmers; people read the SPA's sentence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

problem_codes! {
    /// The body is no JSON, or the query cannot be read.
    MalformedRequest = 400 "The request cannot be read",
    /// No token, or one that is not ours or too old.
    Unauthenticated = 401 "Sign in first",
    /// Name and password do not go together; said alike whether the account exists or not.
    SignInRefused = 401 "Name or password not accepted",
    /// The session was ended, here or on another device.
    SessionEnded = 401 "This session has ended",
    /// A write from a browser without the header that only our own page sends.
    MissingBrowserHeader = 403 "The header Toit-Browser is missing",
    /// It exists, the viewer knows of it, but it is somebody else's to do.
    NotYours = 403 "This is not yours to do",
    /// It does not exist, or the viewer may not know of it.
    NotFound = 404 "Not found",
    /// The path exists, the method does not.
    MethodNotAllowed = 405 "Method not allowed",
    /// The body did not arrive in time.
    TooSlow = 408 "The request took too long to arrive",
    /// It cannot be done in the state in which the thing is now.
    NotNow = 409 "Not possible in this state",
    /// Somebody changed the terms or the thing in between; the answer holds the newest.
    Stale = 409 "It has changed in the meantime",
    /// The seats of the household are taken.
    SeatsTaken = 409 "All seats of this household are taken",
    /// A neighbour of the same residence with the same first name already has this mark.
    MarkTaken = 409 "This mark is taken by a namesake",
    /// The offer serves nobody more.
    OfferFull = 409 "This offer has no place left",
    /// The offer is paused, closed or expired.
    OfferNotOpen = 409 "This offer is not open",
    /// The event has too few places left for so many; the answer that stood before still stands.
    EventFull = 409 "This event has not enough places left",
    /// The event, or that date of it, takes no answers: it is a draft, postponed, cancelled or over.
    EventNotOpen = 409 "This event takes no answers",
    /// Others bring all that is wanted already.
    LineFull = 409 "Enough of this is brought already",
    /// A suggested ring that cannot be made any more: a post has changed or is promised elsewhere, or it was refused a short while ago.
    SuggestionGone = 409 "This suggestion is no longer possible",
    /// A sensitive service is scheduled only between people who have met.
    MustHaveMet = 409 "Both must first confirm that they have met",
    /// The same `Idempotency-Key` came with another content.
    IdempotencyKeyReused = 409 "This Idempotency-Key was used for another request",
    /// A neighbour whom the viewer knew, and who has left.
    Gone = 410 "This neighbour has left",
    /// `If-Match` names an older version.
    PreconditionFailed = 412 "If-Match names an older version",
    /// The body is larger than the server reads.
    BodyTooLarge = 413 "The body is too large",
    /// The body is not `application/json`.
    UnsupportedMediaType = 415 "The body must be application/json",
    /// A value is refused; `errors` says which and why.
    Invalid = 422 "A value is refused",
    /// The file is no photo in a form that is read (JPEG, PNG, WebP), or it is broken.
    PhotoUnreadable = 422 "This photo cannot be read",
    /// The photo has more pixels than the server reads.
    PhotoTooLarge = 422 "This photo has too many pixels",
    /// The file is a photo in the form that some telephones make (HEIC), which is not read.
    PhotoHeic = 422 "Photos of type HEIC are not read",
    /// The join code is wrong, expired, revoked or used up: said alike.
    JoinCodeRefused = 422 "This join code is not accepted",
    /// An edit without `If-Match`.
    PreconditionRequired = 428 "Send If-Match with the version you read",
    /// Too many tries; `Retry-After` says in how many seconds to come back.
    TooManyRequests = 429 "Too many tries, wait a little",
    /// Our fault; the cause is in the server's log.
    Internal = 500 "Something went wrong on our side",
    /// Too much at once, or the database does not answer; `Retry-After` says when to come back.
    Unavailable = 503 "The server is busy, try again",
}

/// Why one value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// Nothing, or nothing that shows.
    #[error("required")]
    Required,
    /// Fewer characters than it needs.
    #[error("too_short")]
    TooShort,
    /// More characters than it may have.
    #[error("too_long")]
    TooLong,
    /// Holds a character that cannot be shown.
    #[error("control_character")]
    ControlCharacter,
    /// Not a first name: digits, symbols, or more than two words.
    #[error("not_a_first_name")]
    NotAFirstName,
    /// Not an e-mail address.
    #[error("not_an_email")]
    NotAnEmail,
    /// Easily guessed.
    #[error("weak_password")]
    WeakPassword,
    /// Not the password of this account.
    #[error("wrong_password")]
    WrongPassword,
    /// Letters that no join code has, or not twelve of them.
    #[error("not_a_code")]
    NotACode,
    /// The check symbol does not fit: a typing mistake.
    #[error("check_symbol")]
    CheckSymbol,
    /// A number or a date outside its range.
    #[error("out_of_range")]
    OutOfRange,
    /// An hour that clocks leave out in the night on which summer time begins.
    #[error("no_such_time")]
    NoSuchTime,
    /// A value that is none of the list.
    #[error("unknown_value")]
    UnknownValue,
    /// A field that does not exist, or stands twice.
    #[error("unknown_field")]
    UnknownField,
    /// Of the wrong type or form.
    #[error("wrong_form")]
    WrongForm,
}

impl FieldCode {
    /// Reads the code back from its text form, as it comes through serde's errors.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
    }
}

/// One refused value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where the value stands in the body (JSON Pointer, RFC 6901), or `?name` for a query parameter.
    pub pointer: String,
    /// Why it is refused.
    pub code: FieldCode,
}

/// The body of every answer that is an error (`application/problem+json`, RFC 9457).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: the code says it all.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// Short, in English, for programmers.
    pub title: String,
    /// The HTTP status once more.
    pub status: u16,
    /// The stable code.
    pub code: ProblemCode,
    /// The refused values, when `code` is `invalid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The newest state of the thing, when `code` is `stale`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub current: Option<serde_json::Value>,
    /// In how many seconds a new try makes sense, when `code` is `too_many_requests` or `unavailable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

impl Problem {
    /// A problem with nothing but its code.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self {
            kind: about_blank(),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            errors: Vec::new(),
            current: None,
            retry_after: None,
        }
    }

    /// A refused value.
    #[must_use]
    pub fn field(pointer: impl Into<String>, code: FieldCode) -> Self {
        Self { errors: vec![FieldError { pointer: pointer.into(), code }], ..Self::new(ProblemCode::Invalid) }
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.title, self.code)
    }
}

impl std::error::Error for Problem {}
