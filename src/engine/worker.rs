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
/// With nothing in hand, the queue's bookkeeping is given so long.
const STOP_IDLE: Duration = Duration::from_secs(1);
/// How often that is looked at.
const STOP_LOOK: Duration = Duration::from_millis(50);

/// How many tasks of each lane this process works on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lanes {
    /// Builds: about one a processor.
    pub build: usize,
    /// Deliveries: mostly waiting, so more.
    pub deliver: usize,
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
        self.in_hand.fetch_add(1, Ordering::SeqCst);
        (self.handle)(task).await;
        self.in_hand.fetch_sub(1, Ordering::SeqCst);
    }
}

type HandlerFn = dyn Fn(Task) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

impl Engine {
    /// Works until `shutdown`: what is in hand is finished, what was only fetched is given back.
    ///
    /// `name` must be unique among the living workers of this database.
    pub async fn work<F, R>(&self, name: &str, lanes: Lanes, handler: F, shutdown: CancellationToken)
    where
        F: Fn(Task) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let handler: Arc<HandlerFn> = Arc::new(move |task| Box::pin(handler(task)));
        let mut workers = JoinSet::new();
        for (lane, concurrency) in [(Lane::Build, lanes.build), (Lane::Deliver, lanes.deliver)] {
            let handler = Handler { handle: Arc::clone(&handler), in_hand: Arc::default() };
            let (engine, shutdown) = (self.clone(), shutdown.clone());
            let name = format!("{name}-{}", lane.name());
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
            match self.run_worker(&worker, lane, concurrency, handler.clone(), shutdown.clone()).await {
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
        let patience = wait_for_the_end(shutdown.clone(), Arc::clone(&handler.in_hand));
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
            tokio::select! {
                ended = ended => ended.map_err(|error| WorkerError(error.into())),
                () = patience => Ok(()),
            }
        })
    }
}

/// Ends a while after `shutdown`: apalis's own stop now and then misses its wake-up and would wait for ever. What is in
/// hand is waited for, within a limit; what was fetched and not begun comes back to the queue with the next heartbeat
/// of any worker.
async fn wait_for_the_end(shutdown: CancellationToken, in_hand: Arc<AtomicUsize>) {
    shutdown.cancelled().await;
    let mut waited = Duration::ZERO;
    let mut idle = Duration::ZERO;
    while waited < STOP_PATIENCE && idle < STOP_IDLE {
        tokio::time::sleep(STOP_LOOK).await;
        waited += STOP_LOOK;
        idle = if in_hand.load(Ordering::SeqCst) == 0 { idle + STOP_LOOK } else { Duration::ZERO };
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
