//! Every route, by everybody, at things that nobody has; and nothing changes that should not.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

use crate::access::Principal;
use crate::access::policy::{self, Action};
use crate::compose::Sample;
use crate::db::testing::{contents, run};
use crate::model::Role;
use crate::portal::tests::guests::Guest;
use crate::portal::tests::house::House;
use crate::portal::{Door, Room, plan};

/// What may change although somebody only looks.
const LOOKED: [&str; 3] = ["views", "sessions", "throttles"];

/// A route's path with things in it that nobody has.
fn nowhere(path: &str) -> String {
    let fill = |part: &str| match part {
        "{token}" => "A".repeat(27),
        "{number}" | "{revision}" | "{clip}" | "{photo}" => "1".into(),
        "{name}" => "portal.css".into(),
        "{verb}" => "disable".into(),
        "{night}" => "2026-03-28".into(),
        "{id}" | "{report}" | "{delivery}" | "{share}" | "{run}" => uuid::Uuid::nil().to_string(),
        other if other.starts_with('{') => "nowhere".into(),
        other => other.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

async fn everybody(house: &House) -> Vec<(&'static str, Guest)> {
    vec![
        ("nobody", Guest::nobody()),
        ("customer", house.customer("dana@example.com").await),
        ("branch user", house.signed_in(Role::Branch, &["south"]).await),
        ("staff", house.signed_in(Role::Staff, &[]).await),
        ("operations", house.signed_in(Role::Operations, &[]).await),
    ]
}

async fn principal(house: &House, guest: &Guest, who: &str) -> Principal {
    match guest.user {
        Some(id) => Principal::User(house.db.user(id).await.unwrap().unwrap()),
        None if who == "nobody" => Principal::Nobody,
        None => Principal::Customer { address: "dana@example.com".into() },
    }
}

async fn branches(house: &House) {
    run(&house.db, "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North', ''), ('south', 'South', '')")
        .await;
}

#[tokio::test]
async fn every_route_asks_the_policy_and_looking_changes_nothing() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    branches(&house).await;
    let guests = everybody(&house).await;
    let mut wrong = Vec::new();
    for (who, guest) in &guests {
        let principal = principal(&house, guest, who).await;
        for room in plan().into_iter().filter(|room| room.method == Method::GET) {
            let before = contents(&house.db, &LOOKED).await;
            let path = nowhere(room.path);
            let answer = house.visit(guest, &path).await;
            let head = Request::builder().method(Method::HEAD).uri(&path);
            let head =
                if guest.cookies.is_empty() { head } else { head.header(header::COOKIE, guest.cookies.join("; ")) };
            let bare = house.send(head.body(Body::empty()).unwrap()).await;
            let fits = match room.door {
                Door::Signed(_) if principal == Principal::Nobody => {
                    answer.status == StatusCode::SEE_OTHER && answer.header("location").starts_with("/sign-in?next=%2F")
                }
                Door::Signed(action) if !policy::opens(&principal, action) => answer.status == StatusCode::FORBIDDEN,
                Door::Token => answer.status == StatusCode::NOT_FOUND,
                _ => !answer.status.is_server_error(),
            };
            if !fits || bare.status != answer.status || !bare.body.is_empty() {
                wrong.push(format!("{who} GET {path}: {} (HEAD {})", answer.status, bare.status));
            }
            if contents(&house.db, &LOOKED).await != before {
                wrong.push(format!("{who} GET {path} changed something"));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

#[tokio::test]
async fn nothing_changes_for_other_sites_forged_forms_and_who_may_not() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    branches(&house).await;
    let guests = everybody(&house).await;
    let mut wrong = Vec::new();
    let changing = |room: &Room| room.method != Method::GET && room.door != Door::Key;
    for (who, guest) in &guests {
        let principal = principal(&house, guest, who).await;
        for room in plan().into_iter().filter(changing) {
            let path = nowhere(room.path);
            let before = contents(&house.db, &LOOKED).await;
            let send = async |site: &str, body: String| {
                let request = Request::builder().method(room.method.clone()).uri(&path).header("sec-fetch-site", site);
                let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                let cookies = guest.cookies.join("; ");
                let request = if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies) };
                house.send(request.body(body.into()).unwrap()).await.status
            };
            let foreign = send("cross-site", format!("csrf={}", guest.csrf)).await;
            if foreign != StatusCode::FORBIDDEN {
                wrong.push(format!("{who} {path} from another site: {foreign}"));
            }
            let Door::Signed(action) = room.door else { continue };
            let expected =
                if principal == Principal::Nobody { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
            let forged = send("same-origin", "csrf=forged".into()).await;
            if forged != expected {
                wrong.push(format!("{who} {path} with a forged form: {forged}"));
            }
            if !policy::opens(&principal, action) {
                let refused = send("same-origin", format!("csrf={}", guest.csrf)).await;
                if refused != expected {
                    wrong.push(format!("{who} {path}: {refused}"));
                }
            }
            if contents(&house.db, &LOOKED).await != before {
                wrong.push(format!("{who} {path} changed something"));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_form_that_is_in_order_meets_no_fault_of_ours_at_things_that_are_not_there() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    branches(&house).await;
    let mut wrong = Vec::new();
    for (who, role) in [("branch user", Role::Branch), ("staff", Role::Staff), ("operations", Role::Operations)] {
        for room in
            plan().into_iter().filter(|room| room.method == Method::POST && matches!(room.door, Door::Signed(_)))
        {
            // Each with a session of their own: some of the routes end it.
            let guest = house.signed_in(role, &["south"]).await;
            let answer = house.post(&guest, &nowhere(room.path), &[]).await;
            if answer.status.is_server_error() {
                wrong.push(format!("{who} {}: {}", room.path, answer.status));
            }
        }
    }
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

#[tokio::test]
async fn another_branchs_account_is_not_there() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    branches(&house).await;
    for sql in [
        "INSERT INTO contacts (ref, name, email, notify, digest) VALUES ('ann', 'Ann', 'ann@example.com', true, '')",
        "INSERT INTO contact_branches (contact, branch) VALUES ('ann', 'north')",
    ] {
        run(&house.db, sql).await;
    }
    let stranger = house.signed_in(Role::Branch, &["south"]).await;
    let before = contents(&house.db, &LOOKED).await;
    for path in ["/account", "/account/contacts", "/account/domains", "/account/users"] {
        assert_eq!(
            house.visit(&stranger, &format!("{path}?branch=north")).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
        assert_eq!(house.visit(&stranger, &format!("{path}?branch=south")).await.status, StatusCode::OK, "{path}");
    }
    let contact = [("contact", "ann"), ("email", "evil@example.com"), ("notify", "yes")];
    for branch in ["north", "south"] {
        let fields = [&[("branch", branch)], &contact[..]].concat();
        assert_eq!(house.post(&stranger, "/account/contacts", &fields).await.status, StatusCode::NOT_FOUND);
    }
    let rule = [("branch", "north"), ("domain", "example.com"), ("rule", "allow")];
    for path in ["/account/domains", "/account/domains/remove"] {
        assert_eq!(house.post(&stranger, path, &rule).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let new = [("email", "x@example.com"), ("name", "X"), ("role", "operations")];
    assert_eq!(house.post(&stranger, "/account/users", &new).await.status, StatusCode::FORBIDDEN);
    assert_eq!(contents(&house.db, &LOOKED).await, before);
    assert!(policy::opens(&principal(&house, &stranger, "").await, Action::ManageAccount));
}
