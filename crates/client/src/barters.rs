//! Barters and their legs. Every action answers with the whole barter as it now stands.

use domain::barter::{BarterPart, BarterView, Consent, CounterOffer, NewBarter};
use domain::id::{BarterId, LegId};
use domain::leg::Appointment;
use domain::page::Page;
use serde::de::IgnoredAny;

use crate::{Client, Error, Request};

impl Client {
    /// `GET /barters`: mine, the last changed first.
    ///
    /// # Errors
    /// `unauthenticated`, `invalid`.
    pub async fn list_barters(&self, part: Option<BarterPart>, after: Option<&str>) -> Result<Page<BarterView>, Error> {
        let part = part.map(|p| format!("part={}&", p.as_str())).unwrap_or_default();
        let after = after.map(|a| format!("after={a}")).unwrap_or_default();
        self.call(Request::get(format!("/api/v1/barters?{part}{after}"))).await
    }

    /// `GET /barters`: how many there are on the first page, without reading them.
    ///
    /// # Errors
    /// As [`Client::list_barters`].
    pub async fn count_barters(&self, part: BarterPart) -> Result<usize, Error> {
        // Whoever wants no more than a number need not load what reads them.
        let page: Page<IgnoredAny> = self.call(Request::get(format!("/api/v1/barters?part={}", part.as_str()))).await?;
        Ok(page.items.len())
    }

    /// `GET /barters/{id}`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_barter(&self, id: BarterId) -> Result<BarterView, Error> {
        self.call(Request::get(format!("/api/v1/barters/{id}"))).await
    }

    /// `POST /barters`: proposes one. The same `key` sent again makes no second one.
    ///
    /// # Errors
    /// `invalid`, `not_found`, `offer_not_open`, `offer_full`.
    pub async fn propose_barter(&self, new: &NewBarter, key: &str) -> Result<BarterView, Error> {
        self.call(Request::post("/api/v1/barters").json(new).idempotency_key(key)).await
    }

    /// `POST /barters/{id}/consent`: to exactly this version.
    ///
    /// # Errors
    /// `stale` with the newest, `offer_full`, `offer_not_open`, `not_now`.
    pub async fn consent_to_barter(&self, id: BarterId, version: u32) -> Result<BarterView, Error> {
        self.call(Request::post(format!("/api/v1/barters/{id}/consent")).json(&Consent { version })).await
    }

    /// `POST /barters/{id}/counter`: the next version of the terms.
    ///
    /// # Errors
    /// `stale` with the newest, `invalid`, `not_now`.
    pub async fn counter_barter(&self, id: BarterId, counter: &CounterOffer) -> Result<BarterView, Error> {
        self.call(Request::post(format!("/api/v1/barters/{id}/counter")).json(counter)).await
    }

    /// `POST /barters/{id}/decline`.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn decline_barter(&self, id: BarterId) -> Result<BarterView, Error> {
        self.call(Request::post(format!("/api/v1/barters/{id}/decline"))).await
    }

    /// `POST /barters/{id}/withdraw`.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn withdraw_barter(&self, id: BarterId) -> Result<BarterView, Error> {
        self.call(Request::post(format!("/api/v1/barters/{id}/withdraw"))).await
    }

    /// `POST /barters/{id}/dissolve`: open legs are waived.
    ///
    /// # Errors
    /// `not_now`.
    pub async fn dissolve_barter(&self, id: BarterId) -> Result<BarterView, Error> {
        self.call(Request::post(format!("/api/v1/barters/{id}/dissolve"))).await
    }

    fn leg(id: BarterId, leg: LegId, verb: &str) -> Request {
        Request::post(format!("/api/v1/barters/{id}/legs/{leg}/{verb}"))
    }

    /// `POST …/met`: the two have met.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn meet_for_leg(&self, id: BarterId, leg: LegId) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "met")).await
    }

    /// `POST …/schedule`: day and place.
    ///
    /// # Errors
    /// `must_have_met`, `not_now`, `not_yours`.
    pub async fn schedule_leg(&self, id: BarterId, leg: LegId, appointment: &Appointment) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "schedule").json(appointment)).await
    }

    /// `POST …/done`.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn finish_leg(&self, id: BarterId, leg: LegId) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "done")).await
    }

    /// `POST …/confirm`.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn confirm_leg(&self, id: BarterId, leg: LegId) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "confirm")).await
    }

    /// `POST …/waive`: the receiver forgives it.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn waive_leg(&self, id: BarterId, leg: LegId) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "waive")).await
    }

    /// `POST …/dispute`: it is not done.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn dispute_leg(&self, id: BarterId, leg: LegId) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "dispute")).await
    }

    /// `POST …/settle`: it is sorted out.
    ///
    /// # Errors
    /// `not_now`, `not_yours`.
    pub async fn settle_leg(&self, id: BarterId, leg: LegId) -> Result<BarterView, Error> {
        self.call(Self::leg(id, leg, "settle")).await
    }
}
