//! Pages: signed-in people ask for one after another, and it is timed how long each takes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use daybreak::access::Token;
use daybreak::app::App;
use daybreak::db::sessions::{self, Session};
use daybreak::db::sites::Location;
use daybreak::db::users::{self, User};
use daybreak::model::{BranchRef, Role};
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::failure::{Failure, Step};

/// Somebody of ours and somebody of a client's, who both see every location.
pub(crate) struct Visitors {
    router: Router,
    staff: String,
    branch: String,
    sites: Vec<String>,
}

/// How long a page took.
pub(crate) struct Timed {
    pub(crate) what: &'static str,
    pub(crate) bytes: usize,
    times: Vec<Duration>,
}

impl Timed {
    /// The time, in milliseconds, within which so many of a hundred requests were answered.
    pub(crate) fn quantile(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }
}

/// The pages: a name, and an address in which `{site}` is a location that differs each time.
const PAGES: [(&str, Role, &str); 12] = [
    ("locations", Role::Staff, "/locations"),
    ("locations, as all branches' user", Role::Branch, "/locations"),
    ("locations, page 40", Role::Staff, "/locations?page=40"),
    ("locations, searched", Role::Staff, "/locations?q=1234"),
    ("locations, by incidents", Role::Staff, "/locations?sort=incidents&status=incidents"),
    ("every location", Role::Staff, "/suspicious"),
    ("every location, as all branches' user", Role::Branch, "/suspicious"),
    ("recent incidents", Role::Branch, "/locations/{site}"),
    ("all incidents", Role::Branch, "/locations/{site}/incidents"),
    ("all incidents, searched, by case", Role::Branch, "/locations/{site}/incidents?q=jacket&sort=case"),
    ("an incident", Role::Branch, "/locations/{site}/incidents/{site}-past-1-0"),
    ("access log", Role::Branch, "/locations/{site}/access"),
];

impl Visitors {
    pub(crate) async fn sign_in(app: &App, sites: &[Location]) -> Result<Self, Failure> {
        let templates = app.templates().step("read the templates")?;
        let state = PortalState::new(app.pipeline.clone(), app.config.clone(), Random::System, &templates).await;
        let router = portal::router(state.step("open the portal")?, false);
        let branches: BTreeSet<BranchRef> = sites.iter().map(|site| site.branch.clone()).collect();
        Ok(Self {
            router,
            staff: cookie(app, Role::Staff, Vec::new()).await?,
            branch: cookie(app, Role::Branch, branches.into_iter().collect()).await?,
            sites: sites.iter().map(|site| site.location.to_string()).collect(),
        })
    }

    /// Asks for each page in turn until time is up, or `over`.
    pub(crate) async fn ask(&self, long: Duration, over: &CancellationToken) -> Result<Vec<Timed>, Failure> {
        let mut timed: Vec<Timed> =
            PAGES.iter().map(|(what, ..)| Timed { what, bytes: 0, times: Vec::new() }).collect();
        let began = Instant::now();
        let mut round = 0;
        while round < 2 || (began.elapsed() < long && !over.is_cancelled()) {
            for (page, (_, role, path)) in timed.iter_mut().zip(PAGES) {
                let site = self.sites.get(round * 7 % self.sites.len().max(1)).map_or("", String::as_str);
                let cookie = if role == Role::Staff { &self.staff } else { &self.branch };
                let (time, bytes) = self.once(&path.replace("{site}", site), cookie).await?;
                // The first round warms up.
                if round > 0 {
                    page.times.push(time);
                }
                page.bytes = page.bytes.max(bytes);
            }
            round += 1;
        }
        Ok(timed)
    }

    async fn once(&self, path: &str, cookie: &str) -> Result<(Duration, usize), Failure> {
        let request = Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty());
        let request = request.step("make a request")?;
        let began = Instant::now();
        let answer = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.step("read a page")?;
        let time = began.elapsed();
        if status.is_success() {
            Ok((time, body.len()))
        } else {
            Err(Failure::new(format!("{path} answered {status}")))
        }
    }
}

/// Makes a user and a session of theirs.
async fn cookie(app: &App, role: Role, branches: Vec<BranchRef>) -> Result<String, Failure> {
    let now = app.pipeline.clock.now();
    let id = Random::System.id().step("make an id")?.into();
    let user = User {
        id,
        email: format!("{}@example.com", role.as_str()),
        name: "Bench".into(),
        locale: Some("en-US".into()),
        role,
        branches,
        created_at: now,
        disabled_at: None,
    };
    let token = Token::random(Random::System.bytes().step("make a token")?);
    let session = Session {
        token_hash: token.hash().to_vec(),
        user_id: Some(id),
        address: None,
        language: "en".into(),
        created_at: now,
        seen_at: now,
        expires_at: now + TimeDelta::days(1),
        revoked_at: None,
        origin: String::new(),
        agent: String::new(),
    };
    let mut tx = app.pipeline.db.begin().await.step("begin")?;
    users::insert(&mut tx, &user).await.step("make a user")?;
    sessions::insert(&mut tx, &session).await.step("open a session")?;
    tx.commit().await.step("commit")?;
    Ok(format!("daybreak={token}"))
}
