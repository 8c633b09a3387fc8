//! Person: a ref or an address becomes everything that is kept of one contact.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::Serialize;

use super::{RetentionError, Sweeper};
use crate::compose::Recipient;
use crate::db::attempts::Attempt;
use crate::db::bounces::Bounce;
use crate::db::deliveries::Delivery;
use crate::db::erasures::{AccessRecord, ContactRecord, Person};
use crate::db::feedback::Feedback;
use crate::db::links::LinkRecord;
use crate::db::suppressions::Suppression;
use crate::db::test_mails::TestMail;
use crate::model::{BranchRef, DeliveryId, EmailAddress, LocationRef, NightDate, ReportId};

/// Everything that is kept of a contact, but the mails' bytes.
#[derive(Debug, Serialize)]
pub struct Export {
    /// Rows of the feed: the contact, its places, and what it unsubscribed from.
    pub contacts: Vec<ContactRecord>,
    /// Every mail that was wanted, with its attempts and links.
    pub deliveries: Vec<ExportedDelivery>,
    /// Test mails to the address.
    pub test_mails: Vec<TestMail>,
    /// What came back from the address.
    pub bounces: Vec<Bounce>,
    /// When and why the address got no mail, lifted or in force.
    pub suppressions: Vec<Suppression>,
    /// How they were let in, and what they did there.
    pub access: AccessRecord,
    /// Branches whose readers' answers go to the address.
    pub answers_of: Vec<BranchRef>,
    /// Frozen reports that list the contact.
    pub reports: Vec<ExportedReport>,
}

/// A delivery with all that belongs to it.
#[derive(Debug, Serialize)]
pub struct ExportedDelivery {
    /// Its row.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// What was tried, and what was answered.
    pub tried: Vec<Attempt>,
    /// Where its links led, and until when.
    pub links: Vec<LinkRecord>,
    /// What its reader said about the night's events.
    pub feedback: Vec<Feedback>,
    /// The file that holds its exact bytes; none where these were removed.
    pub mail: Option<String>,
}

/// How a frozen report lists the contact.
#[derive(Debug, Serialize)]
pub struct ExportedReport {
    /// The report.
    pub report: ReportId,
    /// Its site.
    pub location: LocationRef,
    /// Its night.
    pub night: NightDate,
    /// Its revision.
    pub revision: i32,
    /// What it says of the contact.
    pub listed_as: Vec<Recipient>,
}

impl Export {
    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let rows = self.contacts.is_empty() && self.deliveries.is_empty() && self.test_mails.is_empty();
        rows && self.bounces.is_empty()
            && self.suppressions.is_empty()
            && self.reports.is_empty()
            && self.access.is_empty()
            && self.answers_of.is_empty()
    }
}

impl Sweeper {
    /// Who is meant by a ref or an address: a ref's addresses are those that no other contact has; an address's refs
    /// are the contacts that have it now.
    pub async fn person(&self, text: &str) -> Result<Person, RetentionError> {
        let address = text.to_lowercase();
        let contacts = self.db.contacts_named(text).await?;
        let mut person = Person::default();
        if contacts.iter().any(|contact| contact.contact == text) || !text.contains('@') {
            person.refs.insert(text.to_owned());
            let written = self.db.deliveries_of(&person).await?.into_iter().map(|delivery| delivery.email);
            let own = contacts.iter().filter(|contact| contact.contact == text).flat_map(ContactRecord::addresses);
            let addresses = written.map(|address| address.to_lowercase()).chain(own).collect();
            self.add_own(&mut person, addresses).await?;
        } else {
            // A corrected contact has two addresses: whoever is asked for by one of them is known by both.
            let addresses = contacts.iter().flat_map(ContactRecord::addresses).collect();
            person.refs.extend(contacts.into_iter().map(|contact| contact.contact));
            self.add_own(&mut person, addresses).await?;
            person.addresses.insert(address);
        }
        // Rows know an address by its one form, reports by the one in which it was written.
        let forms: Vec<_> = person.addresses.iter().map(|address| EmailAddress::normalized(address)).collect();
        person.addresses.extend(forms);
        Ok(person)
    }

    /// Adds those addresses that no contact but the person's has.
    async fn add_own(&self, person: &mut Person, addresses: BTreeSet<String>) -> Result<(), RetentionError> {
        for address in addresses {
            if !self.db.is_shared(&address, &person.refs).await? {
                person.addresses.insert(address);
            }
        }
        Ok(())
    }

    /// Everything that is kept of a person.
    pub async fn export(&self, person: &Person) -> Result<Export, RetentionError> {
        self.list_uses().await?;
        let mut contacts = BTreeMap::new();
        for name in person.refs.iter().chain(&person.addresses) {
            for contact in self.db.contacts_named(name).await? {
                if person.is(&contact.contact, &contact.email) {
                    contacts.insert(contact.contact.clone(), contact);
                }
            }
        }
        let mut deliveries = Vec::new();
        for delivery in self.db.deliveries_of(person).await? {
            let kept =
                !delivery.artifact.is_empty() && self.db.artifact(delivery.report, &delivery.artifact).await?.is_some();
            deliveries.push(ExportedDelivery {
                tried: self.db.attempts(delivery.id).await?,
                links: self.db.links_of(delivery.id).await?,
                feedback: self.db.feedback_by(delivery.id).await?,
                mail: kept.then(|| format!("mails/{}.eml", delivery.id)),
                delivery,
            });
        }
        let mut test_mails = Vec::new();
        let forms: BTreeSet<_> = person.addresses.iter().map(|address| EmailAddress::normalized(address)).collect();
        for address in &forms {
            test_mails.extend(self.db.test_mails_to(address).await?);
        }
        let ids: Vec<DeliveryId> = deliveries.iter().map(|one| one.delivery.id).collect();
        let bounces = self.db.bounces_of(person, &ids).await?;
        let suppressions = self.db.suppressions_of(person).await?;
        let access = self.db.access_of(person).await?;
        let mut answers_of = Vec::new();
        for address in &person.addresses {
            answers_of.extend(self.db.brands_answering_to(&EmailAddress::normalized(address)).await?);
        }
        let mut reports = Vec::new();
        for id in self.db.reports_naming(person).await? {
            let Some(row) = self.db.report(id).await? else { continue };
            let report = self.frozen(&row).await?;
            let is = |recipient: &Recipient| person.is(recipient.contact.as_str(), &recipient.email);
            reports.push(ExportedReport {
                report: row.id,
                location: row.location,
                night: row.night,
                revision: row.revision,
                listed_as: report.recipients.into_iter().filter(is).collect(),
            });
        }
        reports.sort_by_key(|report| (report.night, report.location.clone(), report.revision));
        let contacts = contacts.into_values().collect();
        Ok(Export { contacts, deliveries, test_mails, bounces, suppressions, access, answers_of, reports })
    }

    /// The exact bytes of one of an export's mails.
    pub async fn mail(&self, id: DeliveryId) -> Result<Option<Bytes>, RetentionError> {
        let Some(delivery) = self.db.delivery(id).await? else { return Ok(None) };
        let Some(row) = self.db.report(delivery.report).await? else { return Ok(None) };
        self.member(&row, &delivery.artifact).await.map(Some)
    }
}
