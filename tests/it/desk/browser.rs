//! Somebody signed in, who loads pages and sends their forms.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use daybreak::access::Token;
use daybreak::app::App;
use daybreak::db::sessions::{self, Session};
use daybreak::db::users::{self, User};
use daybreak::model::Role;
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::support::Stage;

/// What a page answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) location: String,
    pub(super) policy: String,
    pub(super) kind: String,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}

/// A browser with a session.
pub(super) struct Browser {
    pub(super) router: Router,
    cookie: String,
    csrf: String,
}

/// The portal of an installation.
pub(super) async fn portal(stage: &Stage, shutdown: CancellationToken) -> Router {
    let App { pipeline, config, .. } = &stage.app;
    let templates = stage.app.templates().unwrap();
    let opened = PortalState::new(pipeline.clone(), config.clone(), Random::System, &templates).await.unwrap();
    portal::router(opened.until(shutdown), false)
}

impl Browser {
    /// Somebody of that role at an installation; operations where `role` is none of the others.
    pub(super) async fn of(stage: &Stage, router: &Router, role: Role, number: u8) -> Self {
        let (db, now) = (&stage.app.pipeline.db, stage.now());
        let user = User {
            id: uuid::Uuid::from_u128(number.into()).into(),
            email: format!("sam{number}@example.com"),
            name: format!("Sam {number}"),
            locale: Some("en-GB".into()),
            role,
            branches: Vec::new(),
            created_at: now,
            disabled_at: None,
        };
        let token = Token::random([number; 20]);
        let session = Session {
            token_hash: token.hash().to_vec(),
            user_id: Some(user.id),
            address: None,
            language: "en".into(),
            created_at: now,
            // In use all the while: stories move the clock by days, and are not about idle sessions.
            seen_at: now + chrono::TimeDelta::days(300),
            expires_at: now + chrono::TimeDelta::days(300),
            revoked_at: None,
            origin: "192.0.2.7".into(),
            agent: "a browser".into(),
        };
        let mut tx = db.begin().await.unwrap();
        users::insert(&mut tx, &user).await.unwrap();
        sessions::insert(&mut tx, &session).await.unwrap();
        tx.commit().await.unwrap();
        let mut browser = Self { router: router.clone(), cookie: format!("daybreak={token}"), csrf: String::new() };
        let home = if role == Role::Operations { "/operations" } else { "/desk" };
        let page = browser.get(home).await.text();
        let word = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        word.unwrap_or_default().clone_into(&mut browser.csrf);
        browser
    }

    /// Nobody.
    pub(super) fn nobody(router: &Router) -> Self {
        Self { router: router.clone(), cookie: String::new(), csrf: String::new() }
    }

    /// The session's cookie.
    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", &self.cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends a form of a page.
    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        self.post_with(path, fields, &csrf).await
    }

    pub(super) async fn post_with(&self, path: &str, fields: &[(&str, &str)], csrf: &str) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", csrf);
        form.extend_pairs(fields);
        let request = Request::post(path)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.finish()))
            .unwrap();
        self.send(request).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let header =
            |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        Answer {
            status: parts.status,
            location: header("location"),
            policy: header("content-security-policy"),
            kind: header("content-type"),
            bytes: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }
}

/// What the audit log holds: action and object, oldest first.
pub(super) async fn audited(stage: &Stage) -> Vec<(String, String, String)> {
    let entries = stage.app.pipeline.db.audit_after(0, 1_000).await.unwrap();
    let by_people = entries.into_iter().filter(|entry| entry.actor != "daybreak");
    by_people.map(|entry| (entry.actor, entry.action, entry.object)).collect()
}
