//! Signing in: by letter, by password, with a second factor; and what does not.

use axum::http::StatusCode;
use chrono::TimeDelta;

use super::guests::Guest;
use super::house::{Answer, House, mailed};
use super::shared::arrive;
use crate::access::password;
use crate::access::sealed::Seal;
use crate::access::totp::{self, Secret};
use crate::audit;
use crate::compose::Sample;
use crate::db::users::secrets;
use crate::model::Role;

const LONG: &str = "correct horse battery";

/// An address to which the house's report was mailed.
async fn reader(house: &House) -> String {
    arrive(house).await;
    house.db.delivery(house.delivery).await.unwrap().unwrap().email
}

/// Link and code of the last letter to an address.
async fn letter(house: &House, address: &str) -> Option<(String, String)> {
    let letter = house.db.letters_to(address, 1).await.unwrap().pop()?;
    let link = letter.text.split("http://localhost:8080").nth(1).unwrap().split_whitespace().next().unwrap();
    let code: String = letter
        .text
        .lines()
        .find(|line| line.trim().len() == 7 && line.trim().as_bytes()[3] == b' ')
        .unwrap_or("")
        .into();
    Some((link.to_owned(), code.trim().to_owned()))
}

async fn ask(house: &House, guest: &mut Guest, address: &str, next: &str) -> Answer {
    let answer = house.post(guest, "/sign-in", &[("address", address), ("next", next)]).await;
    guest.keep(&answer);
    answer
}

fn signed_in(answer: &Answer) -> bool {
    answer.headers.get_all("set-cookie").iter().any(|set| {
        let set = set.to_str().unwrap();
        set.starts_with("daybreak=") && set.contains("; HttpOnly; SameSite=Lax; Max-Age=") && !set.contains("Max-Age=0")
    })
}

#[tokio::test]
async fn a_letters_button_signs_in_once_and_looking_at_it_changes_nothing() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let address = reader(&house).await;
    let mut guest = Guest::nobody();
    let asked = ask(&house, &mut guest, &address.to_uppercase(), "/locations?q=1").await;
    assert_eq!((asked.status, asked.header("location")), (StatusCode::SEE_OTHER, "/sign-in/code"));
    let (link, _) = letter(&house, &address).await.unwrap();
    for _ in 0..10 {
        let page = house.get(&link).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("<form method=\"post\" action=\"/sign-in/link/"), "{}", page.text());
        assert!(!page.text().contains(&address), "whoever finds the link learns no address");
    }
    let mut elsewhere = Guest::nobody();
    let entered = house.post(&elsewhere, &link, &[]).await;
    assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "/locations?q=1"));
    assert!(signed_in(&entered));
    elsewhere.keep(&entered);
    assert_eq!(house.visit(&elsewhere, "/sign-in").await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.post(&Guest::nobody(), &link, &[]).await.status, StatusCode::GONE, "once");
    assert_eq!(house.get(&link).await.status, StatusCode::GONE);
    let out = house.post(&elsewhere, "/sign-out", &[]).await;
    assert_eq!(out.header("location"), "/sign-in?out=1");
    assert_eq!(house.visit(&elsewhere, "/sign-in").await.status, StatusCode::OK, "the session has ended");
    assert_eq!(audit::verify(&house.db).await.unwrap().1, []);
}

#[tokio::test]
async fn a_code_works_in_the_browser_that_asked_and_for_five_tries() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let address = reader(&house).await;
    let (mut asker, mut other) = (Guest::nobody(), Guest::nobody());
    ask(&house, &mut asker, &address, "//evil.example.com").await;
    let (_, code) = letter(&house, &address).await.unwrap();
    ask(&house, &mut other, "somebody@example.com", "").await;
    for guest in [&Guest::nobody(), &other] {
        let answer = house.post(guest, "/sign-in/code", &[("code", &code)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for _ in 0..4 {
        let answer = house.post(&asker, "/sign-in/code", &[("code", "000 000")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let entered = house.post(&asker, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "/locations"));
    assert!(signed_in(&entered));

    ask(&house, &mut asker, &address, "").await;
    let (link, code) = letter(&house, &address).await.unwrap();
    for _ in 0..5 {
        house.post(&asker, "/sign-in/code", &[("code", "000000")]).await;
    }
    let late = house.post(&asker, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "enough was tried");
    house.clock.set(mailed() + TimeDelta::minutes(16));
    assert_eq!(house.post(&asker, &link, &[]).await.status, StatusCode::GONE, "a link lasts 15 minutes");
}

#[tokio::test]
async fn nobody_learns_whether_an_address_is_known() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let known = reader(&house).await;
    let (one, other) = (
        ask(&house, &mut Guest::nobody(), &known, "").await,
        ask(&house, &mut Guest::nobody(), "nobody@example.com", "").await,
    );
    assert_eq!((one.status, &one.body), (other.status, &other.body));
    assert_eq!(one.headers.len(), other.headers.len());
    assert!(letter(&house, &known).await.is_some());
    assert!(letter(&house, "nobody@example.com").await.is_none(), "no letter is written to strangers");
    for _ in 0..5 {
        ask(&house, &mut Guest::nobody(), "nobody@example.com", "").await;
    }
    let many = ask(&house, &mut Guest::nobody(), "nobody@example.com", "").await;
    assert_eq!(many.status, StatusCode::TOO_MANY_REQUESTS);
    let log = house.db.audit_after(0, 99).await.unwrap();
    assert!(log.iter().any(|entry| entry.action == "sign-in.limit"), "{log:?}");
}

#[tokio::test]
async fn a_disabled_user_does_not_come_in_by_any_door() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    let id = guest.user.unwrap();
    let user = house.db.user(id).await.unwrap().unwrap();
    let mut tx = house.db.begin().await.unwrap();
    secrets::set_password(&mut tx, id, Some(&password::hash(LONG.into(), [1; 16]).await.unwrap())).await.unwrap();
    tx.commit().await.unwrap();
    crate::db::testing::run(&house.db, "UPDATE users SET disabled_at = '2026-03-29T04:00:00Z'").await;
    assert_eq!(house.visit(&guest, "/sign-in").await.status, StatusCode::OK, "its sessions hold no more");
    ask(&house, &mut Guest::nobody(), &user.email, "").await;
    assert!(letter(&house, &user.email).await.is_none());
    let form = [("address", user.email.as_str()), ("password", LONG)];
    let answer = house.post(&Guest::nobody(), "/sign-in/password", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn staff_choose_a_password_by_letter_and_come_in_with_it_and_their_second_factor() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let staff = house.signed_in(Role::Staff, &[]).await.user.unwrap();
    let user = house.db.user(staff).await.unwrap().unwrap();
    let mut guest = Guest::nobody();
    ask(&house, &mut guest, &user.email, "").await;
    let (link, _) = letter(&house, &user.email).await.unwrap();
    let page = house.post(&guest, &link, &[]).await;
    assert!(page.status == StatusCode::OK && !signed_in(&page), "a letter alone lets no staff in");
    let ticket = ticket(&page);
    let set = async |password: &str, again: &str| {
        let form = [("ticket", ticket.as_str()), ("password", password), ("again", again)];
        house.post(&Guest::nobody(), "/sign-in/new-password", &form).await
    };
    assert_eq!(set("short", "short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(set(LONG, "another").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let entered = set(LONG, LONG).await;
    assert_eq!((entered.header("location"), signed_in(&entered)), ("/desk", true));
    assert_eq!(set(LONG, LONG).await.status, StatusCode::FORBIDDEN, "a ticket is worth nothing afterwards");

    let secret = Secret::new([7; totp::SECRET]);
    let seal = Seal::new(&house.state.pipeline.link_key).unwrap();
    let sealed = seal.seal(&format!("second factor {staff}"), secret.as_bytes(), &house.random).unwrap();
    let spare = totp::spare_hash(&staff.to_string(), "abcde-fghij");
    let mut tx = house.db.begin().await.unwrap();
    secrets::set_totp(&mut tx, staff, Some((&sealed, 0)), &[spare]).await.unwrap();
    tx.commit().await.unwrap();
    let enter = async |code: &str| {
        let form = [("address", user.email.as_str()), ("password", LONG)];
        let page = house.post(&Guest::nobody(), "/sign-in/password", &form).await;
        assert!(page.status == StatusCode::OK && !signed_in(&page), "the password alone is not enough");
        let ticket = self::ticket(&page);
        house.post(&Guest::nobody(), "/sign-in/second", &[("ticket", &ticket), ("code", code)]).await
    };
    assert_eq!(enter("000000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = secret.code(mailed().timestamp() / 30);
    assert!(signed_in(&enter(&code).await));
    assert_eq!(enter(&code).await.status, StatusCode::UNPROCESSABLE_ENTITY, "a step is used once");
    // Whoever reads their mail alone gets nowhere near their password.
    let mut thief = Guest::nobody();
    house.clock.set(mailed() + TimeDelta::minutes(2));
    ask(&house, &mut thief, &user.email, "").await;
    let (link, _) = letter(&house, &user.email).await.unwrap();
    let page = house.post(&thief, &link, &[]).await;
    assert!(page.text().contains("/sign-in/second") && !page.text().contains("new-password"), "{}", page.text());
    let stolen = self::ticket(&page);
    let form = [("ticket", stolen.as_str()), ("password", "another horse battery"), ("again", "another horse battery")];
    assert_eq!(house.post(&thief, "/sign-in/new-password", &form).await.status, StatusCode::FORBIDDEN);
    let wrong = house.post(&thief, "/sign-in/second", &[("ticket", &stolen), ("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = house.db.user_secrets(staff).await.unwrap().password;
    assert!(password::matches(LONG.into(), kept).await, "their password is what it was");
    let code = secret.code((mailed() + TimeDelta::minutes(2)).timestamp() / 30);
    let page = house.post(&thief, "/sign-in/second", &[("ticket", &self::ticket(&wrong)), ("code", &code)]).await;
    assert!(page.status == StatusCode::OK && !signed_in(&page) && page.text().contains("new-password"));
    let form =
        [("ticket", &*self::ticket(&page)), ("password", "another horse battery"), ("again", "another horse battery")];
    assert!(signed_in(&house.post(&thief, "/sign-in/new-password", &form).await), "with both they choose a new one");
    let mut tx = house.db.begin().await.unwrap();
    secrets::set_password(&mut tx, staff, Some(&password::hash(LONG.into(), [2; 16]).await.unwrap())).await.unwrap();
    tx.commit().await.unwrap();
    assert!(signed_in(&enter("ABCDE FGHIJ").await), "a spare code");
    assert_eq!(enter("abcde-fghij").await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
}

#[tokio::test]
async fn wrong_passwords_are_refused_like_unknown_addresses_and_too_many_are_not_looked_at() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let id = house.signed_in(Role::Branch, &["north"]).await.user.unwrap();
    let user = house.db.user(id).await.unwrap().unwrap();
    let mut tx = house.db.begin().await.unwrap();
    secrets::set_password(&mut tx, id, Some(&password::hash(LONG.into(), [1; 16]).await.unwrap())).await.unwrap();
    tx.commit().await.unwrap();
    let enter = async |address: &str, password: &str| {
        house.post(&Guest::nobody(), "/sign-in/password", &[("address", address), ("password", password)]).await
    };
    let (wrong, unknown) = (enter(&user.email, "wrong").await, enter("x@example.com", "wrong").await);
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(wrong.text().replace(&user.email, ""), unknown.text().replace("x@example.com", ""));
    assert!(signed_in(&enter(&user.email, LONG).await));
    for _ in 0..10 {
        enter(&user.email, "wrong").await;
    }
    assert_eq!(enter(&user.email, LONG).await.status, StatusCode::TOO_MANY_REQUESTS);
    house.clock.set(mailed() + TimeDelta::minutes(16));
    assert!(signed_in(&enter(&user.email, LONG).await));
}

fn ticket(page: &Answer) -> String {
    let text = page.text();
    let rest = text.split("name=\"ticket\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
