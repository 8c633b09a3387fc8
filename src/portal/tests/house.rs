//! A portal over one archived report, with a reader who has every link.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use tower::ServiceExt;

use crate::access::{LinkKey, mint};
use crate::app::App;
use crate::archive::{Archive, Bundle, Key};
use crate::clock::{Clock, FixedClock};
use crate::compose::{Footage, Report};
use crate::config::{self, Config, Environment};
use crate::db::artifacts::{self, Artifact};
use crate::db::deliveries::{self, Delivery};
use crate::db::links::{self, NewLink};
use crate::db::reports::{self, Built, ReportRow};
use crate::db::runs::{self, Run};
use crate::db::{Db, Tx};
use crate::model::{DeliveryId, DeliveryState, LinkTarget, ReportState, Trigger};
use crate::portal::{PortalState, router};
use crate::random::Random;
use crate::render::Templates;

/// What a page answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(super) struct House {
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: FixedClock,
    pub(super) report: Report,
    pub(super) delivery: DeliveryId,
    pub(super) router: Router,
    pub(super) random: Random,
    pub(super) state: PortalState,
    key: LinkKey,
    folder: tempfile::TempDir,
}

/// What programs that hand in returned mail must know.
pub(super) const BOUNCES_KEY: &str = "a key of tests, which is long enough to be one";

/// An installation in a folder of its own.
const CONFIG: &str = r#"[brand]
support = "help@example.com"
[links]
valid_for = "24h"
"#;

/// The instant at which the links were mailed.
pub(super) fn mailed() -> DateTime<Utc> {
    "2026-03-29T05:00:00Z".parse().unwrap()
}

/// An HTML mail with a picture in it.
const MAIL: &str = "From: a@example.com\r\nTo: b@example.com\r\nSubject: =?utf-8?q?Za=C5=BC?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p style=\"color:red\">The night</p><img src=\"cid:chart@d\">\r\n--x\r\nContent-Type: image/png\r\n\
    Content-ID: <chart@d>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n";

impl House {
    /// Archives `report` and mails it to its recipient number `reader`.
    pub(super) async fn of(report: Report, reader: usize) -> Self {
        Self::with(report, reader, "").await
    }

    /// The same with more configuration.
    pub(super) async fn with(report: Report, reader: usize, more: &str) -> Self {
        Box::pin(Self::furnished(report, reader, more, "")).await
    }

    /// The same with its rows in a PostgreSQL database.
    pub(super) async fn on_postgres(report: Report, reader: usize, url: &str) -> Self {
        Box::pin(Self::furnished(report, reader, "", url)).await
    }

    async fn furnished(report: Report, reader: usize, more: &str, database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = FixedClock::new(mailed());
        let environment = Environment::of([(config::BOUNCES_KEY, BOUNCES_KEY), (config::DATABASE_URL, database)]);
        let config = Config::parse(&format!("{CONFIG}{more}"), None, folder.path(), &environment).unwrap();
        let app = App::build(config, Clock::Fixed(clock.clone())).await.unwrap();
        let (pipeline, templates) = (&app.pipeline, Templates::embedded());
        let (db, archive, key) = (pipeline.db.clone(), pipeline.archive.clone(), pipeline.link_key.clone());
        let random = Random::fixed();
        let state = PortalState::new(pipeline.clone(), app.config.clone(), random.clone(), &templates).await.unwrap();
        let router = router(state.clone(), true);
        let delivery = DeliveryId::of(report.id, &report.recipients[reader].contact);
        let house = Self { db, archive, clock, report, delivery, router, random, state, key, folder };
        house.add(&house.report, reader).await;
        house
    }

    /// The pages as another process serves them, over the same database.
    pub(super) async fn another_router(&self) -> Router {
        let environment = Environment::of([(config::BOUNCES_KEY, BOUNCES_KEY)]);
        let config = Config::parse(CONFIG, None, self.folder.path(), &environment).unwrap();
        let app = App::build(config, Clock::Fixed(self.clock.clone())).await.unwrap();
        let templates = Templates::embedded();
        let state = PortalState::new(app.pipeline.clone(), app.config.clone(), Random::System, &templates);
        router(state.await.unwrap(), true)
    }

    /// The address of a link of the reader's mail.
    pub(super) fn link(&self, target: &LinkTarget) -> String {
        format!("/{}/{}", target.path_prefix(), mint(&self.key, self.delivery, target))
    }

    /// The address of the same reader's link to another report.
    pub(super) fn link_to(&self, report: &Report, reader: usize) -> String {
        let delivery = DeliveryId::of(report.id, &report.recipients[reader].contact);
        format!("/r/{}", mint(&self.key, delivery, &LinkTarget::Report))
    }

    pub(super) async fn ask(&self, method: Method, path: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap() }
    }

    /// Rows and bytes as the pipeline leaves them.
    pub(super) async fn add(&self, report: &Report, reader: usize) {
        let delivery = DeliveryId::of(report.id, &report.recipients[reader].contact);
        let mut bundle = Bundle::new().add("report.json", "application/json", serde_json::to_vec(report).unwrap()).add(
            format!("deliveries/{delivery}.eml"),
            "message/rfc822",
            MAIL,
        );
        bundle = bundle.add("clips.json", "application/json", "{\"token_sha256\": \"00ff\"}");
        bundle = bundle.add("mail/en.html", "text/html; charset=utf-8", "<p>The night</p>");
        bundle = bundle.add("mail/en.txt", "text/plain; charset=utf-8", "The night");
        if report.has_pdf() {
            bundle = bundle.add("report.en.pdf", "application/pdf", "%PDF-1.7 in English");
            bundle = bundle.add("report.pl.pdf", "application/pdf", "%PDF-1.7 po polsku");
        }
        let (bytes, members) = bundle.finish().unwrap();
        let key = Key::report(
            &report.site.location,
            report.night,
            report.revision,
            &report.id.as_uuid().simple().to_string(),
        );
        self.archive.put(&key, bytes).await.unwrap();
        for clip in &report.clips {
            if let Footage::Archive { key, content_type, .. } = &clip.footage {
                let key = Key::external(key.as_str()).unwrap().with_content_type(content_type.as_str());
                self.archive.put(&key, Bytes::from_static(b"footage footage footage")).await.unwrap();
            }
        }
        let photo = Key::external("media/sample-photo").unwrap().with_content_type("image/png");
        self.archive.put(&photo, Bytes::from_static(b"\x89PNG")).await.unwrap();
        let mut tx = self.db.begin().await.unwrap();
        Self::insert_report(&mut tx, report, &key).await;
        let number = |size: u64| i64::try_from(size).unwrap();
        let rows: Vec<_> = members
            .into_iter()
            .map(|member| Artifact {
                report: report.id,
                name: member.name,
                content_type: member.content_type,
                start: number(member.start),
                size: number(member.size),
                sha256: member.sha256,
            })
            .collect();
        artifacts::insert(&mut tx, &rows).await.unwrap();
        deliveries::insert(&mut tx, &[mail(report, reader)]).await.unwrap();
        let incidents = report.escalations.iter().filter_map(|escalation| escalation.incident.as_ref());
        let links: Vec<_> = [LinkTarget::Report, LinkTarget::Pdf, LinkTarget::Unsubscribe]
            .into_iter()
            .chain(incidents.map(|incident| LinkTarget::Incident(incident.incident.clone())))
            .chain(report.clips.iter().map(|clip| LinkTarget::Clip(clip.clip.clone())))
            .map(|target| NewLink {
                token_hash: mint(&self.key, delivery, &target).hash(),
                delivery,
                report: report.id,
                target,
                expires_at: mailed() + TimeDelta::days(30),
            })
            .collect();
        links::insert(&mut tx, &links).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn insert_report(tx: &mut Tx, report: &Report, key: &Key) {
        // A run of its own for each report.
        let run = Run::begun("night".parse().unwrap(), Trigger::Manual, mailed(), report.id.to_string(), mailed());
        runs::insert(tx, &run).await.unwrap();
        let row = ReportRow {
            id: report.id,
            ..ReportRow::planned(run.id, report.site.location.clone(), report.night, report.revision, mailed())
        };
        reports::plan(tx, &[row]).await.unwrap();
        let built = Built {
            state: ReportState::Built,
            built_at: report.built_at,
            object_key: key.path().to_owned(),
            data_sha256: String::new(),
            interactions: 0,
            escalated: 0,
            incidents: 0,
            missing: 0,
        };
        assert!(reports::freeze(tx, report.id, &built).await.unwrap());
    }
}

/// The mail of a report to its recipient of that number, which waits to be sent.
fn mail(report: &Report, reader: usize) -> Delivery {
    let recipient = &report.recipients[reader];
    let id = DeliveryId::of(report.id, &recipient.contact);
    Delivery {
        id,
        report: report.id,
        contact: recipient.contact.clone(),
        name: recipient.name.clone(),
        email: recipient.email.clone(),
        language: recipient.language.tag().to_owned(),
        kind: "report".into(),
        state: DeliveryState::Pending,
        subject: format!("{} <b>night</b>", report.site.name),
        message_id: "m@example.com".into(),
        artifact: format!("deliveries/{id}.eml"),
        sha256: String::new(),
        size: 1,
        attempts: 0,
        created_at: mailed(),
        next_at: None,
        finished_at: None,
        error: None,
    }
}
