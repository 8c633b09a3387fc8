//! The embedded server: a folder becomes an S3 endpoint on a free loopback port of this process.
//!
//! So that signing, ranges and expiry are real on a laptop too (design decision 5). Each process that uses the folder
//! starts its own; they share the keys in it. It must not listen on anything but the loopback.

mod backend;
mod credentials;
mod write;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::backend::Backend;
use self::credentials::Credentials;
use super::ArchiveError;

/// The one bucket, a folder of that name.
pub(super) const BUCKET: &str = "daybreak";
/// A signature needs some region.
pub(super) const REGION: &str = "us-east-1";
/// How long calls under way may take to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// A running server; dropped, it stops.
pub(super) struct Embedded {
    endpoint: String,
    credentials: Credentials,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Embedded {
    /// Makes the folder and its bucket where missing, and serves them.
    pub(super) async fn start(path: &Path) -> Result<Self, ArchiveError> {
        let folder = |source| ArchiveError::Folder { path: path.to_path_buf(), source };
        std::fs::create_dir_all(path.join(BUCKET)).map_err(folder)?;
        let credentials = Credentials::of(path)?;
        let backend = Backend::open(path)?;
        let mut builder = S3ServiceBuilder::new(backend);
        builder.set_auth(SimpleAuth::from_single(credentials.id(), credentials.secret()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(ArchiveError::Listen)?;
        let address: SocketAddr = listener.local_addr().map_err(ArchiveError::Listen)?;
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(listener, builder.build(), stop.clone()));
        Ok(Self { endpoint: format!("http://{address}"), credentials, stop, task: Mutex::new(Some(task)) })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(super) fn access_key_id(&self) -> &str {
        self.credentials.id()
    }

    pub(super) fn secret_access_key(&self) -> &str {
        self.credentials.secret()
    }

    /// Takes no new connection, and waits for the calls under way.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::warn!(%error, "the embedded archive did not end well");
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn serve(listener: TcpListener, service: S3Service, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let http = Builder::new(TokioExecutor::new()).http1_only();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                // Out of file descriptors, most likely: others must end before the next can begin.
                tracing::warn!(%error, "the embedded archive cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a connection to the embedded archive stays slow");
        }
        let connection = graceful.watch(http.serve_connection(TokioIo::new(socket), service.clone()).into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection to the embedded archive broke off");
            }
        });
    }
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("calls to the embedded archive were cut off");
    }
}
