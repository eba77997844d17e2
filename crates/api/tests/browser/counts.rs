//! How much waits for somebody, as the numbers on her page say it.

use std::time::Instant;

use domain::barter::BarterPart;

use crate::support::{PATIENCE, Person};
use crate::tab::Tab;

/// What the bar counts at the exchanges: those that wait for her, and conversations that she has not read.
pub async fn bar_counts(tab: &Tab, n: u32) {
    let count = format!(
        "const dot = document.querySelector('.bar .bar__dot'); return (dot ? Number(dot.textContent) : 0) === {n};"
    );
    tab.wait(&format!("{n} in the bar"), &count).await;
}

/// What the bell counts, on a page that has one.
pub async fn bell_counts(tab: &Tab, n: u32) {
    let count = format!(
        "const bell = document.querySelector('.bell'), count = bell?.querySelector('.bell__count');
         return bell !== null && (count ? Number(count.textContent) : 0) === {n};"
    );
    tab.wait(&format!("{n} at the bell"), &count).await;
}

/// Exchanges that wait for her, conversations and news that she has not read: so many for the server, and so many on her page, which has
/// the bell.
pub async fn counts(tab: &Tab, person: &Person, [barters, talks, news]: [u32; 3]) {
    bar_counts(tab, barters + talks).await;
    bell_counts(tab, news).await;
    // Her page may count before what it has read is kept.
    let begun = Instant::now();
    loop {
        let waiting = person.client.list_barters(Some(BarterPart::NeedsMe), None).await.expect("her exchanges").items;
        let unread = person.client.get_unread().await.expect("what she has not read");
        let counted = [waiting.len().try_into().expect("a small number"), unread.conversations, unread.news];
        if counted == [barters, talks, news] {
            return;
        }
        let name = &person.me.first_name;
        assert!(begun.elapsed() < PATIENCE, "exchanges, conversations, news of {name}: {counted:?}");
    }
}
