//! The turns of one person: every way in which she can give one service and get one.

use domain::offer::OfferKind;

use crate::crowd::{Back, PersonIx, PostIx, Stored};
use crate::map::{PlaceIx, bit};
use crate::market::Market;
use crate::shelf::{Entry, Lone};
use crate::tree::{ANY, Cat, Tree};

/// What a person puts on the shelves of her residence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Display {
    pub turns: Vec<(PlaceIx, Entry)>,
    pub lones: Vec<(PlaceIx, Lone)>,
}

fn entry(give: (PostIx, &Stored, Cat), want: (PostIx, &Stored, Cat)) -> (PlaceIx, Entry) {
    let entry = Entry {
        give: give.2,
        want: want.2,
        since: want.1.since,
        person: give.1.author,
        household: give.1.household,
        give_post: give.0,
        want_post: want.0,
        give_languages: give.1.languages,
        want_languages: want.1.languages,
        give_circle: bit(give.1.circle),
        want_circle: bit(want.1.circle),
        free: !give.1.in_ring && !want.1.in_ring,
    };
    (give.1.place, entry)
}

impl Market {
    /// The posts of a person that can be matched: hers, the newest, with a place left, in a live residence and of a service that its
    /// office knows.
    fn active(&self, person: PersonIx) -> Vec<(PostIx, &Stored, &Tree)> {
        let posts = self.crowd.newest_of(person);
        posts
            .filter(|(_, p)| p.places_left > 0)
            .filter_map(|(ix, p)| Some((ix, p, self.tree(p.place)?)))
            .filter(|(_, p, tree)| tree.exists(p.category))
            .collect()
    }

    pub(crate) fn display(&self, person: PersonIx) -> Display {
        let mut display = Display::default();
        let posts = self.active(person);
        for &(ix, post, tree) in &posts {
            let (own, is_offer) = ((ix, post, post.category), post.kind == OfferKind::Offer);
            display.lones.push((post.place, lone(ix, post)));
            match &post.back {
                Back::Nothing => {}
                Back::Anything if is_offer => display.turns.push(entry(own, (ix, post, ANY))),
                Back::Anything => {}
                Back::Named(cats) => {
                    for &cat in cats.iter().filter(|&&cat| tree.exists(cat)) {
                        let (give, want) = if is_offer { (post.category, cat) } else { (cat, post.category) };
                        if !tree.serves(give, want) {
                            display.turns.push(entry((ix, post, give), (ix, post, want)));
                        }
                    }
                }
            }
            if !is_offer {
                continue;
            }
            for &(other_ix, other, _) in &posts {
                let one_home = post.place == other.place && post.household == other.household;
                if one_home && other.kind == OfferKind::Request && !tree.serves(post.category, other.category) {
                    display.turns.push(entry(own, (other_ix, other, other.category)));
                }
            }
        }
        display.turns.sort_unstable();
        // A service that is named twice in return counts once.
        display.turns.dedup();
        display.lones.sort_unstable();
        display
    }
}

fn lone(ix: PostIx, post: &Stored) -> Lone {
    Lone {
        category: post.category,
        is_offer: post.kind == OfferKind::Offer,
        gift: post.kind == OfferKind::Offer && post.back == Back::Nothing,
        since: post.since,
        person: post.author,
        household: post.household,
        post: ix,
        languages: post.languages,
        circle: bit(post.circle),
    }
}
