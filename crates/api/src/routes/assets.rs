//! The SPA: compressed once at build, kept in memory, immutable by name.

use std::collections::HashMap;
use std::path::Path;

use actix_web::http::{Method, header};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use domain::problem::ProblemCode;
use serde::Deserialize;

use super::failure::Failure;

/// One file of `manifest.json`, written by the build.
#[derive(Debug, Deserialize)]
struct Listed {
    path: String,
    file: String,
    content_type: String,
    immutable: bool,
    etag: String,
}

/// One file in its three forms.
#[derive(Debug)]
struct Asset {
    content_type: String,
    cache: &'static str,
    etag: String,
    plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

/// All files of the SPA by path. Without a build, only a page that says so.
#[derive(Debug, Default)]
pub struct Assets {
    files: HashMap<String, Asset>,
}

impl Assets {
    /// Reads the folder that the build wrote.
    ///
    /// # Errors
    /// When it holds no manifest, or a file is missing.
    pub fn load(folder: &Path) -> std::io::Result<Self> {
        let listed: Vec<Listed> = serde_json::from_slice(&std::fs::read(folder.join("manifest.json"))?)?;
        let mut files = HashMap::new();
        for file in listed {
            let read = |suffix: &str| std::fs::read(folder.join(format!("{}{suffix}", file.file))).map(Bytes::from);
            let asset = Asset {
                plain: read("")?,
                gzip: read(".gz").ok(),
                brotli: read(".br").ok(),
                content_type: file.content_type,
                cache: if file.immutable { "public, max-age=31536000, immutable" } else { "no-cache" },
                etag: file.etag,
            };
            files.insert(file.path, asset);
        }
        Ok(Self { files })
    }
}

/// Nothing from another host, ever; no inline script.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Files of the SPA; its page for every path that is a screen.
pub async fn serve(request: HttpRequest, assets: Data<Assets>) -> HttpResponse {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Failure::from(ProblemCode::NotFound).answer();
    }
    let path = request.path();
    // A screen has no dot in its name; an unknown file must not be answered with a page.
    let is_screen = !path.starts_with("/api/") && !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let found = assets.files.get(path).or_else(|| assets.files.get("/index.html").filter(|_| is_screen));
    match found {
        Some(asset) => answer(&request, asset),
        None => Failure::from(ProblemCode::NotFound).answer(),
    }
}

/// Whether one part of `Accept-Encoding` names an encoding and does not refuse it by `q=0`.
fn is_wish(part: &str, name: &str) -> bool {
    let (encoding, weight) = part.split_once(';').unwrap_or((part, ""));
    let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(1.0);
    encoding.trim().eq_ignore_ascii_case(name) && weight > 0.0
}

fn answer(request: &HttpRequest, asset: &Asset) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.content_type.as_str()))
        .insert_header((header::CACHE_CONTROL, asset.cache))
        .insert_header((header::ETAG, asset.etag.as_str()))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| known == asset.etag.as_str()) {
        return answer.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let accepts = |name: &str| accepted.split(',').any(|part| is_wish(part, name));
    let (encoding, body) = match (&asset.brotli, &asset.gzip) {
        (Some(brotli), _) if accepts("br") => (Some("br"), brotli),
        (_, Some(gzip)) if accepts("gzip") => (Some("gzip"), gzip),
        _ => (None, &asset.plain),
    };
    if let Some(encoding) = encoding {
        answer.insert_header((header::CONTENT_ENCODING, encoding));
    }
    answer.body(body.clone())
}
