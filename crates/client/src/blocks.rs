//! Whom one no longer wants to meet.

use domain::id::TenantId;
use domain::page::Page;
use domain::tenant::BlockView;

use crate::{Client, Error, Method, Request};

impl Client {
    /// `PUT /tenants/{id}/block`: the two no longer meet; nobody is told. Twice is once.
    ///
    /// # Errors
    /// `not_found`, `not_now` for oneself or when 1,000 are blocked.
    pub async fn block_neighbour(&self, id: TenantId) -> Result<(), Error> {
        self.call(Request::new(Method::Put, format!("/api/v1/tenants/{id}/block"))).await
    }

    /// `DELETE /tenants/{id}/block`: takes a block back.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn unblock_neighbour(&self, id: TenantId) -> Result<(), Error> {
        self.call(Request::new(Method::Delete, format!("/api/v1/tenants/{id}/block"))).await
    }

    /// `GET /tenants/me/blocks`: whom one has blocked, the last one first; all of them.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub async fn list_blocks(&self) -> Result<Page<BlockView>, Error> {
        self.call(Request::get("/api/v1/tenants/me/blocks")).await
    }
}
