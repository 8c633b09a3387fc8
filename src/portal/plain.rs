//! Plain: what stands behind an address loses its NUL characters before anybody reads it.
//!
//! No person writes one, and PostgreSQL takes none in a text that is compared with. Forms lose theirs likewise
//! ([`without_nul`]); programs are told what is wrong with what they send instead.

use axum::extract::Request;
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::Response;

/// Hands a page's request on with a query that has no NUL in it.
pub(super) async fn query(mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/")
        && let Some(uri) = cleaned(request.uri())
    {
        *request.uri_mut() = uri;
    }
    next.run(request).await
}

/// The address without NUL in its query; none where it has none.
fn cleaned(uri: &Uri) -> Option<Uri> {
    let query = uri.query().filter(|query| query.contains(NUL))?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{}?{}", uri.path(), without_nul(query)).parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// A NUL as queries and forms write it.
const NUL: &str = "%00";

/// A query or a form (`application/x-www-form-urlencoded`) without NUL.
pub(super) fn without_nul(encoded: &str) -> String {
    let mut text = encoded.replace('\0', "");
    while text.contains(NUL) {
        text = text.replace(NUL, "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_leaves_and_everything_else_stays() {
        assert_eq!(without_nul("q=a%00b&x=%2500&y=%0%000&z=1"), "q=ab&x=%2500&y=&z=1");
        assert_eq!(without_nul("q=a\0b"), "q=ab");
        assert_eq!(cleaned(&"/audit?from=%00&to=1".parse().unwrap()), Some("/audit?from=&to=1".parse().unwrap()));
        assert_eq!(cleaned(&"/audit?from=1".parse().unwrap()), None);
        assert_eq!(cleaned(&"/audit/%00".parse().unwrap()), None, "a path says what it says");
    }
}
