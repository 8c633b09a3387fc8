//! Again: a source that was found right is read once more, on a thread of its own, for what a later check needs of it.

use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::check::read;
use super::media::Media;
use super::record::Parsed;
use super::source::{Source, SourceError};

/// Messages of the reading thread that may wait.
const WAITING: usize = 4;
/// Picked things a message.
const BATCH: usize = 512;

/// What a thread picks from a source; it hands the media back at its end.
pub(super) struct Again<T> {
    batches: mpsc::Receiver<Vec<T>>,
    task: JoinHandle<Result<Media, SourceError>>,
}

impl<T: Send + 'static> Again<T> {
    /// Begins to read. `pick` gets the input's index, the line's number and the record.
    pub(super) fn begin(
        source: &Arc<Source>,
        mut media: Media,
        pick: impl Fn(usize, u64, Parsed) -> Option<T> + Send + 'static,
    ) -> Self {
        let (sender, batches) = mpsc::channel(WAITING);
        let source = Arc::clone(source);
        let task = spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            read(&source, &mut media, |input, line, _, parsed| {
                let Some(picked) = pick(input, line, parsed) else { return ControlFlow::Continue(()) };
                batch.push(picked);
                if batch.len() < BATCH || sender.blocking_send(std::mem::take(&mut batch)).is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            // Nobody listens where the check was given up.
            let _ = sender.blocking_send(batch);
            Ok(media)
        });
        Self { batches, task }
    }

    /// The next some.
    pub(super) async fn next(&mut self) -> Option<Vec<T>> {
        self.batches.recv().await
    }

    /// The media, when all is read.
    pub(super) async fn end(self) -> Result<Media, super::ImportError> {
        Ok(self.task.await??)
    }
}
