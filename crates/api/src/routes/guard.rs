//! What stands before every route: what is too much is refused at once, and every answer carries what browsers have to know.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use domain::problem::{Problem, ProblemCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::extract::Web;
use super::failure::Failure;
use super::{cookies, docs, headers};

/// How many requests of each kind are under way at once.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// What only reads: more than these wait for the same few connections to the database.
    pub reads: usize,
    /// What writes: one after the other on SQLite, so that a longer queue would only make everybody wait.
    pub writes: usize,
    /// Joining and signing in: a password costs as much as hundreds of reads, and must not keep anybody from writing. As many as may wait
    /// for their turn to be hashed: whoever came later would be looked up in the database for nothing.
    pub doors: usize,
    /// Photos on their way: each takes 10 MB of memory and minutes on a slow line.
    pub photos: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self { reads: 1_024, writes: 256, doors: 64, photos: 16 }
    }
}

/// The kinds, each with its own places: a crowd of one kind leaves the others alone.
#[derive(Debug)]
pub struct Lanes {
    reads: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    doors: Arc<Semaphore>,
    photos: Arc<Semaphore>,
}

impl Lanes {
    /// Empty lanes.
    #[must_use]
    pub fn new(bounds: Places) -> Self {
        let lane = |places| Arc::new(Semaphore::new(places));
        Self {
            reads: lane(bounds.reads),
            writes: lane(bounds.writes),
            doors: lane(bounds.doors),
            photos: lane(bounds.photos),
        }
    }

    /// Takes a place until it is dropped.
    fn enter(&self, lane: Lane) -> Result<Option<OwnedSemaphorePermit>, Failure> {
        let (places, seconds) = match lane {
            Lane::Free => return Ok(None),
            Lane::Read => (&self.reads, 1),
            Lane::Write => (&self.writes, 2),
            Lane::Door => (&self.doors, 5),
            Lane::Photo => (&self.photos, 5),
        };
        let full = |_| Failure::from(Problem { retry_after: Some(seconds), ..Problem::new(ProblemCode::Unavailable) });
        Arc::clone(places).try_acquire_owned().map(Some).map_err(full)
    }
}

/// Where a request belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// Answered from memory, or asked by whoever watches over the server.
    Free,
    Read,
    Write,
    Door,
    Photo,
}

impl Lane {
    fn of(method: &Method, path: &str) -> Self {
        match path.strip_prefix("/api/v1/") {
            None | Some("health" | "health/ready" | "openapi.json") => Self::Free,
            Some("session" | "join") if *method == Method::POST => Self::Door,
            Some(path) if *method == Method::PUT && path.ends_with("/photo") => Self::Photo,
            Some(_) if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) => Self::Read,
            Some(_) => Self::Write,
        }
    }
}

/// Refuses what is too much before anything of it is read, hands on the rest.
///
/// # Errors
/// What the routes answer.
pub async fn guard<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let lane = Lane::of(request.method(), request.path());
    let (is_reference, is_https) = (docs::is_page(request.path()), cookies::is_https(request.request()));
    let place = request.app_data::<Data<Web>>().map(|web| web.lanes.enter(lane)).transpose();
    let mut answer = match place {
        Ok(_place) => next.call(request).await?.map_into_left_body(),
        Err(full) => {
            // Once round, so that a body that has come with its head is taken off the line: otherwise the connection would be closed, and
            // whoever comes back would have to make a new one.
            tokio::task::yield_now().await;
            request.into_response(full.answer()).map_into_right_body()
        }
    };
    headers::add(answer.headers_mut(), is_reference, is_https);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use actix_web::http::Method;

    use super::{Lane, Lanes, Places};

    #[test]
    fn each_request_has_its_lane() {
        let lane = |method: Method, path: &str| Lane::of(&method, path);
        for path in ["/", "/index.html", "/echanges/1", "/api/docs/", "/api/v1/health", "/api/v1/health/ready"] {
            assert_eq!(lane(Method::GET, path), Lane::Free, "{path}");
        }
        assert_eq!(lane(Method::GET, "/api/v1/offers"), Lane::Read);
        assert_eq!(lane(Method::GET, "/api/v1/sessions"), Lane::Read);
        assert_eq!(lane(Method::POST, "/api/v1/offers"), Lane::Write);
        assert_eq!(lane(Method::POST, "/api/v1/session/refresh"), Lane::Write);
        assert_eq!(lane(Method::DELETE, "/api/v1/session"), Lane::Write);
        assert_eq!(lane(Method::POST, "/api/v1/session"), Lane::Door);
        assert_eq!(lane(Method::POST, "/api/v1/join"), Lane::Door);
        assert_eq!(lane(Method::PUT, "/api/v1/notices/1/photo"), Lane::Photo);
        assert_eq!(lane(Method::GET, "/api/v1/notices/1/photo"), Lane::Read);
        assert_eq!(lane(Method::DELETE, "/api/v1/notices/1/photo"), Lane::Write);
    }

    #[test]
    fn a_full_lane_refuses_until_a_place_is_free_and_leaves_the_others_alone() {
        let lanes = Lanes::new(Places { reads: 1, writes: 1, doors: 1, photos: 1 });
        let first = lanes.enter(Lane::Read);
        assert!(matches!(first, Ok(Some(_))));
        let refused = lanes.enter(Lane::Read).map(drop).map_err(|failure| failure.into_problem().retry_after);
        assert_eq!(refused, Err(Some(1)));
        assert!(matches!(lanes.enter(Lane::Write), Ok(Some(_))));
        assert!(matches!(lanes.enter(Lane::Free), Ok(None)));
        drop(first);
        assert!(matches!(lanes.enter(Lane::Read), Ok(Some(_))));
    }
}
