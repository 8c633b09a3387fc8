//! Spool: a request's body becomes a temporary file as it comes, never a text in memory.
//!
//! The file goes with its value: a client that leaves half way leaves nothing.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures::StreamExt;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::problem::Problem;

/// Pieces of the body that may wait for the disk.
const WAITING: usize = 16;
const BUFFER: usize = 256 << 10;
/// A client that sends nothing for so long has gone.
const PATIENCE: Duration = Duration::from_mins(1);
/// After that time on the whole so many bytes a second must have come: a place is not held by a client that drips.
const LEAST_RATE: u64 = 16 << 10;

/// Why a body is not on the disk.
#[derive(Debug, thiserror::Error)]
pub(super) enum SpoolError {
    #[error("the body has more than {0} bytes")]
    TooLarge(u64),
    #[error("the body is no gzip")]
    Gzip(#[source] io::Error),
    #[error("nothing came for a minute")]
    Stalled,
    #[error("the body came with less than {LEAST_RATE} bytes a second")]
    Slow,
    #[error("the connection broke off")]
    Broken(#[source] axum::Error),
    #[error("the temporary file could not be written")]
    Disk(#[source] io::Error),
    #[error("the thread that writes the temporary file died")]
    Thread(#[from] tokio::task::JoinError),
}

impl From<SpoolError> for Problem {
    fn from(error: SpoolError) -> Self {
        match error {
            SpoolError::TooLarge(limit) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("a feed has at most {limit} bytes here ([portal] max_feed); send it in parts"),
            ),
            SpoolError::Gzip(error) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("the body is not what Content-Encoding: gzip says: {error}"),
            ),
            SpoolError::Stalled => Self::new(StatusCode::REQUEST_TIMEOUT, "nothing came for a minute; send it again"),
            SpoolError::Slow => {
                let detail =
                    format!("it came with less than {LEAST_RATE} bytes a second; send it in parts, or gzip it");
                Self::new(StatusCode::REQUEST_TIMEOUT, detail)
            }
            // Nobody will read it.
            SpoolError::Broken(_) => Self::new(StatusCode::BAD_REQUEST, "the connection broke off"),
            SpoolError::Disk(_) => Self::ours(&error, true),
            SpoolError::Thread(_) => Self::ours(&error, false),
        }
    }
}

/// Writes a body of at most `limit` bytes (after decompression) to a temporary file.
pub(super) async fn spool(body: Body, gzip: bool, limit: u64) -> Result<NamedTempFile, SpoolError> {
    let (sender, pieces) = mpsc::channel(WAITING);
    let task = spawn_blocking(move || write(pieces, gzip, limit));
    let mut body = body.into_data_stream();
    let (begun, mut came) = (Instant::now(), 0_u64);
    loop {
        let piece = match tokio::time::timeout(PATIENCE, body.next()).await {
            Err(_) => return Err(SpoolError::Stalled),
            Ok(Some(Err(error))) => return Err(SpoolError::Broken(error)),
            Ok(None) => break,
            Ok(Some(Ok(piece))) => piece,
        };
        came += piece.len() as u64;
        if is_slow(came, begun.elapsed()) {
            return Err(SpoolError::Slow);
        }
        if sender.send(piece).await.is_err() {
            break; // The thread says why.
        }
    }
    drop(sender);
    task.await?
}

/// Whether so many bytes in so long are too few.
fn is_slow(bytes: u64, within: Duration) -> bool {
    within > PATIENCE && bytes < LEAST_RATE.saturating_mul(within.as_secs())
}

fn write(mut pieces: mpsc::Receiver<Bytes>, gzip: bool, limit: u64) -> Result<NamedTempFile, SpoolError> {
    let file = tempfile::Builder::new().prefix("daybreak-feed-").tempfile().map_err(SpoolError::Disk)?;
    let mut file = Limited { file: BufWriter::with_capacity(BUFFER, file), left: limit, fault: None };
    let written = if gzip {
        let mut decoder = MultiGzDecoder::new(&mut file);
        take(&mut pieces, &mut decoder).and_then(|()| decoder.try_finish())
    } else {
        take(&mut pieces, &mut file)
    };
    match (file.fault, written) {
        (Some(Full::Limit), _) => return Err(SpoolError::TooLarge(limit)),
        (None, Err(error)) if gzip => return Err(SpoolError::Gzip(error)),
        (Some(Full::Disk(error)), _) | (None, Err(error)) => return Err(SpoolError::Disk(error)),
        (None, Ok(())) => {}
    }
    file.file.into_inner().map_err(|error| SpoolError::Disk(error.into_error()))
}

fn take(pieces: &mut mpsc::Receiver<Bytes>, to: &mut impl Write) -> io::Result<()> {
    while let Some(piece) = pieces.blocking_recv() {
        to.write_all(&piece)?;
    }
    Ok(())
}

/// A file that takes so much and no more; it keeps why it took no more, which a decoder would hide.
struct Limited {
    file: BufWriter<NamedTempFile>,
    left: u64,
    fault: Option<Full>,
}

enum Full {
    Limit,
    Disk(io::Error),
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.fault = Some(Full::Limit);
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        match self.file.write_all(bytes) {
            Ok(()) => {
                self.left = left;
                Ok(bytes.len())
            }
            Err(error) => {
                let kind = error.kind();
                self.fault = Some(Full::Disk(error));
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn zipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn a_body_becomes_a_file_that_goes_with_its_value() {
        let text = "line\n".repeat(100_000);
        for (body, gzip) in [(text.clone().into_bytes(), false), (zipped(text.as_bytes()), true)] {
            let file = spool(Body::from(body), gzip, 500_000).await.unwrap();
            assert_eq!(std::fs::read(file.path()).unwrap(), text.as_bytes());
            let path = file.path().to_owned();
            drop(file);
            assert!(!path.exists());
        }
    }

    #[test]
    fn who_drips_does_not_hold_a_place_for_long() {
        assert!(!is_slow(1, Duration::from_mins(1)), "a minute is everybody's");
        assert!(is_slow(1, Duration::from_secs(61)) && is_slow(LEAST_RATE * 99, Duration::from_secs(100)));
        assert!(!is_slow(LEAST_RATE * 100, Duration::from_secs(100)));
    }

    #[tokio::test]
    async fn too_much_is_refused_also_where_it_came_small() {
        let bomb = zipped(&vec![b' '; 10_000_000]);
        assert!(bomb.len() < 100_000);
        assert!(matches!(spool(Body::from(bomb), true, 100_000).await, Err(SpoolError::TooLarge(100_000))));
        assert!(matches!(spool(Body::from("four"), false, 3).await, Err(SpoolError::TooLarge(3))));
        assert!(spool(Body::from("four"), false, 4).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_no_gzip_or_half_of_one_is_refused() {
        assert!(matches!(
            spool(Body::from("plain text, longer than a header"), true, 100).await,
            Err(SpoolError::Gzip(_))
        ));
        let whole = zipped(b"some lines of a feed");
        let half = whole[..whole.len() - 5].to_vec();
        assert!(matches!(spool(Body::from(half), true, 100).await, Err(SpoolError::Gzip(_))));
    }
}
