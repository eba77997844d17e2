//! Turns what is asked for a gift or a swap into terms: copies the words of the posts, so that later edits change nothing that was agreed.

use domain::barter::{NewLeg, check_shape};
use domain::category::{Category, CategorySlug};
use domain::id::{LegId, OfferId};
use domain::leg::TermsLeg;
use domain::offer::{InReturn, Offer, OfferKind, OfferState};
use domain::problem::{FieldCode, ProblemCode};
use domain::text::{Body, Title};

use super::{App, AppError};
use crate::store::{self, Tx, Viewer};

/// Turns what is asked into terms. Posts that stand in the terms already (`before`) may stay, also when they were paused since.
pub(super) async fn terms(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    asked: Vec<NewLeg>,
    before: &[OfferId],
) -> Result<Vec<TermsLeg>, AppError> {
    let tree = store::categories::tree(tx, viewer.office).await?;
    let mut legs = Vec::with_capacity(asked.len());
    for (n, leg) in asked.into_iter().enumerate() {
        let at = |field: &str| format!("/legs/{n}/{field}");
        let refused = |field: &str| AppError::field(&at(field), FieldCode::UnknownValue);
        let offer = match leg.offer {
            Some(id) => Some(post(app, tx, viewer, id, before).await?.ok_or_else(|| refused("offer"))?),
            None => None,
        };
        let side = offer.as_ref().map(|o| side(o, &leg).ok_or_else(|| refused("offer"))).transpose()?;
        let category = match (&offer, side, leg.category.clone()) {
            (Some(offer), Some(Side::Itself), _) => offer.category.clone(),
            (Some(offer), _, category) if !names(&offer.in_return, category.as_ref()) => return Err(refused("offer")),
            (_, _, None) => return Err(AppError::field(&at("category"), FieldCode::Required)),
            (_, _, Some(category)) => category,
        };
        let wish = match leg.wish {
            Some(id) => {
                let wish = post(app, tx, viewer, id, before).await?;
                let asks =
                    |w: &Offer| w.author == leg.receiver && leg.offer != Some(id) && asks_for(&tree, w, &category);
                Some(wish.filter(asks).ok_or_else(|| refused("wish"))?)
            }
            None => None,
        };
        let known = tree.iter().find(|c| c.slug == category && c.parent.is_some());
        // A service that the office took off the tree lives on in the offers that name it.
        let sensitive = match (known, &offer) {
            (Some(known), _) => known.sensitive,
            (None, Some(_)) => false,
            (None, None) => return Err(refused("category")),
        };
        let words = words(known, &category, offer.as_ref(), wish.as_ref());
        let what = leg
            .what
            .or_else(|| words.as_ref().map(|w| w.0.clone()))
            .ok_or_else(|| AppError::field(&at("what"), FieldCode::Required))?;
        let nothing = || Body::parse("").map_err(|code| AppError::field(&at("what"), code));
        legs.push(TermsLeg {
            id: LegId(app.clock.id()),
            giver: leg.giver,
            receiver: leg.receiver,
            offer: leg.offer,
            wish: leg.wish,
            category,
            what,
            details: words.and_then(|w| w.1).map_or_else(nothing, Ok)?,
            at: leg.at,
            place: leg.place,
            sensitive,
        });
    }
    check_shape(&legs, viewer.tenant).map_err(|code| AppError::field("/legs", code))?;
    Ok(legs)
}

/// A post that may be named in terms: it reaches the one who writes them, or stands in them already, and is not over.
async fn post(app: &App, tx: &Tx, viewer: &Viewer, id: OfferId, before: &[OfferId]) -> Result<Option<Offer>, AppError> {
    let Some(offer) = store::offers::load(tx, id).await? else { return Ok(None) };
    if !before.contains(&id) && !app.store.may_see(viewer, &offer) {
        return Ok(None);
    }
    match offer.state {
        OfferState::Open | OfferState::Paused => Ok(Some(offer)),
        OfferState::Closed if offer.taken >= offer.capacity.get() => Err(ProblemCode::OfferFull.into()),
        OfferState::Closed | OfferState::Expired => Err(ProblemCode::OfferNotOpen.into()),
    }
}

/// What of a post a leg is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Its own service: given by the author of an offer, or to the author of a request.
    Itself,
    /// What the author of a request gives in return.
    InReturn,
}

fn side(offer: &Offer, leg: &NewLeg) -> Option<Side> {
    match offer.kind {
        OfferKind::Offer => (leg.giver == offer.author).then_some(Side::Itself),
        OfferKind::Request if leg.receiver == offer.author => Some(Side::Itself),
        OfferKind::Request => (leg.giver == offer.author).then_some(Side::InReturn),
    }
}

/// Whether what is given in return is said by name, and this service among it.
fn names(in_return: &InReturn, category: Option<&CategorySlug>) -> bool {
    match in_return {
        InReturn::Categories { categories } => category.is_none_or(|c| categories.contains(c)),
        InReturn::Nothing | InReturn::Anything => false,
    }
}

/// Whether a service meets a wish: it is the same, or a kind of it.
fn meets(tree: &[Category], given: &CategorySlug, wanted: &CategorySlug) -> bool {
    given == wanted || tree.iter().any(|c| c.slug == *given && c.parent.as_ref() == Some(wanted))
}

/// Whether a post asks for this service: a request of it, or an offer that would like it in return.
fn asks_for(tree: &[Category], post: &Offer, given: &CategorySlug) -> bool {
    match (post.kind, &post.in_return) {
        (OfferKind::Request, _) => meets(tree, given, &post.category),
        (OfferKind::Offer, InReturn::Anything) => true,
        (OfferKind::Offer, InReturn::Categories { categories }) => categories.iter().any(|c| meets(tree, given, c)),
        (OfferKind::Offer, InReturn::Nothing) => false,
    }
}

/// The words for a service, and more about it: those of the post that tells of it (the giver's offer, else the receiver's request), else
/// the name of the service, because the posts speak of what is given for it.
pub(super) fn words(
    known: Option<&Category>,
    category: &CategorySlug,
    offer: Option<&Offer>,
    wish: Option<&Offer>,
) -> Option<(Title, Option<Body>)> {
    // An offer tells what its author gives, a request what she gets: neither tells what is done in return for it.
    let telling = offer.filter(|o| o.category == *category).or_else(|| wish.filter(|w| w.kind == OfferKind::Request));
    if let Some(post) = telling {
        return Some((post.title.clone(), Some(post.text.clone())));
    }
    offer.or(wish)?;
    let name = known.map_or_else(|| category.to_string(), |c| c.fr.clone());
    Some((Title::parse(name).ok()?, None))
}
