//! The OpenAPI document and its reference page, with nothing loaded from elsewhere.

use actix_web::{HttpResponse, get, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::extract::Web;

/// This document.
#[utoipa::path(tag = "service", security(()), responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
#[get("/openapi.json")]
pub async fn openapi_json(web: web::Data<Web>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(web.openapi.clone())
}

/// Whether a path is one of the reference page's.
pub fn is_page(path: &str) -> bool {
    path.starts_with("/api/docs")
}

/// The reference page at `/api/docs/`.
pub fn reference() -> SwaggerUi {
    // Away from localhost Swagger would ask another host for a badge.
    SwaggerUi::new("/api/docs/{_:.*}").config(Config::new(["/api/v1/openapi.json"]).validator_url("none"))
}
