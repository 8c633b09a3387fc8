//! Resend: mails that a person wants once more, the same message by the same Message-ID.

use std::time::Duration;

use super::Pipeline;
use crate::audit::{self, Change};
use crate::db::deliveries::{self, DeliveryFilter};
use crate::db::{DbError, Enqueue, Task};
use crate::model::{DeliveryId, DeliveryState, LocationRef, NightDate};

impl<Q: Enqueue> Pipeline<Q> {
    /// Makes deliveries pending again and enqueues them, entered in the audit log as `change` where any was; returns
    /// those that now are. One that was sent is only sent again when `even_sent`; one that is on its way is left alone.
    pub async fn resend(
        &self,
        ids: &[DeliveryId],
        even_sent: bool,
        change: Option<Change<'_>>,
    ) -> Result<Vec<DeliveryId>, DbError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let reopened = deliveries::reopen(&mut tx, ids, even_sent, now).await?;
        let tasks: Vec<Task> = reopened.iter().map(|delivery| Task::Deliver { delivery: *delivery }).collect();
        self.queue.enqueue(&mut tx, &tasks, Duration::ZERO).await?;
        if let Some(change) = change.filter(|_| !reopened.is_empty()) {
            audit::record(&mut tx, change, now).await?;
        }
        tx.commit().await?;
        Ok(reopened)
    }

    /// The mails that failed or came back, and nothing else: of one site, of one night, or all.
    pub async fn failed_mails(
        &self,
        location: Option<LocationRef>,
        night: Option<NightDate>,
    ) -> Result<Vec<DeliveryId>, DbError> {
        let filter = DeliveryFilter {
            location,
            night,
            states: vec![DeliveryState::Failed, DeliveryState::Bounced],
            limit: i64::MAX,
            ..DeliveryFilter::default()
        };
        Ok(self.db.deliveries(&filter).await?.into_iter().map(|row| row.delivery.id).collect())
    }
}
