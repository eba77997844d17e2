//! What a running server does for its own files, each second: nobody waits for it.

use crate::app::backups::Nightly;
use crate::app::{App, photos};

/// Follows the file of the keys, makes the backup of the night, and once an hour removes pictures without a row.
pub(super) async fn look_after(app: &App, nightly: Option<&mut Nightly>) {
    match app.keys.refresh() {
        Ok(true) => tracing::info!("the keys have changed and were read anew"),
        Ok(false) => {}
        Err(error) => tracing::error!(%error, "the keys cannot be read anew: those from before stay"),
    }
    if let Some(nightly) = nightly {
        match nightly.run_due(app).await {
            Ok(true) => tracing::info!("the backup of the night is made"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the backups of the night have to wait for an hour"),
        }
    }
    photos::sweep(app).await;
}
