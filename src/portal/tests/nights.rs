//! One share of several nights: who may make it, what its letter and its page say, and what is left of it.

use axum::http::StatusCode;

use super::house::{House, mailed};
use super::shared::{Guest, arrive, customer, earlier, furnish, furnish_with, incident, stamped, user};
use crate::compose::{Report, Sample};
use crate::db::contacts::Contact;
use crate::db::incidents::Incident;
use crate::db::testing::run;
use crate::model::{LinkTarget, ReportId, Role};

/// A house with the sample's night and one two days before, each mailed to a reader of that number.
async fn two_nights(readers: [usize; 2]) -> (House, Report) {
    let house = House::of(Sample::Ordinary.report(), readers[0]).await;
    furnish(&house).await;
    let before = earlier(&house.report, 2);
    house.add(&before, readers[1]).await;
    furnish_with(&house, &before).await;
    arrive(&house).await;
    (house, before)
}

/// Fills the share form in, signed in, from the page of the first of these incidents.
async fn share(house: &House, guest: &Guest, incidents: &[&str], addresses: &str) -> super::house::Answer {
    let once = house.state.random.id().unwrap().to_string();
    let mut form = vec![("once", once.as_str()), ("addresses", addresses), ("days", "7")];
    form.extend(incidents.iter().map(|incident| ("incident", *incident)));
    house.post_as(Some(guest), &format!("/incidents/{}/share", incidents[0]), &form).await
}

fn place(text: &str, wanted: &str) -> usize {
    text.find(wanted).unwrap_or_else(|| panic!("{wanted:?} is not in {text}"))
}

#[tokio::test]
async fn incidents_of_two_nights_are_shared_by_one_link() {
    let (house, before) = Box::pin(two_nights([0, 0])).await;
    let owner = user(&house, Role::Branch, true).await;
    let (new, old) = (incident(&house.report, 0).incident, incident(&before, 1).incident);
    // From whichever of them one comes, the other is offered, and chosen, and the newest night stands first.
    let form = house.get_as(&owner, &format!("/incidents/{old}/share?incident={new}&incident={old}")).await.text();
    assert!(place(&form, "March 28, 2026</legend>") < place(&form, "March 26, 2026</legend>"), "{form}");
    assert_eq!(form.matches("name=\"incident\"").count(), 3, "the other one of the night that one came from: {form}");
    assert_eq!(form.matches(" checked").count(), 2);
    assert!(form.contains(&format!("name=\"offered\" value=\"{new}\"")));

    let shared = share(&house, &owner, &[old.as_str(), new.as_str()], "zoe@example.com").await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());
    let (sent, id) = (shared.header("location"), shared.header("location").rsplit('/').next().unwrap());
    let items = house.db.share_items(id.parse::<uuid::Uuid>().unwrap().into()).await.unwrap();
    let kept: Vec<(i32, &str, Option<ReportId>)> =
        items.iter().map(|item| (item.number, item.incident.as_str(), item.report)).collect();
    assert_eq!(kept, [(1, new.as_str(), Some(house.report.id)), (2, old.as_str(), Some(before.id))]);

    let link = house.link_in_letter("zoe@example.com", "s").await;
    let page = house.get(&link).await.text();
    let (first, second) = (place(&page, "March 28, 2026</h2>"), place(&page, "March 26, 2026</h2>"));
    assert!(first < place(&page, "id=\"e1\"") && place(&page, "id=\"e1\"") < second, "{page}");
    assert!(second < place(&page, "id=\"e2\""));
    assert_eq!(page.matches("<video").count(), incident_clips(&house.report, 0) + incident_clips(&before, 1));
    for number in [1, 2] {
        assert_eq!(house.get(&format!("{link}/{number}/clip/0")).await.status, StatusCode::FOUND, "{number}");
        assert_eq!(house.get(&format!("{link}/{number}/photo")).await.status, StatusCode::FOUND, "{number}");
    }
    assert_eq!(house.get(&format!("{link}/3/clip/0")).await.status, StatusCode::NOT_FOUND);
    let looked =
        house.db.views_of(&house.report.site.location, mailed() + chrono::TimeDelta::days(1), 99).await.unwrap();
    for clip in [&incident(&house.report, 0).clips[0], &incident(&before, 1).clips[0]] {
        assert!(looked.iter().any(|view| view.subject == format!("clip:{clip}")), "{clip}: {looked:?}");
    }
    // What the sharer sees of it, and what Zoe sees signed in.
    for path in [sent, "/shares"] {
        let page = house.get_as(&owner, path).await.text();
        assert_eq!(page.matches("<bdi>Theft, ").count(), 2, "{path}: {page}");
    }
    let zoe = customer(&house, "zoe@example.com").await;
    for given in [&new, &old] {
        assert_eq!(house.get_as(&zoe, &format!("/incidents/{given}")).await.status, StatusCode::OK);
    }
    assert_eq!(house.get_as(&zoe, &format!("/incidents/{}", incident(&before, 0).incident)).await.status, 404);
    house.post_as(Some(&owner), sent, &[("what", "revoke")]).await;
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    for taken in [&new, &old] {
        assert_eq!(house.get_as(&zoe, &format!("/incidents/{taken}")).await.status, StatusCode::NOT_FOUND);
    }
}

/// How many recordings an incident's page has.
fn incident_clips(report: &Report, number: usize) -> usize {
    let told = report.escalations.iter().filter(|told| told.incident.is_some()).nth(number).unwrap();
    crate::portal::shown::clips_of(told).len()
}

#[tokio::test]
async fn what_is_elsewhere_or_only_shown_is_refused_and_said() {
    let (house, before) = Box::pin(two_nights([0, 1])).await;
    let mut elsewhere = earlier(&house.report, 1);
    elsewhere.site.location = "elsewhere".parse().unwrap();
    elsewhere.id = ReportId::of(&elsewhere.site.location, elsewhere.night, 1);
    house.add(&elsewhere, 0).await;
    furnish_with(&house, &elsewhere).await;
    let (owner, staff) = (user(&house, Role::Branch, true).await, user(&house, Role::Staff, true).await);
    let (new, old) = (incident(&house.report, 0).incident, incident(&before, 0).incident);
    let foreign = incident(&elsewhere, 0).incident;
    let left_out = "One chosen incident was left out";
    // Even who may share each alone does not share two places at once.
    for who in [&owner, &staff] {
        let form = house.get_as(who, &format!("/incidents/{new}/share?incident={foreign}&incident={old}")).await.text();
        assert!(form.contains(left_out) && !form.contains(foreign.as_str()) && form.contains(old.as_str()), "{form}");
        for wrong in [foreign.as_str(), "no-such-incident"] {
            let answer = share(&house, who, &[new.as_str(), old.as_str(), wrong], "zoe@example.com").await;
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.text().contains(left_out) && answer.text().matches(" checked").count() == 2);
        }
    }
    // A mail's link is of its own night.
    let link = house.link(&LinkTarget::Incident(new.clone()));
    let once = house.state.random.id().unwrap().to_string();
    let form = [
        ("once", once.as_str()),
        ("incident", new.as_str()),
        ("incident", old.as_str()),
        ("addresses", "zoe@example.com"),
        ("days", "7"),
    ];
    let answer = house.post_as(None, &format!("{link}/share"), &form).await;
    assert!(answer.status == StatusCode::OK && answer.text().contains(left_out), "{}", answer.text());
    assert!(house.db.letters_to("zoe@example.com", 9).await.unwrap().is_empty(), "nothing was shared");

    // The reader of the new night was shown the old one: that is not theirs to pass on.
    let own = house.report.recipients[0].email.to_lowercase();
    let reader = customer(&house, &own).await;
    assert_eq!(share(&house, &owner, &[old.as_str()], &own).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get_as(&reader, &format!("/incidents/{old}")).await.status, StatusCode::OK);
    let answer = share(&house, &reader, &[new.as_str(), old.as_str()], "zoe@example.com").await;
    assert!(answer.status == StatusCode::OK && answer.text().contains(left_out), "{}", answer.text());
    assert_eq!(share(&house, &reader, &[old.as_str(), new.as_str()], "zoe@example.com").await.status, 404);
    assert_eq!(share(&house, &reader, &[new.as_str()], "zoe@example.com").await.status, StatusCode::SEE_OTHER);
    let none = share(&house, &owner, &[new.as_str()], "").await.text();
    assert!(none.contains("at least one address"), "{none}");
    let once = house.state.random.id().unwrap().to_string();
    let form = [("once", once.as_str()), ("offered", old.as_str()), ("addresses", "zoe@example.com"), ("days", "7")];
    let nothing = house.post_as(Some(&owner), &format!("/incidents/{new}/share"), &form).await.text();
    assert!(nothing.contains("Choose at least one incident") && nothing.contains(&format!("value=\"{old}\"")));
}

#[tokio::test]
async fn the_letter_names_both_dates_in_every_language() {
    let (house, before) = Box::pin(two_nights([0, 0])).await;
    let owner = user(&house, Role::Branch, true).await;
    let site = &house.report.site;
    let readers = [
        ("en-GB", "2 incidents at", "26 March 2026 to 28 March 2026"),
        ("de-DE", "2 Vorfälle bei", "26. März 2026 bis 28. März 2026"),
        ("es-ES", "2 incidentes en", "del 26 de marzo de 2026 al 28 de marzo de 2026"),
        ("pl-PL", "2 incydenty:", "od 26 marca 2026 do 28 marca 2026"),
    ];
    let mut tx = house.db.begin().await.unwrap();
    for (locale, ..) in readers {
        let contact = Contact {
            contact: locale.to_lowercase().parse().unwrap(),
            name: "A reader".into(),
            email: format!("{}@example.com", locale.to_lowercase()).parse().unwrap(),
            locale: Some(locale.into()),
            notify: false,
            locations: vec![site.location.clone()],
            branches: Vec::new(),
        };
        tx.put_contacts(&[stamped(contact)]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (new, old) = (incident(&house.report, 0).incident, incident(&before, 0).incident);
    let addresses: Vec<String> =
        readers.iter().map(|(locale, ..)| format!("{}@example.com", locale.to_lowercase())).collect();
    let shared = share(&house, &owner, &[new.as_str(), old.as_str()], &addresses.join(",")).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());
    for ((locale, says, dates), address) in readers.iter().zip(&addresses) {
        let letter = house.db.letters_to(address, 1).await.unwrap().remove(0);
        let heading = letter.text.lines().next().unwrap();
        assert!(heading.starts_with(says) && heading.ends_with(dates), "{locale}: {heading}");
        assert!(heading.contains(&site.name) && letter.html.contains(dates), "{locale}: {}", letter.html);
        let link = house.link_in_letter(address, "s").await;
        for way in [format!("{link}#e1"), format!("{link}?item=2#e2")] {
            assert!(letter.text.contains(&way) && letter.html.contains(&way), "{locale}: {way}: {}", letter.text);
        }
    }
    // One night needs no dates.
    share(&house, &owner, &[new.as_str()], "zoe@example.com").await;
    let letter = house.db.letters_to("zoe@example.com", 1).await.unwrap().remove(0);
    assert_eq!(letter.text.lines().next().unwrap(), format!("An incident at {}", site.name));
}

/// Rows of incidents that happened by day, one a day, the first the day before the sample's night.
async fn by_day(house: &House, count: u64) -> Vec<Incident> {
    let told = |number: u64| Incident {
        incident: format!("by-day-{number:03}").parse().unwrap(),
        occurred_at: mailed() - chrono::TimeDelta::days(i64::try_from(number).unwrap() + 1)
            + chrono::TimeDelta::hours(6),
        kind: "Loitering".into(),
        description: format!("Number {number}: {}", "somebody waited at the door & left. ".repeat(30)),
        case: None,
        clips: Vec::new(),
        ..incident(&house.report, 0)
    };
    let rows: Vec<Incident> = (0..count).map(told).collect();
    let mut tx = house.db.begin().await.unwrap();
    tx.put_incidents(&rows.iter().cloned().map(stamped).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

#[tokio::test]
async fn a_whole_list_is_shared_as_far_as_one_share_goes() {
    let (house, _) = Box::pin(two_nights([0, 0])).await;
    let owner = user(&house, Role::Branch, true).await;
    let base = format!("/locations/{}", house.report.site.location);
    let list = house.get_as(&owner, &format!("{base}/incidents")).await.text();
    assert!(list.contains("Share all 4 in the list") && list.contains("name=\"all\""), "{list}");
    let ask = async |form: &[(&str, &str)]| {
        let answer = house.post_as(Some(&owner), &format!("{base}/share"), form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer.header("location").to_owned()
    };
    assert_eq!(ask(&[("tab", "all"), ("query", "?q=x")]).await, format!("{base}/incidents?q=x&share=none"));
    let back = house.get_as(&owner, &format!("{base}/incidents?share=none")).await.text();
    assert!(back.contains("Select at least one incident to share"), "{back}");
    let whole = ask(&[("all", "yes"), ("tab", "all"), ("query", "?q=red+jacket&page=2")]).await;
    assert_eq!(whole, format!("{base}/share?tab=all&q=red+jacket"));
    let form = house.get_as(&owner, &whole).await.text();
    assert_eq!((form.matches(" checked").count(), form.matches("<legend>").count()), (4, 2), "{form}");
    assert!(!form.contains("The list shows") && form.contains(&format!("href=\"{base}/incidents?q=red+jacket\"")));
    let nothing = house.get_as(&owner, &format!("{base}/share?tab=all&q=nothing+like+this")).await;
    assert_eq!(nothing.header("location"), format!("{base}/incidents?q=nothing+like+this&share=none"));

    let rows = by_day(&house, 120).await;
    let list = house.get_as(&owner, &format!("{base}/incidents?q=loitering")).await.text();
    assert!(list.contains("Share the first 100 of 120"), "{list}");
    let form = house.get_as(&owner, &format!("{base}/share?tab=all&q=loitering")).await.text();
    assert!(form.contains("The list shows 120 incidents. The first 100 of them are chosen here"), "{form}");
    assert_eq!(form.matches(" checked").count(), 100);
    assert!(form.len() < 100_000, "{}", form.len());
    let refs: Vec<&str> = rows.iter().map(|row| row.incident.as_str()).collect();
    let many = share(&house, &owner, &refs[..101], "zoe@example.com").await;
    assert!(many.status == StatusCode::OK && many.text().contains("At most 100 incidents"), "{}", many.text());
    let shared = share(&house, &owner, &refs[..100], "zoe@example.com").await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());

    // A long share is a page of leaves, and its letter names the first of them.
    let letter = house.db.letters_to("zoe@example.com", 1).await.unwrap().remove(0);
    assert!(letter.text.contains("and 50 more") && letter.html.len() < 90_000, "{}", letter.html.len());
    let link = house.link_in_letter("zoe@example.com", "s").await;
    let page = house.get(&link).await.text();
    assert!(page.len() < 100_000 && page.contains("id=\"e1\"") && !page.contains("id=\"e100\""), "{}", page.len());
    assert!(page.contains("href=\"?page=2#events\"") && page.contains("href=\"?item=100#day-"), "{page}");
    let end = house.get(&format!("{link}?item=100")).await.text();
    assert!(end.len() < 100_000 && end.contains("id=\"e100\"") && !end.contains("id=\"e1\""), "{}", end.len());
    let all = house.get(&format!("{link}?page=all")).await.text();
    assert!(all.contains("id=\"e1\"") && all.contains("id=\"e100\""));
    for strange in ["?item=0", "?item=x", "?item=-1", "?page=0", "?page=99", "?item=%00&page=%ff"] {
        assert_eq!(house.get(&format!("{link}{strange}")).await.status, StatusCode::OK, "{strange}");
    }
    assert!(house.get_as(&owner, "/shares").await.text().contains("and 97 more"));
}

#[tokio::test]
async fn a_reader_picks_from_what_was_mailed_to_them() {
    let (house, before) = Box::pin(two_nights([0, 1])).await;
    run(&house.db, "UPDATE deliveries SET state = 'sent', finished_at = created_at").await;
    for report in [&house.report, &before] {
        for number in 0..2 {
            let told = incident(report, number).incident;
            let sql = format!(
                "INSERT INTO incident_reports (incident, report, location) VALUES ('{told}', x'{}', '{}') \
                 ON CONFLICT (incident, report) DO NOTHING",
                report.id.as_uuid().simple(),
                report.site.location
            );
            run(&house.db, sql.leak()).await;
        }
    }
    let owner = user(&house, Role::Branch, true).await;
    let own = house.report.recipients[0].email.to_lowercase();
    let (reader, guest) = (customer(&house, &own).await, customer(&house, "guest@example.com").await);
    let old = incident(&before, 0).incident;
    share(&house, &owner, &[old.as_str()], &format!("{own},guest@example.com")).await;
    let base = format!("/locations/{}", house.report.site.location);
    let list = house.get_as(&reader, &format!("{base}/incidents")).await.text();
    assert!(list.contains("name=\"incident\"") && list.contains("Share all 3 in the list"), "{list}");
    assert!(!list.contains("name=\"reason\""), "who cannot judge can still share");
    // Of the three, one was only shown to them.
    let form = house.get_as(&reader, &format!("{base}/share?tab=all")).await.text();
    assert!(form.contains("One chosen incident was left out") && form.matches(" checked").count() == 2, "{form}");
    // To the guest everything was only shown: there is nothing to pick, and who asks all the same hears why.
    let list = house.get_as(&guest, &format!("{base}/incidents")).await.text();
    assert!(list.contains(old.as_str()) && !list.contains("name=\"incident\"") && !list.contains("name=\"all\""));
    let asked =
        house.post_as(Some(&guest), &format!("{base}/share"), &[("incident", old.as_str()), ("tab", "all")]).await;
    assert_eq!(asked.header("location"), format!("{base}/incidents?share=refused"));
    let all = house.get_as(&guest, &format!("{base}/share?tab=all")).await;
    assert_eq!(all.header("location"), format!("{base}/incidents?share=refused"));
    let told = house.get_as(&guest, &format!("{base}/incidents?share=refused")).await.text();
    assert!(told.contains("None of these can be shared"), "{told}");
}

#[tokio::test]
async fn what_retention_takes_of_one_night_leaves_the_other() {
    let (house, before) = Box::pin(two_nights([0, 0])).await;
    let owner = user(&house, Role::Branch, true).await;
    let (new, old) = (incident(&house.report, 0).incident, incident(&before, 0).incident);
    let shared = share(&house, &owner, &[new.as_str(), old.as_str()], "zoe@example.com").await;
    let link = house.link_in_letter("zoe@example.com", "s").await;
    let newest = house.report.id.as_uuid().simple();
    let taken = format!("UPDATE reports SET artifacts_removed_at = '2026-03-29T05:00:00+00:00' WHERE id = x'{newest}'");
    run(&house.db, taken.leak()).await;
    let page = house.get(&link).await.text();
    assert!(page.contains("One incident was kept for the agreed time") && page.contains("id=\"e2\""), "{page}");
    assert!(!page.contains("id=\"e1\"") && page.contains("March 26, 2026</h2>"));
    assert_eq!(house.get(&format!("{link}/2/clip/0")).await.status, StatusCode::FOUND);
    assert_eq!(house.get(&format!("{link}/1/clip/0")).await.status, StatusCode::NOT_FOUND);
    let sent = house.get_as(&owner, shared.header("location")).await.text();
    assert!(sent.contains("One incident was kept") && sent.matches("<bdi>Theft, ").count() == 1, "{sent}");
    // The letter that is sent again tells of what is left.
    let recipient = sent.split("name=\"recipient\" value=\"").nth(1).unwrap()[..36].to_owned();
    house
        .post_as(Some(&owner), shared.header("location"), &[("what", "resend"), ("recipient", recipient.as_str())])
        .await;
    let letters = house.db.letters_to("zoe@example.com", 9).await.unwrap();
    assert_eq!(letters.len(), 1, "in place of the one that waited");
    assert!(
        letters.iter().any(|letter| letter.text.starts_with("An incident at") && letter.text.contains("?item=2#e2"))
    );
}
