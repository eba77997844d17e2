//! How much one server takes on, and how long it waits for whoever is slow.

use std::time::Duration;

use crate::routes::Places;

/// Bounds of a server.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once. What comes above waits outside, until one of them is closed.
    pub connections: usize,
    /// Pages that hear at once what happens (`GET /stream`): each keeps its connection.
    pub pages: usize,
    /// How long the first head of a connection may take to arrive.
    pub head: Duration,
    /// How long a body may take to arrive: 64 KiB come through the slowest telephone line in that time.
    pub body: Duration,
    /// How long a photo may take to arrive: 10 MB need a line of 700 kbit/s.
    pub photo: Duration,
    /// How long a connection without a request is kept. Longer than the 60 s of the usual proxies: the one who sends has to be the one
    /// who closes, or a request is lost on its way.
    pub idle: Duration,
    /// How long an answer may lie on the line that nobody takes in: whoever listens to what happens and does not read keeps no connection.
    pub deaf: Duration,
    /// Requests under way.
    pub places: Places,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 8_192,
            pages: 5_000,
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            photo: Duration::from_secs(120),
            idle: Duration::from_secs(75),
            deaf: Duration::from_secs(60),
            places: Places::default(),
        }
    }
}

/// Files and connections that are no connections of callers: the database, its log, backups, programs that are started.
const OWN_FILES: usize = 128;

/// Opens as many files as the system allows: each connection is one, and many systems begin with 1,024. Gives the connections for which
/// that is enough.
pub(super) fn connections(wished: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = (wished + OWN_FILES) as u64;
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(wanted, |most| most.min(wanted));
    if limit.current.is_some_and(|now| now < most) {
        // When the system refuses, what it gave at first has to do.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum });
    }
    let now = getrlimit(Resource::Nofile).current.map_or(wanted, |now| now.min(wanted));
    usize::try_from(now).unwrap_or(wished).saturating_sub(OWN_FILES).max(1)
}

/// Lets the system cut a connection on which nothing is taken in for so long (`TCP_USER_TIMEOUT`, RFC 5482). Elsewhere than on Linux it is
/// the system's own patience that counts, which is longer.
#[cfg(target_os = "linux")]
pub(super) fn cut_when_deaf(connection: &dyn std::any::Any, deaf: Duration) {
    if let Some(stream) = connection.downcast_ref::<tokio::net::TcpStream>() {
        let _ = rustix::net::sockopt::set_tcp_user_timeout(stream, u32::try_from(deaf.as_millis()).unwrap_or(u32::MAX));
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn cut_when_deaf(_: &dyn std::any::Any, _: Duration) {}
