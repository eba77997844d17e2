//! A tab in a browser of its own, 360 pixels wide as a small phone is.

use std::sync::Arc;
use std::time::Duration;

use domain::tenant::Language;
use serde_json::{Value, json};
use thirtyfour::{WebDriver, WebElement};
use tokio::time::Instant;

use crate::chromium::Chromium;
use crate::hand::Hand;
use crate::sentences::Sentences;

/// How long something may take that a person waits for, on a machine that is busy with much else.
const PATIENCE: Duration = Duration::from_secs(40);
const HELP: &str = include_str!("page.js");
/// A small phone.
pub const WIDTH: u32 = 360;
const HEIGHT: u32 = 740;

/// What is wished of a tab.
#[derive(Clone, Copy)]
pub struct Wishes {
    pub hand: Hand,
    pub language: Language,
    /// Pixels of a letter where pages ask for no size; browsers begin with 16.
    pub letters: u32,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { hand: Hand::Touch, language: Language::Fr, letters: 16 }
    }
}

/// One person's tab.
pub struct Tab {
    // Dropped in this order: the session ends before the driver does.
    pub driver: WebDriver,
    _chromium: Arc<Chromium>,
    pub base: String,
    pub hand: Hand,
    pub sentences: Sentences,
}

impl Tab {
    pub async fn new(chromium: &Arc<Chromium>, base: String, wishes: Wishes) -> Self {
        let Wishes { hand, language, letters } = wishes;
        let driver = chromium.session(language, letters).await;
        let tab = Self { driver, _chromium: Arc::clone(chromium), base, hand, sentences: Sentences::of(language) };
        tab.width(WIDTH).await;
        tab.tell("Emulation.setTouchEmulationEnabled", json!({ "enabled": hand == Hand::Touch })).await;
        tab.dark(false).await;
        tab
    }

    /// Ends the session. A tab that is only dropped does so too, but blocks the test meanwhile.
    pub async fn close(self) {
        self.driver.quit().await.expect("the browser ends");
    }

    /// A command of the browser's own protocol.
    pub async fn tell(&self, command: &str, what: Value) -> Value {
        self.driver.cdp().send_raw(command, what).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Makes the window this wide.
    pub async fn width(&self, width: u32) {
        self.size(width, HEIGHT).await;
    }

    /// Makes the window this large.
    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": true });
        self.tell("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Dark or light, and with as little motion as can be: what fades in has no colours to examine yet.
    pub async fn dark(&self, dark: bool) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.tell("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Waits until nothing moves and no colour fades: two frames in a row without a running animation. What is said in passing
    /// goes slowly, and is no motion.
    pub async fn rest(&self) {
        let script = "const done = arguments[0];
            const moves = (it) => it.playState === 'running' && it.effect.getComputedTiming().duration < 1000;
            const look = (calm) => requestAnimationFrame(() => {
              if (calm === 2) done(null); else look(document.getAnimations().some(moves) ? 0 : calm + 1);
            });
            look(0);";
        self.driver.execute_async(script, Vec::new()).await.expect("the page comes to rest");
    }

    /// Pulls the network's plug, or puts it back.
    pub async fn offline(&self, offline: bool) {
        self.tell("Network.enable", json!({})).await;
        let network = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.tell("Network.emulateNetworkConditions", network).await;
    }

    /// Opens an address of the site by hand.
    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.base)).await.expect("the page is there");
    }

    /// Opens an address and waits for its screen.
    pub async fn open_at(&self, path: &str, screen: &str) {
        self.open(path).await;
        self.screen(screen).await;
    }

    /// What a script of ours gives.
    pub async fn run(&self, script: &str) -> Value {
        let given = self.driver.execute(format!("{HELP}{script}"), Vec::new()).await;
        given.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// Asks until the answer is neither nothing nor false.
    pub async fn wait(&self, what: &str, script: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            // While one page takes the place of another, scripts fail.
            let given = self.driver.execute(format!("{HELP}{script}"), Vec::new()).await.map(|it| it.json().clone());
            match given {
                Ok(Value::Null | Value::Bool(false)) => {}
                Ok(value) => return value,
                Err(error) if Instant::now() > until => panic!("{script}: {error}"),
                Err(_) => {}
            }
            if Instant::now() > until {
                panic!("waited {PATIENCE:?} for {what}. There is instead: {}", self.seen().await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a script gives this: what a page draws or focuses comes a frame after what it says.
    pub async fn gives(&self, script: &str, value: impl Into<Value>) {
        let value = value.into();
        let same = format!("return JSON.stringify((() => {{ {script} }})()) === JSON.stringify({value});");
        self.wait(&format!("{value} from {script:?}"), &same).await;
    }

    /// As [`Tab::wait`], for an element.
    pub async fn wait_for_element(&self, what: &str, script: &str) -> WebElement {
        let value = self.wait(what, script).await;
        WebElement::from_json(value, Arc::clone(self.driver.handle())).expect("an element")
    }

    /// What the page shows, for messages.
    async fn seen(&self) -> String {
        let script = "const main = document.querySelector('main');
            return [location.href, main?.dataset.screen, main?.innerText.slice(0, 800)].join('\\n');";
        let page = match self.driver.execute(script, Vec::new()).await {
            Ok(page) => page.json().as_str().unwrap_or_default().to_owned(),
            Err(error) => error.to_string(),
        };
        let log = self.driver.browser_log().await.unwrap_or_default();
        let log: Vec<String> = log.into_iter().map(|entry| entry.message).collect();
        format!("{page}\nThe browser's log: {log:#?}")
    }

    /// Waits for a screen.
    pub async fn screen(&self, screen: &str) {
        self.wait(&format!("the screen {screen}"), &format!("return screen() === {screen:?};")).await;
    }

    /// Waits for a screen after a move within the site: its heading has the focus.
    pub async fn arrive(&self, screen: &str) {
        self.screen(screen).await;
        let focused = "return document.activeElement === document.querySelector('main h1');";
        self.wait(&format!("the focus on the heading of {screen}"), focused).await;
    }

    /// Waits until the page says this. Spaces that do not break a line are spaces.
    pub async fn says(&self, sentence: &str) {
        let plain = sentence.replace('\u{a0}', " ");
        let script = format!("return document.body.innerText.replaceAll('\\u00a0', ' ').includes({});", json!(plain));
        self.wait(&format!("the sentence {sentence:?}"), &script).await;
    }

    /// The path of the page and what was asked with it.
    pub async fn path(&self) -> String {
        self.run("return location.pathname + location.search;").await.as_str().unwrap_or_default().to_owned()
    }

    /// The page speaks another language from now on.
    pub fn speak(&mut self, language: Language) {
        self.sentences = Sentences::of(language);
    }

    /// A sentence in the language of this tab.
    #[track_caller]
    pub fn word(&self, key: &str) -> String {
        self.sentences.get(key)
    }

    /// What went wrong in the page's scripts, or against its security policy. Refusals by the server are no such thing.
    pub async fn faults(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("the browser's log");
        log.into_iter()
            .filter(|entry| entry.level == "SEVERE" && entry.source.as_deref() != Some("network"))
            .map(|entry| entry.message)
            .collect()
    }
}
