//! The ways from page to page: what stands on top of each, also of those that are not there; and lists to choose from.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use tower::ServiceExt;

use super::guests::Guest;
use super::house::House;
use crate::compose::Sample;
use crate::db::testing::run;
use crate::model::Role;
use crate::portal::router;

async fn house() -> House {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    for sql in [
        "INSERT INTO branches (ref, name, digest) VALUES ('north', 'North <b>', ''), ('south', 'South', '')",
        "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) VALUES \
         ('harbor', 'north', 'Harbor <i>', 'America/Chicago', '18:00', '06:00', ''), \
         ('pier', 'north', 'Pier', 'America/Chicago', '18:00', '06:00', ''), \
         ('meadow', 'south', 'Meadow', 'America/Chicago', '18:00', '06:00', '')",
    ] {
        run(&house.db, sql).await;
    }
    house
}

/// The addresses of the navigation's links, and which of them one is at.
fn ways(page: &str) -> (Vec<&str>, Option<&str>) {
    let Some(rooms) = page.split("<ul class=\"rooms\">").nth(1).and_then(|rest| rest.split("</ul>").next()) else {
        return (Vec::new(), None);
    };
    let links = rooms.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let here = rooms.split("\" aria-current=\"page\"").next().filter(|before| before.len() < rooms.len());
    (links.collect(), here.and_then(|before| before.rsplit("href=\"").next()))
}

#[tokio::test]
async fn each_page_has_the_ways_that_open_and_says_where_one_is() {
    let house = house().await;
    let branch = house.signed_in(Role::Branch, &["north"]).await;
    let page = house.visit(&branch, "/account/users").await.text();
    let rooms = ["/locations", "/shares", "/whitelist", "/requests", "/account", "/me"];
    assert_eq!(ways(&page), (rooms.to_vec(), Some("/account")));
    for (path, here) in [("/suspicious", "/locations"), ("/requests", "/requests"), ("/me", "/me")] {
        assert_eq!(ways(&house.visit(&branch, path).await.text()).1, Some(here), "{path}");
    }
    // What is not there, or not theirs, is no dead end for them; it tells nobody else of rooms.
    for path in ["/no/such/page", "/locations/meadow", "/desk"] {
        let lost = house.visit(&branch, path).await;
        assert!(lost.status.is_client_error(), "{path}");
        assert_eq!(ways(&lost.text()).0, rooms, "{path}");
        let nobody = house.visit(&Guest::nobody(), "/no/such/page").await;
        assert_eq!((nobody.status, ways(&nobody.text()).0.len()), (StatusCode::NOT_FOUND, 0));
    }
}

#[tokio::test]
async fn the_portals_own_address_leads_to_where_one_begins() {
    let house = house().await;
    let router = router(house.state.clone(), false);
    let answer = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/sign-in");
    assert!(to_bytes(answer.into_body(), 100).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_keeps_a_whitelist_chooses_among_their_own_locations() {
    let house = house().await;
    let branch = house.signed_in(Role::Branch, &["north"]).await;
    let page = house.visit(&branch, "/whitelist").await.text();
    assert!(page.contains("Harbor &lt;i&gt;") && page.contains("/whitelist?location=pier"), "{page}");
    assert!(!page.contains("Meadow"), "what is not theirs is not there");
    let found = house.visit(&branch, "/whitelist?q=pie").await.text();
    assert!(found.contains("Pier") && !found.contains("Harbor"), "{found}");
    let added = [("location", "pier"), ("addresses", "kim@example.com"), ("days", "")];
    assert_eq!(house.post(&branch, "/whitelist", &added).await.status, StatusCode::SEE_OTHER);
    assert!(house.visit(&branch, "/whitelist").await.text().contains("one person let in"));
    let staff = house.signed_in(Role::Staff, &[]).await;
    assert!(house.visit(&staff, "/whitelist").await.text().contains("Meadow"));
    assert_eq!(house.visit(&branch, "/whitelist?location=meadow").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ticked_incidents_go_to_the_form_and_those_of_others_do_not() {
    let house = house().await;
    let branch = house.signed_in(Role::Branch, &["north"]).await;
    let ticked = [("incident", "a b"), ("incident", "c&d")];
    let share = async |ticked: &[(&str, &str)]| {
        let led = house.post(&branch, "/locations/harbor/share", ticked).await;
        assert_eq!(led.status, StatusCode::SEE_OTHER);
        led.header("location").to_owned()
    };
    assert_eq!(share(&ticked).await, "/locations/harbor?share=refused", "nobody knows of them");
    let incidents = "INSERT INTO incidents (ref, location, occurred_at, kind, description, clips, digest) VALUES \
         ('a b', 'harbor', '2026-03-29T03:00:00+00:00', 'Theft', '', '[]', ''), \
         ('c&d', 'harbor', '2026-03-27T03:00:00+00:00', 'Theft', '', '[]', '')";
    run(&house.db, incidents).await;
    assert_eq!(share(&ticked).await, "/incidents/a%20b/share?incident=a+b&incident=c%26d");
    assert_eq!(share(&[]).await, "/locations/harbor?share=none");
    assert_eq!(house.post(&branch, "/locations/meadow/share", &ticked).await.status, StatusCode::NOT_FOUND);
}
