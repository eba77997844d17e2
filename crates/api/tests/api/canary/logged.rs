//! What the server writes into its log, kept to be searched.

use std::io::Write;
use std::sync::{Mutex, Once, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// What is said to see that it is kept.
const HEARD: &str = "the log is heard";

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Keep;

impl Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Keep {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// From now on, everything is kept, of every test of this process.
pub fn listen() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(Keep).init();
    });
    tracing::debug!("{HEARD}");
}

/// What was written so far.
pub fn so_far() -> Vec<u8> {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(log.windows(HEARD.len()).any(|words| words == HEARD.as_bytes()), "nothing is kept of the log");
    log
}
