//! The report portal's statements, as its pages send them.

use daybreak::db::access_log::ViewFilter;
use daybreak::db::endings;
use daybreak::db::feedback::{self, Wanted};
use daybreak::db::incident_list::{IncidentFilter, IncidentOrder, Said};
use daybreak::db::listing::{InteractionFilter, ReportPage};
use daybreak::db::summaries::{LocationFilter, LocationOrder, Scope};
use daybreak::model::{DeliveryState, Disposition, LocationRef, NightDate};

use crate::support::Stage;

/// What programs ask beyond it.
async fn programs(stage: &Stage, location: &LocationRef, night: NightDate) {
    let db = &stage.app.pipeline.db;
    let reader = "dana.whitfield@lakeside.example.com";
    db.mailed_between(location, (night.minus(2), night.plus(2)), reader).await.unwrap();
    db.incidents_with_clip(location, &"none".parse().unwrap()).await.unwrap();
    for whole in [Vec::new(), vec![location.clone()]] {
        let page = ReportPage { given_to: Some((reader.to_owned(), whole)), ..ReportPage::default() };
        db.report_page(&page, 50).await.unwrap();
    }
    let handled = InteractionFilter {
        camera: Some("none".parse().unwrap()),
        kind: Some("none".into()),
        escalated: Some(true),
        text: "none".into(),
        ..InteractionFilter::of(location)
    };
    db.interaction_page(&handled, None, 50).await.unwrap();
    db.mails_in(DeliveryState::Failed, None, 50).await.unwrap();
    db.run_page(Some(&"morning".parse().unwrap()), None, 50).await.unwrap();
}

/// Everything that a branch user opens.
pub(super) async fn look(stage: &Stage, site: &str) {
    let db = &stage.app.pipeline.db;
    let location: LocationRef = site.parse().unwrap();
    let night: NightDate = "2026-03-10".parse().unwrap();
    let branches = ["lakeshore".parse().unwrap()];
    let locations = [location.clone()];
    let filter = LocationFilter {
        scope: Scope::All,
        branch: None,
        text: String::new(),
        incidents: None,
        sells: None,
        since: Some(night),
        order: LocationOrder::Name,
        limit: 50,
        offset: 0,
        counted: true,
    };
    let mut reports = Vec::new();
    for scope in [Scope::All, Scope::Branches(&branches), Scope::Locations(&locations)] {
        let listed = db.listed_locations(&LocationFilter { scope, ..filter.clone() }).await.unwrap();
        reports.extend(listed.iter().filter_map(|one| one.report));
        db.listed_locations(&LocationFilter { scope, counted: false, ..filter.clone() }).await.unwrap();
        db.review_counts(scope, branches.first(), night).await.unwrap();
    }
    assert!(!reports.is_empty(), "the night left summaries");
    db.mailed(&reports).await.unwrap();
    db.latest_review(&location).await.unwrap();
    db.mailed_locations("dana.whitfield@lakeside.example.com").await.unwrap();
    db.latest_mailed(&location, "dana.whitfield@lakeside.example.com").await.unwrap();
    db.was_mailed(reports[0], "dana.whitfield@lakeside.example.com").await.unwrap();
    let dana = "dana.whitfield@lakeside.example.com";
    assert!(!db.mailed_nights(&location, dana, (50, 0)).await.unwrap().is_empty());
    db.count_mailed_nights(&location, dana).await.unwrap();
    assert!(!db.reported_nights(&location, dana, (50, 0)).await.unwrap().is_empty());
    db.count_reported_nights(&location).await.unwrap();
    db.mailed_night((&location, night), dana).await.unwrap();
    assert!(!db.incident_mailed(dana, &"lks-n8-inc1".parse().unwrap()).await.unwrap().is_empty());
    db.looks_at(uuid::Uuid::nil().into(), "share:1").await.unwrap();
    db.shares_by_at(dana, &location, 20).await.unwrap();
    db.untold_wishes().await.unwrap();
    programs(stage, &location, night).await;
    let all = IncidentFilter {
        location: &location,
        spans: &[],
        from: None,
        to: None,
        given_to: None,
        text: String::new(),
        kind: String::new(),
        said: Said::Anything,
        order: IncidentOrder::Newest,
        limit: 50,
        offset: 0,
    };
    let now = stage.now();
    for filter in [
        IncidentFilter { order: IncidentOrder::Case, from: Some(now), ..all.clone() },
        IncidentFilter { order: IncidentOrder::Shared, said: Said::Nothing, ..all.clone() },
        IncidentFilter { order: IncidentOrder::Kind, said: Said::This(Disposition::CutShort), ..all.clone() },
        IncidentFilter { given_to: Some(("dana.whitfield@lakeside.example.com", stage.now())), ..all.clone() },
        IncidentFilter { text: "red".into(), spans: &[(Some(now), None)], ..all.clone() },
        all,
    ] {
        db.count_incidents(&filter).await.unwrap();
        db.listed_incidents(&filter).await.unwrap();
    }
    let incident = "lks-n8-inc1".parse().unwrap();
    assert!(db.listed_incident(&location, &incident).await.unwrap().is_some());
    assert!(!db.reports_of_incident(&incident).await.unwrap().is_empty());
    db.incident_kinds(&location).await.unwrap();
    db.dispositions_of(&incident).await.unwrap();
    db.comments_on(&incident, 9).await.unwrap();
    let site = db.location(&location).await.unwrap().unwrap();
    db.set_aside(&[(location.clone(), site.hours.window(night, site.timezone))]).await.unwrap();
    let views = ViewFilter {
        location: &location,
        text: "x".into(),
        as_what: "branch".into(),
        what: None,
        scanner: Some(false),
        before: None,
        limit: 9,
    };
    db.listed_views(&views).await.unwrap();
    db.lookers(&location, 9).await.unwrap();
    what_was_said(stage).await;
}

/// What readers said, what was shared, and what is looked at every minute.
async fn what_was_said(stage: &Stage) {
    let (db, now) = (&stage.app.pipeline.db, stage.now());
    let location = "lakeside-market".parse().unwrap();
    for wanted in [
        Wanted::default(),
        Wanted { handled: Some(false), before: Some((now, uuid::Uuid::nil())), ..Wanted::default() },
        Wanted { handled: Some(true), kind: Some("call"), ..Wanted::default() },
        Wanted { location: Some(&location), ..Wanted::default() },
    ] {
        db.feedback_found(&wanted, 50).await.unwrap();
    }
    db.open_feedback(Some(&location), 9).await.unwrap();
    db.open_feedback_count().await.unwrap();
    db.untold_feedback().await.unwrap();
    db.incident_backlog(9).await.unwrap();
    db.shared_locations("dana.whitfield@lakeside.example.com", now).await.unwrap();
    db.shared_page("dana.whitfield@lakeside.example.com", now, None, 50).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    feedback::tell(&mut tx, now).await.unwrap();
    endings::shares(&mut tx, now, now).await.unwrap();
    endings::whitelisted(&mut tx, now, now).await.unwrap();
    tx.commit().await.unwrap();
}
