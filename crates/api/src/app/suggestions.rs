//! Suggestions: neighbours who can help and rings, as the market knows them; names of rings, and whether one can be made now.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::DateTime;
use domain::Timestamp;
use domain::category::{Category, CategorySlug};
use domain::id::{LegId, OfferId, TenantId};
use domain::leg::TermsLeg;
use domain::offer::Offer;
use domain::problem::ProblemCode;
use domain::suggestion::{MatchView, RingId, RingView, SuggestedService};
use domain::tenant::Person;
use domain::text::Body;
use matching::{Hand, Market, Match, PERSON_POSTS, Ring, Turn};

use super::{App, AppError, ring_names, rings, terms};
use crate::store::{self, Atlas, Tx, Viewer};

/// One ring for the same people is enough: that many more are looked at.
const SPARE: usize = 4;
/// When there are still too few, so many times more, once.
const MORE: usize = 8;

/// The neighbours who can help with an open post of the viewer, or whom she can help, the best first.
///
/// # Errors
/// `not_found` when the post is not hers.
pub async fn matches(app: &App, viewer: &Viewer, id: OfferId, limit: usize) -> Result<Vec<MatchView>, AppError> {
    let me = viewer.tenant;
    // Whoever was asked already, or has asked, is not suggested once more for the same post.
    let asked = store::barters::partners(&*app.store, viewer, id).await?;
    let many = limit + asked.len();
    let found = app
        .store
        .ask_market(move |market| Some(market.get(id)?.author == me).map(|mine| (mine, market.matches(id, many))));
    let mut found = match found.await? {
        Some((true, found)) => found,
        Some((false, _)) => return Err(ProblemCode::NotFound.into()),
        None => return none_for(app, viewer, id).await,
    };
    found.retain(|m| !asked.contains(&m.person));
    found.truncate(limit);
    let hands = || found.iter().flat_map(|m| m.gives.iter().chain(&m.gets));
    let sight =
        Sight::of(app, viewer, hands().flat_map(|h| [Some(h.give), h.want]).flatten(), found.iter().map(|m| m.person));
    let sight = sight.await?;
    Ok(found.iter().filter_map(|m| sight.match_view(m)).collect())
}

/// No suggestions, for a post of the viewer that is not open.
async fn none_for<T>(app: &App, viewer: &Viewer, id: OfferId) -> Result<Vec<T>, AppError> {
    if store::offers::is_own(&*app.store, viewer, id).await? {
        Ok(Vec::new())
    } else {
        Err(ProblemCode::NotFound.into())
    }
}

/// The best rings through the viewer's posts, or through one of them: one for the same people, none that lives already or rests.
///
/// # Errors
/// `not_found` when the post is not hers.
pub async fn list_rings(
    app: &App,
    viewer: &Viewer,
    offer: Option<OfferId>,
    limit: usize,
) -> Result<Vec<RingView>, AppError> {
    let me = viewer.tenant;
    let posts = app.store.ask_market(move |market| match offer {
        Some(id) => market.get(id).filter(|post| post.author == me).map(|post| vec![post.id]),
        // Sorted by id, so by age: the older ones take no part.
        None => Some(market.posts_of(me).into_iter().rev().take(PERSON_POSTS).collect()),
    });
    let posts = match (posts.await?, offer) {
        (Some(posts), _) => posts,
        (None, Some(offer)) => return none_for(app, viewer, offer).await,
        (None, None) => Vec::new(),
    };
    let taken = Arc::new(store::rings::not_free_with(&*app.store, me, app.clock.now()).await?);
    let mut many = limit * SPARE;
    let (mut found, is_all) = search(app, &posts, &taken, many).await?;
    if found.len() < limit && !is_all {
        many *= MORE;
        found = search(app, &posts, &taken, many).await?.0;
    }
    found.truncate(limit);
    let turns = || found.iter().flat_map(|r| &r.turns);
    let sight = Sight::of(app, viewer, turns().flat_map(|t| [t.give, t.want]), turns().map(|t| t.person)).await?;
    Ok(found.into_iter().filter_map(|ring| sight.ring_view(app, me, ring)).collect())
}

/// The best rings through each of these posts that are not taken, together in their order, and whether these are all there are. One
/// question for each post, so that between two of them the market can take in what is new.
async fn search(
    app: &App,
    posts: &[OfferId],
    taken: &Arc<HashSet<store::rings::Key>>,
    many: usize,
) -> Result<(Vec<Ring>, bool), AppError> {
    let (mut found, mut is_all) = (Vec::new(), true);
    for &post in posts {
        let taken = Arc::clone(taken);
        let is_free = move |ring: &Ring| taken.is_empty() || !taken.contains(&key(ring));
        let rings = app.store.ask_market(move |market| market.rings(post, many, &mut |ring| is_free(ring))).await?;
        is_all &= rings.len() < many;
        found.extend(rings);
    }
    found.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut seen = HashSet::new();
    found.retain(|ring| seen.insert(ring.turns.iter().map(|t| t.person).collect::<BTreeSet<_>>()));
    Ok((found, is_all))
}

/// The shorter, the nearer, the one with the oldest unmet wish; then by ids.
fn order(ring: &Ring) -> (usize, u32, i64, &[Turn]) {
    (ring.turns.len(), ring.farthest_m, ring.since, &ring.turns)
}

fn key(ring: &Ring) -> store::rings::Key {
    rings::key(ring.turns.iter().map(|t| (t.person, &t.category)))
}

/// What suggestions are drawn from: read once for all of them.
struct Sight {
    atlas: Arc<Atlas>,
    viewer: Viewer,
    offers: HashMap<OfferId, Offer>,
    people: HashMap<TenantId, Person>,
}

impl Sight {
    async fn of(
        app: &App,
        viewer: &Viewer,
        posts: impl IntoIterator<Item = OfferId>,
        people: impl IntoIterator<Item = TenantId>,
    ) -> Result<Self, AppError> {
        let (posts, people): (BTreeSet<_>, BTreeSet<_>) = (posts.into_iter().collect(), people.into_iter().collect());
        let (mut offers, mut known) = (HashMap::new(), HashMap::new());
        if !posts.is_empty() {
            offers = store::offers::open(&*app.store, posts).await?;
            known = store::tenants::people(&*app.store, people).await?;
        }
        Ok(Self { atlas: app.store.atlas(), viewer: viewer.clone(), offers, people: known })
    }

    fn service(&self, give: OfferId, want: Option<OfferId>, category: &CategorySlug) -> Option<SuggestedService> {
        let tree = self.atlas.tree(self.viewer.office);
        let offer = self.offers.get(&give)?;
        let wish = want.map(|id| self.offers.get(&id).ok_or(())).transpose().ok()?;
        let (title, _) = terms::words(service(tree, category), category, Some(offer), wish)?;
        Some(SuggestedService {
            category: category.clone(),
            title,
            offer: give,
            wish: want,
            sensitive: service(tree, category)?.sensitive,
        })
    }

    fn hand(&self, hand: Option<&Hand>) -> Option<Option<SuggestedService>> {
        hand.map_or(Some(None), |h| self.service(h.give, h.want, &h.category).map(Some))
    }

    /// None when something of it has changed since it was found.
    fn match_view(&self, found: &Match) -> Option<MatchView> {
        let theirs = found.gets.as_ref().map(|h| h.give).or_else(|| found.gives.as_ref()?.want)?;
        Some(MatchView {
            kind: found.kind,
            person: self.people.get(&found.person)?.clone(),
            residence: self.atlas.brief(self.offers.get(&theirs)?.residence)?,
            distance_m: rounded(found.distance_m),
            give: self.hand(found.gives.as_ref())?,
            get: self.hand(found.gets.as_ref())?,
            since: instant(found.since),
        })
    }

    /// None when something of it has changed since it was found.
    fn ring_view(&self, app: &App, me: TenantId, ring: Ring) -> Option<RingView> {
        if ring.turns.iter().any(|t| !self.offers.contains_key(&t.give) || !self.offers.contains_key(&t.want)) {
            return None;
        }
        let id = ring_names::encode(&app.keys, &ring, app.clock.now())?;
        let mut turns = ring.turns;
        let at = turns.iter().position(|t| t.person == me)?;
        turns.rotate_left(at);
        let [mine, next, .., last] = turns.as_slice() else { return None };
        Some(RingView {
            id,
            give: self.service(mine.give, Some(next.want), &mine.category)?,
            get: self.service(last.give, Some(mine.want), &last.category)?,
            people: turns.iter().map(|t| self.people.get(&t.person).cloned()).collect::<Option<_>>()?,
            farthest_m: rounded(ring.farthest_m),
            since: instant(ring.since),
        })
    }
}

fn service<'a>(tree: &'a [Category], slug: &CategorySlug) -> Option<&'a Category> {
    tree.iter().find(|c| c.slug == *slug && c.parent.is_some())
}

/// Rounded to ten, as all ways: nobody needs the door.
fn rounded(metres: u32) -> u32 {
    metres.saturating_add(5) / 10 * 10
}

fn instant(millis: i64) -> Timestamp {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The ring that a name stands for.
pub(super) fn decode(app: &App, id: &RingId) -> Option<Ring> {
    ring_names::decode(&app.keys, id, app.clock.now())
}

/// The legs of a ring of the viewer that can be made now, in the order of giving: from the rows of the database, because the market in
/// memory may be a moment behind another server. Blocks are asked for where the ring is written ([`store::blocks::none_among`]).
///
/// # Errors
/// `suggestion_gone`.
pub(super) async fn ring_from_rows(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    id: &RingId,
) -> Result<Vec<TermsLeg>, AppError> {
    let gone = || AppError::from(ProblemCode::SuggestionGone);
    let turns = decode(app, id).ok_or_else(gone)?.turns;
    if turns.iter().all(|t| t.person != viewer.tenant) {
        return Err(gone());
    }
    let ids: BTreeSet<OfferId> = turns.iter().flat_map(|t| [t.give, t.want]).collect();
    let posts = store::market::posts(tx, &ids.iter().copied().collect::<Vec<_>>()).await?;
    let offers = store::offers::open(tx, ids).await?;
    let tree = store::categories::tree(tx, viewer.office).await?;
    let atlas = app.store.atlas();
    let spots: BTreeMap<_, _> =
        posts.iter().filter_map(|p| Some((p.residence, atlas.place(p.residence)?.spot.clone()))).collect();
    let mut market = Market::new(spots.into_values(), [(viewer.office, tree.clone())]);
    posts.into_iter().for_each(|post| market.put(post));
    let ring = Ring { turns, farthest_m: 0, since: 0 };
    if !market.is_ring(&ring) {
        return Err(gone());
    }
    let legs = ring.turns.iter().zip(ring.turns.iter().cycle().skip(1)).map(|(giver, receiver)| {
        let known = service(&tree, &giver.category)?;
        let (offer, wish) = (offers.get(&giver.give)?, offers.get(&receiver.want)?);
        let (what, details) = terms::words(Some(known), &giver.category, Some(offer), Some(wish))?;
        Some(TermsLeg {
            id: LegId(app.clock.id()),
            giver: giver.person,
            receiver: receiver.person,
            offer: Some(offer.id),
            wish: Some(wish.id),
            category: giver.category.clone(),
            what,
            details: details.or_else(|| Body::parse("").ok())?,
            at: None,
            place: None,
            sensitive: known.sensitive,
        })
    });
    legs.collect::<Option<_>>().ok_or_else(gone)
}
