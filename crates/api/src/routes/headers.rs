//! What every answer tells browsers: what its page may do, who may hold it, what goes to other sites. Nothing, unless a route says more.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// An answer of the API is data: nothing in it is run, loaded or framed, whoever opens it in a tab.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// The reference page writes styles into its elements, and draws some pictures from `data:`.
const REFERENCE: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// No page of ours asks for any of these; one that somebody slipped in shall not either.
const NOTHING: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()";
/// A year, as hstspreload.org asks for at least. Without `includeSubDomains`: the office's other hosts are its own affair.
const HTTPS_ONLY: &str = "max-age=31536000";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Adds what the route has not said itself.
pub fn add(headers: &mut HeaderMap, is_reference: bool, is_https: bool) {
    let mut say = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    say(header::CONTENT_SECURITY_POLICY, if is_reference { REFERENCE } else { DATA });
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::REFERRER_POLICY, "no-referrer");
    say(PERMISSIONS_POLICY, NOTHING);
    say(OPENER_POLICY, "same-origin");
    say(RESOURCE_POLICY, "same-origin");
    // Said over plain http it would be ignored (RFC 6797, 7.2).
    if is_https {
        say(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
