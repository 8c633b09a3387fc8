//! What a reader must know first: what is missing, what was corrected, and whether there is something newer.

use serde::Serialize;

use super::line;
use super::text::whole;
use crate::compose::{Change, How, Missing, Report, Subject};
use crate::render::l10n::L10n;

/// What stands above everything else.
#[derive(Serialize)]
pub(in crate::portal) struct Banners {
    /// When it was due, where it was late.
    late: Option<String>,
    missing: Vec<String>,
    correction: Option<Correction>,
    /// The latest revision, where this is not it.
    newer: Option<i32>,
}

#[derive(Serialize)]
struct Correction {
    reason: String,
    by: String,
    changes: Vec<String>,
}

/// The banners of a report whose night has `latest` as its newest revision.
pub(in crate::portal) fn banners(report: &Report, latest: i32, l10n: &L10n) -> Banners {
    Banners {
        late: report.late_since.map(|due| l10n.date_time(due, report.site.timezone)),
        missing: report.missing.iter().map(|missing| missed(missing, report, l10n)).collect(),
        correction: report.correction.as_ref().map(|correction| Correction {
            reason: whole(&correction.reason),
            by: line(&correction.by, 120),
            changes: correction.changes.iter().map(|change| changed(change, l10n)).collect(),
        }),
        newer: (latest > report.revision).then_some(latest),
    }
}

fn missed(missing: &Missing, report: &Report, l10n: &L10n) -> String {
    let zone = report.site.timezone;
    match missing {
        Missing::Feed { complete_until: Some(until) } => {
            l10n.message("page-incomplete-feed", &[("until", l10n.date_time(*until, zone).into())])
        }
        Missing::Feed { complete_until: None } => l10n.message("page-incomplete-feed-never", &[]),
        Missing::Activity => l10n.message("page-incomplete-activity", &[]),
        Missing::Clip { clip } => {
            let what = report.clip(clip).map(|clip| {
                let camera =
                    clip.camera.as_deref().map_or_else(String::new, |camera| format!("{}, ", line(camera, 80)));
                format!("{camera}{}", l10n.time_with_seconds(clip.recorded_at, zone))
            });
            let what = what.unwrap_or_else(|| line(clip.as_str(), 80));
            l10n.message("page-incomplete-clip", &[("what", what.into())])
        }
        Missing::Photo { incident } => {
            let mut known = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
            let what = known.find(|known| known.incident == *incident).map_or_else(
                || line(incident.as_str(), 80),
                |known| format!("{}, {}", line(&known.kind, 80), l10n.time_with_seconds(known.occurred_at, zone)),
            );
            l10n.message("page-incomplete-photo", &[("what", what.into())])
        }
    }
}

fn changed(change: &Change, l10n: &L10n) -> String {
    let subject = match change.subject {
        Subject::Incident => "page-change-incident",
        Subject::Interaction => "page-change-interaction",
        Subject::Transaction => "page-change-transaction",
        Subject::Activity => "page-change-activity",
        Subject::Completeness => "page-change-completeness",
    };
    let subject = l10n.message(subject, &[("ref", line(&change.of, 80).into())]);
    let how = match change.how {
        How::Added => l10n.message("page-change-added", &[]),
        How::Removed => l10n.message("page-change-removed", &[]),
        How::Edited if change.fields.is_empty() => l10n.message("page-change-edited", &[]),
        How::Edited => {
            let fields: Vec<String> = change.fields.iter().map(|field| field_name(field, l10n)).collect();
            l10n.message("page-change-fields", &[("fields", fields.join(", ").into())])
        }
    };
    format!("{subject}: {how}")
}

/// A field's name in the reader's words; the mail's messages know them.
fn field_name(field: &str, l10n: &L10n) -> String {
    l10n.message("field", &[("field", line(field, 60).into())])
}
