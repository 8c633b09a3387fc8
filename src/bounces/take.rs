//! Take: one returned mail becomes rows, in one transaction.

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::claims::Claim;
use super::notice::{Failure, Form, Notice, Verdict};
use crate::audit::{self, Actor};
use crate::config;
use crate::db::bounces::{self, Bounce};
use crate::db::deliveries::{self, Delivery};
use crate::db::suppressions::{self, Suppression};
use crate::db::{Db, DbError, Tx};
use crate::deliver::verp::{BounceKey, BounceKeyError};
use crate::model::{BounceKind, DeliveryId, DeliveryState, EmailAddress, SuppressionReason};

/// Of a mail so many bytes are read; what comes behind them is only what was returned.
pub const MOST_BYTES: usize = 16 << 20;

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Taken {
    /// It counts.
    Counted {
        /// The delivery that came back.
        delivery: DeliveryId,
        /// What it says about the address.
        kind: BounceKind,
        /// Enhanced status code, where one was given.
        status: Option<String>,
        /// Whether the address is suppressed from now on.
        suppressed: bool,
    },
    /// It was read before.
    Again {
        /// The delivery that came back.
        delivery: DeliveryId,
    },
    /// A mail came back, but no delivery of ours that was sent is named in it.
    Unmatched,
    /// A server still tries.
    Delayed,
    /// A person's program answered.
    Answer,
    /// No returned mail.
    Other,
    /// No mail at all.
    Unreadable,
}

/// What became of many mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Addresses that are gone.
    pub hard: usize,
    /// Mails that came back for another reason.
    pub soft: usize,
    /// Reports of unwanted mail.
    pub complaints: usize,
    /// Addresses suppressed by one of these.
    pub suppressed: usize,
    /// Read before.
    pub again: usize,
    /// Returned mail that names no delivery of ours.
    pub unmatched: usize,
    /// Delays, answers of people's programs, and everything else.
    pub no_bounce: usize,
    /// What is no mail, or cannot be read.
    pub unreadable: usize,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, taken: &Taken) {
        match taken {
            Taken::Counted { kind, suppressed, .. } => {
                match kind {
                    BounceKind::Hard => self.hard += 1,
                    BounceKind::Soft => self.soft += 1,
                    BounceKind::Complaint => self.complaints += 1,
                }
                self.suppressed += usize::from(*suppressed);
            }
            Taken::Again { .. } => self.again += 1,
            Taken::Unmatched => self.unmatched += 1,
            Taken::Delayed | Taken::Answer | Taken::Other => self.no_bounce += 1,
            Taken::Unreadable => self.unreadable += 1,
        }
    }
}

/// Reads one mail and records what follows from it; the same mail once more changes nothing.
pub async fn take(db: &Db, policy: &config::Bounces, raw: Vec<u8>, now: DateTime<Utc>) -> Result<Taken, DbError> {
    let read = tokio::task::spawn_blocking(move || Notice::guarded(&raw).map(|notice| (notice, digest(&raw)))).await;
    let Some((notice, digest)) = read.ok().flatten() else { return Ok(Taken::Unreadable) };
    let said = match &notice.verdict {
        Verdict::Returned(failures) => Said::Returned(failures),
        Verdict::Complaint(by) => Said::Complaint(by),
        Verdict::Delayed => return Ok(Taken::Delayed),
        Verdict::Answer => return Ok(Taken::Answer),
        Verdict::Other => return Ok(Taken::Other),
    };
    let key = BounceKey::load(db).await.map_err(|error| match error {
        BounceKeyError::Keep(error) => error,
        random @ BounceKeyError::Random(_) => DbError::Row { table: "instance", what: random.to_string() },
    })?;
    for claim in &notice.claims {
        if let Some(delivery) = claimed(db, &key, claim).await? {
            let returned =
                Returned { delivery: &delivery, said: &said, form: notice.form, digest, sure: claim.is_token() };
            return record(db, policy, &returned, now).await;
        }
    }
    Ok(Taken::Unmatched)
}

/// A mail that came back, and whose it was.
struct Returned<'a> {
    delivery: &'a Delivery,
    said: &'a Said<'a>,
    form: Form,
    digest: [u8; 32],
    /// Whether nobody but us can have named the delivery: only then its address may be suppressed.
    sure: bool,
}

enum Said<'a> {
    Returned(&'a [Failure]),
    Complaint(&'a str),
}

/// The delivery that a claim names, if there is one that was sent.
async fn claimed(db: &Db, key: &BounceKey, claim: &Claim) -> Result<Option<Delivery>, DbError> {
    if let Claim::Token(token) = claim
        && !key.made(token)
    {
        return Ok(None);
    }
    let delivery = db.delivery(claim.delivery()).await?;
    let is_claimed = |delivery: &Delivery| {
        let was_sent = matches!(
            delivery.state,
            DeliveryState::Sent | DeliveryState::Sending | DeliveryState::Unknown | DeliveryState::Bounced
        );
        was_sent
            && match claim {
                Claim::Token(_) | Claim::Id(_) => true,
                Claim::MessageId(_, message_id) => delivery.message_id.eq_ignore_ascii_case(message_id),
            }
    };
    Ok(delivery.filter(is_claimed))
}

/// Of several recipients the delivery's own; else, because aliases hide it, the one that fared worst.
fn own<'a>(failures: &'a [Failure], address: &str) -> Option<&'a Failure> {
    let is_own = |failure: &&Failure| {
        failure.recipient.as_deref().is_some_and(|recipient| EmailAddress::normalized(recipient) == address)
    };
    let hard = |failure: &&Failure| failure.kind == BounceKind::Hard;
    failures.iter().find(is_own).or_else(|| failures.iter().find(hard)).or_else(|| failures.first())
}

async fn record(
    db: &Db,
    policy: &config::Bounces,
    returned: &Returned<'_>,
    now: DateTime<Utc>,
) -> Result<Taken, DbError> {
    let Returned { delivery, said, form, digest, sure } = *returned;
    let address = EmailAddress::normalized(&delivery.email);
    let (kind, status, diagnostic) = match said {
        Said::Complaint(by) => (BounceKind::Complaint, None, (*by).to_owned()),
        Said::Returned(failures) => match own(failures, &address) {
            Some(failure) => {
                (failure.kind, failure.status.map(|status| status.to_string()), failure.diagnostic.clone())
            }
            None => (BounceKind::Soft, None, String::new()),
        },
    };
    let bounce = Bounce {
        digest: digest.to_vec(),
        delivery: delivery.id,
        address,
        received_at: now,
        kind,
        status: status.clone(),
        diagnostic,
        form: form.as_str().to_owned(),
    };
    let mut tx = db.begin().await?;
    // Whoever was erased does not come back with a returned mail.
    if !tx.hold_unerased(delivery.id).await? {
        return Ok(Taken::Unmatched);
    }
    if !bounces::insert(&mut tx, &bounce).await? {
        return Ok(Taken::Again { delivery: delivery.id });
    }
    // A complaint is about a mail that arrived.
    if kind != BounceKind::Complaint {
        deliveries::bounce(&mut tx, delivery.id, &sentence(&bounce), now).await?;
    }
    let suppressed = match reason(&mut tx, policy, &bounce, now).await? {
        Some(reason) if sure => suppress(&mut tx, &bounce, reason, now).await?,
        _ => false,
    };
    tx.commit().await?;
    tracing::info!(
        delivery = %delivery.id, report = %delivery.report, %kind, status = status.as_deref().unwrap_or("-"),
        form = form.as_str(), suppressed, "returned mail"
    );
    Ok(Taken::Counted { delivery: delivery.id, kind, status, suppressed })
}

/// Why the delivery is not with its reader.
fn sentence(bounce: &Bounce) -> String {
    let status = bounce.status.as_deref().filter(|status| !bounce.diagnostic.contains(status));
    let said = [status.unwrap_or_default(), &bounce.diagnostic];
    let said = said.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join(" ");
    format!("came back ({}): {}", bounce.kind, if said.is_empty() { "the server gave no reason" } else { &said })
}

/// Why the address gets no mail any more, if so.
async fn reason(
    tx: &mut Tx,
    policy: &config::Bounces,
    bounce: &Bounce,
    now: DateTime<Utc>,
) -> Result<Option<SuppressionReason>, DbError> {
    Ok(match bounce.kind {
        BounceKind::Hard => Some(SuppressionReason::HardBounce),
        BounceKind::Complaint => Some(SuppressionReason::Complaint),
        BounceKind::Soft => {
            let within = TimeDelta::from_std(policy.soft_within).unwrap_or(TimeDelta::days(30));
            let count = bounces::soft_since(tx, &bounce.address, now - within).await?;
            (count >= i64::from(policy.soft_limit)).then_some(SuppressionReason::SoftBounces)
        }
    })
}

async fn suppress(
    tx: &mut Tx,
    bounce: &Bounce,
    reason: SuppressionReason,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let detail = match &bounce.status {
        Some(status) if !bounce.diagnostic.contains(status.as_str()) => format!("{status} {}", bounce.diagnostic),
        _ => bounce.diagnostic.clone(),
    };
    let suppression = Suppression {
        address: bounce.address.clone(),
        since: now,
        reason,
        detail: detail.trim_end().to_owned(),
        delivery: Some(bounce.delivery),
        lifted_at: None,
        lifted_for: None,
    };
    let new = suppressions::insert(tx, &suppression).await?;
    if new {
        audit::record(tx, audit::suppressed(Actor::Daybreak, &suppression), now).await?;
    }
    Ok(new)
}

/// The digest of a mail, however it came: line ends, and the empty lines that files add, do not count.
fn digest(raw: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for line in raw.trim_ascii_end().split(|byte| *byte == b'\n') {
        hash.update(line.strip_suffix(b"\r").unwrap_or(line));
        hash.update(b"\n");
    }
    hash.finalize().into()
}
