//! A feed is being taken, and holds the one writer: pages answer meanwhile, and what was looked at is not lost.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use chrono::TimeDelta;

use super::house::{House, mailed};
use super::shared::furnish;
use crate::compose::Sample;
use crate::model::{LinkTarget, Role};

#[tokio::test]
async fn nobody_waits_for_a_writer_that_is_busy_and_nothing_that_was_looked_at_is_lost() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    furnish(&house).await;
    let owner = house.signed_in(Role::Branch, &["north"]).await;
    let location = &house.report.site.location;
    // Its session is not noted as used any more.
    house.clock.set(mailed() + TimeDelta::minutes(5));
    let held = house.db.begin().await.unwrap();
    let begun = Instant::now();
    let page = format!("/locations/{location}/incidents");
    for path in ["/locations", "/me", &page] {
        assert_eq!(house.visit(&owner, path).await.status, StatusCode::OK, "{path}");
    }
    let links: Vec<String> =
        house.report.clips.iter().map(|clip| house.link(&LinkTarget::Clip(clip.clip.clone()))).collect();
    assert_eq!(house.get(&house.link(&LinkTarget::Report)).await.status, StatusCode::OK);
    for link in &links {
        assert!(!house.get(link).await.status.is_server_error());
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let looks = async || house.db.views_of(location, mailed() + TimeDelta::days(1), 999).await.unwrap();
    assert!(looks().await.is_empty());
    drop(held);
    house.state.notes().finish().await;
    let looks = looks().await;
    assert!(looks.len() > links.len(), "each of the looks is there: {looks:?}");
    assert!(looks.iter().any(|look| look.as_what == "branch") && looks.iter().any(|look| look.as_what == "link"));
    let session = house.db.sessions_of(owner.user, None, mailed()).await.unwrap();
    assert_eq!(session[0].seen_at, mailed() + TimeDelta::minutes(5));
}
