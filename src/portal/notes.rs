//! Notes: that somebody looked, and that a session is used, become rows by and by, and no answer waits long for them.
//!
//! SQLite has one writer, and a feed that is taken holds it for as long as a minute. Until it is free, notes stand in a
//! queue in memory, which is emptied in batches and written out when the process stops. It must not decide what is noted,
//! and a fault here must never become the answer to a request.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::db::views::Viewed;
use crate::db::{Db, DbError};

/// So many looks wait at most, of half a kilobyte each; with more, the database has been away for long.
const MOST: usize = 50_000;
/// So many are written at once.
const BATCH: usize = 100;
/// How long an answer waits for its look to be written, so that whoever opens the access log next finds it there.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long after a database that refused it is asked again.
const AGAIN: Duration = Duration::from_millis(500);
/// How long a process that stops waits for the last of them.
const LAST: Duration = Duration::from_secs(30);

/// What is to be written; clones share it.
#[derive(Clone)]
pub struct Notes(Arc<Shared>);

struct Shared {
    db: Db,
    waiting: Mutex<Waiting>,
    /// How many looks have been written, or given up, so far.
    settled: watch::Sender<u64>,
}

#[derive(Default)]
struct Waiting {
    views: VecDeque<Viewed>,
    /// Sessions by the hashes of their tokens, and when they were used last.
    sessions: HashMap<Vec<u8>, DateTime<Utc>>,
    /// How many looks there were so far.
    taken: u64,
    /// How many found no room since the last that did.
    lost: u64,
    /// Whether a task is writing.
    writing: bool,
    /// Whether the last answer that waited did so in vain: others need not.
    slow: bool,
}

impl Notes {
    pub(super) fn new(db: Db) -> Self {
        Self(Arc::new(Shared { db, waiting: Mutex::default(), settled: watch::Sender::new(0) }))
    }

    /// Notes that somebody looked; returns its number for [`Notes::settled`].
    pub(super) fn look(&self, view: Viewed) -> u64 {
        let mut waiting = self.lock();
        if waiting.views.len() >= MOST {
            waiting.lost += 1;
            if waiting.lost == 1 {
                tracing::error!(waiting = MOST, "the database has taken no looks for long: the next ones are lost");
            }
            return 0;
        }
        waiting.lost = 0;
        waiting.views.push_back(view);
        waiting.taken += 1;
        let number = waiting.taken;
        self.wake(&mut waiting);
        number
    }

    /// Notes that a session is used.
    pub(super) fn session(&self, token_hash: &[u8], now: DateTime<Utc>) {
        let mut waiting = self.lock();
        waiting.sessions.insert(token_hash.to_vec(), now);
        self.wake(&mut waiting);
    }

    /// Waits a moment for the look of that number to be written.
    pub(super) async fn settled(&self, number: u64) {
        if self.lock().slow {
            return;
        }
        let mut settled = self.0.settled.subscribe();
        let in_time = timeout(PATIENCE, settled.wait_for(|done| *done >= number)).await;
        if in_time.is_err() {
            self.lock().slow = true;
        }
    }

    /// How many things other than `subject` a person has looked at since an instant, of those that are not written yet.
    pub(super) fn others(&self, person: &str, since: DateTime<Utc>, subject: &str) -> u64 {
        let waiting = self.lock();
        let theirs = waiting.views.iter().rev().take_while(|view| view.at > since);
        let others = theirs.filter(|view| view.person == person && view.subject != subject);
        others.map(|view| view.subject.as_str()).collect::<BTreeSet<_>>().len() as u64
    }

    /// Waits until everything is written, as a process does before it stops; says what is lost where that takes too long.
    pub async fn finish(&self) {
        let taken = self.lock().taken;
        let mut settled = self.0.settled.subscribe();
        if timeout(LAST, settled.wait_for(|done| *done >= taken)).await.is_err() {
            tracing::error!(lost = self.lock().views.len(), "the database takes no looks: the last ones are lost");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, waiting: &mut Waiting) {
        if !waiting.writing {
            waiting.writing = true;
            tokio::spawn(self.clone().write());
        }
    }

    /// Writes until nothing is left.
    async fn write(self) {
        let mut told = false;
        loop {
            let (views, sessions) = {
                let mut waiting = self.lock();
                if waiting.views.is_empty() && waiting.sessions.is_empty() {
                    waiting.writing = false;
                    return;
                }
                let views: Vec<Viewed> = waiting.views.iter().take(BATCH).cloned().collect();
                (views, std::mem::take(&mut waiting.sessions))
            };
            match self.store(&views, &sessions).await {
                Ok(()) => {
                    self.written(views.len());
                    told = false;
                }
                Err(error) => {
                    if !told {
                        tracing::warn!(error = &error as &dyn std::error::Error, "looks wait for the database");
                    }
                    told = true;
                    self.give_back(sessions);
                    sleep(AGAIN).await;
                }
            }
        }
    }

    /// The first so many are rows.
    fn written(&self, count: usize) {
        let mut waiting = self.lock();
        waiting.views.drain(..count);
        waiting.slow = false;
        drop(waiting);
        self.0.settled.send_modify(|done| *done += count as u64);
    }

    /// These were not written; what was noted since is newer.
    fn give_back(&self, sessions: HashMap<Vec<u8>, DateTime<Utc>>) {
        let mut waiting = self.lock();
        for (session, at) in sessions {
            waiting.sessions.entry(session).or_insert(at);
        }
    }

    /// Writes these. What the database will never take is logged and given up; an error is of one that may take it later.
    async fn store(&self, views: &[Viewed], sessions: &HashMap<Vec<u8>, DateTime<Utc>>) -> Result<(), DbError> {
        match self.0.db.insert_views(views).await {
            Err(error) if !error.is_retryable() => {
                for view in views {
                    given_up(self.0.db.insert_views(std::slice::from_ref(view)).await)?;
                }
            }
            written => written?,
        }
        for (session, at) in sessions {
            given_up(self.0.db.session_seen(session, *at).await)?;
        }
        Ok(())
    }
}

/// An error that will not heal, logged.
fn given_up(written: Result<(), DbError>) -> Result<(), DbError> {
    match written {
        Err(error) if !error.is_retryable() => {
            tracing::error!(error = &error as &dyn std::error::Error, "a note cannot be written");
            Ok(())
        }
        written => written,
    }
}
