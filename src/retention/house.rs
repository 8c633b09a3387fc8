//! House: records of the installation itself (returned mail, alerts, …) go when they are over age.

use std::ops::ControlFlow;

use super::sweep::{ROWS, Sweep};
use super::{Entry, RetentionError};
use crate::db::retention::{self, HouseRule};

/// However short `access` is: the watch looks a week back, and returned mail counts for `soft_within`, by default 30 days.
const YOUNGEST: u32 = 90;

impl Sweep<'_> {
    /// Goes through them: by `[retention] access`, where that sets a limit for all, and what is of no use in any case.
    pub(super) async fn house(&mut self) -> Result<ControlFlow<()>, RetentionError> {
        let access = self.sweeper.retention.kept.access_days.map(|days| days.max(YOUNGEST));
        for rule in HouseRule::ALL {
            let Some(days) = access.into_iter().chain(rule.useless_after).min() else { continue };
            let cutoff = self.cutoff(Some(days));
            let entry = |count, oldest| Entry {
                kind: rule.name,
                location: None,
                kept_days: Some(days),
                count,
                bytes: 0,
                oldest,
            };
            if self.dry {
                let count = self.sweeper.db.over_age_of_house(rule, cutoff).await?;
                self.add_to(entry(count.rows, count.oldest));
                continue;
            }
            loop {
                let mut tx = self.sweeper.db.begin().await?;
                let removed = retention::remove_of_house(&mut tx, rule, cutoff, ROWS).await?;
                tx.commit().await?;
                if removed == 0 {
                    break;
                }
                self.add_to(entry(removed, None));
                if self.step(removed).await.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
