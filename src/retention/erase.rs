//! Erase: a person's name and address leave rows and archived bytes; what is left verifies, and says that it happened.
//!
//! The person leaves every list first, so that no mail is addressed to them any more; then each report is rewritten in
//! a transaction of its own. Interrupted, it is gone on with by erasing again.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{RetentionError, Sweeper, uses_of};
use crate::audit::{self, Actor, Change};
use crate::compose::Report;
use crate::db::deliveries::Delivery;
use crate::db::erasures::{self, Erasure, Person, mark};
use crate::db::removals;
use crate::db::reports::ReportRow;
use crate::model::{ContactRef, DeliveryId, EmailAddress, ReportId};

/// What stands in the place of a name or an address.
const TAKEN_OUT: &str = "(erased)";
/// The frozen data of a report.
const DATA: &str = "report.json";

/// An erasure that is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whose data.
    pub person: Person,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub by: Option<String>,
    /// 32 random bytes in hex: the marks' key, where there is none yet.
    pub fresh_salt: String,
}

impl Sweeper {
    /// Erases a person's data. What is kept: a masked address, the reason, who asked, and marks by which an import
    /// leaves the contact out.
    pub async fn erase(&self, wanted: &Wanted) -> Result<Erasure, RetentionError> {
        let unread = self.list_uses().await?;
        if unread > 0 {
            return Err(RetentionError::Unread(unread));
        }
        let person = &wanted.person;
        let salt = self.db.erasure_salt(&wanted.fresh_salt).await?;
        let (mut erasure, deliveries) = self.begin(wanted, &salt).await?;
        let ids: Vec<DeliveryId> = deliveries.iter().map(|delivery| delivery.id).collect();
        // No report that is written from now on names the person.
        let mut reports: BTreeSet<ReportId> = self.db.reports_naming(person).await?.into_iter().collect();
        reports.extend(deliveries.iter().map(|delivery| delivery.report));
        let mut by_report: BTreeMap<ReportId, Vec<Delivery>> = BTreeMap::new();
        for delivery in deliveries {
            by_report.entry(delivery.report).or_default().push(delivery);
        }
        for report in reports {
            let deliveries = by_report.remove(&report).unwrap_or_default();
            let Some(row) = self.db.report(report).await? else { continue };
            let rewritten = self.erase_from(&row, &deliveries, &erasure, person, &salt).await?;
            erasure.reports += i64::from(rewritten);
            erasure.deliveries += i64::try_from(deliveries.len()).unwrap_or(0);
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        // What came back, or was told, since it began.
        erasures::remove_traces(&mut tx, person, &ids).await?;
        erasures::finish(&mut tx, erasure.id, (erasure.deliveries, erasure.reports), now).await?;
        let counts = json!({ "deliveries": erasure.deliveries, "reports": erasure.reports });
        audit::forget(&mut tx, addresses(person)).await?;
        audit::record(&mut tx, entry("contact.erased", &erasure, counts), now).await?;
        tx.commit().await?;
        erasure.finished_at = Some(now);
        Ok(erasure)
    }

    /// Off every list, and never back by an import; mails that wait are never sent.
    async fn begin(&self, wanted: &Wanted, salt: &str) -> Result<(Erasure, Vec<Delivery>), RetentionError> {
        let person = &wanted.person;
        let now = self.clock.now();
        let named: Vec<&str> = person.refs.iter().chain(&person.addresses).map(String::as_str).collect();
        let key = mark(salt, "erasure", &format!("{} {}", now.timestamp_micros(), named.join(" ")));
        let erasure = Erasure {
            id: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, key.as_bytes()),
            masked: masked(person),
            reason: wanted.reason.clone(),
            requested_by: wanted.by.clone(),
            begun_at: now,
            finished_at: None,
            deliveries: 0,
            reports: 0,
        };
        let mut tx = self.db.begin().await?;
        // An import under way ends first, and the next one sees the marks; so does a report that is being written.
        tx.hold_imports().await?;
        tx.hold_reports().await?;
        let deliveries = self.db.deliveries_of(person).await?;
        let ids: Vec<DeliveryId> = deliveries.iter().map(|delivery| delivery.id).collect();
        erasures::begin(&mut tx, &erasure, person, salt).await?;
        if !erasures::hold_back(&mut tx, &ids, now).await? {
            return Err(RetentionError::OnItsWay);
        }
        erasures::remove_contact(&mut tx, person).await?;
        erasures::remove_traces(&mut tx, person, &ids).await?;
        audit::forget(&mut tx, addresses(person)).await?;
        audit::record(&mut tx, entry("contact.erase", &erasure, json!({ "masked": erasure.masked })), now).await?;
        tx.commit().await?;
        Ok((erasure, deliveries))
    }

    /// One report and its deliveries to the person; says whether its bytes were rewritten.
    async fn erase_from(
        &self,
        row: &ReportRow,
        deliveries: &[Delivery],
        erasure: &Erasure,
        person: &Person,
        salt: &str,
    ) -> Result<bool, RetentionError> {
        // What the report uses without the person.
        let data = match row.object_key {
            Some(_) => {
                let json = without(&self.member(row, DATA).await?, person, salt)?;
                Some(serde_json::from_slice::<Report>(&json)?)
            }
            None => None,
        };
        let mails: BTreeSet<&str> = deliveries.iter().map(|delivery| delivery.artifact.as_str()).collect();
        let new = match row.object_key {
            Some(_) => Some(
                self.rebundle(row, |name, bytes| match name {
                    DATA => without(&bytes, person, salt).map(Some),
                    other => Ok((!mails.contains(other)).then_some(bytes)),
                })
                .await?,
            ),
            None => None,
        };
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if let Some(new) = &new {
            if !removals::exchange_bundle(&mut tx, new.report, (&new.from, &new.to), &new.members, now).await? {
                return Err(RetentionError::Meanwhile);
            }
            if let Some(data) = &data {
                removals::list_uses(&mut tx, row.id, &uses_of(data)).await?;
            }
            erasures::rewrite_report(&mut tx, erasure.id, row, new.sha256(DATA), now).await?;
        }
        for delivery in deliveries {
            erasures::erase_delivery(&mut tx, delivery.id, &pseudonym(salt, delivery.contact.as_str()), now).await?;
        }
        tx.commit().await?;
        if let Some(new) = new.as_ref().filter(|new| new.from != new.to) {
            self.carry_out(&new.from).await?;
        }
        Ok(new.is_some())
    }
}

/// The person's addresses, each in its one form.
fn addresses(person: &Person) -> impl Iterator<Item = String> {
    person.addresses.iter().map(|address| EmailAddress::normalized(address))
}

/// What is told of an erasure: never whose, for the log forgets nothing.
fn entry(action: &'static str, erasure: &Erasure, detail: Value) -> Change<'static> {
    Change {
        actor: Actor::Command("contacts erase"),
        action,
        object: format!("erasure:{}", erasure.id),
        branch: None,
        detail,
        origin: "",
    }
}

/// `report.json` without the person; everything else of it stays as it was written.
fn without(json: &[u8], person: &Person, salt: &str) -> Result<Bytes, RetentionError> {
    let mut data: Value = serde_json::from_slice(json)?;
    for recipient in data.get_mut("recipients").and_then(Value::as_array_mut).into_iter().flatten() {
        let text = |name: &str| recipient.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let contact = text("contact");
        if person.is(&contact, &text("email")) {
            recipient["contact"] = Value::from(pseudonym(salt, &contact).as_str());
            recipient["name"] = Value::from(TAKEN_OUT);
            recipient["email"] = Value::from(TAKEN_OUT);
        }
    }
    let answers = data.get_mut("brand").and_then(Value::as_object_mut);
    if let Some(brand) = answers
        && brand.get("reply_to").and_then(Value::as_str).is_some_and(|address| person.is("", address))
    {
        brand.shift_remove("reply_to");
    }
    // A report that cannot be read afterwards must not take the place of one that can.
    let _: Report = serde_json::from_value(data.clone())?;
    Ok(Bytes::from(serde_json::to_vec(&data)?))
}

/// What stands in the place of a contact's ref: always the same for one contact, and nobody can tell whose.
fn pseudonym(salt: &str, contact: &str) -> ContactRef {
    if contact.starts_with("erased-") {
        return ContactRef::new(contact).expect("a ref from a row is one");
    }
    ContactRef::new(format!("erased-{}", &mark(salt, "ref", contact)[..16])).expect("hex digits make a ref")
}

/// The address for the record: its first letter and its domain.
fn masked(person: &Person) -> String {
    let masked: Vec<String> = person
        .addresses
        .iter()
        .map(|address| EmailAddress::new(address.as_str()).map_or_else(|_| "***".to_owned(), |known| known.to_string()))
        .collect();
    if masked.is_empty() { "***".to_owned() } else { masked.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;

    #[test]
    fn a_report_without_a_person_differs_in_nothing_else() {
        let report = Sample::Ordinary.report();
        let json = serde_json::to_vec(&report).unwrap();
        let gone = &report.recipients[0];
        let person = Person { refs: BTreeSet::new(), addresses: BTreeSet::from([gone.email.to_lowercase()]) };
        let erased = without(&json, &person, "salt").unwrap();
        let text = String::from_utf8(erased.to_vec()).unwrap();
        assert!(!text.contains(&gone.email) && !text.contains(&gone.name));
        let back: Report = serde_json::from_slice(&erased).unwrap();
        assert_eq!(back.recipients[1..], report.recipients[1..]);
        assert_eq!(Report { recipients: report.recipients.clone(), ..back }, report);
        assert_eq!(without(&erased, &person, "salt").unwrap(), erased, "once more changes nothing");
        let nobody = Person::default();
        assert_eq!(without(&json, &nobody, "salt").unwrap(), json, "who is not named is not touched");
    }

    #[test]
    fn an_address_that_answers_go_to_leaves_the_brand_and_nothing_else_does() {
        let report = Report { brand: Some(Sample::brand().into()), ..Sample::Ordinary.report() };
        let json = serde_json::to_vec(&report).unwrap();
        let person = Person { refs: BTreeSet::new(), addresses: BTreeSet::from(["desk@example.com".into()]) };
        let back: Report = serde_json::from_slice(&without(&json, &person, "salt").unwrap()).unwrap();
        let brand = crate::model::BranchBrand { reply_to: None, ..Sample::brand() };
        assert_eq!(back, Report { brand: Some(brand.into()), ..report });
    }

    #[test]
    fn a_record_shows_no_address() {
        let person =
            Person { refs: BTreeSet::from(["dana".into()]), addresses: BTreeSet::from(["dana@example.com".into()]) };
        assert_eq!(masked(&person), "d***@example.com");
        assert_eq!(masked(&Person::default()), "***");
        let once = pseudonym("salt", "dana");
        assert_eq!((pseudonym("salt", once.as_str()), once.as_str().contains("dana")), (once.clone(), false));
    }
}
