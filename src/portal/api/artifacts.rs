//! Artifacts: what was archived for a report, as it was frozen.
//!
//! All artifacts of a report are members of one object, an uncompressed ZIP. The object as a whole is answered with a
//! redirect to a presigned address that works for minutes; a member has no address of its own and is handed on, whole or
//! in part (ranges, RFC 9110 section 14), after its bytes were checked against its hash.
//!
//! The mails are for the house's own people, as on the desk. Everybody else has what all readers have in common: the PDFs,
//! the mail's parts, and the report without those whom it was mailed to. What the links of mails are known by is nobody's.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::events::redirect;
use super::page::Page;
use super::problem::Problem;
use super::reports::allowed;
use crate::access::{Action, Principal};
use crate::db::artifacts::Artifact;
use crate::db::reports::ReportRow;
use crate::model::ViewKind;
use crate::portal::PortalState;
use crate::portal::frozen;

/// The report itself.
const DATA: &str = "report.json";
/// By which hashes the links of each mail are known: of no use to anybody.
const NOBODYS: &str = "clips.json";
/// What of a report's JSON only its house needs: to whom it was mailed, and where the archive keeps what it shows.
const INSIDE: [&str; 2] = ["recipients", "key"];

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_report = |endpoint: Endpoint| endpoint.parameter("id", "The report's id.", Some("uuid"));
    vec![
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/artifacts",
                ("listArtifacts", "reports", "What was archived for a report, as far as it is for you."),
                artifacts,
            )
            .answers::<Page<ArtifactView>>(200, "All of it.")
            .problem(410, "Retention took it away."),
        ),
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/bundle",
                (
                    "getBundle",
                    "reports",
                    "Everything that was archived for a report, its mails included, as one ZIP; for staff and operations.",
                ),
                bundle,
            )
            .answers_with_nothing(302, "It is there, for some minutes.")
            .problem(410, "Retention took it away."),
        ),
        of_report(
            Endpoint::get(
                "/api/v1/reports/{id}/artifacts/{name}",
                (
                    "getArtifact",
                    "reports",
                    "An artifact as it was frozen, checked against its hash; `report.json` without recipients for all but \
                     staff and operations.",
                ),
                artifact,
            )
            .parameter("name", "Its name; a slash in it is written %2F.", None)
            .answers_as(200, "Its bytes, under its own content type.", "*/*", |_| true.into())
            .answers_as(206, "The part of it that the header Range asked for.", "*/*", |_| true.into())
            .answers_with_nothing(304, "It is the one whose ETag stands in If-None-Match.")
            .problem(410, "Retention took it away.")
            .problem(416, "It has no such part."),
        ),
    ]
}

/// What was archived under one name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Artifact")]
struct ArtifactView {
    name: String,
    content_type: String,
    size: i64,
    sha256: String,
}

/// What somebody who may read a report gets of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Portion {
    /// It, as it was frozen.
    Whole,
    /// What all readers of the report may know of it.
    View,
    Nothing,
}

/// Whether who asks is one of the house's own people: mails hold their readers' links, which no program is handed.
fn is_ours(caller: &Caller) -> bool {
    matches!(&caller.principal, Principal::User(user) if user.role.is_ours())
}

fn portion(caller: &Caller, name: &str) -> Portion {
    let is_pdf = name.strip_prefix("report.").is_some_and(|rest| rest.strip_suffix(".pdf").is_some());
    match name {
        NOBODYS => Portion::Nothing,
        _ if is_ours(caller) => Portion::Whole,
        DATA => Portion::View,
        _ if is_pdf || name.starts_with("mail/") => Portion::Whole,
        _ => Portion::Nothing,
    }
}

/// A report as its readers may have it, by a hash of its own; none where it is not built.
async fn view(state: &PortalState, row: &ReportRow) -> Result<Option<(Artifact, Bytes)>, Problem> {
    if row.object_key.is_none() {
        return Ok(None);
    }
    let frozen = frozen::report(state, row.id).await?;
    let ours = |error: serde_json::Error| Problem::ours(&error, false);
    let mut report = serde_json::to_value(&*frozen.report).map_err(ours)?;
    take_out(&mut report);
    let bytes = Bytes::from(serde_json::to_vec(&report).map_err(ours)?);
    let artifact = Artifact {
        report: row.id,
        name: DATA.to_owned(),
        content_type: "application/json".to_owned(),
        start: 0,
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: hex::encode(Sha256::digest(&bytes)),
    };
    Ok(Some((artifact, bytes)))
}

/// Takes out of a report's JSON what is not for its readers.
fn take_out(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !INSIDE.contains(&name.as_str()));
            fields.values_mut().for_each(take_out);
        }
        Value::Array(list) => list.iter_mut().for_each(take_out),
        _ => {}
    }
}

async fn artifacts(
    State(state): State<PortalState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Page<ArtifactView>>, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    let mut all = Vec::new();
    for artifact in state.db.artifacts(row.id).await? {
        match portion(&caller, &artifact.name) {
            Portion::Whole => all.push(artifact),
            Portion::View => all.extend(view(&state, &row).await?.map(|(artifact, _)| artifact)),
            Portion::Nothing => {}
        }
    }
    let shown = |artifact: Artifact| ArtifactView {
        name: artifact.name,
        content_type: artifact.content_type,
        size: artifact.size,
        sha256: artifact.sha256,
    };
    Ok(Json(Page::whole(all.into_iter().map(shown).collect())))
}

async fn bundle(State(state): State<PortalState>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    // It holds the mails: whoever has it has their readers' links.
    if !is_ours(&caller) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "it holds the mails, which are for staff and operations"));
    }
    let row = allowed(&state, &caller, &id, Action::LookUp).await?;
    frozen::not_removed(&state, row.id).await?;
    let key = row.object_key.ok_or_else(|| Problem::not_found("the report is not built"))?;
    caller.looked(&state, &row.location, ViewKind::Export, format!("report:{}", row.id))?;
    redirect(&state, &key, Some("application/zip")).await
}

async fn artifact(
    State(state): State<PortalState>,
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = allowed(&state, &caller, &id, Action::ReadLocation).await?;
    let nothing = || Problem::not_found("the report has no such artifact, or it is not for you");
    // No name has a control character, which PostgreSQL would refuse.
    if name.chars().any(char::is_control) {
        return Err(nothing());
    }
    frozen::not_removed(&state, row.id).await?;
    let found = match portion(&caller, &name) {
        Portion::Whole => frozen::artifact(&state, &row, &name).await?,
        Portion::View => view(&state, &row).await?,
        Portion::Nothing => None,
    };
    let (artifact, bytes) = found.ok_or_else(nothing)?;
    let what = if artifact.content_type == "application/pdf" { ViewKind::Pdf } else { ViewKind::Page };
    // Who asks for it piece by piece looks at it once.
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or("bytes=0-");
    if range.starts_with("bytes=0-") {
        caller.looked(&state, &row.location, what, format!("report:{}", row.id))?;
    }
    answer(&headers, &artifact, &bytes)
}

/// A member, or the part of it that is asked for. It never changes, so its hash is its tag.
fn answer(headers: &HeaderMap, artifact: &Artifact, bytes: &Bytes) -> Result<Response, Problem> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| Problem::ours(&error, false));
    let tag = format!("\"{}\"", artifact.sha256);
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let told = |response: &mut Response| -> Result<(), Problem> {
        response.headers_mut().insert(header::ETAG, value(&tag)?);
        response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        Ok(())
    };
    let is_this =
        |list: &str| list.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag);
    if text(header::IF_NONE_MATCH).is_some_and(is_this) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        told(&mut response)?;
        return Ok(response);
    }
    let is_same = text(header::IF_RANGE).is_none_or(|wanted| wanted == tag);
    let part = text(header::RANGE).filter(|_| is_same).and_then(|range| part(range, bytes.len()));
    let mut response = match part {
        Some(Err(())) => {
            let all = value(&format!("bytes */{}", bytes.len()))?;
            let problem = Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "it has no such part");
            return Ok(problem.with_header(header::CONTENT_RANGE, all).into_response());
        }
        Some(Ok((first, last))) => {
            let mut response = (StatusCode::PARTIAL_CONTENT, bytes.slice(first..=last)).into_response();
            let range = value(&format!("bytes {first}-{last}/{}", bytes.len()))?;
            response.headers_mut().insert(header::CONTENT_RANGE, range);
            response
        }
        None => bytes.clone().into_response(),
    };
    told(&mut response)?;
    response.headers_mut().insert(header::CONTENT_TYPE, value(&artifact.content_type)?);
    // A mail's HTML is for mail programs; a browser saves it.
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(response)
}

/// The first and last byte that one range asks for, or that there are none such; none where it is no range of bytes or
/// several at once, which may be left unheeded.
fn part(range: &str, size: usize) -> Option<Result<(usize, usize), ()>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().unwrap_or(usize::MAX));
    let (first, last) = match (first.is_empty(), last.is_empty()) {
        (true, true) => return None,
        (true, false) => (size.saturating_sub(number(last)?), size.checked_sub(1).filter(|_| last != "0")),
        (false, true) => (number(first)?, size.checked_sub(1)),
        (false, false) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return None;
            }
            (first, size.checked_sub(1).map(|end| end.min(last)))
        }
    };
    Some(match last {
        Some(last) if first <= last => Ok((first, last)),
        _ => Err(()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;

    #[test]
    fn a_view_of_a_report_names_nobody_and_no_key_of_the_archive() {
        let report = Sample::Ordinary.report();
        let mut value = serde_json::to_value(&report).unwrap();
        take_out(&mut value);
        let text = value.to_string();
        assert!(report.recipients.iter().all(|one| !text.contains(&one.email) && !text.contains(&one.name)), "{text}");
        assert!(!text.contains("media/"), "{text}");
        assert_eq!(value["escalations"].as_array().unwrap().len(), report.escalations.len());
        assert!(text.contains(report.clips[0].clip.as_str()));
    }

    #[test]
    fn a_range_is_the_bytes_that_there_are_of_it() {
        for (range, expected) in [
            ("bytes=0-3", Some(Ok((0, 3)))),
            ("bytes=2-", Some(Ok((2, 9)))),
            ("bytes=-4", Some(Ok((6, 9)))),
            ("bytes=-40", Some(Ok((0, 9)))),
            ("bytes=8-400", Some(Ok((8, 9)))),
            ("bytes=9-99999999999999999999999", Some(Ok((9, 9)))),
            ("bytes=10-", Some(Err(()))),
            ("bytes=10-12", Some(Err(()))),
            ("bytes=-0", Some(Err(()))),
            ("bytes=5-2", None),
            ("bytes=0-1,4-5", None),
            ("bytes=-", None),
            ("bytes=a-b", None),
            ("seconds=0-1", None),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Some(Err(())));
        assert_eq!(part("bytes=-1", 0), Some(Err(())));
    }

    #[test]
    fn a_part_is_answered_as_a_part_of_the_same_thing() {
        let artifact = Artifact {
            report: uuid::Uuid::nil().into(),
            name: "report.json".into(),
            content_type: "application/json".into(),
            start: 0,
            size: 10,
            sha256: "ab".into(),
        };
        let bytes = Bytes::from_static(b"0123456789");
        let ask = |pairs: &[(header::HeaderName, &str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            let response = answer(&headers, &artifact, &bytes).unwrap();
            let range = response.headers().get(header::CONTENT_RANGE).map(|range| range.to_str().unwrap().to_owned());
            (response.status().as_u16(), range)
        };
        assert_eq!(ask(&[]), (200, None));
        assert_eq!(ask(&[(header::RANGE, "bytes=2-4")]), (206, Some("bytes 2-4/10".into())));
        assert_eq!(ask(&[(header::RANGE, "bytes=20-")]), (416, Some("bytes */10".into())));
        assert_eq!(ask(&[(header::IF_NONE_MATCH, "\"x\", W/\"ab\"")]), (304, None));
        assert_eq!(ask(&[(header::RANGE, "bytes=2-4"), (header::IF_RANGE, "\"old\"")]), (200, None));
        assert_eq!(ask(&[(header::RANGE, "bytes=2-4"), (header::IF_RANGE, "\"ab\"")]).0, 206);
    }
}
