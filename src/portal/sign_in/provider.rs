//! The provider: what it says of itself, the token that it gives for a code, and the keys it signs with, over HTTPS and
//! under a deadline. What it says of itself holds for some minutes, so that nobody makes us ask it again and again.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::access::id_token::Jwk;
use crate::config::Oidc;

/// A provider that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// What it says of itself holds for so long.
const HOLDS: TimeDelta = TimeDelta::minutes(5);
/// Of an answer, so much is read.
const MOST: usize = 256 * 1024;

/// Why the provider was of no help.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProviderError {
    #[error("cannot read the system's certificates")]
    Certificates(#[source] std::io::Error),
    #[error("cannot make the request")]
    Request(#[from] hyper::http::Error),
    #[error("cannot reach the provider")]
    Connect(#[from] hyper_util::client::legacy::Error),
    #[error("the provider did not answer within {} seconds", PATIENCE.as_secs())]
    Silent,
    #[error("the provider answered {0}")]
    Refused(u16),
    #[error("the provider's answer is cut off or too long")]
    Body,
    #[error("the provider's answer is not as it should be")]
    Answer(#[from] serde_json::Error),
    #[error("the provider names itself {0:?}, which is not the configured issuer")]
    Issuer(String),
    #[error("an address of the provider is not safe: {0}")]
    Address(String),
}

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Provider {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
}

/// What the provider said of itself lately; who asks while it is asked waits for that answer.
#[derive(Default)]
pub(in crate::portal) struct Provided(Mutex<Option<(DateTime<Utc>, Provider)>>);

impl Provided {
    /// The provider as it described itself within the last minutes.
    pub(super) async fn of(&self, oidc: &Oidc, now: DateTime<Utc>) -> Result<Provider, ProviderError> {
        let mut last = self.0.lock().await;
        if let Some((at, provider)) = &*last
            && now - *at < HOLDS
        {
            return Ok(provider.clone());
        }
        let provider = Provider::discover(oidc).await?;
        *last = Some((now, provider.clone()));
        Ok(provider)
    }
}

#[derive(Deserialize)]
struct Given {
    id_token: String,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Jwk>,
}

impl Provider {
    async fn discover(oidc: &Oidc) -> Result<Self, ProviderError> {
        let address = format!("{}/.well-known/openid-configuration", oidc.issuer.trim_end_matches('/'));
        let provider: Self =
            ask(Request::get(address).header(ACCEPT, "application/json").body(Full::default())?).await?;
        if provider.issuer != oidc.issuer {
            return Err(ProviderError::Issuer(provider.issuer));
        }
        let plain = oidc.issuer.starts_with("http://");
        for address in [&provider.authorization_endpoint, &provider.token_endpoint, &provider.jwks_uri] {
            let url = Url::parse(address).map_err(|_| ProviderError::Address(address.clone()))?;
            if url.scheme() != "https" && !plain {
                return Err(ProviderError::Address(address.clone()));
            }
        }
        Ok(provider)
    }

    /// The ID token for a code (RFC 6749 section 4.1.3, with RFC 7636's verifier).
    pub(super) async fn redeem(
        &self,
        oidc: &Oidc,
        code: &str,
        verifier: &str,
        redirect: &str,
    ) -> Result<String, ProviderError> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect)
            .append_pair("client_id", &oidc.client_id)
            .append_pair("code_verifier", verifier)
            .finish();
        let mut request = Request::post(&self.token_endpoint)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(secret) = &oidc.secret {
            let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = BASE64_STANDARD.encode(format!("{}:{}", part(&oidc.client_id), part(secret)));
            request = request.header(AUTHORIZATION, format!("Basic {pair}"));
        }
        let given: Given = ask(request.body(Full::from(form))?).await?;
        Ok(given.id_token)
    }

    /// The keys that it signs with.
    pub(super) async fn keys(&self) -> Result<Vec<Jwk>, ProviderError> {
        let request = Request::get(&self.jwks_uri).header(ACCEPT, "application/json").body(Full::default())?;
        let keys: Keys = ask(request).await?;
        Ok(keys.keys)
    }
}

async fn ask<T: DeserializeOwned>(request: Request<Full<Bytes>>) -> Result<T, ProviderError> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
        .map_err(ProviderError::Certificates)?;
    let client = Client::builder(TokioExecutor::new()).build(connector.https_or_http().enable_http1().build());
    let asked = async {
        let response = client.request(request).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(ProviderError::Refused(status.as_u16()));
        }
        let body = Limited::new(response.into_body(), MOST).collect().await.map_err(|_| ProviderError::Body)?;
        Ok(serde_json::from_slice(&body.to_bytes())?)
    };
    tokio::time::timeout(PATIENCE, asked).await.map_err(|_| ProviderError::Silent)?
}
