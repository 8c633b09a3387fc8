//! Rows of a report, its run and its mail, as the pipeline writes them.

use chrono::{DateTime, Utc};

use crate::compose::Report;
use crate::db::deliveries::Delivery;
use crate::db::reports::{Built, ReportRow};
use crate::db::runs::Run;
use crate::model::{DeliveryId, DeliveryState, ReportState, RunId, RunState, Trigger};

pub(super) fn run(at: DateTime<Utc>) -> Run {
    Run {
        id: RunId::of(&"night".parse().unwrap(), at, ""),
        job: "night".parse().unwrap(),
        cause: Trigger::Manual,
        occurrence: at,
        zone: String::new(),
        state: RunState::Running,
        requested_by: None,
        started_at: at,
        finished_at: None,
    }
}

pub(super) fn rows(report: &Report, key: &str) -> (ReportRow, Built) {
    let planned = ReportRow {
        id: report.id,
        run: run(report.built_at).id,
        location: report.site.location.clone(),
        night: report.night,
        revision: 1,
        state: ReportState::Planned,
        reason: None,
        requested_by: None,
        send: true,
        attach_pdf: true,
        skip_quiet: false,
        wait_until: None,
        hold: false,
        late_since: None,
        planned_at: report.built_at,
        built_at: None,
        error: None,
        object_key: None,
        data_sha256: None,
        interactions: 0,
        escalated: 0,
        incidents: 0,
        missing: 0,
    };
    let built = Built {
        state: ReportState::Built,
        built_at: report.built_at,
        object_key: key.to_owned(),
        data_sha256: String::new(),
        interactions: 0,
        escalated: 0,
        incidents: 0,
        missing: 0,
    };
    (planned, built)
}

pub(super) fn mail(report: &Report, id: DeliveryId) -> Delivery {
    Delivery {
        id,
        report: report.id,
        contact: "dana".parse().unwrap(),
        name: "Dana".into(),
        email: "dana@example.com".into(),
        language: "en".into(),
        kind: "report".into(),
        state: DeliveryState::Sent,
        subject: "s".into(),
        message_id: "m@example.com".into(),
        artifact: format!("deliveries/{id}.eml"),
        sha256: String::new(),
        size: 1,
        attempts: 1,
        created_at: report.built_at,
        next_at: None,
        finished_at: Some(report.built_at),
        error: None,
    }
}
