//! Shares: who gets what, for how long, and who asks for more.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;
use tower::ServiceExt;

use super::house::{House, mailed};
use super::shared::{arrive, customer, furnish, incident, stamped, user};
use crate::compose::Sample;
use crate::db::domain_rules::{self, DomainRule};
use crate::db::testing::run;
use crate::model::{LetterState, LinkTarget, Role};

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    arrive(&house).await;
    house
}

/// A browser of a person.
async fn look(house: &House, path: &str) -> super::house::Answer {
    let request = Request::get(path)
        .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
        .header("accept-language", "en-GB,en;q=0.9")
        .body(Body::empty())
        .unwrap();
    house.send(request).await
}

#[tokio::test]
async fn fifty_addresses_get_a_link_each_and_one_is_withdrawn_in_every_process() {
    let house = house().await;
    let other = house.another_router().await;
    let addresses: Vec<String> = (0..50).map(|number| format!("guest{number}@example.com")).collect();
    let pasted = format!("{}; Guest <GUEST7@example.com>,\n{}", addresses[..25].join(", "), addresses[20..].join("\n"));
    let shared = house.share(0, &pasted, &[("note", "Is this <b>ours</b>?")]).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());
    let page = shared.header("location").to_owned();
    let mut links = Vec::new();
    for address in &addresses {
        let letters = house.db.letters_to(address, 9).await.unwrap();
        assert_eq!((letters.len(), letters[0].kind.as_str()), (1, "share"), "{address}");
        assert!(letters[0].html.contains("Is this &lt;b&gt;ours&lt;"));
        links.push(house.link_in_letter(address, "s").await);
    }
    let listed = house.db.whitelist_of(&house.report.site.location, 99).await.unwrap();
    assert_eq!(listed.len(), 50);
    house.clock.set(mailed() + TimeDelta::minutes(30));
    for link in &links[..3] {
        let opened = look(&house, link).await;
        assert_eq!(opened.status, StatusCode::OK);
        assert!(opened.text().contains("Is this &lt;b&gt;ours&lt;") && opened.body.len() < 100_000);
    }
    house.clock.set(mailed() + TimeDelta::minutes(40));
    assert_eq!(look(&house, &links[0]).await.status, StatusCode::OK);
    let seen = house.get(&page).await.text();
    assert!(seen.contains("3 of 50 have looked"), "{seen}");
    // A scanner's looks are on record, and do not count.
    for link in &links[10..20] {
        assert_eq!(house.ask(Method::HEAD, link).await.status, StatusCode::OK);
    }
    assert!(house.get(&page).await.text().contains("3 of 50 have looked"));

    let recipient = |address: &str| {
        let row = seen.split("<tr>").find(|row| row.contains(address)).unwrap();
        row.split("name=\"recipient\" value=\"").nth(1).unwrap()[..36].to_owned()
    };
    let gone = recipient(&addresses[1]);
    let revoked = house.post_as(None, &page, &[("what", "revoke"), ("recipient", &gone)]).await;
    assert_eq!(revoked.status, StatusCode::SEE_OTHER);
    for router in [&house.router, &other] {
        for (number, link) in links.iter().enumerate().take(4) {
            let request = Request::get(link.as_str()).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let expected = if number == 1 { StatusCode::GONE } else { StatusCode::OK };
            assert_eq!(response.status(), expected, "{number}");
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let text = String::from_utf8(body.to_vec()).unwrap();
            assert_eq!(text.contains("Request access"), number == 1);
        }
    }
    let row = house.get(&page).await.text();
    assert!(row.contains("withdrawn"));
    // Sent again: the same link. All of them withdrawn: nothing is left.
    let again = recipient(&addresses[2]);
    house.post_as(None, &page, &[("what", "resend"), ("recipient", &again)]).await;
    assert_eq!(house.db.letters_to(&addresses[2], 9).await.unwrap().len(), 1, "in place of the one that waited");
    assert_eq!(house.link_in_letter(&addresses[2], "s").await, links[2]);
    house.post_as(None, &page, &[("what", "end"), ("days", "1")]).await;
    house.clock.set(mailed() + TimeDelta::days(2));
    let expired = house.get(&links[3]).await;
    assert_eq!((expired.status, expired.text().contains("has expired")), (StatusCode::GONE, true));
    house.post_as(None, &page, &[("what", "revoke")]).await;
    assert!(house.get(&links[4]).await.text().contains("has been withdrawn"));
    let listed = house.db.whitelist_of(&house.report.site.location, 99).await.unwrap();
    assert!(listed.iter().all(|listed| listed.revoked_at.is_some()));
    let (entries, broken) = crate::audit::verify(&house.db).await.unwrap();
    assert!(entries >= 5 && broken.is_empty(), "{entries} {broken:?}");
}

#[tokio::test]
async fn no_more_is_shown_than_was_shared() {
    let house = house().await;
    let told = |number: usize| incident(&house.report, number);
    house.share(0, "zoe@example.com", &[]).await;
    let link = house.link_in_letter("zoe@example.com", "s").await;
    let page = house.get(&link).await.text();
    let other = house.link(&LinkTarget::Incident(told(1).incident));
    assert!(page.contains("<video") && !page.contains(&other[3..]));
    let time = |number: usize| {
        let locale = &house.report.recipients[0].locale;
        let l10n = crate::render::l10n::L10n::new(crate::model::Language::En, locale).unwrap();
        l10n.time_with_seconds(told(number).occurred_at, house.report.site.timezone)
    };
    assert!(page.contains(&time(0)) && !page.contains(&time(1)), "{} {}", time(0), time(1));
    let clip = house.get(&format!("{link}/1/clip/0")).await;
    assert_eq!(clip.status, StatusCode::FOUND);
    assert!(clip.header("location").contains("X-Amz-Expires="), "{}", clip.header("location"));
    for path in ["/2/clip/0", "/1/clip/9", "/0/photo", "/x/photo", "/1/clip/-1"] {
        assert_eq!(house.get(&format!("{link}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Comments only where they are wanted.
    let refused = house.post_as(None, &format!("{link}/comment"), &[("item", "1"), ("text", "mine")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    house.share(1, "jan@example.com", &[("comment", "yes")]).await;
    let link = house.link_in_letter("jan@example.com", "s").await;
    for _ in 0..2 {
        let said = house.post_as(None, &format!("{link}/comment"), &[("item", "1"), ("text", "<i>ours</i>")]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER);
    }
    let page = house.get(&link).await.text();
    assert!(page.matches("&lt;i&gt;ours").count() == 1 && page.contains("j***@example.com"), "{page}");
    // The case's other incidents are told of as far as they were shown to the same person.
    let first = house.link_in_letter("zoe@example.com", "s").await;
    assert!(!house.get(&first).await.text().contains("Other incidents of this case"));
    house.share(1, "zoe@example.com", &[]).await;
    let second = house.link_in_letter("zoe@example.com", "s").await;
    let page = house.get(&first).await.text();
    assert!(page.contains("Other incidents of this case") && page.contains(&format!("href=\"{second}#e1\"")), "{page}");
    // The mail's own page shows the comment, too.
    assert!(house.get(&other).await.text().contains("&lt;i&gt;ours"));
}

#[tokio::test]
async fn what_is_filled_in_wrongly_shares_nothing_and_says_why() {
    let house = house().await;
    let rule =
        DomainRule { domain: "rival.example".into(), allowed: false, added_at: mailed(), added_by: "user:x".into() };
    let mut tx = house.db.begin().await.unwrap();
    domain_rules::put(&mut tx, &house.report.site.branch, &rule).await.unwrap();
    tx.commit().await.unwrap();
    let many: Vec<String> = (0..201).map(|number| format!("g{number}@example.com")).collect();
    for (addresses, says) in [
        ("zoe@example.com, spy@rival.example", "spy@rival.example"),
        ("zoe@example.com nonsense", "Not an address: nonsense"),
        ("", "at least one address"),
        (many.join(",").as_str(), "more than 200"),
    ] {
        let answer = house.share(0, addresses, &[]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
    assert!(house.db.letters_to("zoe@example.com", 9).await.unwrap().is_empty());
    // A rule that comes between the saving and the sending holds, too.
    house.share(0, "zoe@later.example", &[]).await;
    let mut tx = house.db.begin().await.unwrap();
    let later = DomainRule { domain: "later.example".into(), ..rule };
    domain_rules::put(&mut tx, &house.report.site.branch, &later).await.unwrap();
    tx.commit().await.unwrap();
    let letter = house.db.letters_to("zoe@later.example", 9).await.unwrap().remove(0);
    house.state.pipeline.letters().send(&house.db, letter.id, mailed()).await.unwrap();
    let letter = house.db.letter(letter.id).await.unwrap().unwrap();
    assert_eq!(letter.state, LetterState::Failed, "{:?}", letter.reply);
    assert!(letter.reply.unwrap().contains("rules"));
}

#[tokio::test]
async fn who_is_not_let_in_asks_and_is_granted_once() {
    let house = house().await;
    let owner = user(&house, Role::Branch, true).await;
    let foreign = user(&house, Role::Branch, false).await;
    house.share(0, "zoe@example.com", &[]).await;
    let link = house.link_in_letter("zoe@example.com", "s").await;
    house.clock.set(mailed() + TimeDelta::days(8));
    assert!(house.get(&link).await.text().contains("Request access"));
    for _ in 0..2 {
        let form = [("name", "Zoe <script>"), ("note", "I was there")];
        let asked = house.post_as(None, &format!("{link}/request"), &form).await;
        assert_eq!(asked.status, StatusCode::OK);
        assert!(asked.text().contains("Access was requested"));
    }
    assert_eq!(house.db.letters_to("branch-true@example.com", 9).await.unwrap().len(), 1, "asked twice, told once");
    let decide = house.link_in_letter("branch-true@example.com", "d").await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        assert_eq!(house.ask(method, &decide).await.status, StatusCode::OK);
    }
    let page = house.get(&decide).await.text();
    assert!(page.contains("Zoe &lt;script&gt;") && page.contains("Grant"), "{page}");
    assert!(house.get_as(&owner, "/requests").await.text().contains("I was there"));
    let theirs = house.get_as(&foreign, "/requests").await.text();
    assert!(!theirs.contains("I was there") && theirs.contains("Nobody is waiting"));
    let granted = house.post_as(None, &decide, &[("answer", "grant"), ("days", "7")]).await;
    assert!(granted.text().contains("Access was granted"), "{}", granted.text());
    let again = house.post_as(None, &decide, &[("answer", "decline")]).await;
    assert!(again.text().contains("answered already"));
    let letter = house.db.letters_to("zoe@example.com", 1).await.unwrap().remove(0);
    assert!(letter.subject.contains("You now have access"), "{}", letter.subject);
    let fresh = house.link_in_letter("zoe@example.com", "s").await;
    assert_ne!(fresh, link);
    assert_eq!(house.get(&fresh).await.status, StatusCode::OK);
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    // An owner who is none any more answers nothing.
    run(&house.db, "UPDATE users SET disabled_at = '2026-01-01T00:00:00+00:00' WHERE role = 'branch'").await;
    assert_eq!(house.get(&decide).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_incident_that_was_not_given_looks_like_one_that_does_not_exist() {
    let house = house().await;
    let stranger = customer(&house, "stranger@example.com").await;
    let foreign = user(&house, Role::Branch, false).await;
    let owner = user(&house, Role::Branch, true).await;
    let recipient = customer(&house, &house.report.recipients[0].email.to_lowercase()).await;
    let real = incident(&house.report, 0).incident;
    for guest in [&stranger, &foreign] {
        let (there, nowhere) =
            (house.get_as(guest, &format!("/incidents/{real}")).await, house.get_as(guest, "/incidents/nope0").await);
        assert_eq!((there.status, nowhere.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(there.text().replace(real.as_str(), "REF"), nowhere.text().replace("nope0", "REF"));
        assert!(there.text().contains("Request access"));
        for path in ["share", "clip/0", "photo"] {
            let answer = house.get_as(guest, &format!("/incidents/{real}/{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    for guest in [&owner, &recipient] {
        let page = house.get_as(guest, &format!("/incidents/{real}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("/share\""), "they may share it");
        assert_eq!(house.get_as(guest, &format!("/incidents/{real}/clip/0")).await.status, StatusCode::FOUND);
    }
    let nobody = house.get(&format!("/incidents/{real}")).await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
    // Asking tells nothing, either; the owner hears of what is there.
    let ask = |what: &str| format!("/incidents/{what}/request");
    let form = [("name", "Someone"), ("note", "")];
    let (there, nowhere) = (
        house.post_as(Some(&stranger), &ask(real.as_str()), &form).await,
        house.post_as(Some(&stranger), &ask("nope0"), &form).await,
    );
    assert_eq!(there.text(), nowhere.text());
    assert_eq!(house.db.access_requests(None, 9).await.unwrap().len(), 1);
    let decide = house.link_in_letter("branch-true@example.com", "d").await;
    let granted = house.post_as(None, &decide, &[("answer", "grant"), ("days", "1")]).await;
    assert!(granted.text().contains("Access was granted"));
    let page = house.get_as(&stranger, &format!("/incidents/{real}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("/share\""), "what was only shown to them they do not pass on");
    house.clock.set(mailed() + TimeDelta::days(2));
    assert_eq!(house.get_as(&stranger, &format!("/incidents/{real}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_happened_by_day_is_shared_from_its_rows_and_stays_as_it_was() {
    let house = house().await;
    let owner = user(&house, Role::Branch, true).await;
    let mut by_day = incident(&house.report, 0);
    by_day.incident = "by-day".parse().unwrap();
    by_day.occurred_at = "2026-03-28T12:00:00Z".parse().unwrap();
    by_day.description = "In broad daylight".into();
    let mut tx = house.db.begin().await.unwrap();
    tx.put_incidents(&[stamped(by_day)]).await.unwrap();
    tx.commit().await.unwrap();
    let page = house.get_as(&owner, "/incidents/by-day").await;
    assert!(page.status == StatusCode::OK && page.text().contains("In broad daylight"), "{}", page.text());
    let form = house.get_as(&owner, "/incidents/by-day/share").await.text();
    let once = form.split("name=\"once\" value=\"").nth(1).unwrap()[..36].to_owned();
    let form = [("once", once.as_str()), ("incident", "by-day"), ("addresses", "zoe@example.com"), ("days", "7")];
    for _ in 0..2 {
        let shared = house.post_as(Some(&owner), "/incidents/by-day/share", &form).await;
        assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());
        let list = house.get_as(&owner, shared.header("location")).await;
        assert!(list.text().contains("zoe@example.com"));
    }
    assert_eq!(house.db.letters_to("zoe@example.com", 9).await.unwrap().len(), 1, "sent twice, shared once");
    run(&house.db, "DELETE FROM incidents WHERE ref = 'by-day'").await;
    let link = house.link_in_letter("zoe@example.com", "s").await;
    assert!(house.get(&link).await.text().contains("In broad daylight"));
    let mine = house.get_as(&owner, "/shares").await.text();
    assert!(
        mine.contains("Nobody has looked yet") && !mine.contains("The recipient has looked"),
        "a scanner did: {mine}"
    );
    house.clock.set(house.state.clock.now() + chrono::TimeDelta::minutes(5));
    assert_eq!(look(&house, &link).await.status, StatusCode::OK);
    let mine = house.get_as(&owner, "/shares").await.text();
    assert!(mine.contains("The recipient has looked") && !mine.contains("Nobody has looked yet"), "{mine}");
    let without = house.post_as(None, "/incidents/by-day/share", &form).await;
    assert_eq!(without.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_whitelist_is_kept_by_those_who_may() {
    let house = house().await;
    let owner = user(&house, Role::Branch, true).await;
    let foreign = user(&house, Role::Branch, false).await;
    let guest = customer(&house, "stranger@example.com").await;
    let location = house.report.site.location.as_str();
    let path = format!("/whitelist?location={location}");
    assert_eq!(house.get_as(&owner, "/whitelist").await.status, StatusCode::OK);
    assert_eq!(house.get_as(&foreign, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get_as(&guest, &path).await.status, StatusCode::FORBIDDEN);
    let form = [("location", location), ("addresses", "Zoe@example.com"), ("note", "auditor"), ("days", "")];
    assert_eq!(house.post_as(Some(&foreign), "/whitelist", &form).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post_as(Some(&owner), "/whitelist", &form).await.status, StatusCode::SEE_OTHER);
    let page = house.get_as(&owner, &path).await.text();
    assert!(page.contains("zoe@example.com") && page.contains("auditor") && page.contains("The branch user"));
    let zoe = customer(&house, "zoe@example.com").await;
    let real = format!("/incidents/{}", incident(&house.report, 0).incident);
    assert_eq!(house.get_as(&zoe, &real).await.status, StatusCode::OK);
    let entry = house.db.whitelist_of(&house.report.site.location, 9).await.unwrap().remove(0);
    let there = format!("/whitelist/{}", entry.id);
    assert_eq!(house.post_as(Some(&foreign), &there, &[("what", "revoke")]).await.status, StatusCode::NOT_FOUND);
    house.post_as(Some(&owner), &there, &[("what", "end"), ("days", "1")]).await;
    house.clock.set(mailed() + TimeDelta::hours(20));
    assert_eq!(house.get_as(&zoe, &real).await.status, StatusCode::OK);
    house.clock.set(mailed() + TimeDelta::hours(25));
    assert_eq!(house.get_as(&zoe, &real).await.status, StatusCode::NOT_FOUND);
    house.clock.set(mailed());
    house.post_as(Some(&owner), &there, &[("what", "revoke")]).await;
    assert_eq!(house.get_as(&zoe, &real).await.status, StatusCode::NOT_FOUND);
    assert!(house.get_as(&owner, &path).await.text().contains("Nobody is on the list"));
}

#[tokio::test]
async fn a_fresh_link_goes_to_the_mails_own_address() {
    let house = house().await;
    let staff = user(&house, Role::Staff, false).await;
    let owner = user(&house, Role::Branch, true).await;
    house.clock.set(mailed() + TimeDelta::days(31));
    let old = house.link(&LinkTarget::Report);
    assert_eq!(house.get(&old).await.status, StatusCode::GONE);
    house.post_as(None, &old.replace("/r/", "/new-link/"), &[]).await;
    assert!(!house.get_as(&owner, "/requests").await.text().contains("/requests/links/"));
    let page = house.get_as(&staff, "/requests").await.text();
    let path = format!("/requests/links/{}", &page.split("/requests/links/").nth(1).unwrap()[..64]);
    assert_eq!(house.post_as(Some(&owner), &path, &[]).await.status, StatusCode::FORBIDDEN);
    for _ in 0..2 {
        assert_eq!(house.post_as(Some(&staff), &path, &[]).await.status, StatusCode::SEE_OTHER);
    }
    let to = house.report.recipients[0].email.to_lowercase();
    assert_eq!(house.db.letters_to(&to, 9).await.unwrap().len(), 1, "pressed twice, sent once");
    let fresh = house.link_in_letter(&to, "r").await;
    assert_eq!(house.get(&fresh).await.status, StatusCode::OK);
    assert!(house.get_as(&staff, "/requests").await.text().contains("Nobody is waiting for a new link"));
}
