//! The open pages: who has one, and what each hears at once.
//!
//! One task follows what is written, here and by other servers, and hands each page what concerns its person. A page that reads too slowly
//! is closed: it comes back and says what it has heard last. Knows neither HTTP nor SQL.

mod event;
mod follow;
mod page;
mod posts;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::{SessionId, TenantId};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::store::{Store, StoreError, Viewer};

pub use event::Event;
pub use page::Page;

/// The most pages that one person has open; the oldest makes room.
pub const PAGES_EACH: usize = 6;
/// How many events wait for a page that does not read.
const QUEUE: usize = 64;

/// One open page.
#[derive(Debug)]
struct Line {
    number: u64,
    viewer: Viewer,
    events: mpsc::Sender<Event>,
}

#[derive(Debug, Default)]
struct Lines {
    of: HashMap<TenantId, Vec<Line>>,
    count: usize,
    /// Grows with each page that is opened.
    last: u64,
}

impl Lines {
    /// Closes those of the pages of some people that are not to stay.
    fn keep(&mut self, who: TenantId, stays: impl FnMut(&mut Line) -> bool) {
        let Some(lines) = self.of.get_mut(&who) else { return };
        let before = lines.len();
        lines.retain_mut(stays);
        self.count -= before - lines.len();
        if lines.is_empty() {
            self.of.remove(&who);
        }
    }
}

/// All open pages.
#[derive(Debug)]
pub struct Live {
    store: Arc<Store>,
    clock: Clock,
    most: usize,
    lines: Mutex<Lines>,
    /// Whose numbers of unread things have to be told anew.
    uncounted: Mutex<HashSet<TenantId>>,
    to_count: Arc<Notify>,
    closed: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Live {
    /// Begins to follow what is written; `most` pages may be open at once.
    #[must_use]
    pub fn begin(store: Arc<Store>, clock: Clock, most: usize) -> Arc<Self> {
        let (heard, missed) = (store.hear(), store.missed());
        let live = Arc::new(Self {
            store,
            clock,
            most,
            lines: Mutex::default(),
            uncounted: Mutex::default(),
            to_count: Arc::default(),
            closed: AtomicBool::new(false),
            tasks: Mutex::default(),
        });
        let weak = Arc::downgrade(&live);
        let tasks = [
            tokio::spawn(follow::follow(weak.clone(), heard)),
            tokio::spawn(follow::mend(weak.clone(), missed)),
            tokio::spawn(follow::count(weak.clone(), Arc::clone(&live.to_count))),
            tokio::spawn(follow::look_around(weak)),
        ];
        live.tasks.lock().unwrap_or_else(PoisonError::into_inner).extend(tasks);
        live
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a page; none when there are too many, or when the server stops. What happens from now on is heard.
    #[must_use]
    pub fn open(self: &Arc<Self>, viewer: &Viewer) -> Option<Page> {
        let mut lines = self.lines();
        if self.closed.load(Ordering::SeqCst) {
            return None;
        }
        if let Some(oldest) = lines.of.get(&viewer.tenant).filter(|l| l.len() >= PAGES_EACH).map(|l| l[0].number) {
            lines.keep(viewer.tenant, |line| line.number != oldest);
        }
        if lines.count >= self.most {
            return None;
        }
        let (events, queue) = mpsc::channel(QUEUE);
        lines.last += 1;
        lines.count += 1;
        let number = lines.last;
        lines.of.entry(viewer.tenant).or_default().push(Line { number, viewer: viewer.clone(), events });
        Some(Page::new(Arc::clone(self), viewer.tenant, number, queue))
    }

    /// How many pages are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines().count
    }

    /// Closes all pages, and opens no more: the server stops.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        *self.lines() = Lines::default();
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }

    /// The page is gone, or somebody has hung up.
    fn forget(&self, who: TenantId, number: u64) {
        self.lines().keep(who, |line| line.number != number);
    }

    /// Hands an event to all pages of a person; whoever does not read is closed.
    fn hand(&self, who: TenantId, event: &Event) {
        self.lines().keep(who, |line| line.events.try_send(event.clone()).is_ok());
    }

    /// Who has a page open.
    fn people(&self) -> HashSet<TenantId> {
        self.lines().of.keys().copied().collect()
    }

    fn viewer(&self, who: TenantId) -> Option<Viewer> {
        self.lines().of.get(&who)?.first().map(|line| line.viewer.clone())
    }

    /// These people's numbers are told anew, soon.
    fn count_anew(&self, who: impl IntoIterator<Item = TenantId>) {
        self.uncounted.lock().unwrap_or_else(PoisonError::into_inner).extend(who);
        self.to_count.notify_one();
    }

    fn end_session(&self, session: SessionId) {
        let mut lines = self.lines();
        let whose = lines.of.iter().find(|(_, l)| l.iter().any(|line| line.viewer.session == session));
        if let Some(who) = whose.map(|(who, _)| *who) {
            lines.keep(who, |line| line.viewer.session != session);
        }
    }

    /// Closes the pages of sessions that have ended without a word: their time was over, or the word was lost.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_those_signed_out(&self) -> Result<(), StoreError> {
        let open: Vec<(TenantId, SessionId)> = {
            let lines = self.lines();
            lines.of.iter().flat_map(|(who, l)| l.iter().map(|line| (*who, line.viewer.session))).collect()
        };
        let sessions: HashSet<SessionId> = open.iter().map(|(_, session)| *session).collect();
        let alive = crate::store::sessions::alive(&*self.store, &sessions, self.clock.now()).await?;
        let mut lines = self.lines();
        for (who, session) in open.into_iter().filter(|(_, session)| !alive.contains(session)) {
            lines.keep(who, |line| line.viewer.session != session);
        }
        Ok(())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.close();
    }
}
