//! A world of two sites whose nights are as old, as linked and as much of a case as a test wants.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::archive::{Archive, Bundle, Key};
use crate::clock::{Clock, FixedClock};
use crate::compose::{CasePlace, Footage, Photo, Report, Sample};
use crate::config::{self, Kept, Retention};
use crate::db::Db;
use crate::db::artifacts::{self, Artifact};
use crate::db::deliveries;
use crate::db::incidents::Incident;
use crate::db::links::{self, NewLink};
use crate::db::removals;
use crate::db::reports::{self, ReportRow};
use crate::db::runs;
use crate::feed::{self, Source};
use crate::model::{DeliveryId, LinkTarget, NightDate, ReportId, Window};
use crate::retention::{Sweeper, uses_of};

use super::rows::{mail, rows, run};

/// One site's night, so many days ago.
#[derive(Debug, Clone, Copy)]
pub(super) struct Night {
    pub(super) site: &'static str,
    pub(super) age: i64,
    /// In how many days its link expires; negative: since so many days it has.
    pub(super) link_days: i64,
    pub(super) case: Option<&'static str>,
    /// Whether its recording has the same content as all other shared ones.
    pub(super) shared: bool,
    /// Whether what its report uses is listed, as a build does.
    pub(super) listed: bool,
}

impl Night {
    pub(super) fn of(site: &'static str, age: i64) -> Self {
        Self { site, age, link_days: -1, case: None, shared: false, listed: true }
    }

    fn name(&self) -> String {
        format!("{}-{}", self.site, self.age)
    }
}

pub(super) struct World {
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: FixedClock,
    began: DateTime<Utc>,
    folder: tempfile::TempDir,
}

const CASE_OPEN_DAYS: u32 = 30;

pub(super) fn retention() -> Retention {
    let kept = Kept {
        events_days: Some(100),
        clips_days: Some(40),
        artifacts_days: Some(60),
        sent_days: Some(20),
        access_days: Some(30),
    };
    let south = Kept { events_days: None, clips_days: Some(90), ..kept };
    Retention {
        kept,
        branches: BTreeMap::from([("south".parse().unwrap(), south)]),
        case_open_days: CASE_OPEN_DAYS,
        ..Retention::default()
    }
}

impl World {
    pub(super) async fn new(db: &Db) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive =
            Archive::connect(&config::Archive::Embedded { path: folder.path().join("archive") }).await.unwrap();
        let began: DateTime<Utc> = "2026-11-22T03:00:00Z".parse().unwrap();
        let world = Self { db: db.clone(), archive, clock: FixedClock::new(began), began, folder };
        let site = |name: &str, branch: &str| json!({"kind": "location", "ref": name, "branch": branch, "name": name, "timezone": "UTC"});
        world
            .import(
                &[
                    json!({"kind": "branch", "ref": "north", "name": "North"}),
                    json!({"kind": "branch", "ref": "south", "name": "South"}),
                    site("harbor", "north"),
                    site("quay", "south"),
                ],
                began,
            )
            .await;
        world
    }

    pub(super) fn sweeper(&self) -> Sweeper {
        Sweeper {
            db: self.db.clone(),
            archive: self.archive.clone(),
            clock: Clock::Fixed(self.clock.clone()),
            retention: retention(),
            pause: Duration::ZERO,
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        Clock::Fixed(self.clock.clone()).now()
    }

    pub(super) fn pass_days(&self, days: i64) {
        self.clock.set(self.now() + TimeDelta::days(days));
    }

    /// Imports records; returns how many contacts were left out because they were erased.
    pub(super) async fn import(&self, lines: &[serde_json::Value], now: DateTime<Utc>) -> u64 {
        let path = self.folder.path().join("feed.ndjson");
        std::fs::write(&path, lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")).unwrap();
        let source = Source::paths(&[path]).unwrap();
        let summary = feed::import(&self.db, &self.archive, source, now, &|_| {}).await;
        summary.unwrap_or_else(|error| panic!("{error}")).erased
    }

    /// When a night's events happened.
    fn at(&self, night: &Night) -> DateTime<Utc> {
        self.began - TimeDelta::days(night.age)
    }

    fn date(&self, night: &Night) -> NightDate {
        NightDate::new(self.at(night).date_naive())
    }

    pub(super) async fn fill(&self, nights: &[Night]) {
        for night in nights {
            let (name, at) = (night.name(), self.at(night));
            let (clip, photo) = contents(night);
            std::fs::write(self.folder.path().join(format!("{name}.mp4")), &clip).unwrap();
            std::fs::write(self.folder.path().join(format!("{name}.jpg")), &photo).unwrap();
            let mut incident = json!({"kind": "incident", "ref": format!("x-{name}"), "location": night.site, "interaction": format!("i-{name}"),
                "occurred_at": at, "type": "Theft", "description": "d", "photo": format!("{name}.jpg"),
                "clips": [format!("c-{name}")], "transaction": format!("t-{name}")});
            if let Some(case) = night.case {
                incident["case"] = json!(case);
            }
            let lines = [
                json!({"kind": "clip", "ref": format!("c-{name}"), "location": night.site, "recorded_at": at,
                    "media": format!("{name}.mp4"), "content_type": "video/mp4"}),
                json!({"kind": "interaction", "ref": format!("i-{name}"), "location": night.site, "level": 2, "type": "Theft",
                    "started_at": at, "notes": "n", "clip": format!("c-{name}")}),
                json!({"kind": "transaction", "ref": format!("t-{name}"), "location": night.site, "terminal": "1", "at": at,
                    "currency": "USD", "lines": []}),
                json!({"kind": "activity", "location": night.site, "night": self.date(night), "detections": 1, "filtered": 0, "reviewed": 1}),
                incident,
            ];
            self.import(&lines, at).await;
            self.build(night).await;
        }
    }

    /// Archives a report of the night, with one mail, as the pipeline does.
    async fn build(&self, night: &Night) {
        let report = self.frozen(night);
        let delivery = DeliveryId::of(report.id, &"dana".parse().unwrap());
        let (object, members) = Bundle::new()
            .add("report.json", "application/json", serde_json::to_vec(&report).unwrap())
            .add("clips.json", "application/json", "{}")
            .add(format!("deliveries/{delivery}.eml"), "message/rfc822", format!("mail of {}", night.name()))
            .finish()
            .unwrap();
        let key = Key::report(&report.site.location, report.night, 1, &hex::encode(Sha256::digest(&object)));
        self.archive.put(&key, object).await.unwrap();
        let (planned, built) = rows(&report, key.path());
        let number = |size: u64| i64::try_from(size).unwrap();
        let members: Vec<Artifact> = members
            .into_iter()
            .map(|one| Artifact {
                report: report.id,
                name: one.name,
                content_type: one.content_type,
                start: number(one.start),
                size: number(one.size),
                sha256: one.sha256,
            })
            .collect();
        let link = NewLink {
            token_hash: Sha256::digest(night.name()).into(),
            delivery,
            report: report.id,
            target: LinkTarget::Report,
            expires_at: self.began + TimeDelta::days(night.link_days),
        };
        let mut tx = self.db.begin().await.unwrap();
        runs::insert(&mut tx, &run(report.built_at)).await.unwrap();
        reports::plan(&mut tx, &[planned]).await.unwrap();
        assert!(reports::freeze(&mut tx, report.id, &built).await.unwrap());
        artifacts::insert(&mut tx, &members).await.unwrap();
        links::insert(&mut tx, &[link]).await.unwrap();
        deliveries::insert(&mut tx, &[mail(&report, delivery)]).await.unwrap();
        if night.listed {
            removals::list_uses(&mut tx, report.id, &uses_of(&report)).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    fn frozen(&self, night: &Night) -> Report {
        let mut report = Sample::Ordinary.report();
        report.site.location = night.site.parse().unwrap();
        report.night = self.date(night);
        report.id = ReportId::of(&report.site.location, report.night, 1);
        report.built_at = self.at(night);
        let (clip, photo) = keys(night);
        report.clips.truncate(1);
        report.clips[0].footage = Footage::Archive { key: clip, sha256: None, content_type: "video/mp4".into() };
        report.escalations.truncate(1);
        let incident = report.escalations[0].incident.as_mut().unwrap();
        incident.photo = Some(Photo { key: photo, sha256: None });
        incident.case = night.case.map(|case| CasePlace { case: case.parse().unwrap(), number: 1_001, instance: 1 });
        report
    }

    pub(super) async fn report(&self, site: &str, age: i64) -> ReportRow {
        let night = NightDate::new((self.began - TimeDelta::days(age)).date_naive());
        self.db.revisions(&site.parse().unwrap(), night).await.unwrap().remove(0)
    }

    pub(super) async fn has(&self, key: &str) -> bool {
        self.archive.head(&Key::external(key).unwrap()).await.unwrap().is_some()
    }

    /// Changes a byte of a report's mail.
    pub(super) async fn damage(&self, row: &ReportRow) {
        let key = Key::external(row.object_key.clone().unwrap()).unwrap();
        let mut bytes = self.archive.get(&key).await.unwrap().unwrap().to_vec();
        let at = bytes.windows(7).position(|window| window == b"mail of").unwrap();
        bytes[at] = b'M';
        self.archive.put(&key, Bytes::from(bytes)).await.unwrap();
    }

    /// Whether a case has an incident within its limit.
    fn is_open(&self, case: Option<&str>, nights: &[Night]) -> bool {
        let since = self.now() - TimeDelta::days(i64::from(CASE_OPEN_DAYS));
        case.is_some() && nights.iter().any(|night| night.case == case && self.at(night) >= since)
    }

    fn is_linked(&self, night: &Night) -> bool {
        self.began + TimeDelta::days(night.link_days) > self.now()
    }

    /// Every report that says it has artifacts verifies; whatever a working link or an open case needs is there; and
    /// the rows never name an object that is not there.
    pub(super) async fn check_held(&self, nights: &[Night]) {
        for night in nights {
            let row = self.report(night.site, night.age).await;
            let (clip, photo) = keys(night);
            if row.object_key.is_some() {
                for artifact in self.db.artifacts(row.id).await.unwrap() {
                    self.sweeper()
                        .member(&row, &artifact.name)
                        .await
                        .unwrap_or_else(|error| panic!("{night:?}: {error}"));
                }
            }
            let open = self.is_open(night.case, nights);
            if self.is_linked(night) {
                assert!(row.object_key.is_some(), "a working link leads to nothing: {night:?}");
            }
            if self.is_linked(night) || open {
                assert!(self.has(&clip).await && self.has(&photo).await, "footage that is needed is gone: {night:?}");
            }
            if open {
                assert!(row.object_key.is_some(), "the report of an open case is gone: {night:?}");
                assert!(self.incident(night).await.is_some(), "an open case lost {night:?}");
            }
            for key in self.named_objects(night).await {
                assert!(self.has(&key).await, "a row names what is not there: {night:?} {key}");
            }
        }
    }

    /// [`World::check_held`], and that everything whose time is over and that nothing holds is gone.
    pub(super) async fn check_all(&self, nights: &[Night]) {
        self.check_held(nights).await;
        if self.db.events_removed_until(&"harbor".parse().unwrap()).await.unwrap().is_none() {
            return;
        }
        for night in nights {
            let kept = retention().of(&if night.site == "harbor" { "north" } else { "south" }.parse().unwrap());
            let old = |days: Option<u32>| {
                days.is_some_and(|days| self.at(night) < self.now() - TimeDelta::days(i64::from(days)))
            };
            let held = self.is_linked(night) || self.is_open(night.case, nights);
            let row = self.report(night.site, night.age).await;
            assert_eq!(row.object_key.is_none(), old(kept.artifacts_days) && !held, "{night:?}");
            let mail =
                self.db.artifacts(row.id).await.unwrap().into_iter().any(|one| one.name.starts_with("deliveries/"));
            assert_eq!(mail, !(old(kept.sent_days) || row.object_key.is_none()), "{night:?}");
            let incident = self.incident(night).await;
            assert_eq!(incident.is_none(), old(kept.events_days) && !self.is_open(night.case, nights), "{night:?}");
            let (clip, photo) = keys(night);
            let there = (self.has(&photo).await, self.has(&clip).await);
            let over = old(kept.clips_days) && !held;
            assert_eq!(there.0, !over, "{night:?}");
            assert!(there.1 || over, "{night:?}");
            assert!(!there.1 || night.shared || !over, "{night:?}");
            let gone = self.db.object_removed_at(&photo).await.unwrap();
            assert_eq!(gone.is_some(), !there.0, "what was removed says so: {night:?}");
        }
    }

    /// A night's incident, while its row is there.
    async fn incident(&self, night: &Night) -> Option<Incident> {
        let window = Window { start: self.at(night), end: self.at(night) + TimeDelta::seconds(1) };
        let mut tx = self.db.snapshot().await.unwrap();
        tx.incidents_in(&night.site.parse().unwrap(), window).await.unwrap().pop().map(|known| known.incident)
    }

    async fn named_objects(&self, night: &Night) -> BTreeSet<String> {
        let photo = self.incident(night).await.and_then(|incident| incident.photo_key);
        let mut tx = self.db.snapshot().await.unwrap();
        let clip = tx.clips(&[&format!("c-{}", night.name()).parse().unwrap()]).await.unwrap().pop();
        clip.and_then(|known| known.clip.object_key).into_iter().chain(photo).collect()
    }
}

/// A night's recording and photo.
fn contents(night: &Night) -> (String, String) {
    let clip = if night.shared { "shared footage".to_owned() } else { format!("footage of {}", night.name()) };
    (clip, format!("photo of {}", night.name()))
}

fn keys(night: &Night) -> (String, String) {
    let (clip, photo) = contents(night);
    let key = |content: String| Key::media(&hex::encode(Sha256::digest(content)), "").path().to_owned();
    (key(clip), key(photo))
}
