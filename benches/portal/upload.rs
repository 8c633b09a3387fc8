//! Upload: a producer sends a feed in one request, and it is measured how long that takes and what it holds in memory.

use std::convert::Infallible;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use daybreak::access::{NewKey, RANDOM_BYTES, mint_key};
use daybreak::model::KeyRight;
use daybreak::portal::{self, PortalState};
use daybreak::random::Random;
use futures::stream;
use serde_json::json;
use tower::ServiceExt;

use crate::failure::{Failure, Step};
use crate::{connect, gauge};

/// A location has so many interactions.
const EACH: u32 = 1_000;
/// Lines of one piece of the body.
const PIECE: u32 = 500;

/// Sends a feed of so many lines to a portal on SQLite, twice: new, and when everything stands.
pub(crate) async fn measure(lines: u32) -> Result<(), Failure> {
    let folder = tempfile::tempdir().step("make a temporary installation")?;
    let app = connect(folder.path(), None).await?;
    let templates = app.templates().step("read the templates")?;
    let state = PortalState::new(app.pipeline.clone(), app.config.clone(), Random::System, &templates).await;
    let router = portal::router(state.step("open the portal")?, false);
    let new = NewKey {
        name: "bench".into(),
        rights: vec![KeyRight::Feed],
        branches: Some(vec!["b0".parse().step("name the branch")?]),
        expires_at: None,
    };
    let (db, now) = (&app.pipeline.db, app.pipeline.clock.now());
    let mut tx = db.begin().await.step("begin")?;
    let random: [u8; RANDOM_BYTES] = Random::System.bytes().step("make a key")?;
    let minted = mint_key(&mut tx, new, &random, "bench", now).await.step("make a key")?;
    tx.commit().await.step("commit")?;
    println!("One request with {lines} lines, SQLite; idle the process has {:.0} MB.", gauge::peak_mb()?);
    println!();
    println!("| feed | wall s | CPU s | peak MB |");
    println!("|---|---:|---:|---:|");
    for what in ["new", "unchanged"] {
        let (began, cpu) = (Instant::now(), gauge::cpu_seconds()?);
        let pieces = (0..lines.div_ceil(PIECE)).map(move |piece| {
            let lines = (piece * PIECE)..lines.min((piece + 1) * PIECE);
            Ok::<_, Infallible>(lines.map(line).collect::<String>())
        });
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/feed")
            .header(header::AUTHORIZATION, format!("Bearer {}", minted.text.reveal()))
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .body(Body::from_stream(stream::iter(pieces)))
            .step("make a request")?;
        let answer = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let text = to_bytes(answer.into_body(), 1 << 20).await.step("read the answer")?;
        if !status.is_success() {
            return Err(Failure::new(format!("{status}: {}", String::from_utf8_lossy(&text))));
        }
        let (wall, cpu) = (began.elapsed().as_secs_f64(), gauge::cpu_seconds()? - cpu);
        println!("| {what} | {wall:.1} | {cpu:.1} | {:.0} |", gauge::peak_mb()?);
    }
    app.close().await;
    Ok(())
}

/// One line of the feed: the branch, then locations with their interactions.
fn line(number: u32) -> String {
    let (site, place) = (number / EACH, number % EACH);
    let record = if number == 0 {
        json!({"kind": "branch", "ref": "b0", "name": "Branch 0"})
    } else if place <= 1 && (place == 1) == (site == 0) {
        json!({"kind": "location", "ref": format!("s{site}"), "branch": "b0", "name": format!("Market {site}"),
               "timezone": "Europe/Warsaw"})
    } else {
        json!({"kind": "interaction", "ref": format!("i{number}"), "location": format!("s{site}"), "level": 1,
               "type": "Delivery", "started_at": format!("2026-03-18T21:{:02}:{:02}Z", place / 60 % 60, place % 60),
               "notes": "Delivery van at the dock, driver known, left after two minutes."})
    };
    format!("{record}\n")
}
