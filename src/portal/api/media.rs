//! `POST /api/v1/media`: a medium that a producer wants to bring becomes an address to upload it to, and the name that
//! its feed calls it by.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::{key_with, only_branch};
use super::input::Input;
use super::problem::Problem;
use crate::archive::{Key, Upload};
use crate::db::api_keys::ApiKey;
use crate::db::objects::Object;
use crate::feed::ContentType;
use crate::model::{BranchRef, KeyRight};
use crate::portal::PortalState;

/// A medium to be brought.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMedium {
    /// What it is.
    #[schemars(extend("enum" = ContentType::ALL.map(ContentType::as_str)))]
    content_type: String,
    /// Its size in bytes.
    #[schemars(range(min = 1))]
    size: u64,
    /// SHA-256 of its bytes in hexadecimal digits.
    #[schemars(regex(pattern = "^[0-9a-fA-F]{64}$"))]
    sha256: String,
    /// The branch whose records will name it; may be left out where the key is for one branch, or for all.
    #[serde(default)]
    #[schemars(length(min = 1, max = 128))]
    branch: Option<String>,
}

/// Where a medium is, or is to be brought.
#[derive(Serialize, JsonSchema)]
pub(super) struct Medium {
    /// What a record's `media` or `photo` calls it.
    media: String,
    /// Whether it is there already; then there is nothing to upload.
    present: bool,
    /// How to bring it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(default)]
    upload: Option<UploadTo>,
}

/// How to bring a medium.
#[derive(Serialize, JsonSchema)]
struct UploadTo {
    /// `PUT`
    method: &'static str,
    /// Where.
    #[schemars(extend("format" = "uri"))]
    url: String,
    /// Headers that must be sent exactly so: size, type and hash are signed with the address.
    headers: BTreeMap<String, String>,
    /// From when on the address takes nothing.
    expires_at: DateTime<Utc>,
}

/// Signs an address. What was never uploaded, or is named by no record, goes again with the nightly sweep.
pub(super) async fn create(
    State(state): State<PortalState>,
    headers: HeaderMap,
    input: Result<Input<NewMedium>, Problem>,
) -> Result<Response, Problem> {
    // The key before the body, whatever is wrong with that.
    let key = key_with(&state, &headers, KeyRight::Feed).await?;
    let Input(medium) = input?;
    let branch = branch(&key, medium.branch.as_deref())?;
    let (sha256, content_type) = checked(&medium, state.config.portal.intake.max_media)?;
    let object_key = Key::upload(branch.as_ref(), &hex::encode(sha256), content_type.as_str());
    let media = format!("s3:{}", object_key.path());
    let now = state.clock.now();
    let present = state.archive.head(&object_key).await?.is_some_and(|there| there.size == medium.size);
    let mut tx = state.db.begin().await?;
    let object = Object {
        object_key: object_key.path().to_owned(),
        sha256: Some(hex::encode(sha256)),
        size: i64::try_from(medium.size).ok(),
        content_type: Some(content_type.as_str().to_owned()),
        // The sweep looks at what is there; what comes in the next minutes must not escape it.
        present: true,
        checked_at: now,
    };
    tx.put_objects(&[object]).await?;
    tx.commit().await?;
    if present {
        return Ok(Json(Medium { media, present, upload: None }).into_response());
    }
    let upload = Upload { size: medium.size, sha256, now, expires_in: state.links.presigned_for };
    let address = state.archive.presign_upload(&object_key, &upload).await?;
    let upload =
        UploadTo { method: "PUT", url: address.url.into(), headers: address.headers, expires_at: address.expires_at };
    Ok((StatusCode::CREATED, Json(Medium { media, present, upload: Some(upload) })).into_response())
}

/// The branch under which a medium is kept.
fn branch(key: &ApiKey, wanted: Option<&str>) -> Result<Option<BranchRef>, Problem> {
    let wanted = wanted.map(BranchRef::new).transpose();
    let wanted =
        wanted.map_err(|error| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "branch", error.to_string()))?;
    match (wanted, key.branches.as_deref()) {
        (wanted, None) => Ok(wanted),
        (Some(wanted), Some(branches)) if branches.contains(&wanted) => Ok(Some(wanted)),
        (Some(_), Some(_)) => {
            Err(Problem::of_field(StatusCode::FORBIDDEN, "branch", "this key is not for that branch"))
        }
        (None, Some(_)) => only_branch(key).cloned().map(Some).ok_or_else(|| {
            Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "branch", "missing: this key is for several branches")
        }),
    }
}

fn checked(medium: &NewMedium, most: u64) -> Result<([u8; 32], ContentType), Problem> {
    let wrong = |field, detail: String| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, field, detail);
    let Some(content_type) = ContentType::named(&medium.content_type) else {
        let known: Vec<_> = ContentType::ALL.iter().map(|kind| kind.as_str()).collect();
        return Err(wrong("content_type", format!("is none of {}", known.join(", "))));
    };
    if medium.size == 0 {
        return Err(wrong("size", "a medium is not empty".into()));
    }
    if medium.size > most {
        let detail = format!("size: a medium has at most {most} bytes here ([portal] max_media)");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail));
    }
    let sha256 = hex::decode(&medium.sha256).ok().and_then(|bytes| bytes.try_into().ok());
    let sha256 = sha256.ok_or_else(|| wrong("sha256", "is no SHA-256 of 64 hexadecimal digits".into()))?;
    Ok((sha256, content_type))
}
