//! The main job, done by finger and done by keyboard.

use thirtyfour::Key;

use crate::hand::Hand;
use crate::job::the_main_job;
use crate::street::Street;
use crate::tab::Wishes;

#[tokio::test]
async fn the_main_job_is_done_by_two_neighbours_at_360_px() {
    the_main_job(Hand::Touch).await;
}

#[tokio::test]
async fn the_main_job_is_done_by_keyboard_alone() {
    the_main_job(Hand::Keyboard).await;
}

#[tokio::test]
async fn the_first_press_of_tab_offers_to_skip_to_the_content() {
    let Some(street) = Street::open().await else { return };
    let tab = street.tab(Wishes { hand: Hand::Keyboard, ..Wishes::default() }).await;
    tab.open_at("/", "welcome").await;
    tab.keys(Key::Tab).await;
    tab.wait("the focus on the skip link", "return document.activeElement.matches('a.skip');").await;
    tab.focus_is_seen().await;
    tab.keys(Key::Enter).await;
    tab.arrive("welcome").await;
    tab.close().await;
    street.close().await;
}
