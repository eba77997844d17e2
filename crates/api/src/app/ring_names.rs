//! Names of suggested rings: the turns of a ring, sealed. Base64 alone would show to each of its people what the others post.

use domain::Timestamp;
use domain::category::CategorySlug;
use domain::id::{OfferId, TenantId};
use domain::suggestion::RingId;
use matching::{Ring, Turn};
use uuid::Uuid;

use crate::keys::Keys;

const PURPOSE: &str = "ring";
/// The first byte: other ways to write a ring may follow.
const FORM: u8 = 1;
/// Beside the length of a slug: the post by which somebody wants is another one than the one by which she gives, and follows.
const TWO_POSTS: u8 = 0x80;

/// The name of a ring.
pub(super) fn encode(keys: &Keys, ring: &Ring, now: Timestamp) -> Option<RingId> {
    let mut bytes = vec![FORM];
    for turn in &ring.turns {
        let slug = turn.category.as_str().as_bytes();
        let two = turn.give != turn.want;
        bytes.extend(turn.person.0.as_bytes());
        bytes.extend(turn.give.0.as_bytes());
        bytes.push(u8::try_from(slug.len()).ok()? | if two { TWO_POSTS } else { 0 });
        bytes.extend(slug);
        if two {
            bytes.extend(turn.want.0.as_bytes());
        }
    }
    RingId::parse(keys.seal(PURPOSE, &bytes, now)?).ok()
}

/// The ring that a name stands for; its distance and its date are not told.
pub(super) fn decode(keys: &Keys, id: &RingId, now: Timestamp) -> Option<Ring> {
    let bytes = keys.unseal(PURPOSE, id.as_str(), now)?;
    let mut rest = bytes.strip_prefix(&[FORM])?;
    let mut turns = Vec::new();
    while !rest.is_empty() {
        let person = TenantId(uuid(&mut rest)?);
        let give = OfferId(uuid(&mut rest)?);
        let [head] = *take(&mut rest, 1)? else { return None };
        let slug = std::str::from_utf8(take(&mut rest, usize::from(head & !TWO_POSTS))?).ok()?;
        let want = if head & TWO_POSTS == 0 { give } else { OfferId(uuid(&mut rest)?) };
        turns.push(Turn { person, give, want, category: CategorySlug::parse(slug).ok()? });
    }
    Some(Ring { turns, farthest_m: 0, since: 0 })
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

fn uuid(rest: &mut &[u8]) -> Option<Uuid> {
    Uuid::from_slice(take(rest, 16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-25T08:00:00Z".parse().expect("a time")
    }

    fn keys(name: &str) -> Keys {
        let folder = std::env::temp_dir().join(format!("toit-ring-names-{}-{name}", std::process::id()));
        let keys = Keys::load_or_make(&folder).expect("keys");
        std::fs::remove_dir_all(folder).expect("removed");
        keys
    }

    /// A ring of `n` people as long as names can be: each gives by one post and wants by another, long slugs.
    fn ring(n: u128) -> Ring {
        let turn = |i| Turn {
            person: TenantId(Uuid::from_u128(i)),
            give: OfferId(Uuid::from_u128(10 + i)),
            want: OfferId(Uuid::from_u128(20 + i)),
            category: CategorySlug::parse("a".repeat(40)).expect("a slug"),
        };
        Ring { turns: (0..n).map(turn).collect(), farthest_m: 0, since: 0 }
    }

    #[test]
    fn the_longest_ring_has_a_name_and_is_read_back() {
        let keys = keys("long");
        for ring in [ring(3), ring(4)] {
            let name = encode(&keys, &ring, now()).expect("it fits");
            assert_eq!(decode(&keys, &name, now()), Some(ring));
        }
        let mut one_post = ring(3);
        one_post.turns[1].want = one_post.turns[1].give;
        let name = encode(&keys, &one_post, now()).expect("it fits");
        assert_eq!(decode(&keys, &name, now()), Some(one_post.clone()));
        assert_eq!(encode(&keys, &one_post, now()), Some(name), "one ring has one name");
    }

    #[test]
    fn a_name_that_was_changed_or_made_elsewhere_stands_for_nothing() {
        let (here, elsewhere) = (keys("here"), keys("elsewhere"));
        let name = encode(&here, &ring(3), now()).expect("it fits");
        assert_eq!(decode(&elsewhere, &name, now()), None);
        let text = name.as_str();
        for (at, letter) in text.char_indices() {
            let other = if letter == 'x' { 'y' } else { 'x' };
            let changed = RingId::parse(format!("{}{other}{}", &text[..at], &text[at + 1..])).expect("base64url");
            assert_eq!(decode(&here, &changed, now()), None, "at {at}");
        }
    }

    #[test]
    fn a_name_shows_nothing_of_what_it_stands_for() {
        use base64::Engine;
        let keys = keys("shows");
        let name = encode(&keys, &ring(3), now()).expect("it fits");
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(name.as_str()).expect("base64url");
        assert!(!bytes.windows(4).any(|w| w == b"aaaa"));
        let post = Uuid::from_u128(11);
        assert!(!bytes.windows(16).any(|w| w == post.as_bytes()));
    }
}
