//! A bounded queue before the decoder: hundreds of megabytes for one photo, so that a crowd fills neither the memory nor the cores.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::error::PhotoError;

/// How many are decoded at once.
const TURNS: usize = 1;
/// How many more may wait.
const WAITING: usize = 32;

#[derive(Debug)]
pub(super) struct Queue {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(TURNS + WAITING)), turns: Arc::new(Semaphore::new(TURNS)) }
    }
}

impl Queue {
    /// Does it on a thread of its own, when it is its turn. A turn ends with the work, also when nobody waits for it any more.
    pub async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PhotoError> + Send + 'static,
    ) -> Result<T, PhotoError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PhotoError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PhotoError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        done.await.unwrap_or(Err(PhotoError::Broken))
    }
}
