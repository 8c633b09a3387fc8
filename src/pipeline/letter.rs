//! Letter: the task of a letter becomes one try, and where that failed for the moment a later one.

use super::Pipeline;
use crate::db::{DbError, Enqueue, Task};
use crate::letters::{Sender, Sent};
use crate::model::LetterId;

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// How letters leave.
    #[must_use]
    pub fn letters(&self) -> Sender {
        Sender {
            mail: self.settings.mail.clone().into(),
            signer: self.settings.signer.clone(),
            brand: self.settings.brand.clone().into(),
            post: self.post.clone(),
        }
    }

    pub(super) async fn handle_letter(&self, letter: LetterId) -> Result<(), DbError> {
        if !self.may_mail().await? {
            tracing::warn!("the letter stays pending: this database may be a copy; see `daybreak doctor`");
            return Ok(());
        }
        if let Sent::Again(after) = self.letters().send(&self.db, letter, self.clock.now()).await? {
            let mut tx = self.db.begin().await?;
            self.queue.enqueue(&mut tx, &[Task::Letter { letter }], after.to_std().unwrap_or_default()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
