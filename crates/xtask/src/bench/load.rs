//! A load generator that is cheap enough to share two cores with the server it drives.
//!
//! One thread, one poll, kept-alive connections each with one request in flight (no pipelining, which no browser does). A
//! response costs one read and one write; its body is counted, not kept.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::response::{Head, Progress};
use super::sample::Sample;

/// The part of a measurement that warms caches and is not counted.
const WARM_UP_SHARE: f64 = 0.1;
/// How long a silent server is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const BUFFER: usize = 64 * 1024;
/// How long whoever was refused waits before asking again: a small part of what the server asks for.
pub const REST: Duration = Duration::from_millis(100);

/// How hard a server is driven.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Where the server listens.
    pub server: SocketAddr,
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// How long it goes on, the warm-up included.
    pub duration: Duration,
}

struct Connection {
    stream: TcpStream,
    /// Which request is under way, and how much of it is sent.
    request: usize,
    sent: usize,
    begun: Instant,
    /// Whether it waits, because it was refused.
    rests: bool,
    progress: Progress,
}

/// Sends `requests`, whole HTTP/1.1 requests, in an order drawn from them, and measures the answers.
///
/// # Errors
/// When the server cannot be reached, closes a connection, says nothing for ten seconds, or answers with something that is
/// no HTTP/1.1 with a known length. Answers other than 2xx are counted, not errors.
pub fn drive(load: Load, requests: &[Vec<u8>]) -> Result<Sample> {
    ensure!(!requests.is_empty() && load.connections > 0, "there is nothing to send");
    let mut poll = Poll::new().context("no poll")?;
    let mut events = Events::with_capacity(load.connections);
    let mut draw = Draw::new(requests.len());
    let begun = Instant::now();
    let counted_from = begun + load.duration.mul_f64(WARM_UP_SHARE);
    let end = begun + load.duration;
    let mut connections = (0..load.connections)
        .map(|number| {
            let mut stream = TcpStream::connect(load.server).context("cannot reach the server")?;
            stream.set_nodelay(true)?;
            poll.registry().register(&mut stream, Token(number), Interest::READABLE | Interest::WRITABLE)?;
            Ok(Connection { stream, request: draw.next(), sent: 0, begun, rests: false, progress: Progress::default() })
        })
        .collect::<Result<Vec<_>>>()?;
    let mut sample = Sample::default();
    let mut buffer = vec![0; BUFFER];
    // All rest equally long, so that the first to rest is the first to go on.
    let mut resting: VecDeque<(Instant, usize)> = VecDeque::new();
    loop {
        let rest = resting.front().map(|(until, _)| until.saturating_duration_since(Instant::now()));
        poll.poll(&mut events, Some(rest.unwrap_or(PATIENCE))).context("poll")?;
        ensure!(rest.is_some() || !events.is_empty(), "the server said nothing for {} s", PATIENCE.as_secs());
        for event in &events {
            let connection = &mut connections[event.token().0];
            if event.is_writable() {
                connection.send(requests)?;
            }
            if event.is_readable() {
                while let Some(head) = connection.receive(&mut buffer)? {
                    let now = Instant::now();
                    // By when it comes: what takes seconds would be left out of a short measurement otherwise.
                    let counts = now >= counted_from;
                    if head.is_refusal() {
                        if counts {
                            sample.add_refusal(head.total());
                        }
                        connection.rests = true;
                        resting.push_back((now + REST, event.token().0));
                        break;
                    }
                    if counts {
                        sample.add(now - connection.begun, head.status, head.total());
                    }
                    connection.begin(draw.next(), now, requests)?;
                }
            }
        }
        let now = Instant::now();
        while let Some((_, number)) = resting.pop_front_if(|(until, _)| *until <= now) {
            connections[number].begin(draw.next(), now, requests)?;
        }
        if now >= end {
            sample.close(now - counted_from);
            return Ok(sample);
        }
    }
}

impl Connection {
    /// Begins another request.
    fn begin(&mut self, request: usize, now: Instant, requests: &[Vec<u8>]) -> Result<()> {
        (self.request, self.sent, self.begun, self.rests) = (request, 0, now, false);
        self.send(requests)
    }

    /// Sends what is left of the request, as far as the socket takes it.
    fn send(&mut self, requests: &[Vec<u8>]) -> Result<()> {
        if self.rests {
            return Ok(());
        }
        let request = &requests[self.request];
        while self.sent < request.len() {
            match self.stream.write(&request[self.sent..]) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(bytes) => self.sent += bytes,
                Err(error) if is_not_now(&error) => return Ok(()),
                Err(error) => return Err(error).context("cannot send to the server"),
            }
        }
        Ok(())
    }

    /// Reads what has come. Gives the response's head when the response is whole.
    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<Head>> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(bytes) => {
                    if let Some(head) = self.progress.take(&buffer[..bytes])? {
                        return Ok(Some(head));
                    }
                }
                Err(error) if is_not_now(&error) => return Ok(None),
                Err(error) => return Err(error).context("cannot read from the server"),
            }
        }
    }
}

fn is_not_now(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted | ErrorKind::NotConnected)
}

/// Numbers below a bound, spread evenly, the same in each run (xorshift64*).
pub struct Draw {
    state: u64,
    bound: usize,
}

impl Draw {
    /// Numbers below `bound`.
    pub fn new(bound: usize) -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15, bound }
    }

    /// The following number.
    pub fn next(&mut self) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let drawn = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        (drawn as usize) % self.bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Duration;

    use super::{Draw, Load, drive};

    /// Answers each request on each connection with `response`, cut in two where it is long.
    fn serve(response: &'static [u8]) -> std::io::Result<std::net::SocketAddr> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut buffer = [0; 1024];
                    while stream.read(&mut buffer).is_ok_and(|bytes| bytes > 0) {
                        let (begin, end) = response.split_at(response.len() / 2);
                        if stream.write_all(begin).and_then(|()| stream.write_all(end)).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Ok(address)
    }

    fn load(response: &'static [u8]) -> anyhow::Result<super::Sample> {
        let load = Load { server: serve(response)?, connections: 4, duration: Duration::from_millis(200) };
        drive(load, &[b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()])
    }

    #[test]
    fn answers_are_counted_and_timed() -> anyhow::Result<()> {
        let sample = load(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")?;
        assert!(sample.requests > 0);
        assert_eq!(sample.failed, 0);
        assert_eq!(sample.bytes, sample.requests * 43);
        assert!(sample.rate() > 0.0);
        assert!(sample.percentile(0.5) <= sample.percentile(0.99));
        Ok(())
    }

    #[test]
    fn refusals_are_counted_apart() -> anyhow::Result<()> {
        let sample = load(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")?;
        assert!(sample.requests > 0);
        assert_eq!(sample.failed, sample.requests);
        Ok(())
    }

    #[test]
    fn whoever_is_refused_rests_before_asking_again() -> anyhow::Result<()> {
        let sample = load(b"HTTP/1.1 503 Busy\r\nretry-after: 2\r\nContent-Length: 0\r\n\r\n")?;
        // Four connections, 200 ms, 100 ms of rest each time.
        assert!((1..=12).contains(&sample.refused), "{}", sample.refused);
        assert_eq!((sample.requests, sample.failed), (sample.refused, sample.refused));
        Ok(())
    }

    #[test]
    fn what_is_no_http_is_an_error() {
        assert!(load(b"what?\r\n\r\n").is_err());
    }

    #[test]
    fn draws_stay_below_their_bound_and_reach_it_all() {
        let mut draw = Draw::new(7);
        let mut seen = [0; 7];
        for _ in 0..7_000 {
            seen[draw.next()] += 1;
        }
        assert!(seen.iter().all(|times| (800..1200).contains(times)), "{seen:?}");
    }
}
