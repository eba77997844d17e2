//! Just enough of HTTP/1.1 to know where a response ends.

use anyhow::{Context, Result, bail, ensure};

/// The longest head that is read, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// What a response's head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status, 200 and so on.
    pub status: u16,
    /// The bytes of the head with its empty line.
    pub head: usize,
    /// The bytes of the body.
    pub body: usize,
    /// Whether it says when to come back (`Retry-After`).
    pub says_when: bool,
}

impl Head {
    /// The bytes of the response.
    pub fn total(&self) -> usize {
        self.head + self.body
    }

    /// Whether the server asks to come back later, and says when.
    pub fn is_refusal(&self) -> bool {
        matches!(self.status, 429 | 503) && self.says_when
    }

    /// Reads a head from the beginning of `bytes`; `None` while its end has not come.
    ///
    /// # Errors
    /// When it is no HTTP/1.1, or its body's length is not given by `Content-Length`.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = find_end(bytes) else {
            ensure!(bytes.len() < LONGEST_HEAD, "the server's answer has a head without end");
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes[..end]).context("the server's answer has a head that is no text")?;
        let mut lines = text.split("\r\n");
        let status: u16 = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 "))
            .and_then(|line| line.get(..3)?.parse().ok())
            .context("the server's answer is no HTTP/1.1")?;
        let (mut body, mut says_when) = (None, false);
        for line in lines {
            let Some((name, value)) = line.split_once(':') else { continue };
            if name.eq_ignore_ascii_case("content-length") {
                body = Some(value.trim().parse().context("the server gave a Content-Length that is no number")?);
            } else if name.eq_ignore_ascii_case("retry-after") {
                says_when = true;
            } else if name.eq_ignore_ascii_case("connection") && value.trim().eq_ignore_ascii_case("close") {
                bail!("the server closes its connections after each answer");
            }
        }
        let body = match (body, status) {
            (_, 204 | 304) => 0,
            (Some(body), _) => body,
            (None, _) => bail!("the server's answer has no Content-Length"),
        };
        Ok(Some(Self { status, head: end, body, says_when }))
    }
}

fn find_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|place| place + 4)
}

/// A response of which some may have come.
#[derive(Debug, Default)]
pub struct Progress {
    /// The beginning of a head that is not whole.
    kept: Vec<u8>,
    /// The head, and how many bytes of the body are still to come.
    under_way: Option<(Head, usize)>,
}

impl Progress {
    /// Takes what came. Gives the head when the response is whole, and is then ready for the following one.
    ///
    /// # Errors
    /// As [`Head::read`], or when more came than the response.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Option<Head>> {
        if let Some((head, missing)) = self.under_way {
            return self.advance(head, missing, bytes.len());
        }
        if self.kept.is_empty() {
            if let Some(head) = Head::read(bytes)? {
                return self.advance(head, head.total(), bytes.len());
            }
            self.kept.extend_from_slice(bytes);
            return Ok(None);
        }
        self.kept.extend_from_slice(bytes);
        let Some(head) = Head::read(&self.kept)? else { return Ok(None) };
        let come = self.kept.len();
        self.kept.clear();
        self.advance(head, head.total(), come)
    }

    fn advance(&mut self, head: Head, missing: usize, come: usize) -> Result<Option<Head>> {
        let left = missing.checked_sub(come).context("the server's answer is longer than it says")?;
        self.under_way = (left > 0).then_some((head, left));
        Ok((left == 0).then_some(head))
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Progress};

    const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\ndate: now\r\n\r\nhello world";

    #[test]
    fn a_response_may_come_in_any_pieces() -> anyhow::Result<()> {
        let expected = Head { status: 200, head: RESPONSE.len() - 11, body: 11, says_when: false };
        for size in 1..=RESPONSE.len() {
            let mut progress = Progress::default();
            for _ in 0..2 {
                let heads: Vec<_> =
                    RESPONSE.chunks(size).map(|piece| progress.take(piece)).collect::<Result<_, _>>()?;
                let whole: Vec<_> = heads.iter().flatten().collect();
                assert_eq!(whole, [&expected], "pieces of {size}");
                assert_eq!(heads.last(), Some(&Some(expected)));
            }
        }
        Ok(())
    }

    #[test]
    fn a_refusal_says_when_to_come_back() -> anyhow::Result<()> {
        let refusal = |head: &str| Ok::<_, anyhow::Error>(Head::read(head.as_bytes())?.is_some_and(|h| h.is_refusal()));
        assert!(refusal("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nRetry-After: 2\r\n\r\n")?);
        assert!(!refusal("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n")?);
        assert!(!refusal("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nretry-after: 2\r\n\r\n")?);
        Ok(())
    }

    #[test]
    fn an_answer_without_body_ends_with_its_head() -> anyhow::Result<()> {
        let head = Head::read(b"HTTP/1.1 304 Not Modified\r\netag: a\r\n\r\n")?;
        assert_eq!(head.map(|head| (head.status, head.body)), Some((304, 0)));
        Ok(())
    }

    #[test]
    fn what_has_no_known_end_is_refused() {
        for bad in [
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nConnection: close\r\n\r\n",
            "HTTP/2 200\r\n\r\n",
        ] {
            assert!(Head::read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Progress::default().take(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab").is_err());
    }
}
