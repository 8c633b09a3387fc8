//! Send: one try of one letter, and what became of it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::domains;
use crate::config::{Brand, Mail};
use crate::db::letters::{self, Letter};
use crate::db::{Db, DbError};
use crate::deliver::{MessageError, Parts, Post, SendError, Signer, assemble};
use crate::model::{DeliveryId, EmailAddress, Language, LetterId, LetterKind, LetterState, chain};

/// How letters leave. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sender {
    /// `[mail]`
    pub mail: Arc<Mail>,
    /// What mails are signed with.
    pub signer: Signer,
    /// `[brand]`
    pub brand: Arc<Brand>,
    /// The way out.
    pub post: Post,
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing more will happen by itself.
    Final(LetterState),
    /// It is to be tried again after so long.
    Again(TimeDelta),
    /// Another has it in hand, or it is final already.
    NotMine,
}

#[derive(Debug, thiserror::Error)]
enum TryError {
    #[error("the address cannot be mailed to")]
    Address(#[from] crate::model::AddressError),
    #[error("nothing is mailed to this address: {0}")]
    Suppressed(String),
    #[error("it came too late to be of use")]
    Late,
    #[error("what it carries a link to was taken back")]
    TakenBack,
    #[error("the account's rules let nothing go to this domain")]
    Domain,
    #[error("cannot put the letter together")]
    Message(#[from] MessageError),
    #[error("the way out has no place at the moment")]
    Busy,
    #[error("the letter was not sent")]
    Send(#[from] SendError),
    #[error("cannot look up the address")]
    Db(#[from] DbError),
}

impl TryError {
    /// How far the letter is after it; `Pending` where another try may help.
    fn state(&self) -> LetterState {
        match self {
            Self::Address(_) | Self::Suppressed(_) | Self::Late | Self::TakenBack | Self::Domain | Self::Message(_) => {
                LetterState::Failed
            }
            Self::Send(SendError::Unknown(_)) => LetterState::Unknown,
            Self::Send(error) if error.is_final() => LetterState::Failed,
            Self::Busy | Self::Send(_) | Self::Db(_) => LetterState::Pending,
        }
    }
}

impl Sender {
    /// One try of a letter; its end is recorded.
    pub async fn send(&self, db: &Db, id: LetterId, now: DateTime<Utc>) -> Result<Sent, DbError> {
        let mut tx = db.begin().await?;
        let Some(letter) = letters::begin(&mut tx, id, now).await? else { return Ok(Sent::NotMine) };
        tx.commit().await?;
        let (state, reply, again) = match self.attempt(db, &letter, now).await {
            Ok(reply) => (LetterState::Sent, reply, None),
            Err(error) => {
                // 5 s, 10 s, … up to a quarter of an hour: somebody waits in front of a page.
                let pause =
                    TimeDelta::seconds(5 << letter.attempts.clamp(1, 8).saturating_sub(1)).min(TimeDelta::minutes(15));
                let state = match error.state() {
                    LetterState::Pending if now + pause > letter.useful_until => LetterState::Failed,
                    state => state,
                };
                tracing::warn!(%id, state = state.as_str(), error = &error as &dyn std::error::Error, "a letter was not sent");
                (state, chain(&error), (state == LetterState::Pending).then_some(pause))
            }
        };
        let mut tx = db.begin().await?;
        letters::end(&mut tx, id, state, &reply, again.map(|pause| now + pause), now).await?;
        tx.commit().await?;
        Ok(again.map_or(Sent::Final(state), Sent::Again))
    }

    async fn attempt(&self, db: &Db, letter: &Letter, now: DateTime<Utc>) -> Result<String, TryError> {
        if now > letter.useful_until {
            return Err(TryError::Late);
        }
        let to = EmailAddress::new(letter.address.clone())?;
        if let Some(suppression) = db.suppression(&letter.address).await? {
            return Err(TryError::Suppressed(suppression.sentence()));
        }
        // What was allowed when it was shared may not be any more.
        let addressed = db.addressed(letter.id).await?;
        // The link of one that was on its way when it was sent again is checked in the other.
        if addressed.is_none() && letter.kind == LetterKind::Share.as_str() {
            return Err(TryError::TakenBack);
        }
        if let Some(addressed) = addressed {
            if addressed.revoked_at.is_some() || addressed.expires_at <= now {
                return Err(TryError::TakenBack);
            }
            if !domains::allows(&db.domain_rules(&addressed.branch).await?, &letter.address) {
                return Err(TryError::Domain);
            }
        }
        let house = self.mail.from_name.as_deref().unwrap_or(&self.brand.name);
        let reply_to = letter.reply_to.clone().and_then(|address| EmailAddress::new(address).ok());
        let parts = Parts {
            delivery: DeliveryId::from(*letter.id.as_uuid()),
            from_name: letter.from_name.as_deref().unwrap_or(house),
            reply_to: reply_to.as_ref(),
            to: &to,
            to_name: "",
            subject: &letter.subject,
            text: &letter.text,
            html: &letter.html,
            pictures: &[],
            pdf: None,
            language: Language::of_locale(Some(&letter.language)),
            date: letter.created_at,
            unsubscribe: None,
            list_name: "Letters",
            list_label: "letters",
            kind: &letter.kind,
        };
        let message = assemble(&self.mail, &self.signer, &parts)?;
        let mark = &letter.id.as_uuid().simple().to_string()[..8];
        let name = format!("{}_LETTER_{}_{mark}.eml", letter.created_at.format("%Y-%m-%d"), letter.kind);
        let envelope = crate::deliver::Letter {
            delivery: parts.delivery,
            from: &self.mail.from,
            to: &to,
            name: &name,
            bytes: &message.bytes,
        };
        let _pass = self.post.enter(&to).await.map_err(|_| TryError::Busy)?;
        Ok(self.post.send(&envelope).await?)
    }
}
