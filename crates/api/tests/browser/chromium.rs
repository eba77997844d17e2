//! Chromium, driven through chromedriver: one driver for each test, one session with a profile of its own for each person.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Once};

use domain::tenant::Language;
use serde_json::json;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, WebDriver};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::support::{skip, unique};

const DRIVER: &str = "TOIT_TEST_CHROMEDRIVER";
const SPA: &str = "TOIT_TEST_SPA";

/// Two tests at a time: each drives up to two browsers, and more of them on a small machine only wait for each other.
static PLACES: Semaphore = Semaphore::const_new(2);

/// What the browser's tests need; `None`, said once for all of them, where it is not given.
pub struct Means {
    driver: OsString,
    /// The folder of the built application.
    pub spa: PathBuf,
}

impl Means {
    pub fn given() -> Option<Self> {
        static SAID: Once = Once::new();
        match (std::env::var_os(DRIVER), std::env::var_os(SPA)) {
            (Some(driver), Some(spa)) => Some(Self { driver, spa: from_root(spa) }),
            _ => {
                SAID.call_once(|| skip(&format!("the browser's tests: {DRIVER} or {SPA} is not set")));
                None
            }
        }
    }
}

/// Tests run in their package's folder; paths in the environment are the caller's.
pub fn from_root(path: OsString) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// A chromedriver that ends when this value is dropped, also when a test fails.
pub struct Chromium {
    child: Child,
    port: u16,
    /// Where the profiles lie.
    folder: PathBuf,
    _place: SemaphorePermit<'static>,
}

impl Chromium {
    pub async fn start(means: &Means) -> Arc<Self> {
        let place = PLACES.acquire().await.expect("nobody closes it");
        let folder = std::env::temp_dir().join(format!("toit_browser_{}_{}", std::process::id(), unique()));
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let mut child = Command::new(&means.driver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can be started");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is ours")).lines();
        let port = lines.by_ref().find_map(|line| port_in(&line.ok()?)).expect("chromedriver says its port");
        // What it says later is of no use, but it must be able to say it.
        std::thread::spawn(move || lines.for_each(drop));
        Arc::new(Self { child, port, folder, _place: place })
    }

    /// A browser that nobody has used yet, with letters of this size where pages ask for none.
    pub async fn session(&self, language: Language, letters: u32) -> WebDriver {
        let mut wishes = DesiredCapabilities::chrome();
        let language = match language {
            Language::Fr => "fr-FR",
            Language::En => "en-GB",
        };
        let profile = self.folder.join(format!("profile-{}", unique()));
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--accept-lang={language}"),
            &format!("--user-data-dir={}", profile.display()),
        ];
        for argument in arguments {
            wishes.add_arg(argument).expect("an argument");
        }
        let preferences = json!({ "webkit": { "webprefs": { "default_font_size": letters } } });
        wishes.add_experimental_option("prefs", preferences).expect("preferences");
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a log");
        wishes.set_logging_prefs("performance", LoggingPrefsLogLevel::All).expect("a log");
        let url = format!("http://127.0.0.1:{}", self.port);
        // A session that is dropped ends itself from another thread: over a kept connection that would wait for this one.
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        WebDriver::builder(url, wishes).client(http).await.expect("Chromium starts")
    }
}

/// "ChromeDriver was started successfully on port 41234."
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Its sessions are over: each tab holds this value and ends its own session first.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // What is left in the system's temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
