//! Odd values: whatever somebody writes behind an address or into a form, no page answers that it is our fault; on each
//! database.

use axum::http::Method;

use crate::compose::Sample;
use crate::db::testing::with_fresh_postgres;
use crate::model::Role;
use crate::portal::tests::house::House;
use crate::portal::tests::shared::furnish;
use crate::portal::{Door, Room, plan};

/// What pages and forms of ours call their values.
const NAMES: [&str; 52] = [
    "account",
    "action",
    "actor",
    "address",
    "addresses",
    "after",
    "again",
    "answer",
    "as",
    "before",
    "branch",
    "clip",
    "code",
    "comment",
    "contact",
    "days",
    "domain",
    "done",
    "email",
    "end",
    "event",
    "from",
    "incident",
    "job",
    "kind",
    "language",
    "locale",
    "location",
    "name",
    "next",
    "night",
    "note",
    "object",
    "once",
    "page",
    "password",
    "phone",
    "q",
    "reason",
    "ref",
    "remark",
    "reply",
    "report",
    "role",
    "rule",
    "said",
    "sort",
    "state",
    "text",
    "to",
    "type",
    "until",
];
/// What is taken for a date, an instant or a place in a list.
const WHEN: [&str; 6] = ["from", "to", "until", "before", "after", "night"];
const ODD: [&str; 6] = ["%00", "a%00b", "%FF%FE", "%F0%9F%98%80'%22%5C", "-9223372036854775809", "%25%30%30"];
const DATES: [&str; 9] = [
    "-9999-01-01",
    "-4714-12-31",
    "-262143-01-01",
    "0000-01-01",
    "99999-12-31",
    "2026-02-30",
    "-9999-01-01T00:00:00Z~00000000-0000-0000-0000-000000000000",
    "-9999-01-01T00:00:00Z.00000000-0000-0000-0000-000000000000",
    "-377705116800000000.00000000-0000-0000-0000-000000000000",
];

/// A route's path with real things in it, as far as there are any.
fn filled(path: &str, house: &House) -> String {
    let fill = |part: &str| match part {
        "{location}" => house.report.site.location.to_string(),
        "{branch}" => house.report.site.branch.to_string(),
        "{id}" | "{report}" => house.report.id.to_string(),
        "{night}" => house.report.night.to_string(),
        "{number}" | "{revision}" | "{clip}" | "{photo}" => "1".into(),
        "{token}" => "A".repeat(27),
        other if other.starts_with('{') => "nowhere".into(),
        other => other.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// Values by name, as an address and a form carry them; where a page needs to know a place it is a real one.
fn values(house: &House, odd: &str, names: &[&str]) -> String {
    let place = format!("location={0}&ref={0}&branch={1}", house.report.site.location, house.report.site.branch);
    names.iter().fold(place, |all, name| {
        let plain = matches!(*name, "location" | "ref" | "branch") && names.len() < NAMES.len();
        if plain { all } else { format!("{all}&{name}={odd}") }
    })
}

async fn walk(house: &House) -> Vec<String> {
    furnish(house).await;
    let operations = house.signed_in(Role::Operations, &[]).await;
    let mut wrong = Vec::new();
    let pages = |room: &Room| !room.path.starts_with("/api/") && room.door != Door::Key;
    for room in plan().into_iter().filter(pages) {
        // A stream never ends.
        if room.path.ends_with("/events") {
            continue;
        }
        let path = filled(room.path, house);
        let mut queries: Vec<String> = ODD.iter().map(|odd| values(house, odd, &NAMES)).collect();
        queries.extend(
            ODD.iter().flat_map(|odd| NAMES.map(|name| values(house, odd, &[name]))).filter(|_| is_list(&room)),
        );
        queries.extend(DATES.iter().map(|date| values(house, date, &WHEN)));
        for query in queries {
            let answer = if room.method == Method::GET {
                house.visit(&operations, &format!("{path}?{query}")).await
            } else {
                // Some of the routes end a session.
                let guest = house.another_session(&operations).await;
                let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
                let pairs: Vec<(&str, &str)> =
                    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                house.post(&guest, &path, &pairs).await
            };
            if answer.status.is_server_error() {
                wrong.push(format!("{} {path}?{query}: {}", room.method, answer.status));
            }
        }
    }
    wrong
}

/// Pages that are asked for with one value at a time, too: one that is none may hide another that is worse.
fn is_list(room: &Room) -> bool {
    let lists = ["/account", "/audit", "/desk", "/locations", "/whitelist", "/requests", "/sign-in/password"];
    lists.iter().any(|list| room.path.starts_with(list)) && !room.path.contains("{id}/") && !room.path.contains(".pdf")
}

#[tokio::test]
async fn no_value_is_a_fault_of_ours_on_sqlite() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let wrong = walk(&house).await;
    assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_value_is_a_fault_of_ours_on_postgresql() {
    with_fresh_postgres("odd_values", async |url| {
        let house = House::on_postgres(Sample::Ordinary.report(), 0, url).await;
        let wrong = walk(&house).await;
        assert_eq!(wrong, [""; 0], "{}", wrong.join("\n"));
        house.db.close().await;
    })
    .await;
}
