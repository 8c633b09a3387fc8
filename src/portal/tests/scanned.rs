//! Scanners: ten GET and HEAD requests on each kind of link leave every row as it was, but for the log of looks.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use chrono::TimeDelta;

use super::house::{House, mailed};
use super::shared::{furnish, incident, user};
use crate::compose::{Footage, Sample};
use crate::db::testing::contents;
use crate::model::{LinkTarget, Role};

/// What looks at links on their way, by the names that they give themselves.
const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (compatible; Barracuda Sentinel)",
    "Mimecast Link Scanner",
    "python-requests/2.32",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks/1.0",
    "",
];

#[tokio::test]
async fn scanners_change_nothing_by_any_kind_of_link() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    user(&house, Role::Branch, true).await;
    let named = incident(&house.report, 0).incident;
    let clip = house.report.clips.iter().find(|clip| matches!(clip.footage, Footage::Archive { .. })).unwrap();
    house.share(0, "zoe@example.com\njan@example.com", &[("comment", "yes")]).await;
    let (live, ended) =
        (house.link_in_letter("zoe@example.com", "s").await, house.link_in_letter("jan@example.com", "s").await);
    house.clock.set(mailed() + TimeDelta::hours(1));
    let share = house.db.shares_by(&house.report.recipients[0].email.to_lowercase(), 1).await.unwrap().remove(0);
    let mut tx = house.db.begin().await.unwrap();
    let recipient =
        house.db.share_recipients(share.id).await.unwrap().into_iter().find(|one| one.address.starts_with("jan"));
    crate::access::share::revoke(&mut tx, &share, Some(recipient.unwrap().id), "user:x", mailed()).await.unwrap();
    tx.commit().await.unwrap();
    house.post_as(None, &format!("{ended}/request"), &[("name", "Jan")]).await;
    let decide = house.link_in_letter("branch-true@example.com", "d").await;
    let incident_page = house.link(&LinkTarget::Incident(named.clone()));
    let mut links = vec![
        house.link(&LinkTarget::Report),
        house.link(&LinkTarget::Pdf),
        house.link(&LinkTarget::Unsubscribe),
        house.link(&LinkTarget::Clip(clip.clip.clone())),
        format!("{incident_page}/share"),
        format!("{incident_page}/shares/{}", share.id),
        format!("{live}/1/clip/0"),
        format!("{live}/comment"),
        format!("{ended}/request"),
        format!("/incidents/{named}"),
        format!("/incidents/{named}/request"),
        "/whitelist".into(),
        "/requests".into(),
        house.link(&LinkTarget::Report).replace("/r/", "/new-link/"),
        "/sign-in".into(),
    ];
    links.extend([incident_page, live, ended, decide]);
    let before = contents(&house.db, &["views"]).await;
    assert!(before.len() > 30 && before.contains_key("share_recipients"));
    for link in &links {
        for number in 0..10 {
            let method = if number % 2 == 0 { Method::GET } else { Method::HEAD };
            let request =
                Request::builder().method(method).uri(link).header("user-agent", AGENTS[number % AGENTS.len()]);
            let answer = house.send(request.body(Body::empty()).unwrap()).await;
            assert!(!answer.status.is_server_error(), "{link}: {}", answer.status);
            assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{link}");
        }
        let after = contents(&house.db, &["views"]).await;
        for (table, rows) in &before {
            assert_eq!(&after[table], rows, "{link} changed {table}");
        }
    }
    let looks = house.db.views_of(&house.report.site.location, mailed() + TimeDelta::days(1), 999).await.unwrap();
    assert!(looks.len() > 10 && looks.iter().all(|look| look.scanner), "each is known as a scanner's");
}
