//! What people keep of a page: files that the browser saves, sheets of paper.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::support::unique;
use crate::tab::Tab;

/// A folder into which the browser saves.
pub struct Saved(PathBuf);

impl Saved {
    pub async fn of(tab: &Tab) -> Self {
        let folder = std::env::temp_dir().join(format!("toit_saved_{}_{}", std::process::id(), unique()));
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let wishes = json!({ "behavior": "allow", "downloadPath": folder });
        tab.tell("Browser.setDownloadBehavior", wishes).await;
        Self(folder)
    }

    /// Waits for the file with this name, whole.
    pub async fn file(&self, name: &str) -> Vec<u8> {
        let path = self.0.join(name);
        for _ in 0..2_000 {
            // A browser writes under another name until all is there.
            if let Ok(bytes) = std::fs::read(&path)
                && !bytes.is_empty()
                && !is_being_written(&self.0)
            {
                return bytes;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let names: Vec<_> = std::fs::read_dir(&self.0).into_iter().flatten().flatten().map(|e| e.file_name()).collect();
        panic!("no file {name}; there is {names:?}");
    }
}

fn is_being_written(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.path().extension().is_some_and(|end| end == "crdownload"))
}

impl Drop for Saved {
    fn drop(&mut self) {
        // What is left in the system's temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How many sheets of paper it takes.
pub async fn sheets(tab: &Tab) -> usize {
    let printed = tab.tell("Page.printToPDF", json!({ "paperWidth": 8.27, "paperHeight": 11.69 })).await;
    let pdf = BASE64_STANDARD.decode(printed["data"].as_str().unwrap_or_default()).expect("a document");
    let pdf = String::from_utf8_lossy(&pdf);
    assert!(pdf.starts_with("%PDF"), "it is a document");
    pdf.matches("/Type /Page").count() - pdf.matches("/Type /Pages").count()
}
