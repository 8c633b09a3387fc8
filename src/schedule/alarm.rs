//! The alarm clock: wakes a task three times a minute, and whenever it is asked to.
//!
//! One ring at a time. It must not decide what is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use tokio::sync::Mutex;
use tokio_cron_scheduler::{JobBuilder, JobScheduler, JobSchedulerError};

/// Three times a minute, on the machine's UTC clock. A cron job and not a "repeated" one: that kind rings once for
/// every period that a suspended laptop slept through, one after the other.
const RHYTHM: &str = "*/20 * * * * *";

/// Why the alarm could not be set or stopped.
#[derive(Debug, thiserror::Error)]
pub enum AlarmError {
    /// The scheduler did not start.
    #[error("the alarm clock could not be started")]
    Start(#[source] JobSchedulerError),
    /// The ring could not be added to the scheduler.
    #[error("the alarm clock could not be set")]
    Set(#[source] JobSchedulerError),
    /// The scheduler did not stop.
    #[error("the alarm clock could not be stopped")]
    Stop(#[source] JobSchedulerError),
}

/// A running alarm clock. Dropping it without [`Alarm::stop`] leaves it ringing until the runtime ends.
pub struct Alarm {
    scheduler: JobScheduler,
    bell: Arc<Bell>,
}

impl Alarm {
    /// Starts it: `tick` runs at once and then three times a minute, never twice at the same time (a ring that finds
    /// the one before still at work is dropped; the next comes soon).
    ///
    /// # Errors
    /// [`AlarmError`] naming the step that failed.
    pub async fn start<T>(tick: T) -> Result<Self, AlarmError>
    where
        T: Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static,
    {
        Self::with_rhythm(RHYTHM, tick).await
    }

    async fn with_rhythm<T>(rhythm: &str, tick: T) -> Result<Self, AlarmError>
    where
        T: Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static,
    {
        let bell = Arc::new(Bell { tick: Box::new(tick), ringing: Mutex::new(()), stopped: AtomicBool::new(false) });
        let scheduler = JobScheduler::new().await.map_err(AlarmError::Start)?;
        let rung = Arc::clone(&bell);
        let job = JobBuilder::new()
            .with_timezone(chrono::Utc)
            .with_cron_job_type()
            .with_schedule(rhythm)
            .map_err(AlarmError::Set)?
            .with_run_async(Box::new(move |_, _| {
                let bell = Arc::clone(&rung);
                Box::pin(async move { bell.ring_if_free().await })
            }))
            .build()
            .map_err(AlarmError::Set)?;
        scheduler.add(job).await.map_err(AlarmError::Set)?;
        scheduler.start().await.map_err(AlarmError::Start)?;
        let first = Arc::clone(&bell);
        tokio::spawn(async move { first.ring_if_free().await });
        Ok(Self { scheduler, bell })
    }

    /// Rings now, after a ring that is at work has ended: so that a changed configuration counts at once. Returns when
    /// the tick has run.
    pub async fn wake(&self) {
        let turn = self.bell.ringing.lock().await;
        self.bell.ring(&turn).await;
    }

    /// Stops it, and waits for a ring that is at work. No ring begins afterwards.
    ///
    /// # Errors
    /// [`AlarmError::Stop`] when the scheduler refuses.
    pub async fn stop(mut self) -> Result<(), AlarmError> {
        self.bell.stopped.store(true, Ordering::SeqCst);
        let stopped = self.scheduler.shutdown().await.map_err(AlarmError::Stop);
        drop(self.bell.ringing.lock().await);
        stopped
    }
}

impl std::fmt::Debug for Alarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alarm").field("stopped", &self.bell.stopped).finish_non_exhaustive()
    }
}

struct Bell {
    tick: Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
    ringing: Mutex<()>,
    stopped: AtomicBool,
}

impl Bell {
    async fn ring_if_free(&self) {
        if let Ok(turn) = self.ringing.try_lock() {
            self.ring(&turn).await;
        }
    }

    /// Whoever rings holds the turn.
    async fn ring(&self, _turn: &tokio::sync::MutexGuard<'_, ()>) {
        if !self.stopped.load(Ordering::SeqCst) {
            (self.tick)().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn it_rings_at_once_and_again_and_not_after_it_was_stopped() {
        let (rings, rung) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let (count, bell) = (Arc::clone(&rings), Arc::clone(&rung));
        let alarm = Alarm::with_rhythm("* * * * * *", move || {
            count.fetch_add(1, Ordering::SeqCst);
            bell.notify_one();
            Box::pin(async {})
        })
        .await
        .unwrap();
        rung.notified().await;
        rung.notified().await;
        alarm.wake().await;
        alarm.stop().await.unwrap();
        let rings_until_stop = rings.load(Ordering::SeqCst);
        assert!(rings_until_stop >= 3, "{rings_until_stop}");
        tokio::time::sleep(std::time::Duration::from_millis(1600)).await;
        assert_eq!(rings.load(Ordering::SeqCst), rings_until_stop);
    }

    #[tokio::test]
    async fn two_rings_never_overlap_and_stopping_waits_for_the_one_at_work() {
        let (at_work, most, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let seen = Arc::new((at_work, most, done));
        let shared = Arc::clone(&seen);
        let alarm = Alarm::with_rhythm("* * * * * *", move || {
            let seen = Arc::clone(&shared);
            Box::pin(async move {
                let now = seen.0.fetch_add(1, Ordering::SeqCst) + 1;
                seen.1.fetch_max(now, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(1300)).await;
                seen.0.fetch_sub(1, Ordering::SeqCst);
                seen.2.fetch_add(1, Ordering::SeqCst);
            })
        })
        .await
        .unwrap();
        tokio::join!(alarm.wake(), alarm.wake());
        alarm.stop().await.unwrap();
        assert_eq!(seen.1.load(Ordering::SeqCst), 1, "rings at the same time, at most");
        assert_eq!(seen.0.load(Ordering::SeqCst), 0, "none is at work after stop");
        assert!(seen.2.load(Ordering::SeqCst) >= 2);
    }
}
