//! A desk: a night of the samples behind the portal's router, and people who sign in.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use daybreak::access::Token;
use daybreak::db::sessions::{self, Session};
use daybreak::db::users::{self, User};
use daybreak::model::Role;
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use tower::ServiceExt;

use crate::support::{Stage, root};

pub(super) const NOW: &str = "2026-03-18T16:00:00Z";
/// Read from the page's form, as a browser does.
const CSRF: &str = "name=\"csrf\" value=\"";

/// A night of the samples behind a router.
pub(crate) struct Desk {
    pub(crate) stage: Stage,
    router: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(super) location: String,
    pub(super) kind: String,
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

    async fn over(stage: Stage) -> Self {
        let (pipeline, config) = (&stage.app.pipeline, &stage.app.config);
        let templates = stage.app.templates().unwrap();
        let opened = PortalState::new(pipeline.clone(), config.clone(), Random::System, &templates).await.unwrap();
        Self { router: portal::router(opened, false), stage }
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
    pub(super) async fn customer(&self, address: &str) -> String {
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

    pub(super) async fn ask(&self, method: Method, cookie: &str, path: &str, form: &str) -> Answer {
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
    pub(super) async fn post(&self, cookie: &str, from: &str, to: &str, form: &str) -> Answer {
        let page = self.page(cookie, from).await;
        let word = page.split(CSRF).nth(1).expect("a form").split('"').next().unwrap().to_owned();
        self.ask(Method::POST, cookie, to, &format!("csrf={word}&{form}")).await
    }

    /// The subjects of a location's views, newest first, once there are `count`.
    pub(super) async fn views(&self, location: &str, count: usize) -> Vec<String> {
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
