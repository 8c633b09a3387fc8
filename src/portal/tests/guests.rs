//! Guests of a house: people who are signed in, and what their browsers do.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use uuid::Uuid;

use super::house::{Answer, House, mailed};
use crate::access::{Principal, Token};
use crate::db::sessions::{self, Session};
use crate::db::users::{self, User};
use crate::model::{Role, UserId};
use crate::portal::viewer;

/// A browser in which somebody is signed in, or nobody.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    /// `name=value` of every cookie.
    pub(super) cookies: Vec<String>,
    /// What their forms carry.
    pub(super) csrf: String,
    /// Their id, where they are a user.
    pub(super) user: Option<UserId>,
}

impl Guest {
    /// A browser without cookies.
    pub(super) fn nobody() -> Self {
        Self { cookies: Vec::new(), csrf: String::new(), user: None }
    }

    fn with(token: &Token, user: Option<UserId>) -> Self {
        Self { cookies: vec![format!("daybreak={token}")], csrf: viewer::csrf(token), user }
    }

    /// Keeps what an answer sets, as a browser does.
    pub(super) fn keep(&mut self, answer: &Answer) {
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            let name = format!("{}=", pair.split('=').next().unwrap());
            self.cookies.retain(|cookie| !cookie.starts_with(&name));
            if let Some(token) = pair.strip_prefix("daybreak=").and_then(Token::parse) {
                self.csrf = viewer::csrf(&token);
            }
            self.cookies.push(pair);
        }
    }
}

impl House {
    /// Somebody with a role (and branches, where it is [`Role::Branch`]) who is signed in; each call makes another.
    pub(super) async fn signed_in(&self, role: Role, branches: &[&str]) -> Guest {
        let bytes: [u8; 20] = self.random.bytes().unwrap();
        let id: UserId = Uuid::new_v8(bytes[..16].try_into().unwrap()).into();
        let user = User {
            id,
            email: format!("{}-{}@example.com", role.as_str(), &id.to_string()[..8]),
            name: format!("A {} user", role.as_str()),
            locale: None,
            role,
            branches: branches.iter().map(|branch| branch.parse().unwrap()).collect(),
            created_at: mailed(),
            disabled_at: None,
        };
        let mut tx = self.db.begin().await.unwrap();
        assert!(users::insert(&mut tx, &user).await.unwrap());
        tx.commit().await.unwrap();
        self.session_of(&Principal::User(user), Token::random(bytes)).await
    }

    /// An end customer who has proved this address.
    pub(super) async fn customer(&self, address: &str) -> Guest {
        let token = Token::random(self.random.bytes().unwrap());
        self.session_of(&Principal::Customer { address: address.into() }, token).await
    }

    /// Another browser of the same user.
    pub(super) async fn another_session(&self, guest: &Guest) -> Guest {
        let user = self.db.user(guest.user.unwrap()).await.unwrap().unwrap();
        self.session_of(&Principal::User(user), Token::random(self.random.bytes().unwrap())).await
    }

    async fn session_of(&self, principal: &Principal, token: Token) -> Guest {
        let user = if let Principal::User(user) = principal { Some(user.id) } else { None };
        let session = Session {
            token_hash: token.hash().to_vec(),
            user_id: user,
            address: if user.is_none() { principal.address().map(str::to_owned) } else { None },
            language: "en".into(),
            created_at: mailed(),
            seen_at: mailed(),
            expires_at: mailed() + TimeDelta::days(30),
            revoked_at: None,
            origin: "192.0.2.1".into(),
            agent: "Browser".into(),
        };
        let mut tx = self.db.begin().await.unwrap();
        sessions::insert(&mut tx, &session).await.unwrap();
        tx.commit().await.unwrap();
        Guest::with(&token, user)
    }

    /// A page, as a guest sees it.
    pub(super) async fn visit(&self, guest: &Guest, path: &str) -> Answer {
        self.send(browser(guest, Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// A form of a page of ours, with its csrf.
    pub(super) async fn post(&self, guest: &Guest, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &guest.csrf).extend_pairs(fields);
        let request = browser(guest, Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(form.finish().into()).unwrap()).await
    }
}

fn browser(guest: &Guest, method: Method, path: &str) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    if guest.cookies.is_empty() { request } else { request.header(header::COOKIE, guest.cookies.join("; ")) }
}

#[tokio::test]
async fn who_is_signed_in_gets_in_until_they_were_away_for_long() {
    let house = House::of(crate::compose::Sample::Ordinary.report(), 0).await;
    let branch = house.signed_in(Role::Branch, &["north"]).await;
    let customer = house.customer("dana@example.com").await;
    for guest in [&branch, &customer] {
        let answer = house.visit(guest, "/sign-in").await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/locations"));
    }
    assert_eq!(house.visit(&Guest::nobody(), "/sign-in").await.status, StatusCode::OK);
    house.clock.set(mailed() + TimeDelta::hours(13));
    assert_eq!(house.visit(&branch, "/sign-in").await.status, StatusCode::OK, "away for too long");
    assert_eq!(house.visit(&customer, "/sign-in").await.status, StatusCode::SEE_OTHER);
    house.clock.set(mailed() + TimeDelta::days(31));
    assert_eq!(house.visit(&customer, "/sign-in").await.status, StatusCode::OK);
}
