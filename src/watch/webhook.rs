//! Webhook: JSON goes to an address over HTTP or HTTPS, under a deadline.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::header::{CONTENT_TYPE, USER_AGENT};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::Url;

/// A receiver that takes longer does not take it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer, so much is read.
const MOST_ANSWER: usize = 64 * 1024;
/// Of an answer, so many characters are kept.
const KEPT: usize = 200;

/// Why something was not posted. None of them shows the address, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The machine's certificates.
    #[error("cannot read the system's certificates")]
    Certificates(#[source] std::io::Error),
    /// The address or the request.
    #[error("cannot make the request")]
    Request(#[source] hyper::http::Error),
    /// The connection.
    #[error("cannot reach {host}")]
    Connect {
        /// The receiver's host.
        host: String,
        /// Why not.
        source: hyper_util::client::legacy::Error,
    },
    /// The receiver was silent.
    #[error("{host} did not answer within {} seconds", PATIENCE.as_secs())]
    Silent {
        /// The receiver's host.
        host: String,
    },
    /// The receiver said no.
    #[error("{host} answered {status}: {answer}")]
    Refused {
        /// The receiver's host.
        host: String,
        /// Its status.
        status: u16,
        /// The beginning of what it said.
        answer: String,
    },
}

/// Posts JSON. Cheap to clone.
#[derive(Clone)]
pub struct Webhook {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Url,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "webhook at {}", self.host())
    }
}

impl Webhook {
    /// A way to that address; nothing is connected yet.
    ///
    /// # Errors
    /// [`WebhookError::Certificates`] when the system has none.
    pub fn new(url: Url) -> Result<Self, WebhookError> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .map_err(WebhookError::Certificates)?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), url })
    }

    fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// Posts a JSON text; returns the status that the receiver answered, which says that it has taken it.
    ///
    /// # Errors
    /// [`WebhookError`] naming the step; whether the receiver has taken it is then not known for sure.
    pub async fn post(&self, json: String) -> Result<u16, WebhookError> {
        let request = Request::post(self.url.as_str())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("daybreak/", env!("CARGO_PKG_VERSION")))
            .body(Full::from(json))
            .map_err(WebhookError::Request)?;
        let host = self.host();
        let answered = tokio::time::timeout(PATIENCE, async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MOST_ANSWER).collect().await;
            Ok::<_, hyper_util::client::legacy::Error>((
                status,
                body.map(http_body_util::Collected::to_bytes).unwrap_or_default(),
            ))
        });
        match answered.await {
            Err(_) => Err(WebhookError::Silent { host }),
            Ok(Err(source)) => Err(WebhookError::Connect { host, source }),
            Ok(Ok((status, _))) if status.is_success() => Ok(status.as_u16()),
            Ok(Ok((status, body))) => {
                let answer: String =
                    String::from_utf8_lossy(&body).chars().filter(|c| !c.is_control()).take(KEPT).collect();
                Err(WebhookError::Refused { host, status: status.as_u16(), answer })
            }
        }
    }
}
