//! World: two branches, each with everything that there can be, and people of the first.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::access::{NewKey, RANDOM_BYTES, Token, mint_key, share};
use crate::compose::{Footage, Report, Sample};
use crate::db::access_requests::{self, AccessRequest};
use crate::db::clips::Clip;
use crate::db::contacts::Contact;
use crate::db::interactions::Interaction;
use crate::db::links;
use crate::db::testing::run;
use crate::db::users::{self, User};
use crate::db::whitelist::{self, Listed};
use crate::model::{DeliveryId, KeyRight, LinkTarget, ReportId, Role};
use crate::portal::tests::guests::Guest;
use crate::portal::tests::house::{House, mailed};
use crate::portal::tests::shared::{furnish_with, incident, rename, stamped};

const JOB: &str =
    "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";

/// One branch's things, by the names that addresses give them.
#[derive(Clone)]
pub(super) struct Side {
    pub(super) branch: &'static str,
    named: Vec<(&'static str, String)>,
    share: String,
    entry: String,
    request: Uuid,
    recipient: Uuid,
    feedback: String,
    user: String,
    delivery: String,
    report: String,
    run: String,
}

impl Side {
    /// A text of a route with this side's things in it.
    pub(super) fn fill(&self, path: &str, text: &str, fresh: Uuid) -> String {
        let request = self.request.to_string();
        let id = match path {
            path if path.contains("/shares/") || path.contains("/shared/") => &self.share,
            path if path.contains("/whitelist/") => &self.entry,
            path if path.contains("/requests/") => &request,
            path if path.contains("/feedback/") => &self.feedback,
            path if path.contains("/users/") => &self.user,
            path if path.contains("/mails/") || path.contains("/deliveries/") => &self.delivery,
            path if path.contains("/runs/") => &self.run,
            _ => &self.report,
        };
        let mut filled = text.replace("{id}", id).replace("{new}", &fresh.to_string());
        for (name, value) in &self.named {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        filled
    }

    /// The same with one more thing.
    pub(super) fn with(&self, name: &'static str, value: &str) -> Self {
        let mut side = self.clone();
        side.named.retain(|(known, _)| *known != name);
        side.named.push((name, value.to_owned()));
        side
    }
}

/// Links of a branch's mails and letters to the first of their readers, by their prefix.
fn tokens(house: &House, report: &Report, recipient: Uuid, decider: &Token) -> Vec<(&'static str, String)> {
    let token = |target: &LinkTarget| house.link(target)[3..].to_owned();
    vec![
        ("r", token(&LinkTarget::Report)),
        ("p", token(&LinkTarget::Pdf)),
        ("u", token(&LinkTarget::Unsubscribe)),
        ("i", token(&LinkTarget::Incident(incident(report, 0).incident))),
        ("c", token(&LinkTarget::Clip(report.clips[0].clip.clone()))),
        ("s", share::token(&house.state.pipeline.link_key, recipient).to_string()),
        ("d", decider.to_string()),
    ]
}

/// The two branches, and who comes.
pub(super) struct World {
    pub(super) house: House,
    pub(super) north: Side,
    pub(super) south: Side,
    /// Those of the north, and nobody, each with what they are called.
    pub(super) strangers: Vec<(&'static str, Guest)>,
    /// Somebody of ours, whose every branch is, but not the house.
    pub(super) staff: Guest,
    /// Keys of the north, and one that may only send feeds.
    pub(super) keys: Vec<(&'static str, String)>,
    pub(super) branch_user: Guest,
    pub(super) north_key: String,
    pub(super) operations: Guest,
    pub(super) all_key: String,
    /// Links of the north's mails and letters by their prefix.
    pub(super) tokens: Vec<(&'static str, String)>,
}

/// The sample's report, as if it were of a branch: with refs of its own.
fn report_of(branch: &str) -> Report {
    let mut json = serde_json::to_value(Sample::Ordinary.report()).unwrap();
    rename(&mut json, branch);
    let mut report: Report = serde_json::from_value(json).unwrap();
    report.site.branch = branch.parse().unwrap();
    report.site.location = format!("{branch}-hall").parse().unwrap();
    report.site.branch_name = format!("The {branch}");
    report.site.name = format!("The {branch} hall");
    report.id = ReportId::of(&report.site.location, report.night, report.revision);
    for recipient in &mut report.recipients {
        recipient.email = format!("{}@example.com", recipient.contact);
    }
    report
}

/// Rows behind a report: what the feed knows.
async fn feed(house: &House, report: &Report) {
    furnish_with(house, report).await;
    let site = &report.site;
    let mut tx = house.db.begin().await.unwrap();
    for clip in &report.clips {
        let Footage::Archive { key, content_type, .. } = &clip.footage else { continue };
        let row = Clip {
            clip: clip.clip.clone(),
            location: site.location.clone(),
            camera: None,
            recorded_at: clip.recorded_at,
            duration_ms: None,
            object_key: Some(key.clone()),
            content_type: Some(content_type.clone()),
            external_url: None,
            password: None,
        };
        tx.put_clips(&[stamped(row)]).await.unwrap();
    }
    for handled in &report.interactions {
        let row = Interaction {
            interaction: handled.interaction.clone(),
            location: site.location.clone(),
            camera: None,
            level: handled.level,
            kind: handled.kind.clone(),
            started_at: handled.started_at,
            ended_at: handled.ended_at,
            operator: handled.operator.clone(),
            notes: handled.notes.clone(),
            actions: handled.actions.clone(),
            clip: handled.clip.clone(),
        };
        tx.put_interactions(&[stamped(row)]).await.unwrap();
    }
    for recipient in &report.recipients {
        let row = Contact {
            contact: recipient.contact.clone(),
            name: recipient.name.clone(),
            email: recipient.email.parse().unwrap(),
            locale: None,
            notify: true,
            locations: vec![site.location.clone()],
            branches: vec![site.branch.clone()],
        };
        tx.put_contacts(&[stamped(row)]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// What the pipeline notes with a frozen report, and what a reader says.
async fn settle(house: &House) {
    for sql in [
        "UPDATE deliveries SET state = 'sent', finished_at = created_at",
        "UPDATE incidents SET photo_key = 'media/sample-photo'",
        "INSERT INTO objects (object_key, present, checked_at) VALUES ('media/sample-photo', true, '2026-03-29T05:00:00Z')",
        "INSERT INTO objects (object_key, present, checked_at) \
         SELECT DISTINCT object_key, true, '2026-03-29T05:00:00Z' FROM clips WHERE object_key IS NOT NULL",
        "INSERT INTO incident_reports (incident, report, location) \
         SELECT i.ref, r.id, r.location FROM incidents i JOIN reports r ON r.location = i.location WHERE true \
         ON CONFLICT (incident, report) DO NOTHING",
        "INSERT INTO location_summaries (location, report, night, revision, reviewed_at, interactions, incidents, missing, \
         sells) SELECT location, id, night, revision, planned_at, 7, 2, 0, false FROM reports",
        "INSERT INTO feedback (id, report, location, night, subject, ref, delivery, contact, name, email, kind, words, at) \
         SELECT randomblob(16), r.id, r.location, r.night, 'incident', 'x', d.id, d.contact, d.name, d.email, 'ours', '', \
         r.planned_at FROM deliveries d JOIN reports r ON r.id = d.report",
    ] {
        run(&house.db, sql).await;
    }
}

/// Everything that people of a branch make, and its names.
async fn side(house: &House, branch: &'static str, report: &Report) -> Side {
    let (db, site) = (&house.db, &report.site);
    let user = house.signed_in(Role::Branch, &[branch]).await;
    let incident = incident(report, 0).incident.to_string();
    let once = house.random.id().unwrap().to_string();
    let share = [
        ("once", once.as_str()),
        ("incident", &incident),
        ("addresses", "guest@example.com"),
        ("days", "7"),
        ("comment", "yes"),
    ];
    let shared = house.post(&user, &format!("/incidents/{incident}/share"), &share).await;
    assert_eq!(shared.header("location"), format!("/shares/{once}"), "{}", shared.text());
    let delivery = DeliveryId::of(report.id, &report.recipients[0].contact);
    let listed = Listed {
        id: house.random.id().unwrap().into(),
        address: format!("{branch}-listed@example.com"),
        location: site.location.clone(),
        since: mailed(),
        expires_at: None,
        granted_by: "tests".into(),
        note: String::new(),
        revoked_at: None,
        whole: true,
    };
    let request = AccessRequest {
        id: house.random.id().unwrap(),
        location: site.location.clone(),
        branch: site.branch.clone(),
        incident: Some(incident.parse().unwrap()),
        share: None,
        address: "asker@example.com".into(),
        name: format!("An asker of the {branch}"),
        note: String::new(),
        language: "en".into(),
        asked_at: mailed(),
        state: "open".into(),
        decided_at: None,
        decided_by: None,
    };
    let hash = Token::parse(house.link_to(report, 0).trim_start_matches("/r/")).unwrap().hash();
    let mut tx = db.begin().await.unwrap();
    whitelist::insert(&mut tx, &listed).await.unwrap();
    assert!(access_requests::insert(&mut tx, &request).await.unwrap());
    assert!(links::request(&mut tx, &hash, delivery, mailed()).await.unwrap());
    tx.commit().await.unwrap();
    let recipients = db.share_recipients(once.parse::<Uuid>().unwrap().into()).await.unwrap();
    let feedback = db.feedback_by(delivery).await.unwrap();
    let run = db.report(report.id).await.unwrap().unwrap().run;
    Side {
        branch,
        named: vec![
            ("branch", branch.into()),
            ("location", site.location.to_string()),
            ("incident", incident),
            ("clip", report.clips[0].clip.to_string()),
            ("interaction", report.interactions[0].interaction.to_string()),
            ("contact", report.recipients[0].contact.to_string()),
            ("night", report.night.to_string()),
            ("report", report.id.to_string()),
            ("recipient", recipients[0].id.to_string()),
            ("hash", hex::encode(hash)),
            ("number", "0".into()),
            ("name", "report.json".into()),
            ("job", "morning".into()),
            ("item", "1".into()),
            ("verb", "enable".into()),
            ("session", "0123456789abcdef01234567".into()),
        ],
        share: once,
        entry: listed.id.to_string(),
        request: request.id,
        recipient: recipients[0].id,
        feedback: feedback[0].id.to_string(),
        user: user.user.unwrap().to_string(),
        delivery: delivery.to_string(),
        report: report.id.to_string(),
        run: run.to_string(),
    }
}

async fn key(house: &House, rights: &[KeyRight], branch: Option<&str>) -> String {
    let new = NewKey {
        name: "a program".into(),
        rights: rights.to_vec(),
        branches: branch.map(|branch| vec![branch.parse().unwrap()]),
        expires_at: None,
    };
    let random: [u8; RANDOM_BYTES] = house.random.bytes().unwrap();
    let mut tx = house.db.begin().await.unwrap();
    let minted = mint_key(&mut tx, new, &random, "tests", mailed()).await.unwrap();
    tx.commit().await.unwrap();
    minted.text.reveal().to_owned()
}

impl World {
    pub(super) async fn new() -> Self {
        let (north, south) = (report_of("north"), report_of("south"));
        let house = House::with(north, 0, JOB).await;
        house.add(&south, 0).await;
        let north = house.report.clone();
        for report in [&north, &south] {
            feed(&house, report).await;
        }
        settle(&house).await;
        let (their, other) = (side(&house, "north", &north).await, side(&house, "south", &south).await);
        // Mails and letters were read for a while.
        house.clock.set(mailed() + TimeDelta::minutes(30));
        let branch_user = house.signed_in(Role::Branch, &["north"]).await;
        let north_key = key(&house, &[KeyRight::Read, KeyRight::Write], Some("north")).await;
        let all_key = key(&house, &[KeyRight::Read, KeyRight::Write], None).await;
        let strangers = vec![
            ("nobody", Guest::nobody()),
            ("a customer", house.customer(&north.recipients[0].email).await),
            ("a whitelisted customer", house.customer("north-listed@example.com").await),
            ("a guest of a share", house.customer("guest-of-nobody@example.com").await),
            ("a branch user", branch_user.clone()),
        ];
        let keys =
            vec![("a branch's key", north_key.clone()), ("a feeding key", key(&house, &[KeyRight::Feed], None).await)];
        let operations = house.signed_in(Role::Operations, &[]).await;
        let staff = house.signed_in(Role::Staff, &[]).await;
        let decider = Token::random(house.random.bytes().unwrap());
        let mut tx = house.db.begin().await.unwrap();
        let (until, owner) = (mailed() + TimeDelta::days(14), "branch-owner@example.com");
        access_requests::insert_decider(&mut tx, &decider.hash(), their.request, owner, until).await.unwrap();
        let owner = User {
            id: house.random.id().unwrap().into(),
            email: owner.into(),
            name: "An owner".into(),
            locale: None,
            role: Role::Branch,
            branches: vec!["north".parse().unwrap()],
            created_at: mailed(),
            disabled_at: None,
        };
        assert!(users::insert(&mut tx, &owner).await.unwrap());
        tx.commit().await.unwrap();
        let tokens = tokens(&house, &north, their.recipient, &decider);
        Self {
            house,
            north: their,
            south: other,
            strangers,
            staff,
            keys,
            branch_user,
            north_key,
            operations,
            all_key,
            tokens,
        }
    }
}
