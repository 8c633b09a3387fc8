//! Preview and test: a site's night as its contacts would get it, with no state touched, and one mail of it to one
//! address.

use super::freeze::Kind;
use super::produce::{Order, Preview, PreviewMail, ProduceError, Product};
use super::{Pipeline, ReadError};
use crate::compose::{Recipient, Report};
use crate::db::reports::ReportRow;
use crate::db::test_mails::TestMail;
use crate::db::{DbError, Enqueue, links, test_mails};
use crate::deliver::{Letter, MessageError, SendError, verp};
use crate::identity::{NotOurs, Standing};
use crate::model::{ContactRef, DeliveryId, EmailAddress, Language, LocationRef, NightDate, chain};

/// Why a test mail did not leave.
#[derive(Debug, thiserror::Error)]
pub enum TestMailError {
    /// The stages.
    #[error("cannot produce the report")]
    Produce(#[from] ProduceError),
    /// The frozen report.
    #[error("cannot read the frozen report")]
    Read(#[from] ReadError),
    /// The rows.
    #[error("cannot record the test mail")]
    Db(#[from] DbError),
    /// The message.
    #[error("cannot put the test mail together")]
    Message(#[from] MessageError),
    /// Whose database it is.
    #[error("the test mail was not sent")]
    NotOurs(#[from] NotOurs),
    /// The way out.
    #[error("the test mail was not sent")]
    Send(#[from] SendError),
}

impl<Q: Enqueue> Pipeline<Q> {
    /// A site's night as its contacts would get it now; nothing is stored and nobody is mailed.
    pub async fn preview(&self, location: &LocationRef, night: NightDate) -> Result<Preview, ProduceError> {
        let order = Order {
            location: location.clone(),
            night,
            revision: 1,
            correction: None,
            attach_pdf: true,
            late_since: None,
            test: false,
        };
        let product = Box::pin(self.produce(&order)).await?;
        let now = self.clock.now();
        let mails = product
            .report
            .recipients
            .iter()
            .map(|recipient| {
                let edition = &product.editions[&recipient.locale];
                // Not the delivery's own id: a preview is passed around, and its links must open nothing.
                let delivery = DeliveryId::of_test(product.report.id, recipient.contact.as_str(), now);
                let addressed = self.address(&product, edition, recipient, delivery, Kind::Test);
                PreviewMail {
                    contact: recipient.contact.clone(),
                    subject: addressed.subject,
                    html: addressed.html,
                    text: addressed.text,
                    pdf: edition.pdf.as_ref().map(|(name, bytes)| (name.clone(), bytes.clone())),
                    message: addressed.message.map(|message| message.bytes),
                }
            })
            .collect();
        Ok(Preview { report: product.report.clone(), json: product.json.clone(), mails })
    }

    /// Mails a site's night, marked TEST, to one address and to nobody else: the latest frozen revision where there is
    /// one, else what it would be now. Returns the mail's record.
    pub async fn send_test(
        &self,
        location: &LocationRef,
        night: NightDate,
        to: &EmailAddress,
        by: Option<String>,
    ) -> Result<TestMail, TestMailError> {
        if let Standing::Foreign { says } = self.identity.standing(&self.db).await? {
            return Err(NotOurs(says).into());
        }
        let product = Box::pin(self.test_product(location, night, to)).await?;
        Box::pin(self.send_as_test(&product, to, by)).await
    }

    /// Mails one frozen revision, marked TEST, to one address and to nobody else. Returns the mail's record.
    pub async fn send_test_of(
        &self,
        row: &ReportRow,
        to: &EmailAddress,
        by: Option<String>,
    ) -> Result<TestMail, TestMailError> {
        if let Standing::Foreign { says } = self.identity.standing(&self.db).await? {
            return Err(NotOurs(says).into());
        }
        let mut report = self.frozen(row).await?;
        report.recipients = vec![tester(&report, to)];
        let order = Order { revision: row.revision, ..test_order(&row.location, row.night) };
        let product = Box::pin(self.editions(report, &order)).await?;
        Box::pin(self.send_as_test(&product, to, by)).await
    }

    async fn send_as_test(
        &self,
        product: &Product,
        to: &EmailAddress,
        by: Option<String>,
    ) -> Result<TestMail, TestMailError> {
        let report = &product.report;
        let (location, night) = (&report.site.location, report.night);
        let recipient = &report.recipients[0];
        let at = self.clock.now();
        let id = DeliveryId::of_test(report.id, to.as_str(), at);
        let addressed = self.address(product, &product.editions[&recipient.locale], recipient, id, Kind::Test);
        let message = addressed.message?;
        let mut record = TestMail {
            id,
            location: location.clone(),
            night,
            email: to.as_str().to_owned(),
            requested_by: by,
            subject: addressed.subject,
            at,
            reply: None,
        };
        // The intent first: whatever happens to the mail, it stands here that it was meant to go.
        let mut tx = self.db.begin().await?;
        test_mails::insert(&mut tx, &record).await?;
        links::insert(&mut tx, &addressed.links).await?;
        tx.commit().await?;
        let name = format!("{night}_TEST_{}.eml", &id.as_uuid().simple().to_string()[..8]);
        let from = verp::envelope(&self.settings.mail, &self.settings.bounce_key, id);
        let letter = Letter { delivery: id, from: &from, to, name: &name, bytes: &message.bytes };
        let sent = self.post.send(&letter).await;
        let reply = match &sent {
            Ok(reply) => reply.clone(),
            Err(error) => chain(error),
        };
        let mut tx = self.db.begin().await?;
        test_mails::answer(&mut tx, id, &reply).await?;
        tx.commit().await?;
        sent?;
        record.reply = Some(reply);
        Ok(record)
    }

    async fn test_product(
        &self,
        location: &LocationRef,
        night: NightDate,
        to: &EmailAddress,
    ) -> Result<Product, TestMailError> {
        let revisions = self.db.revisions(location, night).await?;
        let order = test_order(location, night);
        let mut report = match revisions.iter().rev().find(|row| row.object_key.is_some()) {
            Some(row) => self.frozen(row).await?,
            None => self.compose(&order).await?,
        };
        report.recipients = vec![tester(&report, to)];
        Ok(self.editions(report, &order).await?)
    }
}

fn test_order(location: &LocationRef, night: NightDate) -> Order {
    Order {
        location: location.clone(),
        night,
        revision: 1,
        correction: None,
        attach_pdf: true,
        late_since: None,
        test: true,
    }
}

/// The one recipient of a test: in the site's language, by the address's name.
fn tester(report: &Report, to: &EmailAddress) -> Recipient {
    let locale = report.site.locale.clone().unwrap_or_else(|| Language::En.tag().into());
    Recipient {
        contact: ContactRef::new("test").expect("a literal ref is valid"),
        name: to.as_str().split('@').next().unwrap_or_default().to_owned(),
        email: to.as_str().to_owned(),
        language: Language::of_locale(Some(&locale)),
        locale,
    }
}
