//! Clips and photos: a link becomes a redirect to a presigned URL that works for minutes.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::incident;
use crate::archive::{Key, PresignOptions};
use crate::compose::{Clip, Footage, Photo, Report};
use crate::model::{LinkTarget, ViewKind};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::frozen;
use crate::portal::looked::{Looker, looked};
use crate::portal::shown::{self, Heading, Recording};
use crate::portal::visitor::{Visitor, admit};
use crate::render::l10n::L10n;

/// The page of footage that can only be viewed outside.
#[derive(Serialize)]
struct External {
    heading: Heading,
    recording: Recording,
}

/// `/c/{token}`: one clip.
pub(in crate::portal) async fn clip(
    State(state): State<PortalState>,
    Path(token): Path<String>,
    looker: Looker,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| matches!(target, LinkTarget::Clip(_))).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let LinkTarget::Clip(wanted) = &visitor.access.target else { return Err(Fault::NoSuchLink) };
    let clip = frozen.report.clip(wanted).ok_or(Fault::NoClip)?;
    play(&state, (&visitor, &looker), &frozen.report, clip).await
}

/// `/r/{token}/clip/{number}`: a clip of the report by its place in it.
pub(in crate::portal) async fn report_clip(
    State(state): State<PortalState>,
    Path((token, number)): Path<(String, String)>,
    looker: Looker,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let clip = place(&number).and_then(|number| frozen.report.clips.get(number)).ok_or(Fault::NoClip)?;
    play(&state, (&visitor, &looker), &frozen.report, clip).await
}

/// `/r/{token}/photo/{number}`: the photo of an escalation by its place in the report.
pub(in crate::portal) async fn report_photo(
    State(state): State<PortalState>,
    Path((token, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let visitor = admit(&state, &token, |target| *target == LinkTarget::Report).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let escalation = place(&number).and_then(|number| frozen.report.escalations.get(number));
    let incident = escalation.and_then(|escalation| escalation.incident.as_ref());
    show(&state, incident.and_then(|incident| incident.photo.as_ref())).await
}

/// `/i/{token}/clip/{number}`: a clip of the incident by its place in it.
pub(in crate::portal) async fn incident_clip(
    State(state): State<PortalState>,
    Path((token, number)): Path<(String, String)>,
    looker: Looker,
) -> Result<Response, Fault> {
    let (visitor, wanted) = incident::admitted(&state, &token).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let escalation = incident::find(&frozen.report, &wanted).ok_or(Fault::NoSuchLink)?;
    let clips = shown::clips_of(escalation);
    let clip = place(&number).and_then(|number| clips.get(number)).and_then(|clip| frozen.report.clip(clip));
    play(&state, (&visitor, &looker), &frozen.report, clip.ok_or(Fault::NoClip)?).await
}

/// `/i/{token}/photo`: the incident's photo.
pub(in crate::portal) async fn incident_photo(
    State(state): State<PortalState>,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let (visitor, wanted) = incident::admitted(&state, &token).await?;
    let frozen = frozen::report(&state, visitor.access.report).await?;
    let incident = incident::find(&frozen.report, &wanted).and_then(|escalation| escalation.incident.as_ref());
    show(&state, incident.and_then(|incident| incident.photo.as_ref())).await
}

/// A place in a list, as it stands in an address.
fn place(number: &str) -> Option<usize> {
    number.parse().ok()
}

async fn play(
    state: &PortalState,
    (visitor, looker): (&Visitor, &Looker),
    report: &Report,
    clip: &Clip,
) -> Result<Response, Fault> {
    looked(state, visitor, looker, &report.site.location, (ViewKind::Clip, format!("clip:{}", clip.clip))).await;
    let l10n = visitor.l10n(state, report)?;
    play_for(state, (visitor.access.expires_at, &l10n), report, clip).await
}

/// A clip for whoever may see it, until then: a redirect to its bytes, or the page of where else it can be viewed.
pub(in crate::portal) async fn play_for(
    state: &PortalState,
    (until, l10n): (DateTime<Utc>, &L10n),
    report: &Report,
    clip: &Clip,
) -> Result<Response, Fault> {
    if let Some(response) = archived(state, clip).await? {
        return Ok(response);
    }
    let page = External {
        heading: shown::heading(report, until, l10n),
        recording: shown::recording(clip, String::new(), None, report, l10n),
    };
    Ok(Html(state.view.render("external.html", l10n, &page)?).into_response())
}

/// A recording of the archive; none where it can only be viewed outside.
pub(in crate::portal) async fn archived(state: &PortalState, clip: &Clip) -> Result<Option<Response>, Fault> {
    match &clip.footage {
        Footage::Missing => Err(Fault::NoClip),
        Footage::External { .. } => Ok(None),
        Footage::Archive { key, content_type, .. } => {
            let found = stored(state, key, Some((content_type, clip.recorded_at))).await?;
            found.map(Some).ok_or(Fault::NoClip)
        }
    }
}

/// A photo for whoever may see it.
pub(in crate::portal) async fn show(state: &PortalState, photo: Option<&Photo>) -> Result<Response, Fault> {
    let photo = photo.ok_or(Fault::NoPhoto)?;
    stored(state, &photo.key, None).await?.ok_or(Fault::NoPhoto)
}

/// The redirect to a photo, or to a recording of a type that begins at an instant; none where it is missing, and a fault
/// where retention took it away.
pub(in crate::portal) async fn stored(
    state: &PortalState,
    key: &str,
    recording: Option<(&str, DateTime<Utc>)>,
) -> Result<Option<Response>, Fault> {
    let content_type = recording.map(|(content_type, _)| playable(content_type));
    let name = recording
        .zip(content_type)
        .map(|((_, begins), content_type)| format!("{}.{}", begins.format("%Y-%m-%dT%H%M%SZ"), ending(content_type)));
    match redirect(state, key, content_type, name.as_deref()).await? {
        Some(response) => Ok(Some(response)),
        None => gone(state, key).await?.map_or(Ok(None), Err),
    }
}

/// Retention, where that took an object away.
async fn gone(state: &PortalState, key: &str) -> Result<Option<Fault>, Fault> {
    Ok(state.db.object_removed_at(key).await?.map(Fault::Removed))
}

/// Footage keeps its type; anything else is bytes to save, whatever the feed calls it.
fn playable(content_type: &str) -> &str {
    let known = ["video/", "audio/", "image/"].iter().any(|family| content_type.starts_with(family));
    let plain = content_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if known && plain && !content_type.starts_with("image/svg") { content_type } else { "application/octet-stream" }
}

/// What a saved file's name ends in.
fn ending(content_type: &str) -> &'static str {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "video/mp4" => "mp4",
        "video/webm" => "webm",
        "video/quicktime" => "mov",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    }
}

/// 302 to the object, or none where it is not there: a browser would show the server's XML otherwise.
async fn redirect(
    state: &PortalState,
    key: &str,
    content_type: Option<&str>,
    file_name: Option<&str>,
) -> Result<Option<Response>, Fault> {
    let key = Key::external(key)?;
    if state.archive.head(&key).await?.is_none() {
        return Ok(None);
    }
    let options =
        PresignOptions { now: state.clock.now(), expires_in: state.links.presigned_for, content_type, file_name };
    let url = state.archive.presign(&key, options).await?;
    Ok(Some((StatusCode::FOUND, [(header::LOCATION, String::from(url))]).into_response()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_footage_keeps_its_content_type() {
        assert_eq!(playable("video/mp4"), "video/mp4");
        assert_eq!(playable("video/mp4; codecs=\"avc1\""), "video/mp4; codecs=\"avc1\"");
        for hostile in ["text/html", "image/svg+xml", "video/mp4\r\nX: y", "", "application/javascript"] {
            assert_eq!(playable(hostile), "application/octet-stream", "{hostile:?}");
        }
    }
}
