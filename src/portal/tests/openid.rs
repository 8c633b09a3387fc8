//! Signing in at an OpenID provider: a small one in this process, and each thing that it can get wrong.

use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use url::Url;

use super::guests::Guest;
use super::house::{Answer, House, mailed};
use crate::access::id_token::tests::Signer;
use crate::compose::Sample;
use crate::model::Role;

/// A provider: what it puts into its tokens, and the challenge and nonce of the last who went there.
#[derive(Clone)]
struct Provider {
    issuer: String,
    signer: Arc<Signer>,
    says: Arc<Mutex<Value>>,
    asked: Arc<Mutex<Option<String>>>,
}

async fn provider() -> Provider {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let provider = Provider { issuer, signer: Arc::new(Signer::new()), says: Arc::default(), asked: Arc::default() };
    let about = get(async |State(provider): State<Provider>| {
        let at = |path: &str| format!("{}{path}", provider.issuer);
        Json(json!({
            "issuer": provider.issuer, "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
        }))
    });
    let keys = get(async |State(provider): State<Provider>| Json(json!({ "keys": [provider.signer.jwk("k")] })));
    let token = post(async |State(provider): State<Provider>, Form(form): Form<Vec<(String, String)>>| {
        let value = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
        let known = provider.asked.lock().unwrap().clone();
        if known != Some(challenge)
            || value("code") != "good"
            || value("redirect_uri") != "http://localhost:8080/sign-in/openid/back"
        {
            return Err(StatusCode::BAD_REQUEST);
        }
        let claims = provider.says.lock().unwrap().clone();
        Ok(Json(json!({ "id_token": provider.signer.sign("k", &claims), "token_type": "Bearer" })))
    });
    let routes = Router::new()
        .route("/.well-known/openid-configuration", about)
        .route("/keys", keys)
        .route("/token", token)
        .with_state(provider.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    provider
}

/// What a token says otherwise than it should.
type Change = fn(&mut Value);

/// Goes there and comes back with the claims that `change` makes of the right ones.
async fn come_back(house: &House, provider: &Provider, email: &str, change: impl Fn(&mut Value)) -> Answer {
    let mut guest = Guest::nobody();
    let gone = house.visit(&guest, "/sign-in/openid?next=%2Fdesk%3Fa%3D1").await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text());
    guest.keep(&gone);
    let url = Url::parse(gone.header("location")).unwrap();
    let asked =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap();
    assert_eq!((asked("client_id").as_str(), asked("code_challenge_method").as_str()), ("us", "S256"));
    *provider.asked.lock().unwrap() = Some(asked("code_challenge"));
    let mut claims = json!({
        "iss": provider.issuer, "sub": "7", "aud": "us", "nonce": asked("nonce"),
        "exp": mailed().timestamp() + 60, "iat": mailed().timestamp(), "email": email, "email_verified": true,
    });
    change(&mut claims);
    *provider.says.lock().unwrap() = claims;
    house.visit(&guest, &format!("/sign-in/openid/back?code=good&state={}", asked("state"))).await
}

#[tokio::test]
async fn who_comes_from_the_provider_is_let_in_where_everything_is_right() {
    let provider = provider().await;
    let more = format!("[oidc]\nissuer = \"{}\"\nclient_id = \"us\"\nlabel = \"Our <login>\"\n", provider.issuer);
    let house = House::with(Sample::Ordinary.report(), 0, &more).await;
    let id = house.signed_in(Role::Staff, &[]).await.user.unwrap();
    let email = house.db.user(id).await.unwrap().unwrap().email;
    let page = house.get("/sign-in?next=%2Fdesk").await.text();
    assert!(page.contains("Our &lt;login&gt;") && page.contains("/sign-in/openid?next="), "{page}");

    let entered = come_back(&house, &provider, &email.to_uppercase(), |_| {}).await;
    assert_eq!(
        (entered.status, entered.header("location")),
        (StatusCode::SEE_OTHER, "/desk?a=1"),
        "{}",
        entered.text()
    );
    assert!(entered.header("set-cookie").starts_with("daybreak="));
    let wanted = crate::db::audit::Wanted { action: Some("openid.bind".into()), ..Default::default() };
    assert_eq!(
        house.db.audit_found(&wanted, 9).await.unwrap().len(),
        1,
        "that they are bound to that account is entered"
    );

    let cases: [(&str, Change, StatusCode); 7] = [
        ("nonce", |claims| claims["nonce"] = json!("other"), StatusCode::BAD_GATEWAY),
        ("issuer", |claims| claims["iss"] = json!("http://127.0.0.1:1"), StatusCode::BAD_GATEWAY),
        ("audience", |claims| claims["aud"] = json!("them"), StatusCode::BAD_GATEWAY),
        ("expired", |claims| claims["exp"] = json!(mailed().timestamp() - 600), StatusCode::BAD_GATEWAY),
        ("unverified", |claims| claims["email_verified"] = json!(false), StatusCode::FORBIDDEN),
        ("stranger", |claims| claims["email"] = json!("x@example.com"), StatusCode::FORBIDDEN),
        ("the address of another account", |claims| claims["sub"] = json!("8"), StatusCode::FORBIDDEN),
    ];
    for (what, change, status) in cases {
        let answer = come_back(&house, &provider, &email, change).await;
        assert!(answer.status == status && answer.header("set-cookie").is_empty(), "{what}: {}", answer.status);
    }
    for path in ["/sign-in/openid/back", "/sign-in/openid/back?code=good&state=x"] {
        assert_eq!(house.get(path).await.status, StatusCode::BAD_GATEWAY, "without the cookie of who went: {path}");
    }
    let unknown = House::of(Sample::Ordinary.report(), 0).await;
    assert_eq!(unknown.get("/sign-in/openid").await.status, StatusCode::NOT_FOUND, "where none is configured");
}
