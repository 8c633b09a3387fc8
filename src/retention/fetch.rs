//! Fetch: a URL that may be asked becomes a file with its hash, within limits of time and size.
//!
//! A host is looked up once, and the address that was judged is the one that is connected to. Each redirect is judged
//! like the first URL. It must not decide which hosts may be asked: `[retention] copy_clips_from` does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::address::is_public;
use crate::config::FootageSource;

/// How often a server may send us on.
const REDIRECTS: usize = 3;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// Why a recording was not copied.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{0} is not in copy_clips_from")]
    NotAllowed(String),
    #[error("{0} leads to an address of a private network; write the address itself into copy_clips_from to allow it")]
    Private(String),
    #[error("{0} cannot be reached")]
    Connect(String, #[source] std::io::Error),
    #[error("the answer took too long")]
    Slow,
    #[error("the server broke the dialogue off")]
    Http(#[from] hyper::Error),
    #[error("the request cannot be written")]
    Request(#[from] hyper::http::Error),
    #[error("the server answered {0}")]
    Status(u16),
    #[error("it was sent on more than {REDIRECTS} times, or to nowhere")]
    Redirects,
    #[error("it is no recording but {0:?}")]
    NoRecording(String),
    #[error("it is larger than copy_clips_limit ({0} bytes)")]
    TooLarge(u64),
    #[error("the copy cannot be written")]
    Write(#[source] std::io::Error),
}

/// A recording in a temporary file, which goes with this value.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) file: TempPath,
    /// In lower-case hex.
    pub(super) sha256: String,
    pub(super) size: u64,
    pub(super) content_type: String,
}

/// A temporary file that is written and hashed as it comes.
pub(super) struct Sink {
    file: tokio::fs::File,
    path: TempPath,
    hash: Sha256,
    size: u64,
    limit: u64,
}

impl Sink {
    pub(super) fn new(limit: u64) -> Result<Self, FetchError> {
        let (file, path) = tempfile::NamedTempFile::new().map_err(FetchError::Write)?.into_parts();
        Ok(Self { file: tokio::fs::File::from_std(file), path, hash: Sha256::new(), size: 0, limit })
    }

    pub(super) async fn take(&mut self, bytes: &[u8]) -> Result<(), FetchError> {
        self.size += bytes.len() as u64;
        if self.size > self.limit {
            return Err(FetchError::TooLarge(self.limit));
        }
        self.hash.update(bytes);
        self.file.write_all(bytes).await.map_err(FetchError::Write)
    }

    pub(super) async fn finish(mut self, content_type: String) -> Result<Fetched, FetchError> {
        self.file.flush().await.map_err(FetchError::Write)?;
        let sha256 = hex::encode(self.hash.finalize());
        Ok(Fetched { file: self.path, sha256, size: self.size, content_type })
    }
}

/// Asks a URL, and whatever it leads to, for a recording of at most `limit` bytes.
pub(super) async fn fetch(url: &Url, sources: &[FootageSource], limit: u64) -> Result<Fetched, FetchError> {
    let mut url = url.clone();
    for _ in 0..=REDIRECTS {
        let response = ask(&url, sources).await?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        if response.status().is_redirection() {
            let next = header(LOCATION).and_then(|location| url.join(&location).ok()).ok_or(FetchError::Redirects)?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(FetchError::NotAllowed(next.origin().ascii_serialization()));
            }
            url = next;
            continue;
        }
        if response.status().as_u16() != 200 {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let content_type = header(CONTENT_TYPE).unwrap_or_default();
        if !is_recording(&content_type) {
            return Err(FetchError::NoRecording(content_type.chars().take(80).collect()));
        }
        let announced = header(CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(FetchError::TooLarge(limit));
        }
        return read(response.into_body(), content_type, limit).await;
    }
    Err(FetchError::Redirects)
}

/// A page around a recording is none, and bytes that may be anything are taken as what the feed calls them.
fn is_recording(content_type: &str) -> bool {
    let family = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known =
        ["video/", "audio/", "image/"].iter().any(|known| family.starts_with(known)) && family != "image/svg+xml";
    known || matches!(family.as_str(), "application/octet-stream" | "binary/octet-stream" | "")
}

async fn read(mut body: Incoming, content_type: String, limit: u64) -> Result<Fetched, FetchError> {
    let mut sink = Sink::new(limit)?;
    while let Some(frame) = tokio::time::timeout(SILENCE, body.frame()).await.map_err(|_| FetchError::Slow)? {
        if let Some(bytes) = frame?.data_ref() {
            sink.take(bytes).await?;
        }
    }
    sink.finish(content_type).await
}

/// One request over a connection of its own.
async fn ask(url: &Url, sources: &[FootageSource]) -> Result<Response<Incoming>, FetchError> {
    let origin = url.origin().ascii_serialization();
    let source = sources.iter().find(|source| source.allows(url)).ok_or(FetchError::NotAllowed(origin.clone()))?;
    let stream = connect(url, source, &origin).await?;
    if url.scheme() == "http" {
        return send(TokioIo::new(stream), url).await;
    }
    let failed = |error: std::io::Error| FetchError::Connect(origin.clone(), error);
    let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(name).map_err(|error| failed(std::io::Error::other(error)))?;
    let tls = TlsConnector::from(Arc::new(trust().map_err(|error| failed(std::io::Error::other(error)))?));
    let secured = tokio::time::timeout(CONNECT, tls.connect(name, stream)).await.map_err(|_| FetchError::Slow)?;
    send(TokioIo::new(secured.map_err(failed)?), url).await
}

/// Certificates of this machine's own list, so that a house's own authority counts.
fn trust() -> Result<ClientConfig, tokio_rustls::rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Connects to the first address that may be asked and answers.
async fn connect(url: &Url, source: &FootageSource, origin: &str) -> Result<TcpStream, FetchError> {
    let failed = |error| FetchError::Connect(origin.to_owned(), error);
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let found = tokio::time::timeout(CONNECT, lookup_host((host, port))).await.map_err(|_| FetchError::Slow)?;
    let allowed: Vec<SocketAddr> =
        found.map_err(failed)?.filter(|address| source.is_address() || is_public(address.ip())).collect();
    if allowed.is_empty() {
        return Err(FetchError::Private(origin.to_owned()));
    }
    tokio::time::timeout(CONNECT, TcpStream::connect(allowed.as_slice()))
        .await
        .map_err(|_| FetchError::Slow)?
        .map_err(failed)
}

async fn send<S: Read + Write + Unpin + Send + 'static>(
    stream: S,
    url: &Url,
) -> Result<Response<Incoming>, FetchError> {
    let (mut sender, connection) = http1::handshake(stream).await?;
    // It ends with the response's body, or with an error that the body tells.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let host = url.port().map_or_else(
        || url.host_str().unwrap_or_default().to_owned(),
        |port| format!("{}:{port}", url.host_str().unwrap_or_default()),
    );
    let request = Request::get(path)
        .header(HOST, host)
        .header(USER_AGENT, "daybreak")
        .header(ACCEPT, "video/*, audio/*, image/*")
        .body(Empty::<Bytes>::new())?;
    Ok(tokio::time::timeout(SILENCE, sender.send_request(request)).await.map_err(|_| FetchError::Slow)??)
}
