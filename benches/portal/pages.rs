//! Pages: a signed-in person asks for one after another, and it is timed how long each takes.

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
use daybreak::model::Role;
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::failure::{Failure, Step};

/// Somebody of ours, who sees every location.
pub(crate) struct Visitor {
    router: Router,
    cookie: String,
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
const PAGES: [(&str, &str); 9] = [
    ("locations", "/locations"),
    ("locations, page 40", "/locations?page=40"),
    ("locations, searched", "/locations?q=1234"),
    ("locations, by incidents", "/locations?sort=incidents&status=incidents"),
    ("every location", "/suspicious"),
    ("recent incidents", "/locations/{site}"),
    ("all incidents", "/locations/{site}/incidents"),
    ("all incidents, searched, by case", "/locations/{site}/incidents?q=jacket&sort=case"),
    ("access log", "/locations/{site}/access"),
];

impl Visitor {
    pub(crate) async fn sign_in(app: &App, sites: &[Location]) -> Result<Self, Failure> {
        let templates = app.templates().step("read the templates")?;
        let state = PortalState::new(app.pipeline.clone(), app.config.clone(), Random::System, &templates).await;
        let router = portal::router(state.step("open the portal")?, false);
        let now = app.pipeline.clock.now();
        let id = Random::System.id().step("make an id")?.into();
        let user = User {
            id,
            email: "bench@example.com".into(),
            name: "Bench".into(),
            locale: Some("en-US".into()),
            role: Role::Staff,
            branches: Vec::new(),
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
        let sites = sites.iter().map(|site| site.location.to_string()).collect();
        Ok(Self { router, cookie: format!("daybreak={token}"), sites })
    }

    /// Asks for each page in turn until time is up, or `over`.
    pub(crate) async fn ask(&self, long: Duration, over: &CancellationToken) -> Result<Vec<Timed>, Failure> {
        let mut timed: Vec<Timed> = PAGES.iter().map(|(what, _)| Timed { what, bytes: 0, times: Vec::new() }).collect();
        let began = Instant::now();
        let mut round = 0;
        while round < 2 || (began.elapsed() < long && !over.is_cancelled()) {
            for (page, (_, path)) in timed.iter_mut().zip(PAGES) {
                let site = self.sites.get(round * 7 % self.sites.len().max(1)).map_or("", String::as_str);
                let (time, bytes) = self.once(&path.replace("{site}", site)).await?;
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

    async fn once(&self, path: &str) -> Result<(Duration, usize), Failure> {
        let request = Request::builder().uri(path).header(header::COOKIE, &self.cookie).body(Body::empty());
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
