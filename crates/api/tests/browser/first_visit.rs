//! Promise 3: no request to anybody else; and nothing is loaded twice.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::hand::What;
use crate::street::Street;
use crate::support::Place;
use crate::tab::{Tab, Wishes};
use crate::walk::{Stage, walk};

/// Every address that the site's pages have asked since the last call, as the browser's own log of the network tells.
async fn asked(tab: &Tab) -> BTreeSet<String> {
    let log = tab.driver.get_log("performance").await.expect("the log of the network");
    let url = |entry: String| {
        let entry: Value = serde_json::from_str(&entry).expect("an event");
        let (method, told) = (&entry["message"]["method"], &entry["message"]["params"]);
        // The browser begins with a page of its own, and draws the fields for days and hours with pictures of its own.
        let ours = told["documentURL"].as_str()?.starts_with(&tab.base);
        let url = told["request"]["url"].as_str()?;
        (method == "Network.requestWillBeSent" && ours && !url.starts_with("data:")).then(|| url.to_owned())
    };
    log.into_iter().filter_map(|entry| url(entry.message)).collect()
}

#[tokio::test]
async fn a_first_visit_asks_no_other_host() {
    let Some(street) = Street::open().await else { return };
    let stage = Stage::set(&street.toit).await;
    let tab = street.tab(Wishes::default()).await;
    tab.open_at("/", "welcome").await;
    let mut urls = asked(&tab).await;
    assert!(urls.iter().any(|url| url.ends_with(".wasm")), "the log sees what is asked: {urls:#?}");
    assert!(!urls.iter().any(|url| url.contains("/api/")), "a stranger's first page asks for no data: {urls:#?}");
    walk(&stage, &tab, async |_, _| {}).await;
    urls.extend(asked(&tab).await);
    let elsewhere: Vec<&String> = urls.iter().filter(|url| !url.starts_with(&format!("{}/", tab.base))).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    assert_eq!(tab.faults().await, [""; 0]);
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn a_second_visit_loads_nothing_but_data() {
    let Some(street) = Street::open().await else { return };
    let awa = street.toit.neighbour("Awa", Place::A).await;
    let tab = street.tab_of(&awa, Wishes::default()).await;
    tab.open_at("/place", "square").await;
    tab.open_at("/place", "square").await;
    let script = "const assets = performance.getEntriesByType('resource').filter((e) => !e.name.includes('/api/'));
        return [...performance.getEntriesByType('navigation'), ...assets].map((e) => [e.name, e.transferSize]);";
    let loaded: Vec<(String, u64)> = serde_json::from_value(tab.run(script).await).expect("names and sizes");
    assert!(loaded.len() >= 4, "the page, the style, the code in its two halves: {loaded:?}");
    // A page that has not changed is answered by a few headers; what is named by its hash is not even asked about.
    let again: Vec<_> =
        loaded.iter().enumerate().filter(|(at, (_, size))| *size > if *at == 0 { 500 } else { 0 }).collect();
    assert!(again.is_empty(), "loaded again: {again:?}");
    tab.close().await;
    street.close().await;
}

#[tokio::test]
async fn the_policy_lets_nothing_in_from_elsewhere() {
    let Some(street) = Street::open().await else { return };
    let tab = street.tab(Wishes::default()).await;
    tab.open_at("/", "welcome").await;
    let refused = tab
        .run(
            "window.refused = [];
             document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));
             const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
             add('img', { src: 'https://example.invalid/a.png' });
             add('script', { src: 'https://example.invalid/a.js' });
             add('script', { textContent: 'window.ran = true' });
             fetch('https://example.invalid/').catch(() => {});
             return null;",
        )
        .await;
    assert_eq!(refused, Value::Null);
    let all =
        "const refused = ['img-src', 'script-src-elem', 'connect-src'].every((one) => window.refused.includes(one));
        return refused && window.refused.length >= 4 && window.ran === undefined;";
    tab.wait("four refusals by the policy", all).await;
    assert_eq!(tab.run(&format!("return {} !== null;", What::Id("main").script())).await, Value::Bool(true));
    tab.close().await;
    street.close().await;
}
