//! `POST /api/v1/feed`: a producer's records, as a stream, all of them or none.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

use super::caller::{key_with, only_branch, scope};
use super::problem::{FieldError, Problem};
use super::spool::{SpoolError, spool};
use crate::audit::Actor;
use crate::feed::{Counts, Faults, ImportError, ImportSummary, Sender, Source, SourceError, import_as};
use crate::model::KeyRight;
use crate::portal::PortalState;
use crate::portal::viewer::Viewer;

/// The media type of feeds.
pub(super) const NDJSON: &str = "application/x-ndjson";
/// How the body is called where something is said of it.
const BODY: &str = "body";

/// What became of a feed.
#[derive(Serialize, JsonSchema)]
pub(super) struct Imported {
    /// Over all kinds.
    total: Records,
    /// By kind; kinds that the feed has not are absent.
    kinds: BTreeMap<&'static str, Records>,
    /// Objects of the bucket that it names.
    media: Media,
    /// Contacts that were left out, because their data were erased on request.
    erased: u64,
}

/// What became of records.
#[derive(Serialize, JsonSchema)]
struct Records {
    /// New ones.
    created: u64,
    /// Known ones that say something else now.
    updated: u64,
    /// Known ones that say the same.
    unchanged: u64,
}

/// Whether the named objects are there.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NamedMedia")]
struct Media {
    /// Objects that are there.
    known: u64,
    /// Objects that are not: shown as missing until they are.
    missing: u64,
}

impl From<Counts> for Records {
    fn from(counts: Counts) -> Self {
        Self { created: counts.created, updated: counts.updated, unchanged: counts.unchanged }
    }
}

impl From<ImportSummary> for Imported {
    fn from(summary: ImportSummary) -> Self {
        Self {
            total: summary.total().into(),
            kinds: summary.kinds.into_iter().map(|(kind, counts)| (kind.as_str(), counts.into())).collect(),
            media: Media { known: summary.media.known + summary.media.uploaded, missing: summary.media.missing },
            erased: summary.erased,
        }
    }
}

/// Takes a feed. The same feed again changes nothing, so a producer that heard no answer sends it again.
pub(super) async fn send(
    State(state): State<PortalState>,
    viewer: Viewer,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Imported>, Problem> {
    let key = key_with(&state, &headers, KeyRight::Feed).await?;
    let gzip = is_gzip_feed(&headers)?;
    let limit = state.config.portal.intake.max_feed;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(SpoolError::TooLarge(limit).into());
    }
    // Each waiting feed takes room on the disk, and those of one producer leave room for others'.
    let own = state.feeds_of.place(key.id).await;
    let place = state.feeds.acquire().await;
    let file = spool(body, gzip, limit).await?;
    let source = Source::spooled(BODY, file.path()).map_err(|error| Problem::ours(&error, false))?;
    let turn = state.importing.acquire().await;
    let now = state.clock.now();
    let sender =
        Sender { actor: Actor::Key(key.id.to_string()), branch: only_branch(&key), origin: &viewer.origin.address };
    let scope = scope(&key);
    let imported = import_as(&state.db, &state.archive, source, (&scope, Some(&sender)), now, &|_| ()).await;
    drop((file, turn, place, own));
    let summary = imported.map_err(problem)?;
    let total = summary.total();
    tracing::info!(
        key = key.prefix,
        created = total.created,
        updated = total.updated,
        unchanged = total.unchanged,
        "a feed was imported"
    );
    Ok(Json(summary.into()))
}

/// Whether a request's body is a compressed feed; a problem where it is no feed.
fn is_gzip_feed(headers: &HeaderMap) -> Result<bool, Problem> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    if kind.split(';').next().unwrap_or_default().trim() != NDJSON {
        let detail = format!("a feed is sent with Content-Type: {NDJSON}, one JSON object a line");
        let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail);
        return Err(problem.with_header(header::ACCEPT, header::HeaderValue::from_static(NDJSON)));
    }
    match text(header::CONTENT_ENCODING).as_deref() {
        None | Some("" | "identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(_) => {
            let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a feed is sent plain or with gzip");
            // RFC 9110 section 12.5.3: which encodings would do.
            Err(problem.with_header(header::ACCEPT_ENCODING, header::HeaderValue::from_static("gzip")))
        }
    }
}

fn problem(error: ImportError) -> Problem {
    match error {
        ImportError::Faults(faults) => faulty(faults),
        ImportError::Look(error) | ImportError::Upload { source: error, .. } => error.into(),
        ImportError::Write(error) => error.into(),
        ImportError::Source(error @ SourceError::Changed { .. }) => Problem::ours(&error, true),
        error @ (ImportError::Source(_) | ImportError::Thread(_)) => Problem::ours(&error, false),
    }
}

fn faulty(faults: Faults) -> Problem {
    let (status, detail) = if faults.foreign > 0 {
        let detail = format!(
            "nothing was imported: {} of {} faults are records of branches that this key is not for",
            faults.foreign,
            faults.count()
        );
        (StatusCode::FORBIDDEN, detail)
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, format!("nothing was imported: the feed has {} faults", faults.count()))
    };
    let more = faults.more;
    let errors = faults.list.into_iter().map(|fault| FieldError {
        line: Some(fault.line),
        field: fault.field,
        detail: fault.what,
    });
    Problem::new(status, detail).with_errors(errors.collect(), more)
}
