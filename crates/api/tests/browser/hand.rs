//! How a person acts on a page: by finger, or by keyboard alone.

use serde_json::{Value, json};
use thirtyfour::Key;

use crate::tab::Tab;

/// One or the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    Touch,
    Keyboard,
}

/// Something on the page that can be acted on.
pub enum What<'a> {
    Id(&'a str),
    Button(&'a str),
    Link(&'a str),
    Fold(&'a str),
    /// The answer with this value to the question with this name.
    Answer(&'a str, &'a str),
    /// What sends the form.
    Submit,
}

impl What<'_> {
    /// Finds it in the page.
    pub fn script(&self) -> String {
        match self {
            Self::Id(id) => format!("document.getElementById({})", json!(id)),
            Self::Button(name) => format!("named('button', {})", json!(name)),
            Self::Link(name) => format!("named('a[href]', {})", json!(name)),
            Self::Fold(name) => format!("named('summary', {})", json!(name)),
            Self::Answer(name, value) => format!("answer({}, {})", json!(name), json!(value)),
            Self::Submit => "document.querySelector('main form button[type=submit]')".to_owned(),
        }
    }
}

/// The least that a finger is asked to hit, in pixels.
pub const FINGER: f64 = 44.0;
/// More presses of Tab than any page needs.
const TAPS: usize = 10;
const PRESSES: usize = 150;

impl Tab {
    /// Presses a button, follows a link, opens a fold.
    pub async fn press(&self, what: What<'_>) {
        match self.hand {
            Hand::Touch => self.tap(&what).await,
            Hand::Keyboard => {
                self.tab_to(&what).await;
                self.keys(Key::Enter).await;
            }
        }
    }

    /// Types this into the field with this id, in the place of what it holds.
    pub async fn fill(&self, id: &str, text: &str) {
        match self.hand {
            Hand::Touch => self.tap(&What::Id(id)).await,
            Hand::Keyboard => self.tab_to(&What::Id(id)).await,
        }
        let all = self.driver.action_chain().key_down(Key::Control).send_keys("a").key_up(Key::Control);
        all.send_keys(text).perform().await.expect("keys are pressed");
        self.holds(id, text).await;
    }

    /// Fills a field for a day ("2026-11-27") or for an hour ("18:30").
    pub async fn fill_time(&self, id: &str, value: &str) {
        match self.hand {
            Hand::Touch => {
                self.tap(&What::Id(id)).await;
                // A phone shows its own calendar and clock now, of which the page sees no more than the result.
                let chosen = format!(
                    "const it = {}; it.value = {};
                     ['input', 'change'].forEach((kind) => it.dispatchEvent(new Event(kind, {{ bubbles: true }}))); return null;",
                    What::Id(id).script(),
                    json!(value)
                );
                self.run(&chosen).await;
            }
            Hand::Keyboard => {
                self.tab_to(&What::Id(id)).await;
                self.type_time(id, value).await;
            }
        }
        self.holds(id, value).await;
    }

    /// Types a day or an hour, part by part.
    async fn type_time(&self, id: &str, value: &str) {
        let parts: Vec<&str> = value.split(['-', ':']).collect();
        let [year, month, day] = parts[..] else {
            // A browser that counts twelve hours asks for the half of the day too; others pass over it.
            let half = if value < "12" { "AM" } else { "" };
            return self.keys(parts.concat() + half).await;
        };
        // In which order the parts stand is the browser's own language, not the page's.
        for order in [[day, month, year], [month, day, year]] {
            self.keys(order.concat()).await;
            if self.run(&format!("return {}.value;", What::Id(id).script())).await == value {
                return;
            }
            self.driver
                .action_chain()
                .send_keys(Key::Left)
                .send_keys(Key::Left)
                .perform()
                .await
                .expect("keys are pressed");
        }
    }

    /// Gives an answer: one of several, or one more.
    pub async fn choose(&self, name: &str, value: &str) {
        let what = What::Answer(name, value);
        match self.hand {
            Hand::Touch => self.tap(&what).await,
            Hand::Keyboard => {
                self.tab_to(&what).await;
                let there = format!("return document.activeElement === {};", what.script());
                for _ in 0..PRESSES {
                    if self.run(&there).await == Value::Bool(true) {
                        break;
                    }
                    self.keys(Key::Down).await;
                }
                if self.run(&format!("return {}.checked;", what.script())).await == Value::Bool(false) {
                    self.keys(Key::Space).await;
                }
            }
        }
        self.wait(&format!("the answer {value} to {name}"), &format!("return {}.checked;", what.script())).await;
    }

    /// What a field holds.
    async fn holds(&self, id: &str, value: &str) {
        let script = format!("return {}.value === {};", What::Id(id).script(), json!(value));
        self.wait(&format!("{value:?} in the field {id}"), &script).await;
    }

    async fn tap(&self, what: &What<'_>) {
        let found = what.script();
        let script =
            format!("const it = {found} && area({found}); it?.scrollIntoView({{ block: 'center' }}); return it;");
        // The page may move just now, because an error that was said a moment ago takes the focus, or draw anew what was found: then a
        // finger tries again.
        for tries_left in (0..TAPS).rev() {
            let element = self.wait_for_element(&found, &script).await;
            let tried = async {
                let size = element.rect().await?;
                assert!(size.width >= FINGER && size.height >= FINGER, "{found} is too small for a finger: {size:?}");
                element.click().await
            };
            match tried.await {
                Ok(()) => return,
                Err(error) => assert!(tries_left > 0, "{found}: {error}"),
            }
        }
    }

    /// Moves the focus by Tab, or by Shift and Tab, and sees that it can be seen.
    pub async fn tab_to(&self, what: &What<'_>) {
        let found = what.script();
        self.wait(&found, &format!("return {found} !== null;")).await;
        let step = format!(
            "const it = {found}, now = document.activeElement;
             if (now === it || (it.type === 'radio' && now.type === 'radio' && now.name === it.name)) return 'there';
             return it.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING ? 'back' : 'on';"
        );
        for _ in 0..PRESSES {
            match self.run(&step).await.as_str() {
                Some("there") => return self.focus_is_seen().await,
                Some("back") => {
                    let back = self.driver.action_chain().key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift);
                    back.perform().await.expect("keys are pressed");
                }
                _ => self.keys(Key::Tab).await,
            }
        }
        panic!("{found} cannot be reached by Tab");
    }

    /// The focus has a ring, and nothing lies over it.
    pub async fn focus_is_seen(&self) {
        let fault = self
            .run(
                "const it = document.activeElement, about = area(it);
                 const ring = (e) => getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
                 const box = about.getBoundingClientRect();
                 const hit = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2);
                 if (!ring(it) && !ring(about)) return 'no ring: ' + it.outerHTML;
                 if (!hit || !(about.contains(hit) || hit.contains(about))) return 'hidden by ' + hit?.outerHTML + ': ' + it.outerHTML;
                 return null;",
            )
            .await;
        assert_eq!(fault, Value::Null, "the focus cannot be seen");
    }

    /// Presses keys, wherever the focus is.
    pub async fn keys(&self, keys: impl Into<thirtyfour::TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.expect("keys are pressed");
    }
}
