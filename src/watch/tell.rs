//! Tell: what was found becomes an alert's row, and the row a mail to operators or a post to their webhook.
//!
//! The intention stands before the effect. What is found first is told at once, and then gathered into at most one mail
//! an hour, whatever it is about; a webhook gets each as it is found. An alert whose process died while telling it is
//! told again, with the same Message-ID: for an alarm twice is better than never. One that the server refuses for good
//! is not tried again; what it was to tell is told by the next one.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::alert::{MOST, view};
use super::webhook::{Webhook, WebhookError};
use crate::audit::{self, Actor, Change};
use crate::config::{Brand, Mail};
use crate::db::alerts::{self, Alert};
use crate::db::findings::{self, Channel};
use crate::db::{Db, DbError};
use crate::deliver::{Letter, MessageError, Parts, Post, SendError, Signer, assemble};
use crate::meter::{Meter, Service};
use crate::model::{DeliveryId, EmailAddress, Language, alert_id, chain};
use crate::render::{AlertView, RenderError, Renderer};

/// Between two mails, whatever they are about.
const MAIL_GAP: TimeDelta = TimeDelta::hours(1);
/// An alert that nobody took within a day is old news.
const USEFUL_LIFE: TimeDelta = TimeDelta::hours(24);

/// Why an alert was not told; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// The row's text.
    #[error("an alert's row is not readable")]
    Row(#[from] serde_json::Error),
    /// The templates.
    #[error("cannot render the alert")]
    Render(#[from] RenderError),
    /// The message.
    #[error("cannot put the alert's mail together")]
    Message(#[from] MessageError),
    /// The way out.
    #[error("the alert was not sent")]
    Send(#[from] SendError),
    /// The limits.
    #[error("the way out has no place for the alert at the moment")]
    Busy,
    /// The webhook.
    #[error("the alert was not posted")]
    Post(#[from] WebhookError),
    /// Nobody is configured any more.
    #[error("[alerts] names nobody for it any more")]
    Nobody,
}

/// Who is told, and how. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Operators {
    /// The operators' address.
    pub to: Option<EmailAddress>,
    /// Who is told what readers say of their reports.
    pub feedback: Option<EmailAddress>,
    /// Their webhook.
    pub webhook: Option<Webhook>,
    /// `[mail]`
    pub mail: Arc<Mail>,
    /// What mails are signed with.
    pub signer: Signer,
    /// `[brand]`
    pub brand: Arc<Brand>,
    /// The way out.
    pub post: Post,
    /// Alert → mail.
    pub renderer: Arc<Renderer>,
    /// Where failures are counted.
    pub meter: Meter,
}

impl Operators {
    /// Writes alerts for what is untold, where it is time, and sends what is to be sent.
    pub async fn tell(&self, db: &Db, now: DateTime<Utc>) -> Result<(), DbError> {
        for (channel, is_there) in [(Channel::Mail, self.to.is_some()), (Channel::Hook, self.webhook.is_some())] {
            self.write(db, channel, is_there, now).await?;
        }
        let mut tx = db.begin().await?;
        let due = alerts::begin(&mut tx, now).await?;
        tx.commit().await?;
        for alert in due {
            self.send(db, &alert, now).await?;
        }
        Ok(())
    }

    /// Writes one alert about everything that is untold on a channel.
    async fn write(&self, db: &Db, channel: Channel, is_there: bool, now: DateTime<Utc>) -> Result<(), DbError> {
        let mut tx = db.begin().await?;
        let new = findings::read_untold(&mut tx, channel, false, MOST).await?;
        let ended = findings::read_untold(&mut tx, channel, true, MOST).await?;
        if new.is_empty() && ended.is_empty() {
            return Ok(());
        }
        if !is_there {
            // Nobody was to be told; whoever is named later is not told old news.
            findings::told(&mut tx, channel, Uuid::nil()).await?;
            return tx.commit().await;
        }
        let (number, last) = alerts::newest(&mut tx, channel).await?;
        if channel == Channel::Mail && last.is_some_and(|last| now < last + MAIL_GAP) {
            return Ok(());
        }
        let view = view(db, &new, &ended, &self.brand.name, now).await?;
        let number = number + 1;
        let alert = Alert {
            id: alert_id(channel.as_str(), number, now),
            channel: channel.as_str().to_owned(),
            number,
            created_at: now,
            subject: view.subject.clone(),
            // Strings and numbers only: nothing that JSON cannot write.
            body: serde_json::to_string(&view).unwrap_or_default(),
            state: "pending".into(),
            attempts: 0,
            next_at: None,
            finished_at: None,
            reply: None,
        };
        if alerts::insert(&mut tx, &alert).await? {
            findings::told(&mut tx, channel, alert.id).await?;
            let change = Change {
                actor: Actor::Daybreak,
                action: "alert.write",
                object: format!("alert:{}", alert.id),
                branch: None,
                detail: serde_json::json!({ "channel": channel.as_str(), "subject": alert.subject }),
                origin: "",
            };
            audit::record(&mut tx, change, now).await?;
            tx.commit().await?;
            tracing::warn!(alert = %alert.id, channel = channel.as_str(), subject = alert.subject, "operators are told");
        }
        Ok(())
    }

    /// One try of one alert, and what became of it.
    async fn send(&self, db: &Db, alert: &Alert, now: DateTime<Utc>) -> Result<(), DbError> {
        let told = match alert.channel.as_str() {
            "mail" => self.send_mail(alert).await,
            _ => self.post_hook(alert).await,
        };
        let (state, reply, next_at) = match told {
            Ok(reply) => ("sent", reply, None),
            Err(error) => {
                self.meter.failed(Service::Alert);
                let next = now + TimeDelta::minutes(1 << alert.attempts.clamp(1, 5));
                let refused = matches!(&error, TellError::Send(error) if error.is_final());
                let useful = !refused && next < alert.created_at + USEFUL_LIFE;
                tracing::error!(alert = %alert.id, again = useful, error = &error as &dyn std::error::Error, "operators could not be told");
                (if useful { "pending" } else { "failed" }, chain(&error), useful.then_some(next))
            }
        };
        let mut tx = db.begin().await?;
        alerts::end(&mut tx, alert.id, state, &reply, next_at, now).await?;
        if state == "failed" {
            // The next alert tells it again.
            let channel = if alert.channel == "mail" { Channel::Mail } else { Channel::Hook };
            findings::untell(&mut tx, channel, alert.id, alert.created_at).await?;
        }
        tx.commit().await
    }

    async fn send_mail(&self, alert: &Alert) -> Result<String, TellError> {
        let to = self.to.as_ref().ok_or(TellError::Nobody)?;
        let mail = self.renderer.alert(&serde_json::from_str::<AlertView>(&alert.body)?)?;
        let parts = Parts {
            delivery: DeliveryId::from(alert.id),
            from_name: self.mail.from_name.as_deref().unwrap_or(&self.brand.name),
            reply_to: None,
            to,
            to_name: "",
            subject: &alert.subject,
            text: &mail.text,
            html: &mail.html,
            pictures: &[],
            pdf: None,
            language: Language::En,
            date: alert.created_at,
            unsubscribe: None,
            list_name: "Alerts",
            list_label: "alerts",
            kind: "alert",
        };
        let message = assemble(&self.mail, &self.signer, &parts)?;
        let name = format!("{}_ALERT_{}.eml", alert.created_at.format("%Y-%m-%d"), &alert.id.simple().to_string()[..8]);
        let letter = Letter {
            delivery: DeliveryId::from(alert.id),
            from: &self.mail.from,
            to,
            name: &name,
            bytes: &message.bytes,
        };
        // A place among the mails, for an alert counts against the server's limits as they do; kept until it has left.
        let _pass = self.post.enter(to).await.map_err(|_| TellError::Busy)?;
        Ok(self.post.send(&letter).await?)
    }

    async fn post_hook(&self, alert: &Alert) -> Result<String, TellError> {
        let webhook = self.webhook.as_ref().ok_or(TellError::Nobody)?;
        let mut body: serde_json::Value = serde_json::from_str(&alert.body)?;
        // By the id a receiver tells a repeated post from a new one; `text` is what chat services show.
        body["id"] = alert.id.to_string().into();
        body["text"] = alert.subject.clone().into();
        Ok(format!("HTTP {}", webhook.post(body.to_string()).await?))
    }
}
