//! Letters: what one person is to be told that is no report becomes a row, a task, and a mail.
//!
//! The intention stands before the effect, in the transaction of what the letter tells of; the task carries its id
//! only. Once a letter is final its text is forgotten, for it may hold what signs somebody in. It must not decide whom
//! to write to, or what.

mod send;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::db::letters::{self, Letter};
use crate::db::{DbError, Enqueue, Task, Tx};
use crate::model::{EmailAddress, Language, LetterId, LetterKind, LetterState};
use crate::render::{LetterView, RenderError, Renderer};

pub use send::{Sender, Sent};

/// Why a letter was not written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// The templates.
    #[error("cannot render the letter")]
    Render(#[from] RenderError),
    /// The rows.
    #[error("cannot keep the letter")]
    Db(#[from] DbError),
}

/// A letter that is wanted.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Its id: one that stands is not written again.
    pub id: LetterId,
    /// Why it is sent.
    pub kind: LetterKind,
    /// To whom.
    pub to: &'a EmailAddress,
    /// In which language its view is.
    pub language: Language,
    /// What it says.
    pub view: &'a LetterView,
    /// After this instant it is of no use.
    pub useful_until: DateTime<Utc>,
}

/// Writes a letter and enqueues it, in the transaction of what it tells of. Call `wake` of the engine after the commit.
pub async fn write(
    tx: &mut Tx,
    queue: &impl Enqueue,
    renderer: &Renderer,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<(), LetterError> {
    let mail = renderer.letter(wanted.view, wanted.language)?;
    let letter = Letter {
        id: wanted.id,
        kind: wanted.kind.as_str().to_owned(),
        address: EmailAddress::normalized(wanted.to.as_str()),
        language: wanted.language.tag().to_owned(),
        subject: wanted.view.subject.clone(),
        html: mail.html,
        text: mail.text,
        useful_until: wanted.useful_until,
        created_at: now,
        state: LetterState::Pending,
        attempts: 0,
        next_at: None,
        finished_at: None,
        reply: None,
        from_name: wanted.view.brand.as_ref().and_then(|brand| brand.from_name.clone()),
        reply_to: wanted.view.brand.as_ref().and_then(|brand| brand.reply_to.clone()),
    };
    letters::insert(tx, &letter).await?;
    queue.enqueue(tx, &[Task::Letter { letter: wanted.id }], Duration::ZERO).await?;
    Ok(())
}
