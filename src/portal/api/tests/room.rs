//! A portal on an empty installation, and the keys of programs that ask it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::Value;
use tower::ServiceExt;

use crate::access::{NewKey, RANDOM_BYTES, mint_key};
use crate::app::App;
use crate::archive::Archive;
use crate::clock::{Clock, FixedClock};
use crate::config::{self, Config, Environment};
use crate::db::Db;
use crate::model::KeyRight;
use crate::portal::{PortalState, router};
use crate::random::Random;
use crate::render::Templates;

/// What programs that hand in returned mail must know.
pub(super) const BOUNCES_KEY: &str = "a key of tests, which is long enough to be one";

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

pub(super) struct Room {
    pub(super) app: App,
    pub(super) db: Db,
    pub(super) archive: Archive,
    pub(super) clock: FixedClock,
    router: Router,
    keys: std::sync::atomic::AtomicU8,
    _folder: tempfile::TempDir,
}

pub(super) fn now() -> DateTime<Utc> {
    "2026-03-29T05:00:00Z".parse().unwrap()
}

impl Room {
    pub(super) async fn new() -> Self {
        Self::with("").await
    }

    /// With a configuration of its own.
    pub(super) async fn with(toml: &str) -> Self {
        Self::of(toml, &Environment::default()).await
    }

    /// One that takes returned mail.
    pub(super) async fn bouncing() -> Self {
        Self::of("", &Environment::of([(config::BOUNCES_KEY, BOUNCES_KEY)])).await
    }

    async fn of(toml: &str, environment: &Environment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = FixedClock::new(now());
        let config = Config::parse(toml, None, folder.path(), environment).unwrap();
        let app = App::build(config, Clock::Fixed(clock.clone())).await.unwrap();
        let templates = Templates::embedded();
        let state = PortalState::new(app.pipeline.clone(), app.config.clone(), Random::fixed(), &templates);
        let router = router(state.await.unwrap(), false);
        let (db, archive) = (app.pipeline.db.clone(), app.pipeline.archive.clone());
        Self { app, db, archive, clock, router, keys: 0.into(), _folder: folder }
    }

    /// A new key, with the right to send feeds, for these branches or for all.
    pub(super) async fn key(&self, branches: Option<&[&str]>) -> String {
        self.key_with(&[KeyRight::Feed], branches).await
    }

    pub(super) async fn key_with(&self, rights: &[KeyRight], branches: Option<&[&str]>) -> String {
        let number = self.keys.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let new = NewKey {
            name: format!("key {number}"),
            rights: rights.to_vec(),
            branches: branches.map(|branches| branches.iter().map(|branch| branch.parse().unwrap()).collect()),
            expires_at: None,
        };
        let mut tx = self.db.begin().await.unwrap();
        let minted = mint_key(&mut tx, new, &[number; RANDOM_BYTES], "tests", now()).await.unwrap();
        tx.commit().await.unwrap();
        minted.text.reveal().to_owned()
    }

    pub(super) async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let answer =
            Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).unwrap() };
        if answer.status.is_client_error() || answer.status.is_server_error() {
            assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text);
            let problem = answer.json();
            assert_eq!(problem["status"], answer.status.as_u16());
            assert!(problem["type"].is_string() && problem["title"].is_string() && problem["detail"].is_string());
        }
        answer
    }

    /// The status of a page, which is for people.
    pub(super) async fn page(&self, request: Request<Body>) -> StatusCode {
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    pub(super) async fn post(&self, path: &str, key: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path).header("content-type", kind).header("authorization", format!("Bearer {key}"));
        self.ask(request.body(body.into()).unwrap()).await
    }

    pub(super) async fn get(&self, path: &str, key: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {key}"));
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn plain(&self, method: Method, path: &str) -> Answer {
        self.ask(Request::builder().method(method).uri(path).body(Body::empty()).unwrap()).await
    }
}
