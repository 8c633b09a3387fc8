//! A bad morning: so much waits, is held or failed that the overview of operations has room for the first only.

use axum::http::StatusCode;

use super::guests::Guest;
use super::house::{House, mailed};
use crate::compose::Sample;
use crate::db::deliveries::{self, Delivery};
use crate::db::reports;
use crate::db::testing::planned_reports;
use crate::model::{DeliveryId, DeliveryState, Role};

const EACH: usize = 70;

/// So many planned, held and failed reports each, and as many mails that came back.
async fn crowded() -> (House, Guest) {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let mut tx = house.db.begin().await.unwrap();
    let rows = planned_reports(&mut tx, 3 * EACH).await;
    let contact = "dana".parse().unwrap();
    let mut mails = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        match number % 3 {
            0 => assert!(reports::hold(&mut tx, row.id).await.unwrap()),
            1 => assert!(reports::fail(&mut tx, row.id, &"<no such site> ".repeat(40)).await.unwrap()),
            _ => mails.push(Delivery {
                id: DeliveryId::of(row.id, &contact),
                report: row.id,
                contact: contact.clone(),
                name: "Dana".into(),
                email: "dana@example.com".into(),
                language: "en".into(),
                kind: "report".into(),
                state: DeliveryState::Bounced,
                subject: "The night".into(),
                message_id: format!("{number}@example.com"),
                artifact: "deliveries/1.eml".into(),
                sha256: "00".into(),
                size: 1,
                attempts: 1,
                created_at: mailed(),
                next_at: None,
                finished_at: Some(mailed()),
                error: Some("550 5.1.1 no such user ".repeat(12)),
            }),
        }
    }
    deliveries::insert(&mut tx, &mails).await.unwrap();
    tx.commit().await.unwrap();
    let guest = house.signed_in(Role::Operations, &[]).await;
    (house, guest)
}

#[tokio::test]
async fn operations_see_how_much_there_is_and_reach_all_of_it() {
    let (house, operations) = crowded().await;
    let page = house.visit(&operations, "/operations").await.text();
    assert!(page.len() < 60_000, "{} bytes beside style and script", page.len());
    for (tile, value) in [("#waiting", EACH), ("#held", EACH), ("#failed", 2 * EACH)] {
        let tile = page.split_once(&format!("href=\"{tile}\"")).unwrap().1.split_once("</a>").unwrap().0;
        assert!(tile.contains(&format!("<strong>{value}</strong>")), "{tile}");
    }
    for (what, words) in [
        ("waiting", "50 more locations wait"),
        ("held", "50 more held reports"),
        ("failed", "50 more failed reports"),
        ("mails", "50 more mails"),
    ] {
        assert!(page.contains(words), "{what}");
        assert!(page.contains(&format!("/operations/list?what={what}\"")), "{what}");
        let list = async |page: &str| house.visit(&operations, &format!("/operations/list?what={what}{page}")).await;
        let (first, second) = (list("").await.text(), list("&page=2").await.text());
        let rows = |page: &str| page.split_once("<ul class=\"results\">").unwrap().1.matches("<li><a ").count();
        assert_eq!((rows(&first), rows(&second)), (50, EACH - 50), "{what}");
        assert!(first.contains("1–50 of 70") && second.contains("51–70 of 70"), "{what}");
        assert!(first.contains("rel=\"next\"") && !first.contains("rel=\"prev\""), "{what}");
        assert!(second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""), "{what}");
        assert_eq!(list("&page=99").await.text(), second, "from beyond the end one is on the last page");
        assert!(first.len() < 60_000, "{what}: {} bytes beside style and script", first.len());
        assert!(!first.contains("<no such"), "{what}");
    }
    assert_eq!(house.visit(&operations, "/operations/list?what=all").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_report_that_is_released_in_the_list_of_all_leads_back_to_it() {
    let (house, operations) = crowded().await;
    let list = house.visit(&operations, "/operations/list?what=held").await.text();
    let report = list.split_once("name=\"report\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let answer = house.post(&operations, "/operations/release", &[("report", report), ("list", "on")]).await;
    assert_eq!(answer.header("location"), "/operations/list?what=held&said=released");
    let list = house.visit(&operations, answer.header("location")).await.text();
    assert!(!list.contains(report) && list.contains("1–50 of 69"), "it is not held any more");
    let answer = house.post(&operations, "/operations/release", &[("report", report)]).await;
    assert_eq!(answer.header("location"), "/operations?said=not-held");
}
