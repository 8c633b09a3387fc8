//! What readers say and what staff do about it; what shares add to a customer's lists; who proves their address; and
//! what the house enters by itself.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;

use super::guests::Guest;
use super::house::{House, mailed};
use super::shared::{customer, furnish, incident, user};
use crate::audit;
use crate::compose::Sample;
use crate::db::audit::Wanted;
use crate::db::testing::run;
use crate::model::{LinkTarget, Role};

async fn house(more: &str) -> House {
    let house = House::with(Sample::Ordinary.report(), 0, more).await;
    furnish(&house).await;
    house
}

async fn say(house: &House, event: &str, words: &str) {
    let path = format!("{}/feedback", house.link(&LinkTarget::Report));
    let fields = [("event", event), ("kind", "call"), ("text", words), ("phone", "+49 171 1")];
    let answer = house.post_as(None, &path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

/// The entries of an action, newest first.
async fn entries(house: &House, action: &str) -> Vec<crate::db::audit::Entry> {
    let wanted = Wanted { action: Some(action.into()), ..Wanted::default() };
    audit::found(&house.db, &wanted, 99).await.unwrap()
}

#[tokio::test]
async fn what_a_reader_says_waits_at_the_desk_until_somebody_has_done_something_about_it() {
    let house = house("").await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    let none = house.visit(&staff, "/desk").await.text();
    assert!(!none.contains("to be handled") && none.contains("/desk/feedback"));
    say(&house, "e1", "It was <script>alert(1)</script> our cleaner").await;
    house.clock.set(mailed() + TimeDelta::minutes(5));
    say(&house, "e2", "second").await;
    assert!(house.visit(&staff, "/desk").await.text().contains("2 things that readers said are to be handled"));
    let list = house.visit(&staff, "/desk/feedback").await.text();
    assert!(list.contains("&lt;script&gt;") && !list.contains("<script>alert"), "{list}");
    assert!(list.find("second").unwrap() < list.find("our cleaner").unwrap(), "newest first");
    let one = list.split("href=\"/desk/feedback/").nth(2).unwrap()[..36].to_owned();
    let page = format!("/desk/feedback/{one}");
    let shown = house.visit(&staff, &page).await.text();
    assert!(shown.contains("our cleaner") && shown.contains("+49 171 1") && shown.contains("name=\"reply\""));
    let told = house.report.escalations[0].incident.as_ref().unwrap();
    assert!(shown.contains(&told.kind), "the event stands beside what was said of it");
    let night = format!("/desk/night?location={}&night={}", house.report.site.location, house.report.night);
    let night = house.visit(&staff, &night).await.text();
    assert!(night.contains("our cleaner") && night.contains(&format!("/desk/reports/{}#e1\"", house.report.id)));
    let report = format!("/desk/reports/{}", house.report.id);
    let on_event = house.visit(&staff, &report).await.text();
    assert!(on_event.contains("our cleaner") && on_event.contains("Mark as handled"));

    let fields = [("reply", "We know <b>her</b> now."), ("remark", "told the operators")];
    let done = house.post(&staff, &page, &fields).await;
    assert_eq!(done.header("location"), format!("{page}?said=handled"));
    let again = house.post(&staff, &page, &[("reply", "A second answer")]).await;
    assert_eq!(again.header("location"), format!("{page}?said=handled-before"));
    let shown = house.visit(&staff, &page).await.text();
    assert!(
        shown.contains("told the operators") && !shown.contains("A second answer") && !shown.contains("name=\"reply\"")
    );
    assert!(!house.visit(&staff, "/desk/feedback").await.text().contains("our cleaner"));
    assert!(house.visit(&staff, "/desk/feedback?state=handled").await.text().contains("our cleaner"));
    assert!(house.visit(&staff, "/desk/feedback?state=all&kind=ours").await.text().contains("nothing of this kind"));
    let reader = house.get(&house.link(&LinkTarget::Report)).await.text();
    assert!(reader.contains("We know &lt;b&gt;her&lt;") && !reader.contains("told the operators"));
    let handled = entries(&house, "feedback.handle").await;
    assert_eq!(handled.len(), 1);
    assert!(!handled[0].detail.contains("her"), "what is about a person stays out of what forgets nothing");
    for odd in
        ["?before=x", "?before=1.2", "?state=x&kind=x&location=%00", "?before=-1.00000000-0000-0000-0000-000000000000"]
    {
        assert_eq!(house.visit(&staff, &format!("/desk/feedback{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    for nowhere in ["x", "00000000-0000-0000-0000-000000000000"] {
        let path = format!("/desk/feedback/{nowhere}");
        assert_eq!(house.visit(&staff, &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.post(&staff, &path, &[]).await.status, StatusCode::NOT_FOUND);
    }
    let branch = house.signed_in(Role::Branch, &["north"]).await;
    assert_eq!(house.visit(&branch, &page).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_long_list_has_pages_and_each_thing_stands_on_one() {
    let house = house("").await;
    let staff = house.signed_in(Role::Staff, &[]).await;
    for number in 0..60 {
        house.clock.set(mailed() + TimeDelta::hours(2 * number));
        say(&house, "e1", &format!("remark number {number}.")).await;
    }
    house.clock.set(mailed());
    let first = house.visit(&staff, "/desk/feedback").await.text();
    assert_eq!(first.matches("remark number").count(), 50);
    let older = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = house.visit(&staff, &older).await.text();
    assert_eq!(second.matches("remark number").count(), 10);
    assert!(second.contains("remark number 0.") && !second.contains("rel=\"next\""));
    assert!(first.len() < 100_000, "{}", first.len());
}

#[tokio::test]
async fn staff_get_one_letter_for_much_that_was_said_and_no_more_than_one_an_hour() {
    let house = house("[alerts]\nto = \"ops@example.com\"\nfeedback = \"desk@example.com\"\n").await;
    let letters = async || house.db.letters_to("desk@example.com", 9).await.unwrap();
    house.state.pipeline.watch().await.unwrap();
    assert!(letters().await.is_empty(), "nothing was said");
    for words in ["one", "two <b>bold</b>", "three"] {
        say(&house, "e1", words).await;
    }
    house.state.pipeline.watch().await.unwrap();
    let first = letters().await;
    assert_eq!((first.len(), first[0].kind.as_str()), (1, "feedback"));
    assert!(first[0].subject.contains("3 remarks") && first[0].text.contains("two <b>bold</b>"));
    assert!(first[0].html.contains("two &lt;b&gt;bold") && first[0].html.contains("/desk/feedback/"));
    house.clock.set(mailed() + TimeDelta::minutes(59));
    say(&house, "e2", "four").await;
    house.state.pipeline.watch().await.unwrap();
    assert_eq!(letters().await.len(), 1, "it is gathered");
    house.clock.set(mailed() + TimeDelta::minutes(61));
    house.state.pipeline.watch().await.unwrap();
    house.state.pipeline.watch().await.unwrap();
    let second = letters().await;
    assert_eq!(second.len(), 2);
    assert!(second[0].subject.contains("1 remark from"), "{}", second[0].subject);
    assert!(house.db.letters_to("ops@example.com", 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_who_is_named_later_is_told_old_news() {
    let house = house("").await;
    say(&house, "e1", "old").await;
    house.state.pipeline.watch().await.unwrap();
    assert!(!house.db.untold_feedback().await.unwrap().0);
    assert_eq!(house.db.open_feedback_count().await.unwrap(), 1, "it waits at the desk all the same");
}

#[tokio::test]
async fn incidents_that_were_shared_are_in_their_readers_list_as_long_as_the_share_holds() {
    let house = house("").await;
    let (one, other) = (incident(&house.report, 0).incident, incident(&house.report, 1).incident);
    let site = format!("/locations/{}", house.report.site.location);
    let zoe = customer(&house, "zoe@example.com").await;
    assert_eq!(house.get_as(&zoe, &format!("{site}/incidents")).await.status, StatusCode::NOT_FOUND);
    let shared = house.share(0, "zoe@example.com", &[]).await;
    let list = house.get_as(&zoe, "/locations").await.text();
    assert!(list.contains(&format!("{site}/incidents")), "{list}");
    let incidents = house.get_as(&zoe, &format!("{site}/incidents")).await.text();
    assert!(incidents.contains(one.as_str()) && !incidents.contains(other.as_str()), "{incidents}");
    let page = house.get_as(&zoe, &format!("{site}/incidents/{one}")).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, &*format!("/incidents/{one}")));
    assert_eq!(house.get_as(&zoe, &format!("/incidents/{one}")).await.status, StatusCode::OK);
    for hidden in [
        format!("{site}/incidents/{other}"),
        format!("{site}/report.pdf"),
        format!("{site}/incidents/{one}/report.pdf"),
    ] {
        assert_eq!(house.get_as(&zoe, &hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    let stranger = customer(&house, "nobody@example.com").await;
    assert_eq!(house.get_as(&stranger, &format!("{site}/incidents")).await.status, StatusCode::NOT_FOUND);
    house.post_as(None, shared.header("location"), &[("what", "revoke")]).await;
    assert_eq!(house.get_as(&zoe, &format!("{site}/incidents")).await.status, StatusCode::NOT_FOUND);
    assert!(!house.get_as(&zoe, "/locations").await.text().contains(&site));
}

#[tokio::test]
async fn where_an_account_wants_it_a_forwarded_link_opens_for_its_address_alone() {
    let house = house("").await;
    house.share(0, "zoe@example.com", &[]).await;
    let link = house.link_in_letter("zoe@example.com", "s").await;
    let told = incident(&house.report, 0);
    assert_eq!(house.get(&link).await.status, StatusCode::OK, "without a rule it opens for whoever has it");
    let branch = house.report.site.branch.to_string();
    let owner = user(&house, Role::Branch, true).await;
    let stranger = user(&house, Role::Branch, false).await;
    let fields = [("branch", branch.as_str()), ("prove", "1")];
    assert_eq!(house.post_as(Some(&stranger), "/account/domains/proof", &fields).await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        let saved = house.post_as(Some(&owner), "/account/domains/proof", &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(entries(&house, "share.rule").await.len(), 1, "what is so already is no change");
    for part in ["", "/1/clip/0", "/1/photo"] {
        let asked = house.get(&format!("{link}{part}")).await;
        let text = asked.text();
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{part}");
        assert!(text.contains("z***@example.com") && !text.contains("zoe@") && !text.contains(&told.kind), "{text}");
    }
    assert_eq!(house.ask(Method::HEAD, &link).await.status, StatusCode::FORBIDDEN);
    assert!(house.db.letters_to("zoe@example.com", 9).await.unwrap().len() == 1, "looking writes no letter");
    let dana = customer(&house, "dana@example.com").await;
    let other = house.get_as(&dana, &link).await;
    assert!(other.status == StatusCode::FORBIDDEN && other.text().contains("another address"));

    // The code of the sign-in proves it, and leads back.
    let mut browser = Guest::nobody();
    let asked = house.post(&browser, "/sign-in", &[("address", "Zoe@Example.com"), ("next", &link)]).await;
    browser.keep(&asked);
    let letter = house.db.letters_to("zoe@example.com", 1).await.unwrap().remove(0);
    let code: String = letter.text.lines().map(str::trim).find(|line| is_code(line)).unwrap().to_owned();
    let entered = house.post(&browser, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, link.as_str()), "{code}");
    browser.keep(&entered);
    let opened = house.visit(&browser, &link).await;
    assert!(opened.status == StatusCode::OK && opened.text().contains(&told.kind));
    assert_eq!(house.get_as(&owner, &link).await.status, StatusCode::OK, "whoever sees the place sees it here, too");
    assert_eq!(house.get_as(&stranger, &link).await.status, StatusCode::FORBIDDEN);
    house.post_as(Some(&owner), "/account/domains/proof", &[("branch", branch.as_str())]).await;
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_is_taken_off_the_whitelist_finds_their_link_ended() {
    let house = house("").await;
    house.share(0, "zoe@example.com", &[]).await;
    let link = house.link_in_letter("zoe@example.com", "s").await;
    assert_eq!(house.get(&link).await.status, StatusCode::OK);
    let entry = house.db.whitelist_of(&house.report.site.location, 9).await.unwrap().remove(0);
    let owner = user(&house, Role::Branch, true).await;
    let path = format!("/whitelist/{}", entry.id);
    assert_eq!(house.post_as(Some(&owner), &path, &[("what", "revoke")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    // Shared again: the entry that was taken off has nothing to do with the new link.
    house.share(0, "zoe@example.com", &[]).await;
    let again = house.link_in_letter("zoe@example.com", "s").await;
    house.post_as(Some(&owner), &path, &[("what", "revoke")]).await;
    assert_eq!((house.get(&again).await.status, house.get(&link).await.status), (StatusCode::OK, StatusCode::GONE));
}

fn is_code(line: &str) -> bool {
    line.len() == 7 && line.chars().all(|c| c.is_ascii_digit() || c == ' ') && line.as_bytes()[3] == b' '
}

#[tokio::test]
async fn older_reports_are_read_again_for_the_incidents_that_they_tell_of() {
    let house = house("").await;
    let told = incident(&house.report, 0).incident;
    let pipeline = &house.state.pipeline;
    assert_eq!(pipeline.catch_up_backlog().await.unwrap(), 0);
    assert!(entries(&house, "report.catch-up").await.is_empty());
    run(&house.db, "INSERT INTO incident_backlog (report) SELECT id FROM reports").await;
    run(&house.db, "INSERT INTO incident_backlog (report) VALUES (X'00000000000000000000000000000001')").await;
    run(&house.db, "DELETE FROM incident_reports").await;
    assert!(house.db.reports_of_incident(&told).await.unwrap().is_empty());
    assert_eq!(pipeline.catch_up_backlog().await.unwrap(), 2, "one of them is gone");
    assert_eq!(house.db.reports_of_incident(&told).await.unwrap(), [house.report.id]);
    assert_eq!(pipeline.catch_up_backlog().await.unwrap(), 0, "nothing is left");
    run(&house.db, "INSERT INTO incident_backlog (report) SELECT id FROM reports").await;
    assert_eq!(pipeline.catch_up_backlog().await.unwrap(), 1, "again is as once");
    assert_eq!(house.db.reports_of_incident(&told).await.unwrap(), [house.report.id]);
    run(&house.db, "UPDATE artifacts SET sha256 = 'altered'").await;
    run(&house.db, "INSERT INTO incident_backlog (report) SELECT id FROM reports").await;
    assert_eq!(pipeline.catch_up_backlog().await.unwrap(), 0);
    assert!(house.db.incident_backlog(9).await.unwrap().is_empty(), "it does not come again and again");
    let entered = entries(&house, "report.catch-up").await;
    assert_eq!(entered.len(), 3);
    assert!(entered[0].detail.contains(&house.report.id.to_string()), "{}", entered[0].detail);
}

#[tokio::test]
async fn what_ends_by_the_clock_and_who_unsubscribes_is_entered_once() {
    let house = house("").await;
    let pipeline = &house.state.pipeline;
    pipeline.watch().await.unwrap();
    house.share(0, "zoe@example.com, jan@example.com", &[]).await;
    let before = entries(&house, "").await.len();
    pipeline.watch().await.unwrap();
    assert_eq!(entries(&house, "").await.len(), before, "a watch that finds nothing enters nothing");
    house.clock.set(mailed() + TimeDelta::days(8));
    pipeline.watch().await.unwrap();
    pipeline.watch().await.unwrap();
    for (action, count) in [("share.expire", 2), ("whitelist.expire", 2)] {
        let ended = entries(&house, action).await;
        assert_eq!(ended.len(), 1, "{action}");
        assert!(ended[0].detail.contains(&format!("\"count\":{count}")), "{}", ended[0].detail);
        assert_eq!((ended[0].actor.as_str(), ended[0].branch.as_ref()), ("daybreak", Some(&house.report.site.branch)));
    }
    let unsubscribe = house.link(&LinkTarget::Unsubscribe);
    house.get(&unsubscribe).await;
    assert!(entries(&house, "contact.unsubscribe").await.is_empty());
    for _ in 0..2 {
        assert_eq!(house.post_as(None, &unsubscribe, &[]).await.status, StatusCode::OK);
    }
    let entered = entries(&house, "contact.unsubscribe").await;
    assert_eq!(entered.len(), 1);
    assert_eq!(entered[0].actor, format!("link:{}", house.delivery));
    assert!(audit::verify(&house.db).await.unwrap().1.is_empty());
}
