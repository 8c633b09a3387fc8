//! Hostile: a site whose producer writes code where text belongs, in every field of the feed; its night is mailed, and
//! each page and mail shows it as text.

use std::path::Path;

use serde_json::{Value, json};

use super::Told;
use super::teller::Teller;

/// Who is mailed about the hostile site.
pub(super) const READER: &str = "reader@hostile.example.com";
/// What the page's text must show of a payload, letter by letter.
pub(super) const SHOWN: &str = "<script>window.hostile=1</script>";

/// What people have tried: elements, attributes that end early, addresses that run, templates, formulas of sheets, and
/// text that turns itself round. Whatever runs sets `window.hostile`; a template engine would write 4011.
pub(super) fn payload(field: &str) -> String {
    format!(
        "{SHOWN}\"'><img src=x onerror=\"window.hostile='{field}';alert(1)\"><svg/onload=window.hostile=2> \
         {{{{1337*3}}}} {{% raw %}} ${{1337*3}} =HYPERLINK(\"https://evil.example\") \u{202E}txt.exe\u{202C} </title></textarea> {field}"
    )
}

/// A ref has at most 128 characters and no control characters.
pub(super) fn hostile_ref(field: &str) -> String {
    format!("{field}\"'><img src=x onerror=window.hostile=3>{{{{1337*3}}}}=1+1")
}

/// Writes `hostile.ndjson`: one night of one site.
pub(super) fn write(folder: &Path) {
    let site = "hostile";
    let at = |minute: u32| format!("2026-03-17T23:{minute:02}:00+00:00");
    let (camera, clip, outside) = (hostile_ref("camera"), hostile_ref("clip"), hostile_ref("outside"));
    let (handled, alarm, sale, case) =
        (hostile_ref("handled"), hostile_ref("alarm"), hostile_ref("sale"), hostile_ref("case"));
    let records: Vec<Value> = vec![
        json!({"kind": "branch", "ref": "hostile", "name": payload("branch")}),
        json!({"kind": "location", "ref": site, "branch": "hostile", "name": payload("location"),
            "address": payload("address"), "timezone": "Europe/London",
            "timeline_url": "https://app.example.com/\"><script>window.hostile=7</script>{camera}?at={at}"}),
        json!({"kind": "camera", "ref": camera, "location": site, "name": payload("camera")}),
        json!({"kind": "contact", "ref": "hostile-reader", "name": payload("contact"), "email": READER,
            "locale": "en-GB", "locations": [site], "notify": true}),
        json!({"kind": "activity", "location": site, "night": "2026-03-17", "detections": 9, "filtered": 7, "reviewed": 2}),
        json!({"kind": "clip", "ref": clip, "location": site, "camera": camera, "recorded_at": at(4), "duration_s": 60,
            "media": "s3:no/\"><img src=x onerror=window.hostile=4>.mp4", "content_type": "video/mp4"}),
        json!({"kind": "clip", "ref": outside, "location": site, "recorded_at": at(9),
            "external_url": "https://evil.example/\"><img src=x onerror=window.hostile=5>", "password": payload("password")}),
        json!({"kind": "interaction", "ref": handled, "location": site, "camera": camera, "level": 1,
            "type": payload("type"), "started_at": at(5), "operator": payload("operator"), "notes": payload("notes"),
            "actions": [payload("action"), "javascript:window.hostile=6"], "clip": clip}),
        json!({"kind": "interaction", "ref": format!("{handled}2"), "location": site, "level": 3,
            "type": "Alarm", "started_at": at(15), "notes": "x".repeat(10_000), "clip": outside}),
        json!({"kind": "transaction", "ref": sale, "location": site, "terminal": payload("terminal"), "at": at(10),
            "currency": "GBP", "payment": {"method": payload("method"), "amount": "1.20"},
            "lines": [{"sku": payload("sku"), "description": payload("item"), "quantity": 1, "unit_price": "1.20",
                "paid": false}]}),
        json!({"kind": "incident", "ref": alarm, "location": site, "interaction": handled, "case": case,
            "occurred_at": at(6), "type": payload("incident"), "description": payload("description"),
            "reported_by": payload("reporter"), "clips": [clip, outside], "transaction": sale}),
        json!({"kind": "watermark", "location": site, "complete_until": "2026-03-18T12:00:00+00:00"}),
    ];
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    std::fs::write(folder.join("hostile.ndjson"), lines.join("\n")).unwrap();
}

/// What of a payload has come alive on the page that is open, if anything has.
pub(super) async fn trace(teller: &Teller) -> Option<String> {
    if let Some(text) = teller.dialog().await {
        return Some(format!("a dialog is open: {text}"));
    }
    let ran = teller.script("return window.hostile ?? null;", &[]).await;
    if !ran.is_null() {
        return Some(format!("a payload ran: {ran}"));
    }
    let counted = teller.script("return document.documentElement.innerText.includes('4011');", &[]).await;
    (counted == true).then(|| "a template was evaluated".to_owned())
}

/// A mail shows the payload as text; nothing of it comes alive.
pub(super) async fn inert(told: &Told, mail: &super::mail::Mail) {
    assert!(!mail.subject.chars().any(|c| c.is_control() || c == '\u{202E}'), "{:?}", mail.subject);
    let file = told.house.folder().join("mail.html");
    std::fs::write(&file, &mail.html).unwrap();
    told.teller.open(&format!("file://{}", file.display())).await;
    assert_eq!(trace(&told.teller).await, None, "{}", mail.name);
    told.teller.see(SHOWN).await;
    assert!(!mail.html.to_lowercase().contains("href=\"javascript:"), "{}", mail.name);
    assert_eq!(told.teller.complaints().await, Vec::<String>::new(), "{}", mail.name);
}

/// Each mail about the site, and each page that its links lead to: inert, and the text is there as text. The mails have
/// no policy of contents when they are opened from a file: what would run, runs.
pub(super) async fn story(told: &Told) {
    let mails = told.house.mails(READER, "");
    assert!(!mails.is_empty(), "the night was mailed; outbox: {:?}", told.house.outbox().len());
    for mail in &mails {
        inert(told, mail).await;
        for kind in ["r", "i", "c", "u"] {
            for (number, link) in mail.links(kind).iter().enumerate() {
                // A recording in the archive would be saved; these have none.
                told.teller.open(link).await;
                assert_eq!(trace(&told.teller).await, None, "{link}");
                // The page of a recording that is missing says so, with 404: a word of the browser's, not a complaint.
                let complaints = told.teller.complaints().await;
                let real: Vec<&String> = complaints.iter().filter(|line| !line.contains("status of 404")).collect();
                assert!(real.is_empty(), "{link}: {real:?}");
                if kind != "c" {
                    told.teller.see(SHOWN).await;
                    told.audit(&format!("hostile {kind} {number}")).await;
                }
                if kind == "i" {
                    // Its second recording can only be seen elsewhere.
                    told.teller.open(&format!("{link}/clip/1")).await;
                    assert_eq!(trace(&told.teller).await, None, "{link}");
                    told.teller.see(SHOWN).await;
                    told.audit("hostile, footage elsewhere").await;
                }
            }
        }
    }
}
