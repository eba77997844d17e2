//! Joining, signing in, oneself, and where one lives.

use domain::category::Category;
use domain::id::SessionId;
use domain::page::Page;
use domain::session::{Refresh, SessionView, SignIn, SignedIn};
use domain::tenant::{CircleView, EditMe, Join, JoinCheck, JoinPlace, Me, ResidenceView};

use crate::{Client, Error, Method, Request};

impl Client {
    fn keep(&self, signed_in: SignedIn) -> SignedIn {
        if signed_in.tokens.is_some() {
            self.set_tokens(signed_in.tokens.clone());
        }
        signed_in
    }

    /// `GET /health`: a constant while the server runs.
    ///
    /// # Errors
    /// No answer.
    pub async fn health(&self) -> Result<serde_json::Value, Error> {
        self.send(&Request::get("/api/v1/health")).await?.read()
    }

    /// `POST /join/check`: what a join code opens.
    ///
    /// # Errors
    /// `join_code_refused`, `seats_taken`, `too_many_requests`.
    pub async fn check_join_code(&self, check: &JoinCheck) -> Result<JoinPlace, Error> {
        self.send(&Request::post("/api/v1/join/check").json(check)).await?.read()
    }

    /// `POST /join`: becomes a tenant and signs in. The same `key` sent again answers as the first time and takes one seat only.
    ///
    /// # Errors
    /// `join_code_refused`, `seats_taken`, `mark_taken`, `invalid`, `too_many_requests`.
    pub async fn join(&self, join: &Join, key: &str) -> Result<SignedIn, Error> {
        let request = Request::post("/api/v1/join").json(join).idempotency_key(key);
        Ok(self.keep(self.send(&request).await?.read()?))
    }

    /// `POST /session`: signs in.
    ///
    /// # Errors
    /// `sign_in_refused`, `too_many_requests`.
    pub async fn sign_in(&self, sign_in: &SignIn) -> Result<SignedIn, Error> {
        Ok(self.keep(self.send(&Request::post("/api/v1/session").json(sign_in)).await?.read()?))
    }

    /// `POST /session/refresh`: a new pair of tokens for the refresh token.
    ///
    /// # Errors
    /// `unauthenticated`, `session_ended`.
    pub async fn refresh_session(&self) -> Result<SignedIn, Error> {
        let refresh = Refresh { refresh_token: self.tokens().map(|t| t.refresh_token) };
        Ok(self.keep(self.send(&Request::post("/api/v1/session/refresh").json(&refresh)).await?.read()?))
    }

    /// `DELETE /session`: signs out here.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.call::<()>(Request::new(Method::Delete, "/api/v1/session")).await?;
        self.set_tokens(None);
        Ok(())
    }

    /// `GET /sessions`: the devices that are signed in.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn list_sessions(&self) -> Result<Page<SessionView>, Error> {
        self.call(Request::get("/api/v1/sessions")).await
    }

    /// `DELETE /sessions/{id}`: signs one device out.
    ///
    /// # Errors
    /// `unauthenticated`, `not_found`.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Error> {
        self.call(Request::new(Method::Delete, format!("/api/v1/sessions/{id}"))).await
    }

    /// `DELETE /sessions`: signs all devices out, this one too.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn end_all_sessions(&self) -> Result<(), Error> {
        self.call(Request::new(Method::Delete, "/api/v1/sessions")).await
    }

    /// `GET /tenants/me`.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn get_me(&self) -> Result<Me, Error> {
        self.call(Request::get("/api/v1/tenants/me")).await
    }

    /// `PATCH /tenants/me`: first name, mark, language, what one speaks.
    ///
    /// # Errors
    /// `mark_taken`, `precondition_failed`, `invalid`.
    pub async fn edit_me(&self, version: u32, edit: &EditMe) -> Result<Me, Error> {
        self.call(Request::new(Method::Patch, "/api/v1/tenants/me").json(edit).if_match(version)).await
    }

    /// `GET /residences`: the residences that take part within 800 m of the own, the closest first.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn list_residences(&self) -> Result<Page<ResidenceView>, Error> {
        self.call(Request::get("/api/v1/residences")).await
    }

    /// `GET /residences/{id}`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_residence(&self, id: domain::id::ResidenceId) -> Result<ResidenceView, Error> {
        self.call(Request::get(format!("/api/v1/residences/{id}"))).await
    }

    /// `GET /circles`: what is behind the four circles here.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn list_circles(&self) -> Result<Page<CircleView>, Error> {
        self.call(Request::get("/api/v1/circles")).await
    }

    /// `GET /categories`: the whole tree, groups before their services.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn list_categories(&self) -> Result<Page<Category>, Error> {
        self.call(Request::get("/api/v1/categories")).await
    }
}
