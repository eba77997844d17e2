//! How long a message takes from whoever writes it to an open page, while a thousand pages are open.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use serde::Deserialize;
use serde_json::json;

use super::load::Draw;
use super::plain::request;
use super::report::{Report, megabytes, millis};
use super::sample::Sample;
use super::server::{Filled, Server};
use crate::run::Step;
use crate::torture::http::{Call, Way};

/// How many pages are open.
const PAGES: usize = 1_000;
/// How many messages are written, and how long it lies between two of them.
const MESSAGES: usize = 1_000;
const PAUSE: Duration = Duration::from_millis(10);
/// When 99 of 100 messages have to be in the page.
const WANTED: Duration = Duration::from_millis(200);
/// The most memory of the server meanwhile, in bytes.
const MEMORY: u64 = 500_000_000;
/// How long we wait for a stream that says nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// What the text of message 7 begins with: found in the stream without reading its JSON.
const SIGN: &str = "mesure-";
const SIGN_LENGTH: usize = SIGN.len() + 6;

#[derive(Deserialize)]
struct Made {
    id: String,
}

/// Opens the pages, writes, and adds what was found.
///
/// # Errors
/// When a page cannot be opened, or a message does not arrive.
pub fn measure(server: &Server, filled: &Filled, kind: &str, report: &mut Report) -> Result<()> {
    let pages = PAGES.min(filled.tokens.len());
    let step = Step::begin(&format!("We write to {pages} open pages ({kind})"));
    let conversations = conversations(server.address, &filled.tokens[..pages])?;
    let mut listening = Listening::open(server.address, &filled.tokens[..pages])?;
    let (sent, sending) = channel();
    let (address, tokens) = (server.address, filled.tokens[..pages].to_vec());
    let writer = thread::spawn(move || write(address, &tokens, &conversations, &|at| sent.send(at).is_ok()));
    let sample = listening.hear(&sending);
    let written = writer.join().map_err(|_| anyhow!("the writer ended"))?;
    let sample = sample?;
    written?;
    step.end();
    let (p99, peak) = (sample.percentile(0.99), server.memory()?.peak);
    let soon = report.verdict(p99 < WANTED, || format!("{kind}: a message takes {}", millis(p99)));
    let small = report.verdict(peak < MEMORY, || format!("{kind}: memory with open pages {}", megabytes(peak)));
    report.say(&format!(
        "{kind}, {pages} open pages, {} messages, one every {} ms: from the request to the page p50 {}, p99 {} (wanted: below {} ms) {soon}; \
         most memory of the server {} (wanted: below {}) {small}",
        sample.requests,
        PAUSE.as_millis(),
        millis(sample.percentile(0.5)),
        millis(p99),
        WANTED.as_millis(),
        megabytes(peak),
        megabytes(MEMORY)
    ));
    Ok(())
}

/// A conversation for each page: about a post of hers, begun by the next one.
fn conversations(server: SocketAddr, tokens: &[String]) -> Result<Vec<String>> {
    let mut way = Way::open(server)?;
    let mut ask = |call: &Call<'_>| -> Result<String> {
        let answer = way.ask(call)?;
        ensure!(matches!(answer.status, 200 | 201), "a conversation cannot begin: {}", answer.shown());
        Ok(answer.json::<Made>()?.id)
    };
    let writers = tokens.iter().cycle().skip(1);
    tokens
        .iter()
        .zip(writers)
        .map(|(hers, writer)| {
            let post = json!({
                "kind": "offer", "category": "ironing", "title": "Du repassage le samedi", "text": "", "circle": "office",
                "capacity": 1, "in_return": { "kind": "nothing" },
            });
            let offer = ask(&Call::post("/offers", Some(hers), post))?;
            let first = json!({ "about": { "kind": "offer", "id": offer }, "with": "author", "text": "Bonjour !" });
            ask(&Call::post("/conversations", Some(writer), first))
        })
        .collect()
}

/// Writes one message after the other into conversations drawn at random; tells when each was sent.
fn write(
    server: SocketAddr,
    tokens: &[String],
    conversations: &[String],
    tell: &dyn Fn(Instant) -> bool,
) -> Result<()> {
    let mut way = Way::open(server)?;
    let mut draw = Draw::new(conversations.len());
    for number in 0..MESSAGES {
        let to = draw.next();
        let writer = &tokens[(to + 1) % tokens.len()];
        let text = format!("{SIGN}{number:06}, à tout à l'heure au square.");
        let path = format!("/conversations/{}/messages", conversations[to]);
        let call = Call::post(path, Some(writer), json!({ "kind": "text", "text": text }));
        if !tell(Instant::now()) {
            return Ok(());
        }
        let answer = way.ask(&call)?;
        ensure!(answer.status == 201, "a message is answered by {}", answer.shown());
        rest();
    }
    Ok(())
}

/// Between two messages: a person writes, a machine would only measure its own queue.
#[expect(clippy::disallowed_methods, reason = "the measure is what one message takes, not how many there can be")]
fn rest() {
    thread::sleep(PAUSE);
}

struct Page {
    stream: TcpStream,
    /// The end of what came, where a sign may be cut in two.
    tail: Vec<u8>,
}

/// The open pages.
struct Listening {
    poll: Poll,
    pages: Vec<Page>,
}

impl Listening {
    fn open(server: SocketAddr, tokens: &[String]) -> Result<Self> {
        let poll = Poll::new().context("no poll")?;
        let mut pages = Vec::with_capacity(tokens.len());
        for (number, token) in tokens.iter().enumerate() {
            let mut plain = std::net::TcpStream::connect(server).context("cannot reach the server")?;
            plain.set_read_timeout(Some(PATIENCE))?;
            plain.write_all(&request("/api/v1/stream", Some(token), "Accept: text/event-stream\r\n"))?;
            // The first event comes at once: only then the page is open.
            let mut first = [0; 2_048];
            let bytes = plain.read(&mut first).context("a stream does not begin")?;
            ensure!(first[..bytes].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&first[..bytes]));
            plain.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(plain);
            poll.registry().register(&mut stream, Token(number), Interest::READABLE)?;
            pages.push(Page { stream, tail: Vec::new() });
        }
        Ok(Self { poll, pages })
    }

    /// Hears until each message has come to the page it is for. Its writer has a page open as well and hears it too: the later one counts.
    fn hear(&mut self, sending: &Receiver<Instant>) -> Result<Sample> {
        let mut events = Events::with_capacity(self.pages.len());
        let mut buffer = vec![0; 64 * 1024];
        let mut sent: Vec<Instant> = Vec::with_capacity(MESSAGES);
        let mut heard = vec![0_u8; MESSAGES];
        let (mut left, mut sample, begun) = (MESSAGES * 2, Sample::default(), Instant::now());
        while left > 0 {
            self.poll.poll(&mut events, Some(PATIENCE)).context("poll")?;
            ensure!(!events.is_empty(), "{left} messages did not come to their pages");
            for event in &events {
                for number in self.pages[event.token().0].read(&mut buffer)? {
                    let now = Instant::now();
                    sent.extend(sending.try_iter());
                    let (Some(at), Some(times)) = (sent.get(number), heard.get_mut(number)) else {
                        bail!("message {number} was heard before it was sent");
                    };
                    *times += 1;
                    left -= 1;
                    if *times == 2 {
                        sample.add(now - *at, 200, 0);
                    }
                }
            }
        }
        sample.close(begun.elapsed());
        Ok(sample)
    }
}

impl Page {
    /// The numbers of the messages that have come.
    fn read(&mut self, buffer: &mut [u8]) -> Result<Vec<usize>> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => bail!("the server closed a stream"),
                Ok(bytes) => self.tail.extend_from_slice(&buffer[..bytes]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => break,
                Err(error) => return Err(error).context("cannot read a stream"),
            }
        }
        let (numbers, used) = signs(&self.tail);
        let keep = (self.tail.len() - used).min(SIGN_LENGTH - 1);
        self.tail.drain(..self.tail.len() - keep);
        Ok(numbers)
    }
}

/// The numbers of all whole signs, and where the last of them ends.
fn signs(text: &[u8]) -> (Vec<usize>, usize) {
    let (mut numbers, mut used) = (Vec::new(), 0);
    while let Some(at) = text[used..].windows(SIGN_LENGTH).position(|w| w.starts_with(SIGN.as_bytes())) {
        let sign = &text[used + at..used + at + SIGN_LENGTH];
        let digits = std::str::from_utf8(&sign[SIGN.len()..]).ok().and_then(|digits| digits.parse::<usize>().ok());
        numbers.extend(digits);
        used += at + SIGN_LENGTH;
    }
    (numbers, used)
}

#[cfg(test)]
mod tests {
    use super::signs;

    #[test]
    fn a_message_is_found_in_a_stream_by_its_sign() {
        let text = b"data: {\"text\":\"mesure-000007, \xc3\xa0\"}\n\ndata: {\"text\":\"mesure-000012\"}\n\nmesure-00";
        let (numbers, used) = signs(text);
        assert_eq!(numbers, [7, 12]);
        assert!(text[used..].ends_with(b"mesure-00"));
    }
}
