//! Given: what was mailed is there for who signs in, as long as nobody withdraws it, and whatever becomes of the links.

use axum::http::StatusCode;
use chrono::TimeDelta;

use super::house::{House, mailed};
use super::shared::{arrive, customer, earlier, furnish, furnish_with, incident, user};
use crate::access::Token;
use crate::audit::{Actor, Change};
use crate::compose::Sample;
use crate::db::links;
use crate::db::testing::run;
use crate::model::{DeliveryId, LinkTarget, Role};

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    arrive(&house).await;
    house
}

/// Withdraws a mail's links, as staff do.
async fn withdraw(house: &House, delivery: DeliveryId) -> u64 {
    let change = Change {
        actor: Actor::Address("staff@example.com".into()),
        action: "delivery.withdraw",
        object: format!("delivery:{delivery}"),
        branch: None,
        detail: serde_json::json!({"reason": "the wrong person"}),
        origin: "",
    };
    crate::access::withdraw(&house.db, delivery, change, mailed()).await.unwrap()
}

fn own(house: &House) -> String {
    house.report.recipients[0].email.to_lowercase()
}

#[tokio::test]
async fn what_was_mailed_by_mistake_is_withdrawn_from_who_signs_in_too() {
    let house = house().await;
    let own = own(&house);
    let (reader, base) = (customer(&house, &own).await, format!("/locations/{}", house.report.site.location));
    let told = incident(&house.report, 0).incident;
    let night = house.report.night;
    let paths = [
        base.clone(),
        format!("{base}/incidents"),
        format!("{base}/incidents.csv"),
        format!("{base}/incidents/{told}"),
        format!("{base}/incidents/{told}/pdf"),
        format!("{base}/nights"),
        format!("{base}/nights/{night}"),
        format!("{base}/nights/{night}/pdf"),
        format!("{base}/report.pdf"),
        format!("/incidents/{told}"),
        format!("/incidents/{told}/share"),
        format!("/api/v1/reports/{}", house.report.id),
        format!("/api/v1/incidents/{told}"),
    ];
    // The links are over; what was mailed is still theirs.
    house.clock.set(mailed() + TimeDelta::days(45));
    for path in &paths {
        let answer = house.get_as(&reader, path).await;
        let there = answer.status.is_success() || answer.status.is_redirection();
        assert!(there, "{path}: {} {}", answer.status, answer.text());
    }
    let opened = house.get_as(&reader, &format!("{base}/nights/{night}")).await.header("location").to_owned();
    assert_eq!(house.get(&opened).await.status, StatusCode::OK);
    assert!(house.db.is_customer(&own, mailed()).await.unwrap());

    assert!(withdraw(&house, house.delivery).await > 0);
    for path in &paths {
        let answer = house.get_as(&reader, path).await;
        let gone = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
        assert!(gone, "{path}: {}", answer.status);
    }
    assert_eq!(house.get(&opened).await.status, StatusCode::GONE, "the link of the day is withdrawn, too");
    assert!(!house.get_as(&reader, "/locations").await.text().contains(&house.report.site.name));
    assert!(!house.db.is_customer(&own, mailed()).await.unwrap(), "no letter signs them in");
    let subject = serde_json::json!({"subject": "incident", "ref": told.as_str(), "kind": "ours"});
    assert!(house.db.mail_of(house.report.id, &own).await.unwrap().is_none(), "{subject} cannot be said any more");
}

#[tokio::test]
async fn who_signs_in_finds_every_night_that_was_mailed_to_them_and_opens_it() {
    let house = house().await;
    let (before, theirs) = (earlier(&house.report, 1), earlier(&house.report, 2));
    house.add(&before, 0).await;
    furnish_with(&house, &before).await;
    arrive(&house).await;
    // A third night went to somebody else.
    house.add(&theirs, 1).await;
    furnish_with(&house, &theirs).await;
    arrive(&house).await;
    let reader = customer(&house, &own(&house)).await;
    let base = format!("/locations/{}/nights", house.report.site.location);
    let list = house.get_as(&reader, &base).await.text();
    assert!(house.get_as(&reader, &base[..base.len() - 7]).await.text().contains(&format!("href=\"{base}\"")));
    let (first, second) = (format!("{base}/{}", house.report.night), format!("{base}/{}", before.night));
    let at = |path: &str| list.find(&format!("href=\"{path}\""));
    assert!(at(&first).is_some() && at(&first) < at(&second), "newest first: {list}");
    assert!(list.contains("2 nights") && at(&format!("{base}/{}", theirs.night)).is_none(), "{list}");
    assert!(list.contains("that were mailed to you") && list.len() < 100_000);
    // As long as the mail's own link works it is that; later one of the day, the same all day long.
    let opened = house.get_as(&reader, &first).await;
    assert_eq!(opened.header("location"), house.link(&LinkTarget::Report));
    assert_eq!(house.get_as(&reader, &second).await.header("location"), house.link_to(&before, 0));
    assert_eq!(house.get_as(&reader, &format!("{base}/{}", theirs.night)).await.status, StatusCode::NOT_FOUND);
    for strange in ["yesterday", "+262142-12-31", "-4000-01-01", "2026-02-30", "%00"] {
        assert_eq!(
            house.get_as(&reader, &format!("{base}/{strange}")).await.status,
            StatusCode::NOT_FOUND,
            "{strange}"
        );
    }
    house.clock.set(mailed() + TimeDelta::days(40));
    let late = house.get_as(&reader, &first).await.header("location").to_owned();
    assert_ne!(late, house.link(&LinkTarget::Report));
    assert_eq!(house.get_as(&reader, &first).await.header("location"), late);
    let page = house.get(&late).await;
    assert!(page.status == StatusCode::OK && page.text().contains("<video"), "{}", page.status);
    let pdf = house.get_as(&reader, &format!("{first}/pdf")).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
    house.clock.set(mailed() + TimeDelta::days(42));
    assert_eq!(house.get(&late).await.status, StatusCode::GONE, "that was for a day");
    assert_eq!(house.get_as(&reader, &first).await.status, StatusCode::SEE_OTHER);
    // Who sees the whole location finds all of them; what they were not mailed leads to its incidents.
    let owner = user(&house, Role::Branch, true).await;
    let all = house.get_as(&owner, &base).await.text();
    assert!(all.contains("3 nights") && !all.contains(&format!("href=\"{first}\"")) && all.contains("/pdf\""), "{all}");
    let led = house.get_as(&owner, &first).await.header("location").to_owned();
    assert!(
        led.ends_with(&format!("/incidents?from={}&to={}", house.report.night, house.report.night.plus(1))),
        "{led}"
    );
    assert_eq!(house.get_as(&owner, &format!("{first}/pdf")).await.status, StatusCode::OK);
    let foreign = user(&house, Role::Branch, false).await;
    for path in [base.clone(), first.clone(), format!("{first}/pdf")] {
        assert_eq!(house.get_as(&foreign, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    run(&house.db, "UPDATE reports SET artifacts_removed_at = '2026-04-01T00:00:00Z'").await;
    let list = house.get_as(&reader, &base).await.text();
    assert!(list.contains("No longer kept") && !list.contains(&format!("href=\"{first}\"")), "{list}");
    assert_eq!(house.get_as(&reader, &first).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn who_was_taken_off_what_they_shared_ends_it_and_does_not_prolong_it() {
    let house = house().await;
    let shared = house.share(0, "zoe@example.com", &[]).await;
    let id = shared.header("location").rsplit('/').next().unwrap().to_owned();
    let reader = customer(&house, &own(&house)).await;
    let page = format!("/shares/{id}");
    let recipient = house.db.share_recipients(id.parse::<uuid::Uuid>().unwrap().into()).await.unwrap().remove(0);
    let one = recipient.id.to_string();
    let change = async |what: &str, days: &str| {
        let form = [("what", what), ("days", days), ("recipient", one.as_str())];
        house.post_as(Some(&reader), &page, &form).await.status
    };
    assert!(house.get_as(&reader, &page).await.text().contains("value=\"resend\""));
    assert_eq!(change("end", "30").await, StatusCode::SEE_OTHER);
    assert_eq!(change("resend", "").await, StatusCode::SEE_OTHER);
    withdraw(&house, house.delivery).await;
    let text = house.get_as(&reader, &page).await.text();
    assert!(
        !text.contains("value=\"resend\"")
            && text.contains("no longer have access")
            && text.contains("value=\"revoke\"")
    );
    assert_eq!(change("end", "90").await, StatusCode::FORBIDDEN);
    assert_eq!(change("resend", "").await, StatusCode::FORBIDDEN);
    assert_eq!(change("end", "1").await, StatusCode::SEE_OTHER, "an earlier end is no matter of access");
    assert_eq!(change("revoke", "").await, StatusCode::SEE_OTHER);
    let list = house.get_as(&reader, "/shares").await.text();
    assert!(list.contains("<span class=\"tag over\">withdrawn</span>"), "{list}");
}

#[tokio::test]
async fn a_letter_that_waits_while_the_link_is_sent_again_is_not_sent_unchecked() {
    let house = house().await;
    let shared = house.share(0, "zoe@example.com", &[]).await;
    let page = shared.header("location").to_owned();
    let id: uuid::Uuid = page.rsplit('/').next().unwrap().parse().unwrap();
    let first = house.db.share_recipients(id.into()).await.unwrap().remove(0);
    let form =
        [("what", "resend"), ("recipient", &*first.id.to_string())].map(|(name, value)| (name, value.to_owned()));
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    house.post_as(None, &page, &form).await;
    assert_eq!(house.db.letter(first.letter).await.unwrap(), None, "the one that waited is taken back");
    // One that was on its way is tried again, and finds that another has taken its place.
    let second = house.db.share_recipients(id.into()).await.unwrap().remove(0).letter;
    let begin = async |letter| {
        let mut tx = house.db.begin().await.unwrap();
        crate::db::letters::begin(&mut tx, letter, mailed()).await.unwrap().unwrap();
        tx.commit().await.unwrap();
    };
    begin(second).await;
    house.post_as(None, &page, &form).await;
    let mut tx = house.db.begin().await.unwrap();
    let state = crate::model::LetterState::Pending;
    crate::db::letters::end(&mut tx, second, state, "450", Some(mailed()), mailed()).await.unwrap();
    tx.commit().await.unwrap();
    house.post_as(None, &page, &[("what", "revoke")]).await;
    house.state.pipeline.letters().send(&house.db, second, mailed()).await.unwrap();
    let letter = house.db.letter(second).await.unwrap().unwrap();
    assert_eq!(letter.state, crate::model::LetterState::Failed, "{:?}", letter.reply);
}

#[tokio::test]
async fn a_withdrawn_link_is_renewed_only_by_who_says_so_twice() {
    let house = house().await;
    let staff = user(&house, Role::Staff, false).await;
    let link = house.link(&LinkTarget::Report);
    withdraw(&house, house.delivery).await;
    let asked = house.ask(axum::http::Method::POST, &link.replace("/r/", "/new-link/")).await;
    assert_eq!(asked.status, StatusCode::OK);
    let list = house.get_as(&staff, "/requests").await.text();
    assert!(list.contains("Withdrawn on") && list.contains("name=\"sure\" value=\"yes\""), "{list}");
    let hash = hex::encode(Token::parse(&link[3..]).unwrap().hash());
    let path = format!("/requests/links/{hash}");
    let own = own(&house);
    let before = house.db.letters_to(&own, 9).await.unwrap().len();
    let refused = house.post_as(Some(&staff), &path, &[]).await;
    assert_eq!(refused.header("location"), "/requests?done=sure");
    assert!(house.get_as(&staff, "/requests?done=sure").await.text().contains("This link was withdrawn"));
    assert_eq!(house.db.letters_to(&own, 9).await.unwrap().len(), before);
    assert!(house.db.mail_of(house.report.id, &own).await.unwrap().is_none());
    let sent = house.post_as(Some(&staff), &path, &[("sure", "yes")]).await;
    assert_eq!(sent.header("location"), "/requests?done=link");
    let fresh = house.link_in_letter(&own, "r").await;
    assert_eq!(house.get(&fresh).await.status, StatusCode::OK);
    assert!(house.db.mail_of(house.report.id, &own).await.unwrap().is_some(), "the report is theirs again");
}

#[tokio::test]
async fn staff_hear_of_who_wants_a_fresh_link_and_of_who_asks_where_a_branch_has_nobody() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    arrive(&house).await;
    let _staff = user(&house, Role::Staff, false).await;
    house.clock.set(mailed() + TimeDelta::days(31));
    let link = house.link(&LinkTarget::Report);
    house.ask(axum::http::Method::POST, &link.replace("/r/", "/new-link/")).await;
    // [brand] support is set here; without it staff themselves are written to.
    house.state.pipeline.watch().await.unwrap();
    let letters = house.db.letters_to("help@example.com", 9).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].subject.contains("1 reader waits for a fresh link"), "{}", letters[0].subject);
    house.state.pipeline.watch().await.unwrap();
    assert_eq!(house.db.letters_to("help@example.com", 9).await.unwrap().len(), 1, "once");
    let mut tx = house.db.begin().await.unwrap();
    let hash = Token::parse(&link[3..]).unwrap().hash();
    assert!(links::handled(&mut tx, &hash, mailed()).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn customers_do_not_learn_one_anothers_addresses_and_see_what_was_said_last() {
    let house = house().await;
    house.share(0, "jan@example.com", &[("comment", "yes")]).await;
    let link = house.link_in_letter("jan@example.com", "s").await;
    let said = house.post_as(None, &format!("{link}/comment"), &[("item", "1"), ("text", "mine")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let told = incident(&house.report, 0);
    let page = format!("/locations/{}/incidents/{}", told.location, told.incident);
    let (reader, owner) = (customer(&house, &own(&house)).await, user(&house, Role::Branch, true).await);
    let theirs = house.get_as(&reader, &page).await.text();
    assert!(theirs.contains("j***@example.com") && !theirs.contains("jan@example.com"), "{theirs}");
    assert!(house.get_as(&owner, &page).await.text().contains("jan@example.com"));
    let api = format!("/api/v1/incidents/{}/comments", told.incident);
    let (theirs, ours) = (house.get_as(&reader, &api).await.text(), house.get_as(&owner, &api).await.text());
    assert!(theirs.contains("j***@example.com") && ours.contains("jan@example.com"), "{theirs} {ours}");
    let mut tx = house.db.begin().await.unwrap();
    for number in 0..101_i64 {
        let comment = crate::db::incident_comments::Comment {
            id: uuid::Uuid::from_u128(u128::try_from(number).unwrap() + 1),
            incident: told.incident.clone(),
            location: told.location.clone(),
            at: mailed() + TimeDelta::minutes(number + 1),
            actor: "user:x".into(),
            name: "Dana".into(),
            text: format!("remark {number:03}"),
        };
        crate::db::incident_comments::insert(&mut tx, &comment).await.unwrap();
    }
    tx.commit().await.unwrap();
    let by_mail = house.link(&LinkTarget::Incident(told.incident.clone()));
    for text in [
        house.get_as(&owner, &page).await.text(),
        house.get_as(&reader, &format!("/incidents/{}", told.incident)).await.text(),
        house.get(&by_mail).await.text(),
        house.get(&link).await.text(),
    ] {
        assert!(text.contains("remark 100") && !text.contains("remark 000"), "{text}");
        assert!(text.contains("2 earlier comments are not shown") && text.find("remark 001") < text.find("remark 100"));
    }
}

#[tokio::test]
async fn judging_on_the_third_page_leads_back_to_it() {
    let house = house().await;
    let owner = user(&house, Role::Branch, true).await;
    let base = format!("/locations/{}", house.report.site.location);
    let page = house.get_as(&owner, &format!("{base}/incidents?sort=oldest&page=1")).await.text();
    assert!(page.contains("name=\"query\" value=\"?sort=oldest&amp;page=1\""), "{page}");
    let told = incident(&house.report, 0).incident;
    let form =
        [("incident", told.as_str()), ("reason", "not-a-theft"), ("tab", "all"), ("query", "?sort=oldest&page=3")];
    let judged = house.post_as(Some(&owner), &format!("{base}/judge"), &form).await;
    assert_eq!(judged.header("location"), format!("{base}/incidents?sort=oldest&page=3&done=1"));
}
