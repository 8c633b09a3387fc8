//! Circulate: a frozen revision that nobody was mailed, or not everybody, becomes mails to those who are named.
//!
//! The report stays what was frozen: its artifacts keep their bytes, and the mails' are added to its one object, so that
//! what is sent here, too, is what is archived. It must not decide who asked, or whether they may.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::freeze::{self, Addressed, Kind, manifest};
use super::produce::{Order, ProduceError, Product};
use super::{Pipeline, ReadError};
use crate::archive::{ArchiveError, Bundle, BundleError, Key, KeyError};
use crate::audit::{self, Change};
use crate::compose::{Recipient, Report};
use crate::db::artifacts::Artifact;
use crate::db::deliveries::{Delivery, DeliveryFilter};
use crate::db::links::NewLink;
use crate::db::removals::Use;
use crate::db::reports::ReportRow;
use crate::db::{DbError, Enqueue, Task, deliveries, links, removals};
use crate::model::{ContactRef, DeliveryId, DeliveryState, ReportId, ReportState};
use crate::retention::uses_of;

/// Why a revision was not circulated.
#[derive(Debug, thiserror::Error)]
pub enum CirculateError {
    /// The rows.
    #[error("cannot read or write the revision's mails")]
    Db(#[from] DbError),
    /// The frozen report.
    #[error("cannot read the frozen report")]
    Read(#[from] ReadError),
    /// The mails.
    #[error("cannot render the mails")]
    Produce(#[from] ProduceError),
    /// The object.
    #[error("cannot bundle the mails")]
    Bundle(#[from] BundleError),
    /// The object's key.
    #[error("the report's object key is not usable")]
    Key(#[from] KeyError),
    /// The archive.
    #[error("cannot archive the mails")]
    Archive(#[from] ArchiveError),
    /// There is no such revision, or it is not built.
    #[error("the revision is not built")]
    NotBuilt,
    /// The night has a newer revision, which is the one to send.
    #[error("there is a newer revision of the night: {0}")]
    Superseded(i32),
    /// Somebody else did the same at this moment, or retention did.
    #[error("the report changed meanwhile; look at it, and try again")]
    Meanwhile,
}

/// The mails that are added to a revision.
struct Added {
    deliveries: Vec<Delivery>,
    links: Vec<NewLink>,
    messages: Vec<(DeliveryId, Vec<u8>)>,
}

impl<Q: Enqueue + Clone + 'static> Pipeline<Q> {
    /// Mails a built revision to those of its recipients who are named and have not had it, at the addresses that they
    /// have now; entered in the audit log as `change` where anybody is. Returns the deliveries.
    pub async fn circulate(
        &self,
        id: ReportId,
        wanted: &[ContactRef],
        change: Option<Change<'_>>,
    ) -> Result<Vec<DeliveryId>, CirculateError> {
        let built = |row: &ReportRow| row.state == ReportState::Built && row.object_key.is_some();
        let row = self.db.report(id).await?.filter(built).ok_or(CirculateError::NotBuilt)?;
        let later = self.db.revisions(&row.location, row.night).await?.into_iter().rev().find(built);
        if let Some(later) = later.filter(|later| later.revision > row.revision) {
            return Err(CirculateError::Superseded(later.revision));
        }
        let report = self.frozen(&row).await?;
        let recipients = self.still_to_mail(&row, &report, wanted).await?;
        if recipients.is_empty() {
            return Ok(Vec::new());
        }
        let product = self.frozen_product(&row, report).await?;
        let added = self.add(&product, &recipients).await?;
        let old = row.object_key.clone().ok_or(CirculateError::NotBuilt)?;
        let (object, members) = self.bundle_with(&row, &product, &added).await?;
        let key = Key::report(&row.location, row.night, row.revision, &hex::encode(Sha256::digest(&object)));
        self.intend(&key).await?;
        self.archive.put(&key, object).await?;
        let mut uses = uses_of(&product.report);
        uses.extend(recipients.iter().map(|one| (Use::Address, one.email.to_lowercase())));
        let place = (old.as_str(), key.path());
        if !self.put_on_its_way(&row, place, (&members, &added, &uses), &recipients, change).await? {
            return Err(CirculateError::Meanwhile);
        }
        let ids: Vec<DeliveryId> = added.deliveries.iter().map(|delivery| delivery.id).collect();
        tracing::info!(report = %row.id, location = %row.location, night = %row.night, mails = ids.len(), "a frozen revision is mailed");
        Ok(ids)
    }

    /// Recipients who are wanted and have no mail of this revision, at the addresses that staff corrected since.
    async fn still_to_mail(
        &self,
        row: &ReportRow,
        report: &Report,
        wanted: &[ContactRef],
    ) -> Result<Vec<Recipient>, DbError> {
        let filter = DeliveryFilter { report: Some(row.id), limit: i64::MAX, ..DeliveryFilter::default() };
        let had: BTreeSet<ContactRef> =
            self.db.deliveries(&filter).await?.into_iter().map(|listed| listed.delivery.contact).collect();
        let mut left = Vec::new();
        for recipient in &report.recipients {
            if !wanted.contains(&recipient.contact) || had.contains(&recipient.contact) {
                continue;
            }
            let mut recipient = recipient.clone();
            if let Some(email) = self.db.contact_override(&recipient.contact).await?.and_then(|over| over.email) {
                recipient.email = email;
            }
            left.push(recipient);
        }
        Ok(left)
    }

    /// The revision's editions, with the very PDFs that were frozen.
    async fn frozen_product(&self, row: &ReportRow, report: Report) -> Result<Product, CirculateError> {
        let order = Order {
            location: row.location.clone(),
            night: row.night,
            revision: row.revision,
            correction: None,
            attach_pdf: row.attach_pdf,
            late_since: row.late_since,
            test: false,
        };
        let mut product = Box::pin(self.editions(report, &order)).await?;
        for (locale, edition) in &mut product.editions {
            let Some((_, bytes)) = &mut edition.pdf else { continue };
            if let Some(artifact) = self.db.artifact(row.id, &format!("report.{locale}.pdf")).await? {
                *bytes = self.artifact_bytes(row, &artifact).await?;
            }
        }
        Ok(product)
    }

    async fn add(&self, product: &Product, recipients: &[Recipient]) -> Result<Added, CirculateError> {
        let now = self.clock.now();
        let shown = Report { recipients: recipients.to_vec(), ..(*product.report).clone() };
        let suppressed = self.suppressed(&shown).await?;
        let mut added = Added { deliveries: Vec::new(), links: Vec::new(), messages: Vec::new() };
        for recipient in recipients {
            let delivery = DeliveryId::of(product.report.id, &recipient.contact);
            let edition = &product.editions[&recipient.locale];
            let addressed: Addressed = self.address(product, edition, recipient, delivery, Kind::of(&product.report));
            let stop = suppressed.get(&crate::model::EmailAddress::normalized(&recipient.email));
            added.deliveries.push(freeze::row(product, recipient, &addressed, stop, now));
            added.links.extend(addressed.links);
            if let Ok(message) = addressed.message {
                added.messages.push((delivery, message.bytes));
            }
        }
        Ok(added)
    }

    /// The report's object with everything that is in it, byte by byte, and the new mails.
    async fn bundle_with(
        &self,
        row: &ReportRow,
        product: &Product,
        added: &Added,
    ) -> Result<(Bytes, Vec<Artifact>), CirculateError> {
        let mut bundle = Bundle::new();
        for artifact in self.db.artifacts(row.id).await? {
            let mut bytes = self.artifact_bytes(row, &artifact).await?;
            if artifact.name == "clips.json" {
                bytes = with_links(&bytes, product, &added.links).unwrap_or(bytes);
            }
            bundle = bundle.add(artifact.name, artifact.content_type, bytes);
        }
        for (delivery, bytes) in &added.messages {
            bundle = bundle.add(format!("deliveries/{delivery}.eml"), "message/rfc822", bytes.clone());
        }
        let (object, members) = bundle.finish()?;
        let number = |size: u64| i64::try_from(size).unwrap_or(i64::MAX);
        let members = members.into_iter().map(|member| Artifact {
            report: row.id,
            name: member.name,
            content_type: member.content_type,
            start: number(member.start),
            size: number(member.size),
            sha256: member.sha256,
        });
        Ok((object, members.collect()))
    }

    /// Everything that becomes rows, in one transaction; false where the report is not as it was any more.
    async fn put_on_its_way(
        &self,
        row: &ReportRow,
        place: (&str, &str),
        (members, added, uses): (&[Artifact], &Added, &BTreeSet<(Use, String)>),
        recipients: &[Recipient],
        change: Option<Change<'_>>,
    ) -> Result<bool, DbError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        tx.hold_erasures().await?;
        let erased = tx.erased().await?;
        if recipients.iter().any(|one| erased.covers(one.contact.as_str(), &one.email))
            || !removals::exchange_bundle(&mut tx, row.id, place, members, now).await?
        {
            return Ok(false);
        }
        removals::list_uses(&mut tx, row.id, uses).await?;
        links::insert(&mut tx, &added.links).await?;
        deliveries::insert(&mut tx, &added.deliveries).await?;
        let pending = added.deliveries.iter().filter(|delivery| delivery.state == DeliveryState::Pending);
        let tasks: Vec<Task> = pending.map(|delivery| Task::Deliver { delivery: delivery.id }).collect();
        self.queue.enqueue(&mut tx, &tasks, Duration::ZERO).await?;
        if let Some(change) = change {
            audit::record(&mut tx, change, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// The manifest of signed clip links with those of the new mails; none where it is not what we wrote.
fn with_links(frozen: &[u8], product: &Product, links: &[NewLink]) -> Option<Bytes> {
    let mut known: Value = serde_json::from_slice(frozen).ok()?;
    let new = serde_json::to_value(manifest(product, links)).ok()?;
    for (clip, fresh) in known.get_mut("clips")?.as_array_mut()?.iter_mut().zip(new.get("clips")?.as_array()?) {
        if clip.get("clip") != fresh.get("clip") {
            return None;
        }
        clip.get_mut("links")?.as_array_mut()?.extend(fresh.get("links")?.as_array()?.iter().cloned());
    }
    serde_json::to_vec_pretty(&known).ok().map(Bytes::from)
}
