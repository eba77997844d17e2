//! What stands in the file `keys`: each secret with its older generations, as lines `name=value` or `name=value moment`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{SecondsFormat, TimeDelta};
use domain::Timestamp;
use domain::code::CODE_LIFE_DAYS;
use ed25519_dalek::{SigningKey, VerifyingKey};

use super::random_bytes;

/// A new generation serves only after this time, so that every server on these keys knows it by then: none meets a token that another
/// one signed with what it has not read yet.
pub(super) const LEAD: TimeDelta = TimeDelta::minutes(1);
/// How long an older secret of the access tokens is believed: an access token lives 10 minutes.
pub(super) const TOKENS_KEPT: TimeDelta = TimeDelta::minutes(15);
/// How long an older secret of the codes is believed: as long as a printed code opens, and some weeks more.
pub(super) const CODES_KEPT: TimeDelta = TimeDelta::days(CODE_LIFE_DAYS + 20);

const HEAD: &str = "# Made at first start, readable by the server alone. Keep a copy, apart from the backups: without it printed codes stop \
                    working.\n# `toit keys rotate` adds generations; the moment behind a secret is when it begins to serve.\n";

struct Generation {
    secret: [u8; 32],
    /// None for the first one.
    from: Option<Timestamp>,
}

/// The generations of one secret, oldest first; never empty.
pub(super) struct Ring(Vec<Generation>);

impl Ring {
    fn draw() -> Self {
        Self(vec![Generation { secret: random_bytes(), from: None }])
    }

    /// What serves now.
    pub(super) fn current(&self, now: Timestamp) -> [u8; 32] {
        let serves = |g: &&Generation| g.from.is_none_or(|from| from <= now);
        self.0.iter().rev().find(serves).unwrap_or(&self.0[0]).secret
    }

    /// What is believed now, newest first: also what serves soon, and what was replaced less than `kept` ago.
    pub(super) fn believed(&self, now: Timestamp, kept: TimeDelta) -> Vec<[u8; 32]> {
        let replaced = self.0.iter().skip(1).map(|g| g.from).chain([None]);
        let good = |at: Option<Timestamp>| at.is_none_or(|at| at + kept > now);
        let mut secrets: Vec<_> =
            self.0.iter().zip(replaced).filter(|(_, at)| good(*at)).map(|(g, _)| g.secret).collect();
        secrets.reverse();
        secrets
    }

    /// Begins a generation and drops those that nobody believes any more.
    fn turn(&mut self, now: Timestamp, kept: TimeDelta) {
        let believed = self.believed(now, kept);
        self.0.retain(|g| believed.contains(&g.secret));
        self.0.push(Generation { secret: random_bytes(), from: Some(now + LEAD) });
    }

    fn to_text(&self, name: &str) -> String {
        let line = |g: &Generation| match g.from {
            None => format!("{name}={}\n", encode(&g.secret)),
            Some(from) => {
                format!("{name}={} {}\n", encode(&g.secret), from.to_rfc3339_opts(SecondsFormat::Millis, true))
            }
        };
        self.0.iter().map(line).collect()
    }
}

/// All of the file.
pub(super) struct Secrets {
    /// For access tokens.
    pub(super) tokens: Ring,
    /// For join codes and for what stands for a request.
    pub(super) codes: Ring,
    /// Signs receipts.
    pub(super) receipts: SigningKey,
    /// What signed older receipts; the private halves are gone.
    pub(super) older_receipts: Vec<VerifyingKey>,
}

impl Secrets {
    pub(super) fn draw() -> Self {
        Self {
            tokens: Ring::draw(),
            codes: Ring::draw(),
            receipts: SigningKey::from_bytes(&random_bytes()),
            older_receipts: Vec::new(),
        }
    }

    /// New secrets for everything; what is out keeps its worth for its time.
    pub(super) fn turn(&mut self, now: Timestamp) {
        self.tokens.turn(now, TOKENS_KEPT);
        self.codes.turn(now, CODES_KEPT);
        self.older_receipts.push(self.receipts.verifying_key());
        self.receipts = SigningKey::from_bytes(&random_bytes());
    }

    pub(super) fn to_text(&self) -> String {
        let older = self.older_receipts.iter().map(|key| format!("receipts.public={}\n", encode(key.as_bytes())));
        [
            HEAD.to_owned(),
            self.tokens.to_text("tokens"),
            self.codes.to_text("codes"),
            older.collect(),
            format!("receipts={}\n", encode(self.receipts.as_bytes())),
        ]
        .concat()
    }

    /// Reads the file, and says whether something was missing that was drawn now: files of the first version sign no receipts.
    pub(super) fn from_text(text: &str) -> Option<(Self, bool)> {
        let (mut tokens, mut codes, mut older_receipts, mut receipts) = (Vec::new(), Vec::new(), Vec::new(), None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, value) = line.split_once('=')?;
            let (value, from) = match value.split_once(' ') {
                Some((value, from)) => (value, Some(from.parse().ok()?)),
                None => (value, None),
            };
            let bytes = decode(value)?;
            match name {
                "tokens" => tokens.push(Generation { secret: bytes, from }),
                "codes" => codes.push(Generation { secret: bytes, from }),
                "receipts.public" => older_receipts.push(VerifyingKey::from_bytes(&bytes).ok()?),
                "receipts" => receipts = Some(SigningKey::from_bytes(&bytes)),
                // Of a newer program: what is not understood must not be lost when the file is written anew.
                _ => return None,
            }
        }
        if tokens.is_empty() || codes.is_empty() {
            return None;
        }
        let drawn = receipts.is_none();
        let receipts = receipts.unwrap_or_else(|| SigningKey::from_bytes(&random_bytes()));
        Some((Self { tokens: Ring(tokens), codes: Ring(codes), receipts, older_receipts }, drawn))
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        "2026-11-24T10:00:00Z".parse::<Timestamp>().unwrap() + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_new_generation_is_believed_at_once_and_serves_a_minute_later() {
        let mut ring = Ring::draw();
        let first = ring.current(at(0));
        ring.turn(at(0), TOKENS_KEPT);
        let second = ring.0[1].secret;
        assert_eq!(ring.believed(at(0), TOKENS_KEPT), [second, first]);
        assert_eq!((ring.current(at(0)), ring.current(at(1))), (first, second));
        assert_eq!(ring.believed(at(15), TOKENS_KEPT), [second, first]);
        assert_eq!(ring.believed(at(16), TOKENS_KEPT), [second]);
    }

    #[test]
    fn what_nobody_believes_any_more_leaves_the_file() {
        let mut secrets = Secrets::draw();
        for day in 0..300 {
            secrets.turn(at(day * 24 * 60));
        }
        assert_eq!(secrets.tokens.0.len(), 2);
        assert_eq!(secrets.codes.0.len(), 202);
        assert_eq!(secrets.older_receipts.len(), 300);
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let mut secrets = Secrets::draw();
        secrets.turn(at(0));
        secrets.turn(at(1));
        let text = secrets.to_text();
        let (read, drawn) = Secrets::from_text(&text).unwrap();
        assert!(!drawn);
        assert_eq!(read.to_text(), text);
    }

    #[test]
    fn a_file_that_holds_no_keys_or_unknown_ones_is_refused() {
        let text = Secrets::draw().to_text();
        let without = |name: &str| text.lines().filter(|l| !l.starts_with(name)).collect::<Vec<_>>().join("\n");
        for wrong in [
            String::new(),
            without("tokens="),
            without("codes="),
            format!("{text}photos=AAAA\n"),
            text.replace("codes=", "codes=A"),
        ] {
            assert!(Secrets::from_text(&wrong).is_none(), "{wrong}");
        }
        assert!(Secrets::from_text(&without("receipts=")).is_some_and(|(_, drawn)| drawn));
    }
}
