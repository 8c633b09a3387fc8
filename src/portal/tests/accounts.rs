//! One's own page, a branch's account, and the audit log's page.

use axum::http::StatusCode;

use super::guests::Guest;
use super::house::{House, mailed};
use crate::access::totp::Secret;
use crate::compose::Sample;
use crate::db::testing::run;
use crate::model::Role;

const LONG: &str = "correct horse battery";

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    for sql in [
        "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North <b>', ''), ('south', 'South', '')",
        "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) VALUES \
         ('harbor', 'north', 'Harbor', 'America/Chicago', '18:00', '06:00', '')",
        "INSERT INTO contacts (ref, name, email, notify, digest) VALUES \
         ('ann', 'Ann <script>', 'ann@example.com', true, ''), ('ben', 'Ben', 'ben@example.com', true, '')",
        "INSERT INTO contact_locations (contact, location) VALUES ('ann', 'harbor')",
        "INSERT INTO contact_branches (contact, branch) VALUES ('ben', 'north'), ('ben', 'south')",
    ] {
        run(&house.db, sql).await;
    }
    house
}

#[tokio::test]
async fn a_persons_check_mark_and_address_stand_over_the_feeds() {
    let house = house().await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    let page = house.visit(&guest, "/account/contacts").await.text();
    assert!(page.contains("Ann &lt;script&gt;") && page.contains("ann@example.com"), "{page}");
    let save = async |guest: &Guest, contact: &str, email: &str, notify: &[(&str, &str)]| {
        let fields = [&[("branch", "north"), ("contact", contact), ("email", email)][..], notify].concat();
        house.post(guest, "/account/contacts", &fields).await
    };
    let saved = save(&guest, "ann", "Ann.New@example.com", &[("notify", "yes")]).await;
    assert_eq!(saved.header("location"), "/account/contacts?branch=north&done=saved");
    let notified = async || {
        let mut tx = house.db.snapshot().await.unwrap();
        let all = tx.notified(&"harbor".parse().unwrap(), &"north".parse().unwrap()).await.unwrap();
        all.into_iter().map(|one| one.email).collect::<Vec<_>>()
    };
    assert_eq!(notified().await, ["ann.new@example.com", "ben@example.com"]);
    save(&guest, "ann", "ann@example.com", &[]).await;
    assert_eq!(notified().await, ["ben@example.com"]);
    let refused = save(&guest, "ben", "x@example.com", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "who belongs to another branch, too, is staff's");
    assert_eq!(save(&guest, "ann", "no address", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let staff = house.signed_in(Role::Staff, &[]).await;
    assert_eq!(save(&staff, "ben", "x@example.com", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(notified().await, [""; 0]);
    let log = house.db.audit_after(0, 99).await.unwrap();
    let changes: Vec<_> = log.iter().map(|entry| (entry.action.as_str(), entry.object.as_str())).collect();
    assert_eq!(
        changes,
        [("contact.change", "contact:ann"), ("contact.change", "contact:ann"), ("contact.change", "contact:ben")]
    );
}

#[tokio::test]
async fn operations_make_change_and_shut_out_users_and_nobody_else_does() {
    let house = house().await;
    let operations = house.signed_in(Role::Operations, &[]).await;
    let new = [("email", "Jan@Example.com"), ("name", "Jan"), ("role", "branch"), ("branch", "north")];
    let staff = house.signed_in(Role::Staff, &[]).await;
    assert_eq!(house.post(&staff, "/account/users", &new).await.status, StatusCode::FORBIDDEN);
    let made = house.post(&operations, "/account/users", &new).await;
    assert_eq!(made.header("location"), "/account/users?done=invited");
    assert_eq!(house.post(&operations, "/account/users", &new).await.status, StatusCode::UNPROCESSABLE_ENTITY, "taken");
    let jan = house.db.user_by_email("jan@example.com").await.unwrap().unwrap();
    assert_eq!(house.db.letters_to("jan@example.com", 9).await.unwrap().len(), 1);
    let page = house.visit(&operations, "/account/users").await.text();
    assert!(page.contains("jan@example.com") && page.contains("North &lt;b&gt;"), "{page}");
    let at = |verb: &str| format!("/account/users/{}{verb}", jan.id);
    let nothing = house.post(&operations, &at(""), &[("role", "branch")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "a branch user has a branch");
    house.post(&operations, &at(""), &[("role", "branch"), ("branch", "south")]).await;
    house.post(&operations, &at("/disable"), &[]).await;
    let shut = house.db.user(jan.id).await.unwrap().unwrap();
    assert_eq!((shut.branches[0].as_str(), shut.disabled_at), ("south", Some(mailed())));
    house.post(&operations, &at("/enable"), &[]).await;
    house.post(&operations, &at("/reset"), &[]).await;
    assert_eq!(house.db.letters_to("jan@example.com", 9).await.unwrap().len(), 2);
    assert_eq!(house.post(&operations, &at("/promote"), &[]).await.status, StatusCode::NOT_FOUND);
    let me = format!("/account/users/{}/disable", operations.user.unwrap());
    assert_eq!(
        house.post(&operations, &me, &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "the last of operations"
    );
}

#[tokio::test]
async fn domain_rules_are_made_and_removed() {
    let house = house().await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    let rule = [("branch", "north"), ("domain", "@Example.com"), ("rule", "allow")];
    assert_eq!(house.post(&guest, "/account/domains", &rule).await.status, StatusCode::SEE_OTHER);
    let rules = house.db.domain_rules(&"north".parse().unwrap()).await.unwrap();
    assert!(
        crate::access::domains::allows(&rules, "a@example.com")
            && !crate::access::domains::allows(&rules, "a@example.org")
    );
    let bad = [("branch", "north"), ("domain", "<b>"), ("rule", "allow")];
    assert_eq!(house.post(&guest, "/account/domains", &bad).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    house.post(&guest, "/account/domains/remove", &[("branch", "north"), ("domain", "example.com")]).await;
    assert_eq!(house.db.domain_rules(&"north".parse().unwrap()).await.unwrap(), []);
}

#[tokio::test]
async fn one_sets_a_password_a_second_factor_and_ends_sessions() {
    let house = house().await;
    let guest = house.signed_in(Role::Staff, &[]).await;
    let other = house.another_session(&guest).await;
    assert_eq!(house.visit(&guest, "/me").await.status, StatusCode::OK);
    let form = [("password", LONG), ("again", LONG)];
    assert_eq!(house.post(&guest, "/me/password", &form).await.status, StatusCode::OK);
    assert_eq!(house.visit(&other, "/me").await.status, StatusCode::SEE_OTHER, "the other session has ended");
    let wrong = [("current", "wrong"), ("password", LONG), ("again", LONG)];
    assert_eq!(house.post(&guest, "/me/password", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let page = house.visit(&guest, "/me/second-factor").await.text();
    let sealed = page.split("name=\"sealed\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let text = page.split("class=\"password\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let secret = Secret::from_slice(&unbase32(&text)).unwrap();
    let code = secret.code(mailed().timestamp() / 30);
    let stranger = house.signed_in(Role::Staff, &[]).await;
    let form = [("sealed", sealed.as_str()), ("code", code.as_str())];
    assert_eq!(house.post(&stranger, "/me/second-factor", &form).await.status, StatusCode::FORBIDDEN);
    let wrong = [("sealed", sealed.as_str()), ("code", "000000")];
    assert_eq!(house.post(&guest, "/me/second-factor", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = house.post(&guest, "/me/second-factor", &form).await;
    assert_eq!((set.status, set.text().matches("<code>").count()), (StatusCode::OK, 10));
    let spare = set.text().split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(house.visit(&guest, "/me").await.text().contains("10 recovery codes"));
    let used = house.post(&guest, "/me/second-factor/remove", &[("code", &code)]).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "that step is used up");
    assert_eq!(house.post(&guest, "/me/second-factor/remove", &[("code", &spare)]).await.status, StatusCode::SEE_OTHER);

    let other = house.another_session(&guest).await;
    house.post(&guest, "/me/sessions/end-others", &[]).await;
    assert_eq!(house.visit(&other, "/me").await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.visit(&guest, "/me").await.status, StatusCode::OK);
    house.post(&guest, "/me/language", &[("locale", "de-DE")]).await;
    assert!(house.visit(&guest, "/me").await.text().contains("Authenticator-App"));
    let customer = house.customer("dana@example.com").await;
    assert_eq!(house.visit(&customer, "/me").await.status, StatusCode::OK);
    assert_eq!(house.visit(&customer, "/me/second-factor").await.status, StatusCode::NOT_FOUND);
}

/// The secret as a phone reads it.
fn unbase32(text: &str) -> Vec<u8> {
    let value = |c: u8| u32::from(if c.is_ascii_digit() { c - b'2' + 26 } else { c - b'A' });
    let bits: Vec<bool> =
        text.bytes().flat_map(|c| (0..5).rev().map(move |place| value(c) >> place & 1 == 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect()
}

#[tokio::test]
async fn the_logs_page_filters_and_says_whether_anybody_altered_it() {
    let house = house().await;
    let operations = house.signed_in(Role::Operations, &[]).await;
    let guest = house.signed_in(Role::Branch, &["north"]).await;
    for domain in ["a.example.com", "=b.example.com", "c.example.com"] {
        house.post(&guest, "/account/domains", &[("branch", "north"), ("domain", domain), ("rule", "block")]).await;
    }
    assert_eq!(house.visit(&guest, "/audit").await.status, StatusCode::FORBIDDEN);
    let page = house.visit(&operations, "/audit?action=domain.&branch=north").await.text();
    assert!(page.contains("All 2 entries are as they were written") && page.contains("domain:a.example.com"), "{page}");
    let none = house.visit(&operations, "/audit?actor=x%40example.com&from=2026-01-01&until=oops").await;
    assert!(none.status == StatusCode::OK && !none.text().contains("domain:a"));
    let csv = house.visit(&operations, "/audit.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.text().lines().count(), 3);
    run(&house.db, "UPDATE audit SET object = 'domain:x' WHERE number = 1").await;
    let page = house.visit(&operations, "/audit").await.text();
    assert!(page.contains("The log was altered at entry 1"), "{page}");
}
