//! Workers: they take tasks of each lane from the queue and call the handler.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use apalis::layers::WorkerBuilderExt;
use apalis::prelude::{BoxDynError, Data, WorkerBuilder};
use apalis_core::backend::ext::BackendExt;
use futures::future::BoxFuture;
use futures::{Stream, StreamExt};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Engine, Lane, Wake};
use crate::db::{QueuePool, Task};

/// How long an idle worker sleeps when nobody wakes it.
const IDLE_POLL: Duration = Duration::from_millis(500);
/// A worker tells that it lives so often; one that misses two beats is dead, and its tasks are taken over.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Pause before a worker that lost its database tries again.
const RESTART_PAUSE: Duration = Duration::from_secs(2);

/// What is in hand at a stop is finished within this limit.
const STOP_PATIENCE: Duration = Duration::from_mins(1);
/// At a stop, the queue's bookkeeping is given so long.
const FAREWELL: Duration = Duration::from_millis(300);
/// How often that is looked at.
const STOP_LOOK: Duration = Duration::from_millis(50);

/// How many tasks of each lane this process works on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Builds: about one a processor.
    pub build: usize,
    /// Deliveries: mostly waiting, so more.
    pub deliver: usize,
    /// Chores of the house.
    pub house: usize,
}

/// Why a worker stopped by itself.
#[derive(Debug, thiserror::Error)]
#[error("a worker of the queue stopped")]
pub struct WorkerError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// What is done with a task; it must end well whatever happens, because the queue never retries.
#[derive(Clone)]
struct Handler {
    handle: Arc<HandlerFn>,
    /// How many tasks are in hand.
    in_hand: Arc<AtomicUsize>,
}

impl Handler {
    async fn call(&self, task: Task) {
        let work = (self.handle)(task);
        let in_hand = Arc::clone(&self.in_hand);
        in_hand.fetch_add(1, Ordering::SeqCst);
        // On a task of its own, because apalis does not poll what is in hand any more once it was told to stop.
        let done = tokio::spawn(async move {
            work.await;
            in_hand.fetch_sub(1, Ordering::SeqCst);
        });
        if let Err(error) = done.await {
            self.in_hand.fetch_sub(1, Ordering::SeqCst);
            tracing::error!(?task, %error, "the handler of a task panicked");
        }
    }
}

/// A lane's worker is named by its process, the lane, and which life of it this is.
fn lane_worker(process: &str, lane: Lane) -> String {
    format!("{process}-{}", lane.name())
}

/// The process of a lane's worker.
pub(super) fn process(worker: &str, lane: Lane) -> Option<&str> {
    let (named, _life) = worker.rsplit_once('-')?;
    named.strip_suffix(lane.name())?.strip_suffix('-')
}

type HandlerFn = dyn Fn(Task) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

impl Engine {
    /// Works until `shutdown`: what is in hand is finished, what was only fetched is given back at once.
    ///
    /// `name` must be unique among the living workers of this database.
    pub async fn work<F, R>(&self, name: &str, lanes: Lanes, handler: F, shutdown: CancellationToken)
    where
        F: Fn(Task) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let handler: Arc<HandlerFn> = Arc::new(move |task| Box::pin(handler(task)));
        let mut workers = JoinSet::new();
        for (lane, concurrency) in
            [(Lane::Build, lanes.build), (Lane::Deliver, lanes.deliver), (Lane::House, lanes.house)]
        {
            let handler = Handler { handle: Arc::clone(&handler), in_hand: Arc::default() };
            let (engine, shutdown) = (self.clone(), shutdown.clone());
            let name = lane_worker(name, lane);
            workers.spawn(async move { engine.keep_working(name, lane, concurrency, handler, shutdown).await });
        }
        while let Some(ended) = workers.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a worker's task panicked");
            }
        }
    }

    /// Runs one lane's worker, and runs it again where it lost its database.
    async fn keep_working(
        &self,
        name: String,
        lane: Lane,
        concurrency: usize,
        handler: Handler,
        shutdown: CancellationToken,
    ) {
        let mut life = 0_u32;
        while !shutdown.is_cancelled() {
            let worker = format!("{name}-{life}");
            let ended = self.run_worker(&worker, lane, concurrency, handler.clone(), shutdown.clone()).await;
            self.give_back(&worker).await;
            match ended {
                Ok(()) if shutdown.is_cancelled() => return,
                Ok(()) => tracing::warn!(worker, "the worker ended early; it starts again"),
                Err(error) => tracing::warn!(
                    worker,
                    error = &error as &dyn std::error::Error,
                    "the worker lost its queue; it starts again"
                ),
            }
            life += 1;
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(RESTART_PAUSE) => {}
            }
        }
    }

    /// What a worker leaves behind goes back to the queue at once: what it only fetched, and what it ended without
    /// having told apalis (whoever gets that finds it done).
    async fn give_back(&self, worker: &str) {
        match self.db.release_worker(worker).await {
            Ok(0) => {}
            Ok(tasks) => tracing::info!(worker, tasks, "tasks were given back to the queue"),
            Err(error) => tracing::warn!(
                worker,
                error = &error as &dyn std::error::Error,
                "tasks could not be given back; they are taken over within a minute"
            ),
        }
    }

    /// One life of a worker. Boxed here, because the compiler cannot prove apalis's future `Send` from within an
    /// `async fn` (rust-lang/rust#102211).
    fn run_worker(
        &self,
        name: &str,
        lane: Lane,
        concurrency: usize,
        handler: Handler,
        shutdown: CancellationToken,
    ) -> BoxFuture<'static, Result<(), WorkerError>> {
        // A fetched task belongs to its worker until it is given back, so no more is fetched than is soon done.
        let batch = concurrency * 4;
        let (stopping, in_hand) = (shutdown.clone(), Arc::clone(&handler.in_hand));
        let stop = async move {
            shutdown.cancelled().await;
            Ok::<(), std::io::Error>(())
        };
        let ticks = Box::pin(ticks(self.wake.clone(), lane));
        let ended: BoxFuture<'static, Result<(), apalis::prelude::WorkerError>> = match &self.pool {
            QueuePool::Sqlite(pool) => {
                let config = apalis_sqlite::Config::default()
                    .queue(lane.name())
                    .batch_size(batch)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(2)
                    .lock_tasks(false);
                let storage =
                    apalis_sqlite::SqliteStorage::<Task>::new(pool).with_config(config).poll_with_stream(ticks);
                let worker =
                    WorkerBuilder::new(name).backend(storage).concurrency(concurrency).data(handler).build(handle);
                Box::pin(worker.run_until(stop))
            }
            QueuePool::Postgres(pool) => {
                let config = apalis_postgres::Config::default()
                    .queue(lane.name())
                    .batch_size(batch)
                    .heartbeat_interval(HEARTBEAT)
                    .missed_heartbeats(2)
                    .lock_tasks(false);
                let storage =
                    apalis_postgres::PostgresStorage::<Task>::new(pool).with_config(config).poll_with_stream(ticks);
                let worker =
                    WorkerBuilder::new(name).backend(storage).concurrency(concurrency).data(handler).build(handle);
                Box::pin(worker.run_until(stop))
            }
        };
        Box::pin(async move {
            let farewell = async {
                stopping.cancelled().await;
                tokio::time::sleep(FAREWELL).await;
            };
            let ended = tokio::select! {
                ended = ended => ended.map_err(|error| WorkerError(error.into())),
                () = farewell => Ok(()),
            };
            finish(&in_hand).await;
            ended
        })
    }
}

/// Waits for what is in hand, within a limit. By now apalis's own worker is gone: once told to stop, it no longer polls
/// a transaction that it is in the middle of, and what is in hand would wait for that for ever. What it had fetched and
/// not begun is given back afterwards.
async fn finish(in_hand: &AtomicUsize) {
    let mut waited = Duration::ZERO;
    while in_hand.load(Ordering::SeqCst) > 0 && waited < STOP_PATIENCE {
        tokio::time::sleep(STOP_LOOK).await;
        waited += STOP_LOOK;
    }
}

/// Calls the handler, which ends well whatever happens.
async fn handle(task: Task, handler: Data<Handler>) -> Result<(), BoxDynError> {
    handler.call(task).await;
    Ok(())
}

/// Wakes a worker when a task was pushed in this process, and every so often for the others.
fn ticks(wake: Arc<Wake>, lane: Lane) -> impl Stream<Item = ()> + Send {
    futures::stream::unfold(wake, move |wake| async move {
        tokio::select! {
            () = wake.of(lane).notified() => {}
            () = tokio::time::sleep(IDLE_POLL) => {}
        }
        Some(((), wake))
    })
    .fuse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_s_process_is_known_by_its_name() {
        let worker = format!("{}-{}", lane_worker("worker-7-ab12", Lane::Deliver), 3);
        assert_eq!(process(&worker, Lane::Deliver), Some("worker-7-ab12"));
        assert_eq!(process(&worker, Lane::House), None);
        assert_eq!(process("somebody", Lane::Deliver), None);
    }
}
