//! What staff open: a revision, what changed, its readers, and the mails of a night.

use super::walk;
use crate::compose::{Report, Sample, changes};
use crate::db::deliveries;
use crate::model::{DeliveryId, ReportId, Role};
use crate::portal::tests::house::House;
use crate::portal::tests::shared::furnish;

async fn busy() -> House {
    let house = House::of(Sample::Busy.report(), 0).await;
    furnish(&house).await;
    house
}

/// The same night again, with other notes everywhere, for three hundred readers.
fn corrected(report: &Report) -> Report {
    let mut second = report.clone();
    second.revision = 2;
    second.id = ReportId::of(&second.site.location, second.night, 2);
    for handled in &mut second.interactions {
        handled.notes = format!("{} The operator looked at \"this\" again, and it was somebody else.", handled.notes);
    }
    let known = second.recipients[0].clone();
    for number in 0..300 {
        let mut reader = known.clone();
        reader.contact = format!("reader-{number}").parse().unwrap();
        reader.name = format!("Reader & Sons number {number}, of the office in the second yard");
        reader.email = format!("reader-{number}.of-the-office-in-the-second-yard@example.com");
        second.recipients.push(reader);
    }
    second
}

#[tokio::test]
async fn a_revision_of_a_busy_night_is_read_in_leaves() {
    let house = busy().await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let path = format!("/desk/reports/{}", house.report.id);
    let all = walk(&house, &staff, &path, "events").await;
    assert_eq!(all.count("<article"), 540, "no event is lost");
    assert!(all.leaves > 3, "{}", all.leaves);
    let some = walk(&house, &staff, &format!("{path}?level=escalated&sort=latest"), "events").await;
    assert_eq!(
        (some.count("<article"), some.count("<article class=\"event escalated\"")),
        (40, 40),
        "filters are kept"
    );
    let named = house.visit(&staff, &format!("{path}?page=e500")).await.text();
    assert!(named.contains("id=\"e500\"") && !named.contains("id=\"e1\""), "an event's own leaf");
    let print = house.visit(&staff, &format!("{path}?page=all")).await.text();
    assert_eq!(print.matches("<article").count(), 540);
}

#[tokio::test]
async fn what_changed_and_who_gets_it_are_read_in_leaves() {
    let house = busy().await;
    let second = corrected(&house.report);
    house.add(&second, 0).await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let path = format!("/desk/reports/{}", second.id);
    let expected = changes(&house.report, &second).len();
    let told = walk(&house, &staff, &format!("{path}/difference?from=1"), "changes").await;
    assert_eq!(told.count("<li class=\"edited\""), expected);
    assert!(told.leaves > 2 && expected > 400, "{expected} changes on {} leaves", told.leaves);
    let readers = walk(&house, &staff, &format!("{path}/send"), "readers").await;
    assert_eq!(readers.count("name=\"contact\""), second.recipients.len() - 1, "whoever has it is not asked about");
    assert!(
        readers.pages[0].contains(&format!("All {expected} changes")) && readers.pages[0].contains("/difference?from=")
    );
    assert!(
        readers.pages[0].contains(&format!("Send to all {}", second.recipients.len() - 1)),
        "not of this leaf only"
    );
}

#[tokio::test]
async fn the_mails_of_a_night_are_read_in_leaves() {
    let house = busy().await;
    let known = house.db.delivery(house.delivery).await.unwrap().unwrap();
    let more: Vec<_> = (0..500)
        .map(|number| {
            let mut mail = known.clone();
            mail.contact = format!("reader-{number}").parse().unwrap();
            mail.id = DeliveryId::of(mail.report, &mail.contact);
            mail.email = format!("reader-{number}.of-the-office-in-the-second-yard@example.com");
            mail.name = format!("Reader & Sons number {number}");
            mail.error = Some("450 4.2.1 the mailbox is <busy>, \"try\" again later ".repeat(4));
            mail
        })
        .collect();
    let mut tx = house.db.begin().await.unwrap();
    deliveries::insert(&mut tx, &more).await.unwrap();
    tx.commit().await.unwrap();
    let staff = house.signed_in(Role::Staff, &[]).await;
    let (site, night) = (&house.report.site.location, house.report.night);
    let mails = walk(&house, &staff, &format!("/desk/night?location={site}&night={night}"), "mails").await;
    assert_eq!(mails.count("/desk/mails/") + mails.count("&#x2F;desk&#x2F;mails&#x2F;"), 501);
}
