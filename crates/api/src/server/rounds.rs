//! Work that comes back each second until the server stops. What has begun by then is finished, not cut off.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

/// How long a round may go on when the server stops. All that it does is done in transactions: what is cut off is done after the next
/// start.
const PATIENCE: Duration = Duration::from_secs(20);

/// Tells when the next round is due.
pub(super) struct Rounds {
    every_second: Interval,
    stopping: watch::Receiver<()>,
}

impl Rounds {
    /// Waits for the next round; false when there is none, because the server stops.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            // Nothing is ever sent: it ends when the other side is dropped.
            _ = self.stopping.changed() => false,
            _ = self.every_second.tick() => true,
        }
    }
}

/// Whoever does the rounds.
#[derive(Debug)]
pub(super) struct Worker {
    task: JoinHandle<()>,
    stopping: watch::Sender<()>,
}

impl Worker {
    /// Begins.
    pub fn begin<F: Future<Output = ()> + Send + 'static>(work: impl FnOnce(Rounds) -> F) -> Self {
        let (stopping, told) = watch::channel(());
        let mut every_second = interval(Duration::from_secs(1));
        every_second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { task: tokio::spawn(work(Rounds { every_second, stopping: told })), stopping }
    }

    /// Lets the round that is under way end; no other begins.
    pub async fn stop(mut self) {
        drop(self.stopping);
        if timeout(PATIENCE, &mut self.task).await.is_err() {
            tracing::warn!("work was cut off; it is done after the next start");
            self.task.abort();
            let _ = self.task.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Context, Waker};

    use tokio::sync::Notify;

    use super::Worker;

    #[tokio::test]
    async fn what_has_begun_is_finished_and_nothing_else_begins() {
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (started, finished) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let worker = {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            let (started, finished) = (Arc::clone(&started), Arc::clone(&finished));
            Worker::begin(async move |mut rounds| {
                while rounds.next().await {
                    started.fetch_add(1, Ordering::SeqCst);
                    begun.notify_one();
                    go_on.notified().await;
                    finished.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        begun.notified().await;
        let mut stopping = Box::pin(worker.stop());
        let waits = stopping.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending();
        assert!(waits, "a round is under way");
        go_on.notify_one();
        stopping.await;
        assert_eq!((started.load(Ordering::SeqCst), finished.load(Ordering::SeqCst)), (1, 1));
    }
}
