//! Suggestions.

use domain::id::OfferId;
use domain::page::Page;
use domain::suggestion::{MatchView, RingView};

use crate::{Client, Error, Request};

impl Client {
    /// `GET /offers/{id}/matches`: neighbours who can help with my post, or whom I can help, the best first; 1 to 50, 10 when absent.
    ///
    /// # Errors
    /// `not_found` when the post is not mine, `invalid`.
    pub async fn list_matches(&self, id: OfferId, limit: Option<u8>) -> Result<Page<MatchView>, Error> {
        let query = limit.map_or(String::new(), |n| format!("?limit={n}"));
        self.call(Request::get(format!("/api/v1/offers/{id}/matches{query}"))).await
    }

    /// `GET /rings`: rings of three or four in which I can stand, through one post of mine or through all, the best first; 1 to 20, 5
    /// when absent.
    ///
    /// # Errors
    /// `not_found` when the post is not mine, `invalid`.
    pub async fn list_rings(&self, offer: Option<OfferId>, limit: Option<u8>) -> Result<Page<RingView>, Error> {
        let offer = offer.map(|id| format!("offer={id}"));
        let limit = limit.map(|n| format!("limit={n}"));
        let query: Vec<String> = offer.into_iter().chain(limit).collect();
        self.call(Request::get(format!("/api/v1/rings?{}", query.join("&")))).await
    }
}
