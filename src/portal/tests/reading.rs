//! Reading: the report's page, its filters, and an incident's page.

use axum::http::StatusCode;

use super::house::House;
use crate::compose::Sample;
use crate::model::{LinkTarget, ReportId};

/// How many events a page shows.
fn events(html: &str) -> usize {
    html.matches("<article").count()
}

#[tokio::test]
async fn the_report_shows_every_event_of_the_night_in_the_readers_language() {
    for (reader, words) in [
        (0, ["Night of Saturday", "What was processed", "Theft"]),
        (1, ["Noche del sábado", "Lo procesado", "no pagado"]),
        (2, ["Nacht vom Samstag", "Was verarbeitet wurde", "nicht bezahlt"]),
        (3, ["Noc: sobota", "Co przetworzono", "nie zapłacono"]),
    ] {
        let house = House::of(Sample::Ordinary.report(), reader).await;
        let page = house.get(&format!("{}?page=all", house.link(&LinkTarget::Report))).await;
        assert_eq!(page.status, StatusCode::OK);
        let html = page.text();
        assert_eq!(events(&html), 9, "7 interactions and 2 incidents");
        for word in words.iter().chain(&["Harbor Market", "#t=7", "<video controls preload=\"none\""]) {
            assert!(html.contains(word), "{word:?} in reader {reader}’s page");
        }
    }
}

#[tokio::test]
async fn filters_work_without_script() {
    let house = House::of(Sample::Busy.report(), 0).await;
    let base = house.link(&LinkTarget::Report);
    let count = async |query: &str| events(&house.get(&format!("{base}?page=all&{query}")).await.text());
    assert_eq!(count("").await, 540);
    assert_eq!(count("level=normal").await, 500);
    assert_eq!(count("level=escalated").await, 40);
    assert_eq!(count("camera=Entrance&level=normal").await, 167);
    assert_eq!(count("type=Cleaning+crew").await, 100);
    assert_eq!(count("q=DRIVER+known+van&level=normal").await, 167);
    assert_eq!(count("q=ramen").await, 40, "the items of a transaction are searched");
    assert_eq!(count("q=nothing+like+this").await, 0);
    assert_eq!(count("level=bogus&sort=bogus&unknown=1&%ff=%00").await, 540);
    let html = house.get(&format!("{base}?q=nothing+like+this")).await.text();
    assert!(html.contains("0 of 540 events") && html.contains("No event matches"), "an empty answer says so");
    let latest = house.get(&format!("{base}?sort=latest&level=normal&page=all")).await.text();
    let (first, last) = (latest.find("id=\"e540\"").unwrap(), latest.find("id=\"e41\"").unwrap());
    assert!(first < last, "the last interaction comes first");
}

#[tokio::test]
async fn what_is_missing_or_corrected_stands_at_the_top() {
    let house = House::of(Sample::Incomplete.report(), 0).await;
    let html = house.get(&house.link(&LinkTarget::Report)).await.text();
    let top = &html[..html.find("id=\"summary\"").unwrap()];
    for said in [
        "This report is incomplete",
        "Nothing is known of what came after",
        "was not reported",
        "A recording is missing",
        "A photo is missing",
    ] {
        assert!(top.contains(said), "{said}");
    }
    assert!(html.contains("The recording is missing.") && html.contains("The photo is missing."));
    assert!(html.contains("https://footage.example.com/v/77") && html.contains("harbor-77"));
    let house = House::of(Sample::Correction.report(), 0).await;
    let html = house.get(&house.link(&LinkTarget::Report)).await.text();
    for said in
        ["This is a corrected report", "paid at till 2", "Dana Whitfield", "Incident x0002: removed", "Revision 2"]
    {
        assert!(html.contains(said), "{said}");
    }
    let house = House::of(Sample::Quiet.report(), 3).await;
    let html = house.get(&house.link(&LinkTarget::Report)).await.text();
    assert!(html.contains("Spokojna noc") && html.contains("Entrance, Cooler aisle, Loading dock"));
    assert_eq!(events(&html), 0);
}

#[tokio::test]
async fn hostile_text_is_read_and_does_nothing() {
    let house = House::of(Sample::Hostile.report(), 0).await;
    for target in [LinkTarget::Report, LinkTarget::Incident("x0000".parse().unwrap()), LinkTarget::Unsubscribe] {
        let page = house.get(&house.link(&target)).await;
        assert_eq!(page.status, StatusCode::OK);
        let html = page.text();
        assert_eq!(html.matches("<script").count(), 1, "only our own: {target:?}");
        assert!(html.contains("&lt;script&gt;") || target == LinkTarget::Unsubscribe);
        for trace in ["onmouseover=\"alert", "href=\"javascript:", "\u{202E}", "\u{0}", " style=", "{{"] {
            let allowed = trace == "{{" && html.contains("{{ 7*7 }}");
            assert!(allowed || !html.contains(trace), "{trace:?} in {target:?}");
        }
    }
    let html = house.get(&format!("{}?page=all", house.link(&LinkTarget::Report))).await.text();
    assert!(html.contains(&"x".repeat(10_000)), "a long note is not lost");
    assert!(html.contains("محمد الأحمد") && html.contains("佐藤健"));
}

#[tokio::test]
async fn an_incident_is_shared_with_its_sale_and_its_case() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let link = house.link(&LinkTarget::Incident("x0000".parse().unwrap()));
    let page = house.get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    for said in [
        "Theft",
        "Case 1042 · 2nd time",
        "Other incidents of this case",
        "red jacket",
        "not paid",
        "$5.37",
        "Chocolate 45 g",
        "details class=\"sale\" open",
    ] {
        assert!(html.contains(said), "{said}");
    }
    assert!(html.contains(&format!("{link}/photo")) && html.contains(&format!("{link}/clip/0")));
    assert!(!html.contains("x0001") && events(&html) == 1, "one incident only");
}

#[tokio::test]
async fn a_reader_of_an_old_revision_is_told_of_the_new_one() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    assert!(!house.get(&house.link(&LinkTarget::Report)).await.text().contains("has been corrected since"));
    let mut newer = house.db.report(house.report.id).await.unwrap().unwrap();
    newer.revision = 2;
    newer.id = ReportId::of(&newer.location, newer.night, 2);
    let mut tx = house.db.begin().await.unwrap();
    crate::db::reports::plan(&mut tx, &[newer]).await.unwrap();
    tx.commit().await.unwrap();
    let html = house.get(&house.link(&LinkTarget::Report)).await.text();
    assert!(html.contains("there is a revision 2"));
}
