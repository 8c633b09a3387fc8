//! `POST /api/v1/bounces`: a returned mail, as it came, from a mail server's filter or a provider's relay.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::problem::Problem;
use crate::bounces::{self, MOST_BYTES, Taken};
use crate::identity::Standing;
use crate::portal::PortalState;

/// Takes one returned mail. Whatever it says, 202 means that it was read and need not be sent again.
pub(super) async fn take(
    State(state): State<PortalState>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    // The key before the body: a stranger must not make us hold sixteen megabytes.
    let policy = &state.bounces;
    if !is_admitted(policy.key.as_deref(), &headers) {
        let detail = "send the value of DAYBREAK_BOUNCES_KEY as `Authorization: Bearer KEY`; without that variable this address is closed";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, detail));
    }
    // A copy that was restored elsewhere must not act: the mail is the original's to count.
    if let Standing::Foreign { says } = state.pipeline.identity.standing(&state.db).await? {
        let detail = format!(
            "returned mail is not taken here, because this database may be a copy: {says}. If it is the one and only, \
             `daybreak confirm-instance` says so; send the mail again then"
        );
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("message/rfc822") {
        let detail = "the body must be the returned mail itself, with Content-Type: message/rfc822";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
    }
    let raw = read(&headers, body).await?;
    match bounces::take(&state.db, policy, raw, state.clock.now()).await {
        Ok(Taken::Unreadable) => {
            let detail = "the body is no mail: it does not begin with a header";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail))
        }
        Ok(taken) => Ok((StatusCode::ACCEPTED, Json(taken)).into_response()),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a returned mail could not be recorded");
            let detail = "the mail could not be recorded; send it again later";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail))
        }
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        let detail = "the mail is larger than 16 MiB; its first 16 MiB are enough";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    };
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_BYTES as u64) {
        return Err(too_large());
    }
    // Nobody but the limit refuses a body; a connection that breaks gets no answer anyway.
    to_bytes(body, MOST_BYTES).await.map(Vec::from).map_err(|_| too_large())
}

/// Whether the request carries the key. The comparison takes as long for a wrong key as for a right one: what is
/// compared are hashes, by a routine that looks at all their bytes.
fn is_admitted(key: Option<&str>, headers: &HeaderMap) -> bool {
    const COMPARED_UNDER: &[u8] = b"daybreak bounces";
    let Some(key) = key else { return false };
    let sent = headers.get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes).unwrap_or_default();
    let Some((scheme, sent)) = sent.split_at_checked(7) else { return false };
    let hash = |text: &[u8]| {
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(COMPARED_UNDER);
        mac.map(|mac| mac.chain_update(text))
    };
    let (Ok(expected), Ok(sent)) = (hash(key.as_bytes()), hash(sent.trim_ascii())) else { return false };
    scheme.eq_ignore_ascii_case(b"Bearer ") && expected.verify(&sent.finalize().into_bytes()).is_ok()
}
