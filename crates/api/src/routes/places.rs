//! Where one lives, how far things reach, and the words for services.

use actix_web::{get, web};
use domain::category::Category;
use domain::id::ResidenceId;
use domain::page::Page;
use domain::problem::ProblemCode;
use domain::tenant::{CircleView, ResidenceView};

use super::extract::Who;
use super::failure::{Always, Failure, Known, SignedInOnly};
use crate::app::App;
use crate::store;

fn whole<T>(items: Vec<T>) -> web::Json<Page<T>> {
    web::Json(Page { items, next: None })
}

/// The residences that take part within 800 m of the own, the closest first.
#[utoipa::path(tag = "residences", responses((status = 200, body = Page<ResidenceView>), SignedInOnly, Always))]
#[get("/residences")]
pub async fn list_residences(app: web::Data<App>, who: Who) -> Result<web::Json<Page<ResidenceView>>, Failure> {
    Ok(whole(app.store.atlas().near(&who.0)))
}

/// One residence of the own office that takes part.
#[utoipa::path(
    tag = "residences",
    params(("id" = ResidenceId, Path, description = "The residence")),
    responses((status = 200, body = ResidenceView), SignedInOnly, Known, Always)
)]
#[get("/residences/{id}")]
pub async fn get_residence(
    app: web::Data<App>,
    who: Who,
    id: web::Path<ResidenceId>,
) -> Result<web::Json<ResidenceView>, Failure> {
    Ok(web::Json(app.store.atlas().view(&who.0, *id).ok_or(ProblemCode::NotFound)?))
}

/// What is behind the four circles here.
#[utoipa::path(tag = "residences", responses((status = 200, body = Page<CircleView>), SignedInOnly, Always))]
#[get("/circles")]
pub async fn list_circles(app: web::Data<App>, who: Who) -> Result<web::Json<Page<CircleView>>, Failure> {
    Ok(whole(app.store.atlas().circles(&who.0)))
}

/// The whole tree of categories, groups before their services.
#[utoipa::path(tag = "offers", responses((status = 200, body = Page<Category>), SignedInOnly, Always))]
#[get("/categories")]
pub async fn list_categories(app: web::Data<App>, who: Who) -> Result<web::Json<Page<Category>>, Failure> {
    Ok(whole(store::categories::tree(&*app.store, who.0.office).await?))
}
