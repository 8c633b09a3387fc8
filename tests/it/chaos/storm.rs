//! Storm: events happen to three workers and their servers, and afterwards everything is there again.

use std::time::{Duration, Instant};

use daybreak::clock::Clock;

use crate::production::{ten_minutes_pass, want};
use crate::services::{Cluster, Installation, MailServer, Mood, Process, Rows, SeaweedFs};

use super::dice::Dice;

const WORKERS: usize = 3;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// `kill -9` of a worker; another takes its place.
    Kill,
    /// PostgreSQL is away for some seconds, in order or as in a crash.
    Postgres,
    /// SeaweedFS is away for some seconds.
    S3,
    /// The mail server misbehaves for some seconds.
    Mail(Mood),
}

impl Event {
    /// One of the mail server's moods, by turns.
    pub(super) fn mood(number: usize) -> Self {
        let moods = [Mood::Later, Mood::DropAfterDot, Mood::Hang, Mood::Never, Mood::Close];
        Self::Mail(moods[number % moods.len()])
    }
}

/// The scene.
pub(super) struct Storm {
    pub(super) cluster: Cluster,
    pub(super) seaweed: SeaweedFs,
    pub(super) mail: MailServer,
    pub(super) installation: Installation,
    pub(super) workers: Vec<Process>,
    lives: usize,
    dice: Dice,
    began: Instant,
    /// What happened, for whoever reads of a failure.
    pub(super) told: Vec<String>,
    /// Workers that ended although nobody killed them.
    pub(super) gave_up: Vec<String>,
}

impl Storm {
    /// Three workers begin.
    pub(super) fn begin(
        cluster: Cluster,
        seaweed: SeaweedFs,
        mail: MailServer,
        installation: Installation,
        dice: Dice,
    ) -> Self {
        let began = Instant::now();
        let mut storm = Self {
            cluster,
            seaweed,
            mail,
            installation,
            dice,
            began,
            workers: Vec::new(),
            lives: 0,
            told: Vec::new(),
            gave_up: Vec::new(),
        };
        for _ in 0..WORKERS {
            let worker = storm.worker();
            storm.workers.push(worker);
        }
        storm
    }

    /// A worker that is just sending a mail; none where nobody does so within some seconds.
    async fn busy(&mut self, rows: &Rows) -> Option<usize> {
        let pool = rows.pool().await;
        let mut found = None;
        for _ in 0..60 {
            // The queue's name of a worker begins with `worker-` and its process's id.
            let names: Vec<String> = sqlx::query_scalar(
                "SELECT j.lock_by FROM apalis.jobs j JOIN deliveries d ON d.state = 'sending' \
                 AND convert_from(j.job, 'UTF8') LIKE '%' || d.id || '%' WHERE j.status IN ('Running', 'Queued')",
            )
            .fetch_all(&pool)
            .await
            .unwrap();
            let holds =
                |worker: &Process| names.iter().any(|name| name.starts_with(&format!("worker-{}-", worker.id())));
            found = self.workers.iter().position(holds);
            if found.is_some() {
                self.tell("a worker that is just sending:");
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        pool.close().await;
        found
    }

    fn worker(&mut self) -> Process {
        self.lives += 1;
        self.installation.spawn(&format!("worker{}", self.lives), &["worker"])
    }

    fn tell(&mut self, what: &str) {
        self.told.push(format!("{:6.1} s  {what}", self.began.elapsed().as_secs_f64()));
    }

    /// Everything happens, one after the other. A share of the sites is wanted before each event, as zone after zone
    /// has its morning, so that whatever happens meets builds and mails in hand.
    pub(super) async fn rage(&mut self, rows: &Rows, events: &[Event], sites: usize) {
        let app = self.installation.app(Clock::System).await;
        let mut kills = 0;
        let share = sites.div_ceil(events.len());
        for (number, event) in events.iter().enumerate() {
            want(&app, number * share, share).await;
            tokio::time::sleep(self.dice.between(300, 2_500)).await;
            self.tell(&format!("{event:?}"));
            match event {
                Event::Kill => {
                    kills += 1;
                    let busy = if kills % 2 == 0 { self.busy(rows).await } else { None };
                    let victim = busy.unwrap_or_else(|| self.dice.below(self.workers.len()));
                    self.workers[victim].kill();
                    tokio::time::sleep(self.dice.between(100, 1_500)).await;
                    self.workers[victim] = self.worker();
                }
                Event::Postgres => {
                    let mode = ["fast", "immediate"][self.dice.below(2)];
                    let away = self.dice.between(500, 4_000);
                    tokio::task::block_in_place(|| self.cluster.stop(mode));
                    tokio::time::sleep(away).await;
                    assert!(tokio::task::block_in_place(|| self.cluster.start_again()), "PostgreSQL starts again");
                }
                Event::S3 => {
                    tokio::task::block_in_place(|| self.seaweed.kill());
                    tokio::time::sleep(self.dice.between(500, 4_000)).await;
                    tokio::task::block_in_place(|| self.seaweed.start_again());
                }
                Event::Mail(mood) => {
                    self.mail.be(*mood);
                    tokio::time::sleep(self.dice.between(500, 3_000)).await;
                    self.mail.be(Mood::Fine);
                }
            }
            self.tend();
        }
        app.close().await;
        self.tell("calm");
    }

    /// Starts a worker again that ended by itself, as systemd does: one that met its first database or archive while
    /// that was away. One that had begun to work must never end by itself.
    fn tend(&mut self) {
        for at in 0..self.workers.len() {
            if self.workers[at].has_ended() {
                let log = self.workers[at].log();
                if log.contains("worker started") {
                    self.gave_up.push(log);
                }
                self.tell("a worker that could not start is started again");
                self.workers[at] = self.worker();
            }
        }
    }

    /// Waits until the night is final. Time passes more quickly than on the clock: what waits for an instant finds it
    /// ten minutes nearer every few seconds, once a minute has gone by in which dead workers were noticed.
    pub(super) async fn calm(&mut self, rows: &Rows, patience: Duration) -> Vec<String> {
        let pool = rows.pool().await;
        let (calm, mut passed) = (Instant::now(), Instant::now() + Duration::from_secs(45));
        loop {
            self.tend();
            let open: Vec<(String, i64)> = sqlx::query_as(
                "SELECT 'report ' || state, count(*) FROM reports WHERE state = 'planned' GROUP BY state UNION ALL \
                 SELECT 'delivery ' || state, count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'deferred') \
                 GROUP BY state UNION ALL \
                 SELECT 'run ' || state, count(*) FROM runs WHERE state = 'running' GROUP BY state UNION ALL \
                 SELECT 'task ' || status, count(*) FROM apalis.jobs WHERE status <> 'Done' AND job_type <> 'house' \
                 GROUP BY status",
            )
            .fetch_all(&pool)
            .await
            .unwrap();
            if open.is_empty() {
                self.tell("everything is final");
                pool.close().await;
                return Vec::new();
            }
            if calm.elapsed() > patience {
                return vec![format!("after {} s there is still open: {open:?}", patience.as_secs())];
            }
            if Instant::now() > passed {
                self.tell(&format!("ten minutes pass; open: {open:?}"));
                ten_minutes_pass(&pool).await;
                passed = Instant::now() + Duration::from_secs(6);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}
