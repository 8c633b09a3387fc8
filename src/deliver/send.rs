//! One delivery: claim, send, record.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::traffic::SLOW;
use super::{Full, Letter, Post, SendError, refusal};
use crate::clock::Clock;
use crate::db::attempts::{self, AttemptEnd};
use crate::db::deliveries::{self, Delivery};
use crate::db::{Db, DbError, Enqueue, Task, suppressions};
use crate::model::{AttemptOutcome, DeliveryId, DeliveryState, EmailAddress};

/// A report is of use for about a day; later tries would only mail stale news.
pub const USEFUL_LIFE: TimeDelta = TimeDelta::hours(24);

/// After so long an attempt at the outbox is dead.
const OUTBOX_PATIENCE: TimeDelta = TimeDelta::seconds(30);
/// After so long an attempt at a mail server is dead: the sum of the dialogue's deadlines, and some.
const SERVER_PATIENCE: TimeDelta = TimeDelta::minutes(9);
/// Pauses before recording an attempt's end once more.
const RECORD_PAUSES: [Duration; 6] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_mins(1),
];

/// Why a delivery could not be carried out; its state is as before, and the task may be run again.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError<E> {
    /// The rows.
    #[error("cannot record a delivery")]
    Db(#[from] DbError),
    /// The message's bytes.
    #[error("cannot read the archived message")]
    Message(#[source] E),
}

/// How a delivery's task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to do: another has it, or had it.
    NotMine,
    /// It is in this state now.
    Now(DeliveryState),
}

/// Carries out one delivery: claims it, sends the bytes that `message` fetches, and records attempt and state in one
/// transaction, the next try (if there is to be one) included.
pub async fn deliver<F, E>(
    db: &Db,
    queue: &impl Enqueue,
    post: &Post,
    clock: &Clock,
    from: &EmailAddress,
    id: DeliveryId,
    message: impl FnOnce(Delivery) -> F,
) -> Result<Outcome, DeliverError<E>>
where
    F: Future<Output = Result<(String, Vec<u8>), E>>,
{
    let Some(delivery) = db.delivery(id).await? else { return Ok(Outcome::NotMine) };
    match delivery.state {
        DeliveryState::Pending | DeliveryState::Deferred => {
            // A task that came before its time must not shorten the pause.
            if let Some(next_at) = delivery.next_at.filter(|next_at| *next_at > clock.now()) {
                return later(db, queue, id, (next_at - clock.now()).to_std().unwrap_or_default()).await;
            }
        }
        DeliveryState::Sending => return recover(db, queue, post, clock, &delivery).await,
        _ => return Ok(Outcome::NotMine),
    }
    // A place before the bytes and the claim: a mail to a domain that is taken waits as a row, not in memory.
    let to = delivery.email.parse::<EmailAddress>();
    let pass = match &to {
        Ok(to) => match post.enter(to).await {
            Ok(pass) => Some(pass),
            Err(full) => return hold(db, queue, &delivery, full, clock.now()).await,
        },
        Err(_) => None,
    };
    // The bytes first: a delivery is not claimed for a message that cannot be had.
    let (name, bytes) = message(delivery.clone()).await.map_err(DeliverError::Message)?;
    let started = clock.now();
    let mut tx = db.begin().await?;
    // In the claim's own transaction: an address may have been suppressed since the report was built.
    if let Some(why) = suppressions::stops(&mut tx, &delivery).await? {
        let stopped = deliveries::suppress(&mut tx, id, &why, started).await?;
        tx.commit().await?;
        tracing::info!(delivery = %id, report = %delivery.report, "a delivery is suppressed");
        return Ok(if stopped { Outcome::Now(DeliveryState::Suppressed) } else { Outcome::NotMine });
    }
    let Some(number) = attempts::begin(&mut tx, id, &post.name(), started).await? else {
        return Ok(Outcome::NotMine);
    };
    tx.commit().await?;

    let clocked = Instant::now();
    let sent = match &to {
        Ok(to) => post.send(&Letter { delivery: id, from, to, name: &name, bytes: &bytes }).await,
        Err(error) => Err(SendError::Rejected(error.to_string())),
    };
    let took = clocked.elapsed();
    if let Some(pass) = pass {
        match &sent {
            Ok(_) | Err(SendError::Rejected(_)) => pass.answered(),
            Err(SendError::Network(_) | SendError::Unknown(_)) if took >= SLOW => pass.hung(),
            Err(_) => {}
        }
    }
    let gone = match &sent {
        Err(SendError::Rejected(reply)) if refusal::is_gone(reply) => Some(reply.clone()),
        _ => None,
    };
    let end = judge(sent, &delivery, number, started, clock.now(), took);
    // What the server said must not be lost to a busy database: told to nobody, it would count as unknown.
    let mut pauses = RECORD_PAUSES.iter();
    loop {
        let recorded = record(db, queue, &delivery, (number, &end), gone.as_deref(), clock.now()).await;
        match (recorded, pauses.next()) {
            (Err(error), Some(pause)) if error.is_retryable() => {
                tracing::warn!(delivery = %id, %error, "an attempt's end could not be recorded yet");
                tokio::time::sleep(*pause).await;
            }
            (recorded, _) => {
                recorded?;
                return Ok(Outcome::Now(end.state));
            }
        }
    }
}

/// Comes back to a delivery after a while.
async fn later<E>(db: &Db, queue: &impl Enqueue, id: DeliveryId, after: Duration) -> Result<Outcome, DeliverError<E>> {
    let mut tx = db.begin().await?;
    queue.enqueue(&mut tx, &[Task::Deliver { delivery: id }], after).await?;
    tx.commit().await?;
    Ok(Outcome::NotMine)
}

/// Gives a delivery's place back: its domain, or everything, is taken. It comes again shortly, without an attempt, and
/// is given up when it has been coming for longer than it is of use.
async fn hold<E>(
    db: &Db,
    queue: &impl Enqueue,
    delivery: &Delivery,
    full: Full,
    now: DateTime<Utc>,
) -> Result<Outcome, DeliverError<E>> {
    let mut tx = db.begin().await?;
    let useless = now - USEFUL_LIFE - USEFUL_LIFE;
    if delivery.created_at < useless && !deliveries::reopened_since(&mut tx, delivery.id, useless).await? {
        let why = "given up: for two days the recipient's mail server, or the limits in [mail], had no place for it";
        deliveries::fail(&mut tx, delivery.id, why, now).await?;
        tx.commit().await?;
        return Ok(Outcome::Now(DeliveryState::Failed));
    }
    deliveries::held(&mut tx, delivery.id, now).await?;
    queue.enqueue(&mut tx, &[Task::Deliver { delivery: delivery.id }], full.again).await?;
    tx.commit().await?;
    tracing::debug!(delivery = %delivery.id, again_s = full.again.as_secs_f32(), "no place for a mail now");
    Ok(Outcome::NotMine)
}

/// What is left of an attempt whose worker died: where sending again is harmless it is made pending again; elsewhere
/// nobody knows, and an operator decides.
async fn recover<E>(
    db: &Db,
    queue: &impl Enqueue,
    post: &Post,
    clock: &Clock,
    delivery: &Delivery,
) -> Result<Outcome, DeliverError<E>> {
    let now = clock.now();
    // Another worker may be at it: it is dead only when every step of its dialogue must have run out.
    let patience = if post.is_idempotent() { OUTBOX_PATIENCE } else { SERVER_PATIENCE };
    let began = db.attempts(delivery.id).await?.last().map_or(delivery.created_at, |attempt| attempt.started_at);
    if now < began + patience {
        return later(db, queue, delivery.id, (began + patience - now).to_std().unwrap_or_default()).await;
    }
    let end = if post.is_idempotent() {
        AttemptEnd {
            outcome: AttemptOutcome::Transient,
            state: DeliveryState::Deferred,
            reply: "the worker died during the attempt; writing to the outbox again is harmless".into(),
            duration_ms: 0,
            next_at: Some(now),
        }
    } else {
        AttemptEnd {
            outcome: AttemptOutcome::Unknown,
            state: DeliveryState::Unknown,
            reply: "the worker died during the attempt; nobody knows whether the mail was sent".into(),
            duration_ms: 0,
            next_at: None,
        }
    };
    record(db, queue, delivery, (delivery.attempts, &end), None, now).await?;
    Ok(Outcome::Now(end.state))
}

/// Writes how an attempt ended, and what follows: the next try, or that the address is `gone`, as the server said.
async fn record(
    db: &Db,
    queue: &impl Enqueue,
    delivery: &Delivery,
    (number, end): (i32, &AttemptEnd),
    gone: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    if !attempts::end(&mut tx, delivery.id, number, end, now).await? {
        return Ok(());
    }
    if let Some(next_at) = end.next_at {
        let after = (next_at - now).to_std().unwrap_or_default();
        queue.enqueue(&mut tx, &[Task::Deliver { delivery: delivery.id }], after).await?;
    }
    let suppressed = match gone {
        Some(reply) => refusal::suppress(&mut tx, delivery, reply, now).await?,
        None => false,
    };
    tx.commit().await?;
    tracing::info!(
        delivery = %delivery.id, report = %delivery.report, attempt = number, state = %end.state,
        duration_ms = end.duration_ms, reply = end.reply, suppressed, "delivery attempt ended"
    );
    Ok(())
}

/// What the transport's answer makes of the delivery.
fn judge(
    sent: Result<String, SendError>,
    delivery: &Delivery,
    number: i32,
    started: DateTime<Utc>,
    now: DateTime<Utc>,
    took: Duration,
) -> AttemptEnd {
    let duration_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
    let (outcome, state, reply, next_at) = match sent {
        Ok(reply) => (AttemptOutcome::Accepted, DeliveryState::Sent, reply, None),
        Err(error) => {
            let reply = describe(&error);
            match error {
                SendError::Unknown(_) => (AttemptOutcome::Unknown, DeliveryState::Unknown, reply, None),
                error if error.is_final() => (AttemptOutcome::Permanent, DeliveryState::Failed, reply, None),
                _ => {
                    let next = now + retry_after(delivery.id, number);
                    if started > delivery.created_at + USEFUL_LIFE {
                        // Only a person asks for a mail as old as that: once, and they see what came of it.
                        (AttemptOutcome::Transient, DeliveryState::Failed, reply, None)
                    } else if next > delivery.created_at + USEFUL_LIFE {
                        let reply = format!("given up after {number} tries within 24 hours: {reply}");
                        (AttemptOutcome::Transient, DeliveryState::Failed, reply, None)
                    } else {
                        (AttemptOutcome::Transient, DeliveryState::Deferred, reply, Some(next))
                    }
                }
            }
        }
    };
    AttemptEnd { outcome, state, reply, duration_ms, next_at }
}

fn describe(error: &SendError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// How long to wait after the try of that number: one minute, doubling up to two hours, and up to a fifth more by a
/// jitter that follows from the delivery, so that a thousand deferred mails do not come back at once.
#[must_use]
pub fn retry_after(id: DeliveryId, number: i32) -> Duration {
    let doublings = u32::try_from(number.clamp(1, 8) - 1).unwrap_or(0);
    let base = Duration::from_secs(60 * 2_u64.pow(doublings)).min(Duration::from_hours(2));
    let jitter = u32::from(id.as_uuid().as_bytes()[15]);
    base + base / 5 * jitter / 255
}

#[cfg(test)]
mod tests;
