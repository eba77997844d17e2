//! Whether the server runs.

use actix_web::{HttpResponse, get, web};

use super::failure::{Always, Failure};
use crate::app::App;

/// A constant, as long as the server runs.
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "It runs", body = serde_json::Value)))]
#[get("/health")]
pub async fn health() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .content_type("application/json")
        .body(r#"{"status":"ok"}"#)
}

/// Whether the database answers too.
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "It is ready", body = serde_json::Value), Always))]
#[get("/health/ready")]
pub async fn health_ready(app: web::Data<App>) -> Result<HttpResponse, Failure> {
    app.store.ready().await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .content_type("application/json")
        .body(r#"{"status":"ready"}"#))
}
