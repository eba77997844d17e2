//! The languages in which people can help and be helped.

use domain::problem::{FieldCode, ProblemCode};
use domain::tenant::{EditMe, Join, Language};
use domain::tongue::{Speaks, Tongue};

use crate::support::{Answer, Person, Place, Toit, code_of, join, on_both_databases};

on_both_databases!(
    whoever_has_not_said_speaks_french_and_the_language_she_reads,
    a_changed_list_of_languages_is_kept_whole_and_each_once,
    a_list_without_a_language_is_refused_where_it_stands,
    changing_something_else_leaves_the_languages_as_they_are,
);

fn speaks(tongues: &[Tongue]) -> EditMe {
    EditMe { speaks: Speaks::parse(tongues).ok(), ..EditMe::default() }
}

fn patch(who: &Person, version: u32, body: &'static str) -> reqwest::RequestBuilder {
    let request = who.raw().request(reqwest::Method::PATCH, "/tenants/me");
    request.header("If-Match", format!("\"{version}\"")).header("Content-Type", "application/json").body(body)
}

async fn whoever_has_not_said_speaks_french_and_the_language_she_reads(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    assert_eq!(awa.me.speaks.tongues(), [Tongue::Fr]);
    let code = toit.code(Place::A).await;
    let olga = Person::join_with(toit, &Join { language: Language::En, ..join(&code, "Olga") }).await;
    assert_eq!(olga.me.speaks.tongues(), [Tongue::Fr, Tongue::En]);
}

async fn a_changed_list_of_languages_is_kept_whole_and_each_once(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let edited = awa.client.edit_me(awa.me.version, &speaks(&[Tongue::Ff, Tongue::Wo])).await.expect("kept");
    assert_eq!(edited.speaks.tongues(), [Tongue::Wo, Tongue::Ff], "in one order, and no French that she did not say");
    assert_eq!(awa.client.get_me().await.expect("hers"), edited);
    let twice = r#"{"speaks":["fr","wo","fr"]}"#;
    let answer = Answer::of(patch(&awa, edited.version, twice)).await.ok();
    assert_eq!(answer["speaks"], serde_json::json!(["fr", "wo"]));
    let old = awa.client.edit_me(edited.version, &speaks(&[Tongue::En])).await;
    assert_eq!(code_of(old), ProblemCode::PreconditionFailed);
    assert_eq!(awa.client.get_me().await.expect("hers").speaks.tongues(), [Tongue::Fr, Tongue::Wo]);
}

async fn a_list_without_a_language_is_refused_where_it_stands(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    for (body, pointer, why) in [
        (r#"{"speaks":[]}"#, "/speaks", FieldCode::Required),
        (r#"{"speaks":["fr","klingon"]}"#, "/speaks/1", FieldCode::UnknownValue),
        (r#"{"speaks":"fr"}"#, "/speaks", FieldCode::WrongForm),
    ] {
        Answer::of(patch(&awa, awa.me.version, body)).await.invalid(pointer, why);
    }
    assert_eq!(awa.client.get_me().await.expect("hers"), awa.me);
}

async fn changing_something_else_leaves_the_languages_as_they_are(toit: &Toit) {
    let awa = toit.neighbour("Awa", Place::A).await;
    let spoken = awa.client.edit_me(awa.me.version, &speaks(&[Tongue::Fr, Tongue::Ta])).await.expect("kept");
    let english = EditMe { language: Some(Language::En), ..EditMe::default() };
    let edited = awa.client.edit_me(spoken.version, &english).await.expect("kept");
    assert_eq!(edited.speaks, spoken.speaks, "what she reads and what she speaks are two things");
}
