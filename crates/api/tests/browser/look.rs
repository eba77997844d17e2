//! What a page looks like: pictures of it, and what axe, a finger and a narrow window say about it.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::chromium::from_root;
use crate::hand::FINGER;
use crate::tab::{Tab, WIDTH};

const SHOTS: &str = "TOIT_TEST_SHOTS";
const AXE: &str = include_str!("axe.min.js");
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/// The narrowest window that WCAG 2.2 asks for (1.4.10).
pub const NARROW: u32 = 320;

/// Something that axe finds wrong.
#[derive(Deserialize)]
struct Violation {
    id: String,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    target: Value,
    html: String,
}

impl Tab {
    /// Keeps a picture of the whole page, where pictures are wished for.
    pub async fn shot(&self, name: &str) {
        let Some(folder) = std::env::var_os(SHOTS).map(from_root) else { return };
        std::fs::create_dir_all(&folder).expect("the folder of the pictures");
        self.rest().await;
        let size = self.tell("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let height = size["height"].as_f64().expect("a height").ceil();
        // A window as high as the page, so that the bar lies at its foot.
        self.size(WIDTH, height as u32).await;
        let clip = json!({ "x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1 });
        let wishes = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let shot = self.tell("Page.captureScreenshot", wishes).await;
        self.width(WIDTH).await;
        let picture = BASE64_STANDARD.decode(shot["data"].as_str().unwrap_or_default()).expect("a picture");
        let file: PathBuf = folder.join(format!("{name}.png"));
        std::fs::write(&file, picture).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// What axe finds wrong, a line each.
    pub async fn axe(&self) -> Vec<String> {
        self.rest().await;
        if self.run("return typeof window.axe === 'object';").await == Value::Bool(false) {
            self.driver.execute(AXE, Vec::new()).await.expect("axe is put into the page");
        }
        self.driver.set_script_timeout(Duration::from_secs(120)).await.expect("a longer patience");
        let run = "const [tags, done] = arguments;
            axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
               .then((found) => done(found.violations), (error) => done([{ id: 'axe', help: String(error), nodes: [] }]));";
        let found = self.driver.execute_async(run, vec![json!(TAGS)]).await.expect("axe answers");
        let violations: Vec<Violation> = found.convert().expect("what axe found");
        let lines = |violation: Violation| {
            let Violation { id, help, nodes } = violation;
            if nodes.is_empty() {
                return vec![format!("{id}: {help}")];
            }
            nodes.iter().map(|node| format!("{id}: {help}\n    {}\n    {}", node.target, node.html)).collect()
        };
        violations.into_iter().flat_map(lines).collect()
    }

    /// What is too small for a finger. Links in a sentence need not be larger than its words (WCAG 2.5.8).
    pub async fn small_targets(&self) -> Vec<String> {
        let script = format!(
            "const inSentence = (e) => {{
               if (getComputedStyle(e).display !== 'inline') return false;
               const around = e.parentElement.cloneNode(true);
               around.querySelectorAll('a, [aria-hidden=true]').forEach((other) => other.remove());
               return /[\\p{{L}}\\p{{N}}]/u.test(around.textContent);
             }};
             const small = (e) => {{
               const box = area(e).getBoundingClientRect();
               return box.bottom > 0 && (box.width < {FINGER} - 0.5 || box.height < {FINGER} - 0.5);
             }};
             const targets = 'a[href], button, input, select, textarea, summary, [role=button], [role=link]';
             return [...document.querySelectorAll(targets)].filter((e) => shown(e) && !inSentence(e) && small(e)).map((e) => {{
               const box = area(e).getBoundingClientRect();
               return `${{Math.round(box.width)}} x ${{Math.round(box.height)}}: ${{e.outerHTML.slice(0, 200)}}`;
             }});"
        );
        self.lines(&script).await
    }

    /// What a window of this width cannot show without scrolling to the side, and words that are cut off or squeezed.
    pub async fn cut_off(&self, width: u32) -> Vec<String> {
        self.width(width).await;
        let script = format!(
            "const outside = (e) => e.getBoundingClientRect().right > {width} + 0.5 || e.getBoundingClientRect().left < -0.5;
             const unseen = (e) => e.closest('.unseen, .skip, [aria-hidden=true] svg, svg') !== null;
             const own = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
             const clipped = (e) => own(e) && getComputedStyle(e).overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1;
             // One letter above the other is no line that can be read.
             const squeezed = (e) => {{
               const letter = parseFloat(getComputedStyle(e).fontSize), box = e.getBoundingClientRect();
               return own(e) && box.width < 2.5 * letter && box.height > 4 * letter;
             }};
             const name = (why, e) => `${{why}}: ${{e.outerHTML.slice(0, 200)}}`;
             const all = [...document.querySelectorAll('body *')].filter((e) => shown(e) && !unseen(e));
             const wide = document.documentElement.scrollWidth;
             // A few say which screen it is; the others are alike.
             const few = (why, is) => all.filter(is).slice(0, 3).map((e) => name(why, e));
             return [
               ...(wide > {width} ? [`the page is ${{wide}} px wide`, ...few('sticks out', outside)] : []),
               ...few('is cut off', clipped),
               ...few('is squeezed', squeezed),
             ];"
        );
        let found = self.lines(&script).await;
        self.width(WIDTH).await;
        found
    }

    async fn lines(&self, script: &str) -> Vec<String> {
        serde_json::from_value(self.run(script).await).expect("a list of lines")
    }
}
