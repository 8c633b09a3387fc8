//! What happened: interactions, incidents and clips.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::checks;
use super::fields::Fields;
use super::media::{Claims, Media, MediaFault};
use super::places::record;
use super::record::{Read, Record};
use super::value::Value;
use crate::db::RefTable;
use crate::db::clips::Clip;
use crate::db::incidents::Incident;
use crate::db::interactions::Interaction;
use crate::model::{CaseRef, ClipRef, IncidentRef, InteractionRef};

/// The longest clip, in seconds; a longer one is a mistake of units.
const LONGEST_CLIP: f64 = 7.0 * 86_400.0;

pub(super) fn interaction(fields: &mut Fields<'_, '_>) -> Read {
    let id = fields.id::<InteractionRef>("ref");
    let location = fields.reference("location", RefTable::Locations);
    let camera = fields.maybe_reference("camera", RefTable::Cameras);
    let level = fields.whole("level", 1, i64::from(i32::MAX)).and_then(|level| i32::try_from(level).ok());
    let kind = fields.text("type");
    let started_at = fields.instant("started_at");
    let ended_at = ended_at(fields, started_at);
    let operator = fields.maybe_text("operator");
    let notes = fields.text("notes");
    let actions = fields.texts("actions");
    let clip = fields.maybe_reference("clip", RefTable::Clips);
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| {
        Some(Record::Interaction(Interaction {
            interaction: id?,
            location: location?,
            camera,
            level: level?,
            kind: kind?.into_owned(),
            started_at: started_at?,
            ended_at,
            operator: operator.map(Into::into),
            notes: notes?.into_owned(),
            actions,
            clip,
        }))
    });
    (identity, record)
}

fn ended_at(fields: &mut Fields<'_, '_>, started_at: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let ended_at = fields.maybe_instant("ended_at")?;
    if started_at.is_some_and(|started_at| ended_at < started_at) {
        fields.fault("ended_at", "is before started_at");
    }
    Some(ended_at)
}

pub(super) fn incident(fields: &mut Fields<'_, '_>, folder: Option<&Path>, media: &mut Media) -> Read {
    let id = fields.id::<IncidentRef>("ref");
    let location = fields.reference("location", RefTable::Locations);
    let interaction = fields.maybe_reference("interaction", RefTable::Interactions);
    let case = fields.maybe_checked("case", |text| CaseRef::new(text));
    let occurred_at = fields.instant("occurred_at");
    let kind = fields.text("type");
    let description = fields.text("description");
    let reported_by = fields.maybe_text("reported_by");
    let photo_key = fields
        .maybe_text("photo")
        .and_then(|name| object_key(fields, "photo", media.key(folder, &name, Claims::default())));
    let clips = fields.references::<ClipRef>("clips", RefTable::Clips);
    let transaction = fields.maybe_reference("transaction", RefTable::Transactions);
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| {
        Some(Record::Incident(Incident {
            incident: id?,
            location: location?,
            interaction,
            case,
            occurred_at: occurred_at?,
            kind: kind?.into_owned(),
            description: description?.into_owned(),
            reported_by: reported_by.map(Into::into),
            photo_key,
            clips,
            transaction,
        }))
    });
    (identity, record)
}

pub(super) fn clip(fields: &mut Fields<'_, '_>, folder: Option<&Path>, media: &mut Media) -> Read {
    let id = fields.id::<ClipRef>("ref");
    let location = fields.reference("location", RefTable::Locations);
    let camera = fields.maybe_reference("camera", RefTable::Cameras);
    let recorded_at = fields.instant("recorded_at");
    let duration_ms = duration(fields);
    // Footage that can only be viewed outside has no bytes here.
    if !fields.has("external_url") {
        for name in ["content_type", "media"] {
            if !fields.has(name) {
                fields.fault(name, "missing");
            }
        }
    }
    let external_url = fields.maybe_checked("external_url", checks::web_url);
    let password = fields.maybe_text("password");
    let sha256 = fields.maybe_checked("sha256", checks::sha256);
    let content_type = fields.maybe_checked("content_type", checks::content_type);
    let claims = Claims { content_type: content_type.as_deref(), sha256: sha256.as_deref() };
    let media_name = fields.maybe_text("media");
    let object_key = media_name.as_ref().and_then(|name| {
        let key = media.key(folder, name, claims);
        object_key(fields, "media", key)
    });
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| {
        Some(Record::Clip(Clip {
            clip: id?,
            location: location?,
            camera,
            recorded_at: recorded_at?,
            duration_ms,
            object_key,
            content_type,
            external_url,
            password: password.map(Into::into),
        }))
    });
    (identity, record)
}

fn object_key(fields: &mut Fields<'_, '_>, field: &str, key: Result<String, MediaFault>) -> Option<String> {
    match key {
        Ok(key) => return Some(key),
        Err(MediaFault::Media(what)) => fields.fault(field, what),
        Err(MediaFault::Sha256(what)) => fields.fault("sha256", what),
    }
    None
}

/// `duration_s`, which may have a fraction, in milliseconds.
fn duration(fields: &mut Fields<'_, '_>) -> Option<i64> {
    let value = fields.maybe("duration_s")?;
    let seconds = match &value {
        Value::Number(number) => number.as_f64().filter(|seconds| (0.0..=LONGEST_CLIP).contains(seconds)),
        _ => None,
    };
    let Some(seconds) = seconds else {
        fields.fault("duration_s", format!("expected a number of seconds from 0 to {LONGEST_CLIP}"));
        return None;
    };
    #[expect(clippy::cast_possible_truncation, reason = "a week of milliseconds fits")]
    Some((seconds * 1_000.0).round() as i64)
}
