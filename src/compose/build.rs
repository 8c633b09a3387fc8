//! The whole report, from its parts.

use chrono::{DateTime, Utc};

use super::changes::changes;
use super::events::Lookup;
use super::sales::transactions;
use super::summary::{ESCALATED, summary};
use super::{Clip, Correction, Escalation, Footage, Missing, Recipient, Report, SCHEMA, Site, Summary};
use crate::collect::Night;
use crate::model::{Language, ReportId};

/// What a report is apart from its night.
#[derive(Debug, Clone)]
pub struct Build<'a> {
    /// The report's id.
    pub id: ReportId,
    /// Its revision, from 1.
    pub revision: i32,
    /// When it is frozen.
    pub built_at: DateTime<Utc>,
    /// Set on a revision after the first.
    pub correction: Option<Regeneration<'a>>,
}

/// Why there is another revision.
#[derive(Debug, Clone)]
pub struct Regeneration<'a> {
    /// The reason given.
    pub reason: String,
    /// Who asked for it.
    pub by: String,
    /// The revision before, as it was frozen; none where it was never built, and nothing can be compared.
    pub previous: Option<&'a Report>,
}

/// Composes the report of a night.
#[must_use]
pub fn compose(night: &Night, build: &Build<'_>) -> Report {
    let lookup = Lookup::new(night);
    let normal = night.interactions.iter().filter(|row| row.level < ESCALATED);
    let interactions: Vec<_> = normal.map(|row| lookup.interaction(row)).collect();
    let escalations = lookup.escalations();
    let clips = lookup.clips(&interactions, &escalations);
    let summary = summary(night);
    let mut report = Report {
        schema: SCHEMA,
        id: build.id,
        revision: build.revision,
        built_at: build.built_at,
        late_since: None,
        night: night.night,
        window: night.window,
        site: site(night),
        brand: night.brand.clone().map(Box::new),
        missing: missing(night, &summary, &clips, &escalations),
        summary,
        transactions: transactions(night, &escalations),
        escalations,
        interactions,
        clips,
        correction: None,
        recipients: recipients(night),
    };
    report.correction = build.correction.as_ref().map(|regeneration| Correction {
        reason: regeneration.reason.clone(),
        by: regeneration.by.clone(),
        changes: regeneration.previous.map(|previous| changes(previous, &report)).unwrap_or_default(),
    });
    report
}

fn site(night: &Night) -> Site {
    let location = &night.site;
    Site {
        location: location.location.clone(),
        name: location.name.clone(),
        address: location.address.clone(),
        branch: location.branch.clone(),
        branch_name: night.branch_name.clone(),
        timezone: location.timezone,
        hours: location.hours,
        locale: location.locale.clone(),
        cameras: night.cameras.iter().map(|camera| camera.name.clone()).collect(),
    }
}

fn missing(night: &Night, summary: &Summary, clips: &[Clip], escalations: &[Escalation]) -> Vec<Missing> {
    let mut missing = Vec::new();
    if night.complete_until.is_none_or(|complete_until| complete_until < night.window.end) {
        missing.push(Missing::Feed { complete_until: night.complete_until });
    }
    if summary.activity.is_none() {
        missing.push(Missing::Activity);
    }
    let lost = clips.iter().filter(|clip| clip.footage == Footage::Missing);
    missing.extend(lost.map(|clip| Missing::Clip { clip: clip.clip.clone() }));
    let incidents = escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
    missing.extend(
        incidents
            .filter(|incident| incident.photo_missing)
            .map(|incident| Missing::Photo { incident: incident.incident.clone() }),
    );
    missing
}

fn recipients(night: &Night) -> Vec<Recipient> {
    let of = |contact: &crate::db::contacts::Notified| {
        let locale = contact.locale.as_ref().or(night.site.locale.as_ref());
        let language = Language::of_locale(locale.map(String::as_str));
        Recipient {
            contact: contact.contact.clone(),
            name: contact.name.clone(),
            email: contact.email.clone(),
            language,
            locale: locale.cloned().unwrap_or_else(|| language.tag().to_owned()),
        }
    };
    night.contacts.iter().map(of).collect()
}
