//! Errors on the wire: `application/problem+json` (RFC 9457), whoever raised them.

use std::collections::BTreeMap;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use domain::problem::{FieldCode, Problem, ProblemCode};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::app::AppError;
use crate::store::StoreError;

/// What a handler answers when it cannot do it.
#[derive(Debug)]
pub struct Failure(Box<Problem>);

impl Failure {
    pub fn field(pointer: impl Into<String>, code: FieldCode) -> Self {
        Problem::field(pointer, code).into()
    }

    pub fn answer(&self) -> HttpResponse {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = HttpResponse::build(status);
        answer
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(seconds) = self.0.retry_after {
            answer.insert_header((header::RETRY_AFTER, seconds));
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            // The rest may still come, and is no new request (RFC 9110, 15.5.9).
            answer.force_close();
        }
        if status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        answer.body(serde_json::to_string(&self.0).unwrap_or_default())
    }
}

impl Failure {
    pub fn into_problem(self) -> Problem {
        *self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.answer()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl From<ProblemCode> for Failure {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code).into()
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        error.into_problem().into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        AppError::from(error).into()
    }
}

fn problems(statuses: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let answer = |description: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        ResponseBuilder::new().description(description).content("application/problem+json", content).build()
    };
    statuses.iter().map(|(status, description)| ((*status).to_owned(), answer(description).into())).collect()
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident [$(($status:literal, $description:literal)),+ $(,)?]),+ $(,)?) => {$(
        $(#[$doc])*
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                problems(&[$(($status, $description)),+])
            }
        }
    )+};
}

refusals! {
    /// Whatever is asked.
    Always [("500", "Our fault"), ("503", "Busy: come back after `Retry-After`")],
    /// Where one must be signed in.
    SignedInOnly [("401", "Not signed in, or the session has ended"), ("403", "Not yours, or the browser's header is missing")],
    /// Where a thing is named.
    Known [("404", "It does not exist, or it does not reach you")],
    /// Where a neighbour is named.
    Left [("410", "The viewer knew this neighbour, who has left")],
    /// Where a body or a query is read.
    Readable [
        ("400", "It cannot be read"), ("408", "The body came too slowly"), ("413", "The body is too large"), ("415", "Not application/json"), ("422", "A value is refused"),
    ],
    /// Where a photo is read.
    Photographed [
        ("400", "It cannot be read"), ("408", "The photo came too slowly"), ("413", "The photo is larger than 10 MB"), ("415", "JSON is no photo"), ("422", "It is no JPEG, PNG or WebP, it is broken, or it has too many pixels"),
    ],
    /// Where the state of a thing decides.
    Timely [("409", "Not possible in the state in which it is now")],
    /// Where `If-Match` is asked for.
    Unchanged [("412", "If-Match names an older version"), ("428", "If-Match is missing")],
    /// Where tries are counted.
    Limited [("429", "Too many tries: come back after `Retry-After`")],
}
