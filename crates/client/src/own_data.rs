//! One's own data, leaving, the receipt.

use domain::id::TenantId;
use domain::leaving::{Leave, Leaving, Neighbour, ReceiptToken, ReceiptView};
use domain::own_data::Transparency;

use crate::{Client, Error, Request};

impl Client {
    /// What is kept about oneself, what the office sees of it, and what it did.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn get_transparency(&self) -> Result<Transparency, Error> {
        self.call(Request::get("/api/v1/tenants/me/transparency")).await
    }

    /// All about oneself, as a ZIP.
    ///
    /// # Errors
    /// When the call fails.
    pub async fn export_me(&self) -> Result<Vec<u8>, Error> {
        self.fetch(Request::get("/api/v1/tenants/me/export")).await
    }

    /// Leaves for good. Signs out everywhere.
    ///
    /// # Errors
    /// `invalid` for a wrong password, `not_now` when it was asked already.
    pub async fn leave(&self, leave: &Leave) -> Result<Leaving, Error> {
        let leaving = self.call(Request::post("/api/v1/tenants/me/leave").json(leave)).await?;
        self.set_tokens(None);
        Ok(leaving)
    }

    /// A neighbour of whom one may know.
    ///
    /// # Errors
    /// `gone` when she has left, `not_found`.
    pub async fn get_neighbour(&self, id: TenantId) -> Result<Neighbour, Error> {
        self.call(Request::get(format!("/api/v1/tenants/{id}"))).await
    }

    /// How far an erasure is, and its receipt.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_receipt(&self, token: &ReceiptToken) -> Result<ReceiptView, Error> {
        self.call(Request::get(format!("/api/v1/receipts/{}", token.as_str()))).await
    }
}
