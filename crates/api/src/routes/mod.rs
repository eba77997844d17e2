//! HTTP: one handler for each endpoint, named like its operation and like the client's method.

mod assets;
mod barters;
mod calendars;
mod conversations;
mod cookies;
mod docs;
mod events;
pub mod extract;
pub mod failure;
mod guard;
mod headers;
mod news;
mod notices;
mod offers;
mod own_data;
mod places;
mod service;
mod sessions;
mod square;
mod stream;
mod suggestions;
mod tenants;

use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, web};
use domain::barter::BarterPart;
use domain::news::Live;
use domain::notice::PhotoSize;
use domain::problem::ProblemCode;
use domain::square::PostKind;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

pub use assets::Assets;
pub use extract::Web;
use failure::Failure;
pub use guard::{Lanes, Places, guard};

/// The largest body that is read, in bytes.
pub const MAX_BODY: usize = 64 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "De toit à toit",
        description = "A private network for the tenants of a social landlord: they swap services, nobody pays, nobody is rated.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    tags(
        (name = "service", description = "Whether the server runs"),
        (name = "session", description = "Joining and signing in"),
        (name = "tenants", description = "Oneself and one's neighbours"),
        (name = "residences", description = "Where one lives, and how far things reach"),
        (name = "offers", description = "Services given and wanted"),
        (name = "square", description = "What is new around, and what has certain words"),
        (name = "news", description = "What concerns oneself"),
        (name = "notices", description = "What was lost or found, questions, news, trouble, thanks; with photos"),
        (name = "events", description = "Meeting at a place on a date; with answers, places and things to bring"),
        (name = "suggestions", description = "Who can help whom, directly or in a ring"),
        (name = "barters", description = "Agreements about who does what for whom"),
        (name = "conversations", description = "Words about a thing, and what an open page hears"),
    ),
    // What only a query, or a stream, names.
    components(schemas(BarterPart, PostKind, Live, PhotoSize)),
    modifiers(&Security)
)]
struct ApiDoc;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        components.add_security_scheme(
            "bearer",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
        );
        components
            .add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(cookies::ACCESS))));
        let schemes =
            ["bearer", "cookie"].map(|name| utoipa::openapi::SecurityRequirement::new(name, Vec::<String>::new()));
        api.security = Some(schemes.to_vec());
    }
}

/// All endpoints: this list is also the documentation.
fn endpoints(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config
        .service(service::health)
        .service(service::health_ready)
        .service(docs::openapi_json)
        .service(sessions::check_join_code)
        .service(sessions::join)
        .service(sessions::sign_in)
        .service(sessions::refresh_session)
        .service(sessions::sign_out)
        .service(sessions::list_sessions)
        .service(sessions::end_all_sessions)
        .service(sessions::end_session)
        .service(tenants::get_me)
        .service(tenants::edit_me)
        .service(tenants::list_blocks)
        .service(tenants::block_neighbour)
        .service(tenants::unblock_neighbour)
        .service(own_data::get_transparency)
        .service(own_data::export_me)
        .service(own_data::leave)
        .service(own_data::get_neighbour)
        .service(own_data::get_receipt)
        .service(places::list_residences)
        .service(places::get_residence)
        .service(places::list_circles)
        .service(places::list_categories)
        .service(offers::list_offers)
        .service(offers::create_offer)
        .service(offers::get_offer)
        .service(offers::edit_offer)
        .service(offers::close_offer)
        .service(offers::pause_offer)
        .service(offers::resume_offer)
        .service(offers::renew_offer)
        .service(square::get_square)
        .service(square::search)
        .service(news::list_news)
        .service(news::get_unread)
        .service(news::read_news)
        .service(notices::list_notices)
        .service(notices::create_notice)
        .service(notices::get_notice)
        .service(notices::edit_notice)
        .service(notices::withdraw_notice)
        .service(notices::resolve_notice)
        .service(notices::renew_notice)
        .service(notices::list_alike_notices)
        .service(notices::put_notice_photo)
        .service(notices::delete_notice_photo)
        .service(notices::get_notice_photo)
        .service(suggestions::list_matches)
        .service(suggestions::list_rings)
        .service(barters::list_barters)
        .service(barters::propose_barter)
        .service(barters::get_barter)
        .service(barters::consent_to_barter)
        .service(barters::counter_barter)
        .service(barters::decline_barter)
        .service(barters::withdraw_barter)
        .service(barters::dissolve_barter)
        .service(barters::meet_for_leg)
        .service(barters::schedule_leg)
        .service(barters::finish_leg)
        .service(barters::confirm_leg)
        .service(barters::waive_leg)
        .service(barters::dispute_leg)
        .service(barters::settle_leg);
    config
        .service(conversations::list_conversations)
        .service(conversations::start_conversation)
        .service(conversations::get_conversation)
        .service(conversations::list_messages)
        .service(conversations::send_message)
        .service(conversations::take_message_back)
        .service(conversations::read_conversation)
        .service(conversations::mute_conversation)
        .service(stream::stream);
    config
        // Before those that would take "….ics" for a name.
        .service(calendars::get_event_ics)
        .service(calendars::get_calendar)
        .service(calendars::list_calendars)
        .service(calendars::renew_calendar)
        .service(calendars::close_calendar)
        .service(events::list_events)
        // Before those that would take "days" for an event, whatever the method.
        .service(events::list_event_days)
        .route("/events/days", web::to(no_such_endpoint))
        .service(events::create_event)
        .service(events::get_event)
        .service(events::edit_event)
        .service(events::delete_event)
        .service(events::publish_event)
        .service(events::postpone_event)
        .service(events::cancel_event)
        .service(events::answer_event)
        .service(events::bring_to_event)
        .service(events::list_attendees)
        .service(events::add_event_host)
        .service(events::remove_event_host);
}

/// The OpenAPI document of what [`configure`] serves.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    use utoipa_actix_web::AppExt;
    let app = actix_web::App::new().into_utoipa_app().openapi(ApiDoc::openapi());
    app.service(utoipa_actix_web::scope("/api/v1").configure(endpoints)).split_for_parts().1
}

/// Serves the API, its reference page, and the SPA.
pub fn configure(config: &mut web::ServiceConfig) {
    let scope: actix_web::Scope =
        web::scope("/api/v1").configure(|c| endpoints(&mut utoipa_actix_web::service_config::ServiceConfig::new(c)));
    // What somebody wrote comes back as JSON: no browser may take it for a page, and nobody on the way may keep it.
    let headers =
        DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")).add((header::CACHE_CONTROL, "no-store"));
    let scope = scope.default_service(web::to(no_such_endpoint)).wrap(headers);
    config
        .app_data(web::PathConfig::default().error_handler(|_, _| Failure::from(ProblemCode::NotFound).into()))
        .service(scope)
        .service(docs::reference())
        .service(web::redirect("/api/docs", "/api/docs/"))
        .default_service(web::to(assets::serve));
}

/// Tells an unknown path from a known one with another method.
async fn no_such_endpoint(request: HttpRequest, web: web::Data<Web>) -> HttpResponse {
    let allowed = web.methods.of(request.path());
    if allowed.is_empty() {
        return Failure::from(ProblemCode::NotFound).answer();
    }
    let mut answer = Failure::from(ProblemCode::MethodNotAllowed).answer();
    if let Ok(value) = HeaderValue::from_str(&allowed.join(", ")) {
        answer.headers_mut().insert(header::ALLOW, value);
    }
    answer
}

/// The methods of each path of a document.
#[must_use]
pub fn methods(document: &utoipa::openapi::OpenApi) -> extract::Methods {
    extract::Methods::new(document)
}
