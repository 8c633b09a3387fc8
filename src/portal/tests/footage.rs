//! Footage: redirects to presigned URLs, pages where there is none, and the PDF.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use url::Url;

use super::house::{House, mailed};
use crate::archive::Key;
use crate::compose::{Footage, Sample};
use crate::db::objects::Object;
use crate::db::{media, removals};
use crate::model::LinkTarget;

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_clip_is_a_redirect_for_minutes_that_nobody_caches_or_tells() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let report = house.link(&LinkTarget::Report);
    let incident = house.link(&LinkTarget::Incident("x0000".parse().unwrap()));
    let paths = [
        house.link(&LinkTarget::Clip("x0000".parse().unwrap())),
        format!("{report}/clip/0"),
        format!("{incident}/clip/0"),
        format!("{report}/photo/0"),
        format!("{incident}/photo"),
    ];
    for path in paths {
        for method in [Method::GET, Method::HEAD] {
            let answer = house.ask(method, &path).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{path}");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            let url = Url::parse(answer.header("location")).unwrap();
            let minutes: u64 = query(&url, "X-Amz-Expires").unwrap().parse().unwrap();
            assert!(minutes <= 15 * 60 && query(&url, "X-Amz-Signature").is_some());
            assert_eq!(query(&url, "response-cache-control").as_deref(), Some("private, no-store"));
            if !path.contains("photo") {
                assert_eq!(query(&url, "response-content-type").as_deref(), Some("video/mp4"));
            }
            let allowed = answer.header("content-security-policy");
            assert!(allowed.contains(&format!("media-src 'self' {}", url.origin().ascii_serialization())), "{allowed}");
        }
    }
}

#[tokio::test]
async fn footage_that_is_gone_or_elsewhere_has_a_page() {
    let house = House::of(Sample::Incomplete.report(), 2).await;
    let base = house.link(&LinkTarget::Report);
    let missing = house.get(&house.link(&LinkTarget::Clip(house.report.clips[0].clip.clone()))).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text().contains("This recording is missing"));
    let outside = house.get(&house.link(&LinkTarget::Clip(house.report.clips[1].clip.clone()))).await;
    assert_eq!(outside.status, StatusCode::OK);
    for said in ["nur außerhalb", "https://footage.example.com/v/77", "harbor-77"] {
        assert!(outside.text().contains(said), "{said}");
    }
    // Archived once, and taken away by retention since.
    let Footage::Archive { key, .. } = &house.report.clips[2].footage else { panic!("the sample has a third clip") };
    house.archive.delete(&Key::external(key.as_str()).unwrap()).await.unwrap();
    assert_eq!(house.get(&format!("{base}/clip/2")).await.status, StatusCode::NOT_FOUND);
    let mut tx = house.db.begin().await.unwrap();
    let object = Object {
        object_key: key.clone(),
        sha256: None,
        size: None,
        content_type: None,
        present: true,
        checked_at: mailed(),
    };
    tx.put_objects(&[object]).await.unwrap();
    media::bury_objects(&mut tx, std::slice::from_ref(key), mailed()).await.unwrap();
    tx.commit().await.unwrap();
    let gone = house.get(&format!("{base}/clip/2")).await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.text().contains("removed by retention on"), "{}", gone.text());
    for path in ["clip/99", "clip/x", "clip/-1", "photo/0", "photo/99"] {
        assert_eq!(house.get(&format!("{base}/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_pdf_comes_in_the_readers_language_or_in_another() {
    for (reader, words) in [(0, "in English"), (3, "po polsku"), (2, "in English")] {
        let house = House::of(Sample::Ordinary.report(), reader).await;
        for path in [house.link(&LinkTarget::Pdf), format!("{}/pdf", house.link(&LinkTarget::Report))] {
            let pdf = house.get(&path).await;
            assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
            assert!(pdf.text().ends_with(words));
            assert!(pdf.header("content-disposition").starts_with("inline; filename=\"report-2026-03-28.pdf\""));
        }
    }
    let house = House::of(Sample::Quiet.report(), 0).await;
    let pdf = house.get(&house.link(&LinkTarget::Pdf)).await;
    assert_eq!(pdf.status, StatusCode::NOT_FOUND);
    assert!(pdf.text().contains("No PDF belongs to this report"));
}

#[tokio::test]
async fn a_report_that_retention_removed_says_so_and_offers_no_new_link() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let row = house.db.report(house.report.id).await.unwrap().unwrap();
    let mut tx = house.db.begin().await.unwrap();
    removals::remove_artifacts(&mut tx, &row, mailed()).await.unwrap();
    tx.commit().await.unwrap();
    for later in [0, 400] {
        // Whether the link still works or has expired.
        house.clock.set(mailed() + TimeDelta::days(later));
        for target in [LinkTarget::Report, LinkTarget::Pdf, LinkTarget::Clip(house.report.clips[0].clip.clone())] {
            let page = house.get(&house.link(&target)).await;
            assert_eq!(page.status, StatusCode::GONE, "{target:?}");
            assert!(
                page.text().contains("removed by retention on") && !page.text().contains("/new-link/"),
                "{target:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_bundle_that_was_changed_is_not_shown() {
    let house = House::of(Sample::Ordinary.report(), 0).await;
    let row = house.db.report(house.report.id).await.unwrap().unwrap();
    let key = Key::external(row.object_key.unwrap()).unwrap();
    let mut bytes = house.archive.get(&key).await.unwrap().unwrap().to_vec();
    let at = bytes.windows(13).position(|window| window == b"Harbor Market").unwrap();
    bytes[at] = b'B';
    house.archive.put(&key, bytes.into()).await.unwrap();
    let page = house.get(&house.link(&LinkTarget::Report)).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text().contains("This cannot be shown at the moment") && !page.text().contains("Barbor"));
    house.archive.close().await;
    let page = house.get(&house.link(&LinkTarget::Report)).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "an archive that is away comes back");
}
