//! The market: who can swap with whom, kept in memory beside the board and fed by the same writes.
//!
//! A question reads it on a thread of its own, because it may take some milliseconds, and not more of them at once than there are cores. A
//! write never waits for a question: it leaves its
//! news in the inbox, and whoever comes first when nobody reads brings them in: this write, the next one, or the next question, which
//! begins with it. So whoever asks after her own write always finds it.

use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use domain::id::{OfferId, TenantId};
use matching::{Market, MarketBuilder, Post};
use tokio::sync::Semaphore;

use super::{Atlas, Store, StoreError, Tx, open};

/// As many news are brought in by who leaves them; more are brought in aside, so that one person's ten thousand posts hold up nobody.
const FEW: usize = 64;

/// What the market has to know of a write.
#[derive(Clone, Debug)]
pub(super) enum Update {
    Put(Box<Post>),
    Remove(OfferId),
    /// Whether these two no longer meet.
    Apart(TenantId, TenantId, bool),
}

impl Update {
    fn bring_into(self, market: &mut Market) {
        match self {
            Self::Put(post) => market.put(*post),
            Self::Remove(id) => {
                market.remove(id);
            }
            Self::Apart(a, b, true) => market.block(a, b),
            Self::Apart(a, b, false) => {
                market.unblock(a, b);
                market.unblock(b, a);
            }
        }
    }
}

#[derive(Debug, Default)]
struct Inbox {
    /// What the market does not know yet.
    waiting: Vec<Update>,
    /// What has come since a market began to be made beside it.
    beside: Option<Vec<Update>>,
}

/// The market and what waits to be brought in.
#[derive(Debug)]
pub(super) struct Marketplace {
    market: RwLock<Market>,
    inbox: Mutex<Inbox>,
    /// One market is made beside this one at a time.
    turn: tokio::sync::Mutex<()>,
    /// How many questions are answered at once.
    places: Arc<Semaphore>,
}

impl Default for Marketplace {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            market: RwLock::default(),
            inbox: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            places: Arc::new(Semaphore::new(cores)),
        }
    }
}

/// Runs what takes a while where it holds up nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|e| StoreError::Broken(e.to_string()))
}

impl Marketplace {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in news. They are looked up while nobody else can leave some, so that older ones never come after newer ones.
    pub fn tell(&self, news: impl FnOnce() -> Vec<Update>) {
        let are_few = {
            let mut inbox = self.inbox();
            let news = news();
            if let Some(beside) = &mut inbox.beside {
                beside.extend(news.iter().cloned());
            }
            inbox.waiting.extend(news);
            inbox.waiting.len() <= FEW
        };
        if are_few && let Ok(mut market) = self.market.try_write() {
            self.bring_in(&mut market);
        }
    }

    /// Brings in what is too much for who left it.
    pub async fn settle(self: &Arc<Self>) -> Result<(), StoreError> {
        if self.inbox().waiting.len() <= FEW {
            return Ok(());
        }
        let place = Arc::clone(self);
        aside(move || place.answer(|_| ())).await
    }

    fn bring_in(&self, market: &mut Market) {
        let waiting = std::mem::take(&mut self.inbox().waiting);
        waiting.into_iter().for_each(|news| news.bring_into(market));
    }

    /// Answers a question, on this thread.
    fn answer<T>(&self, question: impl FnOnce(&Market) -> T) -> T {
        if !self.inbox().waiting.is_empty() {
            self.bring_in(&mut self.market.write().unwrap_or_else(PoisonError::into_inner));
        }
        question(&self.market.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins another market beside this one. From now on news are kept for both.
    pub async fn begin(self: &Arc<Self>) -> Beside<'_> {
        let turn = self.turn.lock().await;
        self.inbox().beside = Some(Vec::new());
        Beside { place: self, market: MarketBuilder::default(), _turn: turn }
    }
}

/// A market that is made beside the one that answers.
pub(super) struct Beside<'a> {
    place: &'a Arc<Marketplace>,
    market: MarketBuilder,
    _turn: tokio::sync::MutexGuard<'a, ()>,
}

impl Beside<'_> {
    /// Lets it grow aside.
    async fn grow(&mut self, how: impl FnOnce(&mut MarketBuilder) + Send + 'static) -> Result<(), StoreError> {
        let mut market = std::mem::take(&mut self.market);
        let grown = aside(move || {
            how(&mut market);
            market
        });
        self.market = grown.await?;
        Ok(())
    }

    /// Where everybody lives, and which services there are.
    pub async fn lay_out(&mut self, atlas: &Arc<Atlas>) -> Result<(), StoreError> {
        let atlas = Arc::clone(atlas);
        self.grow(move |market| *market = MarketBuilder::new(atlas.spots().cloned(), atlas.trees())).await
    }

    /// More posts.
    pub async fn fill(&mut self, posts: Vec<Post>) -> Result<(), StoreError> {
        self.grow(move |market| posts.into_iter().for_each(|post| market.put(post))).await
    }

    /// Who does not meet whom.
    pub async fn part(&mut self, pairs: Vec<(TenantId, TenantId)>) -> Result<(), StoreError> {
        self.grow(move |market| pairs.into_iter().for_each(|(a, b)| market.block(a, b))).await
    }

    /// Puts it in the place of the other one.
    pub async fn replace(mut self) -> Result<(), StoreError> {
        let (place, market) = (Arc::clone(self.place), std::mem::take(&mut self.market));
        aside(move || {
            let mut market = market.build();
            // Most of what came meanwhile, while others may still leave news.
            let news = place.inbox().beside.as_mut().map(std::mem::take).unwrap_or_default();
            news.into_iter().for_each(|news| news.bring_into(&mut market));
            let mut old = place.market.write().unwrap_or_else(PoisonError::into_inner);
            let mut inbox = place.inbox();
            let last = inbox.beside.take().unwrap_or_default();
            last.into_iter().for_each(|news| news.bring_into(&mut market));
            // What the old one did not know yet was read for the new one, or kept for both.
            inbox.waiting.clear();
            std::mem::swap(&mut *old, &mut market);
            drop(inbox);
            drop(old);
        })
        .await
    }
}

impl Drop for Beside<'_> {
    fn drop(&mut self) {
        self.place.inbox().beside = None;
    }
}

impl Store {
    /// Asks the market, on a thread where that holds up nobody.
    ///
    /// # Errors
    /// When the question could not be asked.
    pub async fn ask_market<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Market) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let market = Arc::clone(&self.market);
        let place = Arc::clone(&market.places).acquire_owned().await.map_err(|e| StoreError::Broken(e.to_string()))?;
        aside(move || {
            let answer = market.answer(question);
            drop(place);
            answer
        })
        .await
    }

    /// Tells the market whether these meet, as the memory of blocks has it by now.
    pub(super) fn refresh_apart(&self, pairs: &[(TenantId, TenantId)]) {
        if !pairs.is_empty() {
            let news = |&(a, b): &(TenantId, TenantId)| Update::Apart(a, b, self.are_apart(a, b));
            self.market.tell(|| pairs.iter().map(news).collect());
        }
    }
}

/// Those of these offers that are open and that nobody hides, as the market sees them: from the rows, inside a transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn posts(tx: &Tx, ids: &[OfferId]) -> Result<Vec<Post>, StoreError> {
    open::rows(tx, ids).await?.iter().map(open::OpenRow::post).collect()
}

#[cfg(test)]
mod tests {
    use domain::category::CategorySlug;
    use domain::circle::Circle;
    use domain::id::{HouseholdId, ResidenceId};
    use domain::offer::{InReturn, OfferKind};
    use matching::Languages;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> OfferId {
        OfferId(Uuid::from_u128(n))
    }

    fn post(n: u128) -> Post {
        Post {
            id: id(n),
            author: TenantId(Uuid::from_u128(n)),
            household: HouseholdId(Uuid::from_u128(n)),
            residence: ResidenceId(Uuid::from_u128(n)),
            kind: OfferKind::Offer,
            category: CategorySlug::parse("ironing").expect("a slug"),
            in_return: InReturn::Anything,
            circle: Circle::Office,
            languages: Languages(1),
            since: 0,
            places_left: 1,
            in_ring: false,
        }
    }

    fn put(n: u128) -> Update {
        Update::Put(Box::new(post(n)))
    }

    /// Which of the posts 1 to 4 the market knows.
    fn known(place: &Marketplace) -> Vec<u128> {
        place.answer(|market| (1..=4).filter(|&n| market.get(id(n)).is_some()).collect())
    }

    #[test]
    fn a_write_waits_for_no_question_and_the_next_question_finds_it() {
        let place = Marketplace::default();
        let question = place.market.read().expect("nobody has panicked");
        place.tell(|| vec![put(1), put(2)]);
        place.tell(|| vec![Update::Remove(id(1))]);
        assert!(question.is_empty(), "a question under way sees one market from its beginning to its end");
        drop(question);
        assert_eq!(known(&place), [2]);
    }

    #[test]
    fn a_write_that_nobody_holds_up_is_brought_in_at_once() {
        let place = Marketplace::default();
        place.tell(|| vec![put(1)]);
        assert!(place.inbox().waiting.is_empty());
        assert_eq!(place.market.read().expect("nobody has panicked").len(), 1);
    }

    #[tokio::test]
    async fn many_news_at_once_are_brought_in_aside() {
        let place = Arc::new(Marketplace::default());
        place.tell(|| (1..=1_000).map(put).collect());
        assert_eq!(place.inbox().waiting.len(), 1_000);
        place.settle().await.expect("settled");
        assert!(place.inbox().waiting.is_empty());
        assert_eq!(place.market.read().expect("nobody has panicked").len(), 1_000);
    }

    #[tokio::test]
    async fn what_comes_while_another_market_is_made_is_in_both() {
        let place = Arc::new(Marketplace::default());
        let question = place.market.read().expect("nobody has panicked");
        place.tell(|| vec![put(4)]);
        drop(question);
        let mut beside = place.begin().await;
        beside.fill(vec![post(1), post(2)]).await.expect("filled");
        place.tell(|| vec![put(3), Update::Remove(id(2))]);
        assert_eq!(known(&place), [3, 4], "the old one answers meanwhile");
        beside.replace().await.expect("replaced");
        assert_eq!(known(&place), [1, 3], "what was read, and what came since; nothing older");
        place.tell(|| vec![put(2)]);
        assert_eq!(known(&place), [1, 2, 3]);
        assert!(place.inbox().beside.is_none(), "nothing is kept for nobody");
    }

    #[tokio::test]
    async fn a_market_that_is_not_finished_leaves_the_old_one() {
        let place = Arc::new(Marketplace::default());
        place.tell(|| vec![put(1)]);
        let mut beside = place.begin().await;
        beside.fill(vec![post(2)]).await.expect("filled");
        drop(beside);
        place.tell(|| vec![put(3)]);
        assert_eq!(known(&place), [1, 3]);
        assert!(place.inbox().beside.is_none());
    }
}
