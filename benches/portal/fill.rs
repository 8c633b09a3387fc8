//! Fill: months of nights that were reviewed and mailed, as rows.

use chrono::TimeDelta;
use daybreak::app::App;
use daybreak::db::deliveries::{self, Delivery};
use daybreak::db::incidents::Incident;
use daybreak::db::reports::{self, ReportRow};
use daybreak::db::runs::{self, Run};
use daybreak::db::sites::Location;
use daybreak::db::summaries::{self, Summary};
use daybreak::db::{Db, Digest, Stamped};
use daybreak::model::{DeliveryId, DeliveryState, JobName, NightDate, ReportId, ReportState, RunId, RunState, Trigger};
use daybreak::pipeline::{Request, SiteNight};

use crate::failure::{Failure, Step};
use crate::feed::NIGHT;

/// So many nights before tonight have incidents.
const NIGHTS: u32 = 5;
/// Locations a transaction.
const CHUNK: usize = 250;

/// The run that mails tonight's reports.
pub(crate) fn request(app: &App, sites: &[Location], night: NightDate) -> Result<Request, Failure> {
    Ok(Request {
        job: JobName::new("bench").step("name the job")?,
        cause: Trigger::Manual,
        occurrence: app.pipeline.clock.now(),
        zone: String::new(),
        by: None,
        reason: None,
        send: true,
        attach_pdf: true,
        skip_quiet: false,
        wait_until: None,
        hold: false,
        late_since: None,
        sites: sites.iter().map(|site| SiteNight { location: site.location.clone(), night, revision: 1 }).collect(),
    })
}

/// Writes about so many incidents of past nights, evenly over the locations, with their reports and mails.
pub(crate) async fn past(db: &Db, sites: &[Location], incidents: u32) -> Result<(), Failure> {
    let tonight: NightDate = NIGHT.parse().step("read the night's date")?;
    let places = u32::try_from(sites.len()).step("count the locations")? * NIGHTS;
    let each = incidents.div_ceil(places.max(1));
    let job = JobName::new("past").step("name the job")?;
    let at = tonight.date().and_hms_opt(0, 0, 0).map(|at| at.and_utc()).ok_or_else(|| Failure::new("no such date"))?;
    let run = Run {
        id: RunId::of(&job, at, ""),
        job,
        cause: Trigger::Schedule,
        occurrence: at,
        zone: String::new(),
        state: RunState::Done,
        requested_by: None,
        started_at: at,
        finished_at: Some(at),
    };
    let mut tx = db.begin().await.step("begin")?;
    runs::insert(&mut tx, &run).await.step("write the run")?;
    tx.commit().await.step("commit")?;
    for chunk in sites.chunks(CHUNK) {
        let mut tx = db.begin().await.step("begin")?;
        let (mut rows, mut mails, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for site in chunk {
            for back in 1..=NIGHTS {
                let night = tonight.minus(back.into());
                let report = report(site, night, run.id, each);
                mails.push(mail(site, &report));
                let begins = site.hours.window(night, site.timezone).start;
                events.extend(
                    (0..each).map(|number| event(site, (back, number), begins + TimeDelta::minutes(number.into()))),
                );
                rows.push(report);
            }
        }
        tx.put_incidents(&events).await.step("write incidents")?;
        reports::plan(&mut tx, &rows).await.step("write reports")?;
        deliveries::insert(&mut tx, &mails).await.step("write mails")?;
        let per_report = usize::try_from(each).step("count incidents")?;
        for (row, events) in rows.iter().zip(events.chunks(per_report.max(1))) {
            let told: Vec<_> = events.iter().map(|event| &event.row.incident).collect();
            let summary = Summary {
                location: &row.location,
                report: row.id,
                night: row.night,
                revision: 1,
                reviewed_at: row.planned_at,
                interactions: 40,
                incidents: &told,
                missing: 0,
                sells: true,
            };
            summaries::record(&mut tx, &summary).await.step("write summaries")?;
        }
        tx.commit().await.step("commit")?;
    }
    Ok(())
}

/// A ref of something that the site's feed told of.
fn of_feed<T: std::str::FromStr<Err: std::fmt::Debug>>(site: &Location, what: &str) -> T {
    format!("{}-{what}", site.location).parse().expect("a location's ref is short")
}

/// As full as incidents get: of a case, with a photo, clips and a sale.
fn event(site: &Location, (back, number): (u32, u32), at: chrono::DateTime<chrono::Utc>) -> Stamped<Incident> {
    let name = format!("{}-past-{back}-{number}", site.location);
    let incident = Incident {
        incident: name.parse().expect("a location's ref is short"),
        location: site.location.clone(),
        interaction: None,
        case: Some(of_feed(site, "offender")),
        occurred_at: at,
        kind: ["Theft", "Unpaid items", "Vandalism", "Trespass"][number as usize % 4].into(),
        description: "A man in a red jacket scanned two items, put four into his bag, talked to nobody and walked out \
                      past the till at the door; the loudspeaker asked him to come back, and he did not."
            .into(),
        reported_by: Some("op-03".into()),
        photo_key: Some(format!("photos/{}.jpg", site.location)),
        clips: vec![of_feed(site, "c0"), of_feed(site, "c2")],
        transaction: Some(of_feed(site, "t4")),
    };
    Stamped { row: incident, digest: Digest([7; 16]) }
}

fn report(site: &Location, night: NightDate, run: RunId, incidents: u32) -> ReportRow {
    let at = site.hours.window(night, site.timezone).end + TimeDelta::hours(1);
    ReportRow {
        id: ReportId::of(&site.location, night, 1),
        run,
        location: site.location.clone(),
        night,
        revision: 1,
        state: ReportState::Built,
        reason: None,
        requested_by: None,
        send: true,
        attach_pdf: true,
        skip_quiet: false,
        wait_until: None,
        hold: false,
        late_since: None,
        planned_at: at,
        built_at: Some(at),
        error: None,
        object_key: None,
        data_sha256: None,
        interactions: 40,
        escalated: incidents.into(),
        incidents: incidents.into(),
        missing: 0,
    }
}

fn mail(site: &Location, report: &ReportRow) -> Delivery {
    let contact = "bench-past".parse().expect("it is a ref");
    Delivery {
        id: DeliveryId::of(report.id, &contact),
        report: report.id,
        contact,
        name: "Keeper".into(),
        email: format!("keeper@{}.example.com", site.location),
        language: "en".into(),
        kind: "report".into(),
        state: DeliveryState::Sent,
        subject: "A night".into(),
        message_id: format!("{}@example.com", report.id),
        artifact: "a".into(),
        sha256: String::new(),
        size: 1,
        attempts: 1,
        created_at: report.planned_at,
        next_at: None,
        finished_at: Some(report.planned_at),
        error: None,
    }
}
