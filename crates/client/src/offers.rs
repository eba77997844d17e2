//! Offers.

use domain::category::CategorySlug;
use domain::circle::Circle;
use domain::id::OfferId;
use domain::offer::{EditOffer, NewOffer, OfferKind, OfferView};
use domain::page::Page;

use crate::{Client, Error, Method, Request};

/// Which offers to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferFilter {
    /// How far to look: offers whose author lives within this circle of mine. All that reaches me when absent.
    pub circle: Option<Circle>,
    /// Given or wanted.
    pub kind: Option<OfferKind>,
    /// One service, or all of a group.
    pub category: Option<CategorySlug>,
    /// My own, in whatever state.
    pub mine: bool,
    /// The cursor of the page before.
    pub after: Option<String>,
    /// How many, 1 to 100; 20 when absent.
    pub limit: Option<u16>,
}

impl OfferFilter {
    fn query(&self) -> String {
        let mut parts = Vec::new();
        if let Some(circle) = self.circle {
            parts.push(format!("circle={}", circle.as_str()));
        }
        if let Some(kind) = self.kind {
            parts.push(format!("kind={}", kind.as_str()));
        }
        if let Some(category) = &self.category {
            parts.push(format!("category={category}"));
        }
        if self.mine {
            parts.push("mine=true".to_owned());
        }
        if let Some(after) = &self.after {
            parts.push(format!("after={after}"));
        }
        if let Some(limit) = self.limit {
            parts.push(format!("limit={limit}"));
        }
        parts.join("&")
    }
}

impl Client {
    /// `GET /offers`: what reaches me, newest first.
    ///
    /// # Errors
    /// `unauthenticated`, `invalid`.
    pub async fn list_offers(&self, filter: &OfferFilter) -> Result<Page<OfferView>, Error> {
        self.call(Request::get(format!("/api/v1/offers?{}", filter.query()))).await
    }

    /// `POST /offers`: a new one. The same `key` sent again makes no second one.
    ///
    /// # Errors
    /// `invalid`, `idempotency_key_reused`.
    pub async fn create_offer(&self, new: &NewOffer, key: &str) -> Result<OfferView, Error> {
        self.call(Request::post("/api/v1/offers").json(new).idempotency_key(key)).await
    }

    /// `GET /offers/{id}`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_offer(&self, id: OfferId) -> Result<OfferView, Error> {
        self.call(Request::get(format!("/api/v1/offers/{id}"))).await
    }

    /// `PATCH /offers/{id}`.
    ///
    /// # Errors
    /// `precondition_failed`, `not_now`, `not_yours`, `invalid`.
    pub async fn edit_offer(&self, id: OfferId, version: u32, edit: &EditOffer) -> Result<OfferView, Error> {
        self.call(Request::new(Method::Patch, format!("/api/v1/offers/{id}")).json(edit).if_match(version)).await
    }

    /// `DELETE /offers/{id}`: closes it.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn close_offer(&self, id: OfferId) -> Result<OfferView, Error> {
        self.call(Request::new(Method::Delete, format!("/api/v1/offers/{id}"))).await
    }

    /// `POST /offers/{id}/pause`: off the lists for a while.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn pause_offer(&self, id: OfferId) -> Result<OfferView, Error> {
        self.call(Request::post(format!("/api/v1/offers/{id}/pause"))).await
    }

    /// `POST /offers/{id}/resume`: back on the lists.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn resume_offer(&self, id: OfferId) -> Result<OfferView, Error> {
        self.call(Request::post(format!("/api/v1/offers/{id}/resume"))).await
    }

    /// `POST /offers/{id}/renew`: 60 more days.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn renew_offer(&self, id: OfferId) -> Result<OfferView, Error> {
        self.call(Request::post(format!("/api/v1/offers/{id}/renew"))).await
    }
}
