//! Rows of a report, its run and its mail, as the pipeline writes them.

use chrono::{DateTime, Utc};

use crate::compose::Report;
use crate::db::deliveries::Delivery;
use crate::db::reports::{Built, ReportRow};
use crate::db::runs::Run;
use crate::model::{DeliveryId, DeliveryState, ReportState, Trigger};

pub(super) fn run(at: DateTime<Utc>) -> Run {
    Run::begun("night".parse().unwrap(), Trigger::Manual, at, String::new(), at)
}

pub(super) fn rows(report: &Report, key: &str) -> (ReportRow, Built) {
    let planned = ReportRow {
        id: report.id,
        ..ReportRow::planned(run(report.built_at).id, report.site.location.clone(), report.night, 1, report.built_at)
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
