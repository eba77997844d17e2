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
