//! The report portal over the samples' night: who sees which location, what its pages say, what people say of incidents,
//! and what is noted of those who look.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use daybreak::access::Token;
use daybreak::audit;
use daybreak::db::location_plans::{self, LocationPlan};
use daybreak::db::sessions::{self, Session};
use daybreak::db::users::{self, User};
use daybreak::db::whitelist::{self, Listed};
use daybreak::model::Role;
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use tower::ServiceExt;

use crate::support::{Stage, root};

const NOW: &str = "2026-03-18T16:00:00Z";
/// Read from the page's form, as a browser does.
const CSRF: &str = "name=\"csrf\" value=\"";

/// A night of the samples behind a router.
pub(crate) struct Desk {
    pub(crate) stage: Stage,
    router: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    location: String,
    kind: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let stage = Stage::new(NOW, "").await;
        stage.import(&root().join("samples")).await.unwrap_or_else(|error| panic!("{error}"));
        stage.run(None).await;
        Self::over(stage).await
    }

    pub(crate) async fn over(stage: Stage) -> Self {
        let (pipeline, config) = (&stage.app.pipeline, &stage.app.config);
        let templates = stage.app.templates().unwrap();
        let state = PortalState::new(pipeline.clone(), config.clone(), Random::System, &templates).await.unwrap();
        Self { router: portal::router(state, false), stage }
    }

    /// Signs a user in, and gives their cookie.
    pub(crate) async fn user(&self, role: Role, branches: &[&str], locale: &str) -> String {
        let random = Random::System;
        let at: DateTime<Utc> = NOW.parse().unwrap();
        let user = User {
            id: random.id().unwrap().into(),
            email: format!("{role}-{}@example.com", random.id().unwrap()),
            name: "Dana <b>Whitfield</b>".into(),
            locale: Some(locale.into()),
            role,
            branches: branches.iter().map(|branch| branch.parse().unwrap()).collect(),
            created_at: at,
            disabled_at: None,
        };
        let mut tx = self.stage.app.pipeline.db.begin().await.unwrap();
        assert!(users::insert(&mut tx, &user).await.unwrap());
        tx.commit().await.unwrap();
        self.session(Some(user.id), None).await
    }

    /// Signs an end customer in, and gives their cookie.
    async fn customer(&self, address: &str) -> String {
        self.session(None, Some(address.to_owned())).await
    }

    async fn session(&self, user_id: Option<daybreak::model::UserId>, address: Option<String>) -> String {
        let token = Token::random(Random::System.bytes().unwrap());
        let at = self.stage.now();
        let session = Session {
            token_hash: token.hash().to_vec(),
            user_id,
            address,
            language: "en".into(),
            created_at: at,
            seen_at: at,
            expires_at: at + TimeDelta::days(1),
            revoked_at: None,
            origin: String::new(),
            agent: String::new(),
        };
        let mut tx = self.stage.app.pipeline.db.begin().await.unwrap();
        sessions::insert(&mut tx, &session).await.unwrap();
        tx.commit().await.unwrap();
        format!("daybreak={token}")
    }

    async fn ask(&self, method: Method, cookie: &str, path: &str, form: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::USER_AGENT, "Test browser")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let text = |name| parts.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        Answer {
            status: parts.status,
            location: text(header::LOCATION),
            kind: text(header::CONTENT_TYPE),
            bytes: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    pub(crate) async fn get(&self, cookie: &str, path: &str) -> Answer {
        self.ask(Method::GET, cookie, path, "").await
    }

    /// A page that is there, and light enough.
    pub(crate) async fn page(&self, cookie: &str, path: &str) -> String {
        let answer = self.get(cookie, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert!(answer.bytes.len() < 100_000, "{path} has {} bytes", answer.bytes.len());
        answer.text()
    }

    /// Sends a form as the page at `from` carries it.
    async fn post(&self, cookie: &str, from: &str, to: &str, form: &str) -> Answer {
        let page = self.page(cookie, from).await;
        let word = page.split(CSRF).nth(1).expect("a form").split('"').next().unwrap().to_owned();
        self.ask(Method::POST, cookie, to, &format!("csrf={word}&{form}")).await
    }

    /// The subjects of a location's views, newest first, once there are `count`.
    async fn views(&self, location: &str, count: usize) -> Vec<String> {
        let (db, location) = (&self.stage.app.pipeline.db, location.parse().unwrap());
        let later = self.stage.now() + TimeDelta::days(1);
        for _ in 0..500 {
            let views = db.views_of(&location, later, 500).await.unwrap();
            if views.len() >= count {
                return views
                    .into_iter()
                    .map(|view| format!("{} {} {}", view.as_what, view.what, view.subject))
                    .collect();
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{count} views of {location} were not noted");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_branch_user_finds_what_happened_at_their_locations_and_nowhere_else() {
    let desk = Desk::open().await;
    let dana = desk.user(Role::Branch, &["lakeshore"], "en-US").await;
    let list = desk.page(&dana, "/locations").await;
    assert!(list.contains("Lakeside Micro-Market") && list.contains("Harbor Terminal 4"), "{list}");
    assert!(!list.contains("Depot Altona") && !list.contains("name=\"branch\""), "one branch needs no selector");
    assert!(list.contains("3 incidents") && list.contains("class=\"status red\""), "{list}");
    let none = desk.page(&dana, "/locations?status=none").await;
    assert!(!none.contains("Lakeside Micro-Market"));
    assert!(desk.page(&dana, "/locations?q=micro").await.contains("Lakeside Micro-Market"));
    assert!(desk.page(&dana, "/locations?q=100%25").await.contains("No location matches"));
    let staff = desk.user(Role::Staff, &[], "en-GB").await;
    let all = desk.page(&staff, "/suspicious").await;
    assert!(all.contains("name=\"branch\"") && all.contains("Depot Altona") && all.contains("8 locations"));
    assert!(!desk.page(&staff, "/suspicious?branch=pacific").await.contains("Depot Altona"));

    let recent = desk.page(&dana, "/locations/lakeside-market").await;
    assert!(recent.contains("lks-n8-inc1") && recent.contains("report.pdf") && !recent.contains("lks-n2-inc1"));
    assert!(!recent.contains("not yet"), "what was mailed has its date");
    let all = desk.page(&dana, "/locations/lakeside-market/incidents").await;
    assert!(all.contains("lks-n2-inc1") && all.contains("3rd time") && all.contains("not yet"));
    let found = desk.page(&dana, "/locations/lakeside-market/incidents?q=TOTE&type=Unpaid+items").await;
    assert!(found.contains("lks-n8-inc2") && !found.contains("lks-n8-inc1"));
    let march = desk.page(&dana, "/locations/lakeside-market/incidents?to=2026-03-12&sort=case").await;
    assert!(march.contains("lks-n2-inc1") && !march.contains("lks-n5-inc1"));
    for sort in ["oldest", "case", "type", "shared", "bogus"] {
        desk.page(&dana, &format!("/locations/lakeside-market/incidents?sort={sort}&page=99&said=aside")).await;
        desk.page(&dana, &format!("/locations?sort={sort}")).await;
    }
    desk.page(&staff, "/locations?sort=latest&type=shop").await;
    desk.page(&staff, "/locations?sort=incidents&type=site").await;
    let details = desk.page(&dana, "/locations/lakeside-market/incidents/lks-n8-inc2").await;
    for said in [
        "not paid",
        "<video controls preload=\"none\"",
        "poster=\"/media/lakeside-market/lks-n8-inc2/photo\"",
        "/incidents/lks-n8-inc2/share",
    ] {
        assert!(details.contains(said), "{said}: {details}");
    }
    assert!(!details.contains("<b>Whitfield"), "names are texts");
    for foreign in [
        "/locations/depot-altona",
        "/locations/nowhere",
        "/locations/depot-altona/access",
        "/locations/depot-altona/incidents.csv",
        "/locations/lakeside-market/incidents/hbt-none",
        "/media/depot-altona/lks-n8-inc1/photo",
    ] {
        assert_eq!(desk.get(&dana, foreign).await.status, StatusCode::NOT_FOUND, "{foreign}");
    }
    let nobody = desk.get("", "/locations").await;
    assert_eq!((nobody.status, nobody.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Flocations"));
    desk.stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_say_of_incidents_stands_beside_the_report_and_can_be_taken_back() {
    let desk = Desk::open().await;
    let db = &desk.stage.app.pipeline.db;
    let dana = desk.user(Role::Branch, &["lakeshore"], "en").await;
    let (base, one) = ("/locations/lakeside-market", "/locations/lakeside-market/incidents/lks-n8-inc1");
    let report = desk.stage.report("lakeside-market", "2026-03-17", 1).await;
    let judge = format!("{base}/judge");
    let forged = desk.ask(Method::POST, &dana, &judge, "incident=lks-n8-inc1&reason=not-a-theft&csrf=x").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let foreign = desk.post(&dana, base, "/locations/depot-altona/judge", "incident=x&reason=not-a-theft").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let form = "incident=lks-n8-inc1&incident=lks-n8-inc3&reason=not-a-theft&note=%3Cb%3Estaff%3C%2Fb%3E&tab=all&query=%3Fq%3Dred";
    let taken = desk.post(&dana, base, &judge, form).await;
    assert_eq!(
        (taken.status, taken.location.as_str()),
        (StatusCode::SEE_OTHER, "/locations/lakeside-market/incidents?q=red&done=2")
    );
    assert!(desk.page(&dana, &format!("{base}/incidents?done=2")).await.contains("2 incidents were assessed"));
    let aside = desk.page(&dana, &format!("{base}/incidents?said=not-a-theft")).await;
    assert!(aside.contains("lks-n8-inc1") && !aside.contains("lks-n8-inc2"));
    assert!(desk.page(&dana, "/locations").await.contains("2 set aside"));
    let details = desk.page(&dana, one).await;
    assert!(details.contains("Not a theft") && details.contains("&lt;b&gt;staff&lt;") && !details.contains("<b>staff"));
    let back = desk.post(&dana, base, &judge, "incident=lks-n8-inc1&reason=restored&tab=one").await;
    assert_eq!(back.location, format!("{one}?done=1#said"));
    assert!(!desk.page(&dana, &format!("{base}/incidents?said=aside")).await.contains("lks-n8-inc1"));
    let history = db.dispositions_of(&"lks-n8-inc1".parse().unwrap()).await.unwrap();
    assert_eq!(history.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["not-a-theft", "restored"]);

    let fresh = "fresh=6d0c59b1-2f0e-5c8a-9b3d-4a1e77f0d417";
    for _ in 0..2 {
        let said = desk.post(&dana, one, &format!("{one}/comments"), &format!("text=our+%3Ci%3Ecleaner&{fresh}")).await;
        assert_eq!(said.location, format!("{one}?done=1#comments"));
    }
    let details = desk.page(&dana, one).await;
    assert_eq!(details.matches("our &lt;i&gt;cleaner").count(), 1, "sent twice, said once");
    assert_eq!(audit::verify(db).await.unwrap(), (4, Vec::new()), "two judgements, one taken back, one comment");
    let after = desk.stage.report("lakeside-market", "2026-03-17", 1).await;
    assert_eq!((report.data_sha256, report.object_key), (after.data_sha256, after.object_key));
    desk.stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_sees_what_was_mailed_to_them_and_nothing_else() {
    let desk = Desk::open().await;
    let db = &desk.stage.app.pipeline.db;
    let contact = desk.customer("dana.whitfield@lakeside.example.com").await;
    let list = desk.page(&contact, "/locations").await;
    assert!(list.contains("Lakeside Micro-Market") && !list.contains("Harbor Terminal"));
    let recent = desk.page(&contact, "/locations/lakeside-market").await;
    assert!(recent.contains("lks-n8-inc1") && !recent.contains("type=\"checkbox\""));
    let all = desk.page(&contact, "/locations/lakeside-market/incidents").await;
    assert!(all.contains("lks-n8-inc1") && !all.contains("lks-n2-inc1"), "that one was in no mail");
    for hidden in [
        "/locations/lakeside-market/incidents/lks-n2-inc1",
        "/locations/harbor-terminal",
        "/media/lakeside-market/lks-n2-inc1/photo",
    ] {
        assert_eq!(desk.get(&contact, hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    assert_eq!(desk.get(&contact, "/locations/lakeside-market/access").await.status, StatusCode::FORBIDDEN);
    desk.page(&contact, "/locations/lakeside-market/incidents/lks-n8-inc1").await;
    // On the whitelist, and mailed nothing: the location is theirs to know, its incidents are not.
    let at: DateTime<Utc> = NOW.parse().unwrap();
    let listed = Listed {
        id: Random::System.id().unwrap().into(),
        address: "gast@example.com".into(),
        location: "lakeside-market".parse().unwrap(),
        since: at,
        expires_at: None,
        granted_by: "user:x".into(),
        note: String::new(),
        revoked_at: None,
    };
    let mut tx = db.begin().await.unwrap();
    whitelist::insert(&mut tx, &listed).await.unwrap();
    tx.commit().await.unwrap();
    let guest = desk.customer("gast@example.com").await;
    let list = desk.page(&guest, "/locations?status=incidents&sort=incidents").await;
    assert!(list.contains("Lakeside Micro-Market") && !list.contains("3 incidents"), "{list}");
    assert!(!desk.page(&guest, "/locations/lakeside-market/incidents").await.contains("lks-n"));
    assert_eq!(desk.get(&guest, "/locations/lakeside-market/report.pdf").await.status, StatusCode::NOT_FOUND);
    let stranger = desk.customer("nobody@example.com").await;
    assert!(desk.page(&stranger, "/locations").await.contains("No location matches"));
    assert_eq!(desk.get(&stranger, "/locations/lakeside-market").await.status, StatusCode::NOT_FOUND);
    desk.stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_saved_and_whoever_looks_is_noted() {
    let desk = Desk::open().await;
    let dana = desk.user(Role::Branch, &["lakeshore"], "de-DE").await;
    let base = "/locations/lakeside-market";
    let csv = desk.get(&dana, &format!("{base}/incidents.csv?sort=oldest&bom=1")).await;
    assert_eq!((csv.status, csv.kind.as_str()), (StatusCode::OK, "text/csv; charset=utf-8"));
    let csv = csv.text();
    assert!(csv.starts_with("\u{FEFF}Kennung,Tatzeit,"), "{csv}");
    assert!(csv.contains("\r\nlks-n2-inc1,2026-03-12 00:58:10,"), "{csv}");
    for list in ["recent.pdf", "incidents.pdf?said=open", "report.pdf"] {
        let pdf = desk.get(&dana, &format!("{base}/{list}")).await;
        assert_eq!((pdf.status, pdf.kind.as_str()), (StatusCode::OK, "application/pdf"), "{list}");
        assert!(pdf.bytes.starts_with(b"%PDF-1.7"), "{list}");
    }
    let media = "/media/lakeside-market/lks-n8-inc1";
    for part in ["photo", "clip/0"] {
        let answer = desk.get(&dana, &format!("{media}/{part}")).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{part}");
        assert!(answer.location.contains("X-Amz-Signature"), "{}", answer.location);
    }
    assert_eq!(desk.get(&dana, &format!("{media}/clip/99")).await.status, StatusCode::NOT_FOUND);
    desk.page(&dana, &format!("{base}/incidents/lks-n8-inc1")).await;
    assert_eq!(desk.get(&dana, &format!("{base}/incidents/lks-n8-inc1/pdf")).await.status, StatusCode::OK);
    let views = desk.views("lakeside-market", 7).await;
    for view in ["branch export incidents.csv", "branch export incidents.pdf", "branch page incident:lks-n8-inc1"] {
        assert!(views.contains(&view.to_owned()), "{view}: {views:?}");
    }
    assert_eq!(views.iter().filter(|view| view.starts_with("branch clip clip:")).count(), 1, "{views:?}");
    assert_eq!(views.iter().filter(|view| view.starts_with("branch pdf report:")).count(), 2, "{views:?}");
    let log = desk.page(&dana, &format!("{base}/access")).await;
    assert!(log.contains("Test browser") && log.contains("Team der Niederlassung") && log.contains("lks-n8-inc1"));
    assert!(!desk.page(&dana, &format!("{base}/access?what=clip&scanner=none")).await.contains("lks-n8-inc1</a>"));
    let saved = desk.get(&dana, &format!("{base}/access.csv?q=browser")).await.text();
    assert!(saved.starts_with("Wann,Wer,") && saved.contains("Test browser"), "{saved}");
    desk.stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn incidents_go_back_as_far_as_the_plan_and_old_reviews_leave_the_list() {
    let desk = Desk::open().await;
    let db = &desk.stage.app.pipeline.db;
    let staff = desk.user(Role::Staff, &[], "pl-PL").await;
    let plan = |first: &str, last: Option<&str>| LocationPlan {
        location: "lakeside-market".parse().unwrap(),
        first_night: first.parse().unwrap(),
        last_night: last.map(|night| night.parse().unwrap()),
    };
    let mut tx = db.begin().await.unwrap();
    for one in [plan("2026-03-11", Some("2026-03-11")), plan("2026-03-17", None)] {
        location_plans::put(&mut tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
    let all = desk.page(&staff, "/locations/lakeside-market/incidents").await;
    assert!(all.contains("lks-n2-inc1") && all.contains("lks-n8-inc1") && !all.contains("lks-n5-inc1"), "{all}");
    assert!(desk.page(&staff, "/locations").await.contains("Lakeside Micro-Market"));
    desk.stage.at("2026-03-26T12:00:00Z");
    let staff = desk.user(Role::Staff, &[], "en").await;
    let list = desk.page(&staff, "/locations").await;
    assert!(!list.contains("Lakeside Micro-Market") && list.contains("8 locations have not been reviewed lately"));
    let every = desk.page(&staff, "/suspicious").await;
    assert!(every.contains("Lakeside Micro-Market") && every.contains("not lately"));
    desk.stage.app.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_portals_pages_pass_the_nu_checker_in_every_language() {
    let Ok(jar) = std::env::var("DAYBREAK_VNU_JAR") else {
        println!("skipped: DAYBREAK_VNU_JAR is not set (tests/run sets it where Java and npm are)");
        return;
    };
    let desk = Desk::open().await;
    let folder = desk.stage.folder.path().join("html");
    std::fs::create_dir_all(&folder).unwrap();
    let base = "/locations/lakeside-market";
    for locale in ["en-US", "de-DE", "es-MX", "pl-PL"] {
        let dana = desk.user(Role::Branch, &["lakeshore", "baltic"], locale).await;
        let one = format!("{base}/incidents/lks-n8-inc2");
        desk.post(&dana, base, &format!("{base}/judge"), "incident=lks-n8-inc2&reason=cut-short&note=x&tab=one").await;
        let fresh = Random::System.id().unwrap();
        desk.post(&dana, &one, &format!("{one}/comments"), &format!("text=seen&fresh={fresh}")).await;
        desk.views("lakeside-market", 1).await;
        let all = format!("{base}/incidents");
        let access = format!("{base}/access");
        let quiet = "/locations/depot-altona";
        let pages = ["/locations", "/suspicious", base, all.as_str(), one.as_str(), access.as_str(), quiet];
        for (number, path) in pages.into_iter().enumerate() {
            std::fs::write(folder.join(format!("{locale}-{number}.html")), desk.page(&dana, path).await).unwrap();
        }
    }
    let mut java = std::process::Command::new("java");
    let checked = java.args(["-jar", &jar, "--errors-only", "--skip-non-html"]).arg(&folder).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    desk.stage.app.close().await;
}
