//! The reader's stories: from the mail in the outbox to the page, the mark in the drawing, the clip that plays at that
//! second, what they say back, and the night before.

use serde_json::Value;

use super::{Look, NIGHTS, READER, SITE, Told};
use crate::support::root;

/// From the mail to the clip, the feedback and the night before.
pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let mails = house.mails(READER, "");
    assert_eq!(mails.len(), 2, "two nights: {:?}", mails.iter().map(|mail| &mail.subject).collect::<Vec<_>>());
    let report = mails[1].links("r").remove(0);
    teller.open(&report).await;
    teller.see("Lakeside Micro-Market").await;

    // A mark of the drawing leads to its event, whose clip begins to play at the event's second.
    let played = event_with_clip(told).await;
    teller.click(&format!("#night a[href$=\"#{played}\"]")).await;
    let second = format!(
        "const video = document.querySelector('#{played} details[open] video'); \
         const begins = Number(/#t=(\\d+)/.exec(video?.getAttribute('src'))?.[1]); \
         return video && video.currentTime > begins ? [begins, video.currentTime, video.currentSrc] : null;"
    );
    let now = teller.until("the clip plays from the event's second", &second, &[]).await;
    let (begins, first) = (now[0].as_f64().unwrap(), now[1].as_f64().unwrap());
    assert!(begins >= 1.0 && first >= begins && first < begins + 8.0, "{now}");
    let on = format!("return document.querySelector('#{played} video').currentTime > {first} + 0.3;");
    teller.until("the clip goes on", &on, &[]).await;
    assert_eq!(teller.address().await.fragment(), Some(played.as_str()));
    teller.script(&format!("document.querySelector('#{played} video').pause();"), &[]).await;

    filters(told).await;
    feedback(told, &report, &played).await;
    teller.open(&report).await;
    teller.click("nav.beside a[rel=prev]").await;
    teller.see("March 16, 2026").await;
    assert_eq!(teller.address().await.as_str(), mails[0].links("r")[0], "by the link of that night's own mail");
    teller.click("nav.beside a[rel=next]").await;
    teller.see("March 17, 2026").await;
}

/// The anchor of an event whose clip begins before it, so that it plays from a second of its own, and which stands on
/// the page as it opens.
async fn event_with_clip(told: &Told) -> String {
    let found = "return [...document.querySelectorAll('article.event')].find(one => \
        one.querySelector('details.clip video[src*=\"#t=\"]') && \
        document.querySelector(`#night a[href$=\"#${one.id}\"]`))?.id;";
    let found = told.teller.until("an event whose clip begins before it", found, &[]).await;
    found.as_str().unwrap().to_owned()
}

async fn filters(told: &Told) {
    let teller = &told.teller;
    let all = teller.text("#events .count").await;
    teller.choose("#level", "escalated").await;
    let fewer = "return document.querySelector('#events .count').innerText !== arguments[0];";
    teller.until("the filter answers without a button", fewer, &[all.clone().into()]).await;
    assert!(teller.address().await.query().is_some_and(|query| query.contains("level=escalated")));
    assert_eq!(teller.count("#events article:not(.escalated)").await, 0);
    assert!(teller.count("#night svg.faint").await > 0, "what is left out is faint in the drawing");
    as_without_script(told).await;
    teller.choose("#sort", "latest").await;
    let sorted = "const times = [...document.querySelectorAll('#events article time')].map(one => one.dateTime); \
        return location.search.includes('sort=latest') && times.length > 1 && times.every((at, n) => n === 0 || at <= times[n - 1]);";
    teller.until("the latest comes first", sorted, &[]).await;
    teller.click("[data-reset]").await;
    let back = "return document.querySelector('#events .count').innerText === arguments[0];";
    teller.until("everything is shown again", back, &[all.into()]).await;
}

/// What the script shows is what the server's page of the same address shows: events, and transactions of no incident.
async fn as_without_script(told: &Told) {
    let teller = &told.teller;
    let address = teller.address().await;
    let page = super::wire::ask("GET", address.as_str(), &[]).await;
    let html = String::from_utf8(page.body).unwrap();
    let shown = |what: &str| u64::try_from(html.matches(what).count()).unwrap();
    assert_eq!(teller.count("#events article").await, shown("<article"), "{address}");
    let loose = html.split("<div id=\"loose\">").nth(1).expect("a place for transactions of no incident");
    assert_eq!(
        teller.count("#loose details.sale").await,
        u64::try_from(loose.matches("<details class=\"sale\"").count()).unwrap()
    );
    assert_eq!(teller.count("#loose details.sale").await, 1, "the night has one, and few events are left");
}

async fn feedback(told: &Told, report: &str, event: &str) {
    let teller = &told.teller;
    teller.open(report).await;
    teller.click(&format!("#{event} .say a")).await;
    teller.see("What is it about?").await;
    teller.click("form.tell button").await;
    assert!(teller.address().await.path().ends_with("/feedback"), "nothing is sent without a choice");
    teller.click("input[value=ours]").await;
    teller.fill("#text", "Our cleaner, <b>Ewa</b>.\nEvery Tuesday.").await;
    teller.fill("#phone", "+1 312 555 0100").await;
    teller.look(Look::Phone).await;
    teller.look(Look::Light).await;
    teller.click("form.tell button").await;
    teller.see("You told staff on").await;
    assert_eq!(teller.address().await.fragment(), Some(event));
    let said = teller.text(&format!("#{event} .said")).await;
    assert!(said.contains("one of us") && said.contains("<b>Ewa</b>") && said.contains("+1 312 555 0100"), "{said}");

    // The same sent twice (back, and once more) is said once.
    teller.open(&format!("{report}/feedback?event={event}")).await;
    teller.click("input[value=ours]").await;
    teller.fill("#text", "Our cleaner, <b>Ewa</b>.\nEvery Tuesday.").await;
    teller.fill("#phone", "+1 312 555 0100").await;
    teller.click("form.tell button").await;
    teller.see("You told staff on").await;
    assert_eq!(teller.count(&format!("#{event} .said")).await, 1);
    told.audit("report with feedback").await;

    let rows = told.house.rows().await;
    let open = rows.open_feedback(None, 10).await.unwrap();
    rows.close().await;
    assert_eq!(open.len(), 1, "staff have one to read");
    assert_eq!((open[0].email.as_str(), open[0].kind.as_str()), (READER, "ours"));
    assert_eq!(open[0].words, "Our cleaner, <b>Ewa</b>.\nEvery Tuesday.");
}

/// A corrected night: the reader sees what changed from the revision that they were sent first.
pub(super) async fn revisions(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let samples = std::fs::read_to_string(root().join("samples").join(format!("{SITE}.ndjson"))).unwrap();
    let of_the_night = format!("{}T2", NIGHTS[1]);
    let mut record: Value = samples
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|record| {
            record["kind"] == "interaction" && record["started_at"].as_str().unwrap().starts_with(&of_the_night)
        })
        .expect("an interaction of the night");
    let before = record["notes"].as_str().unwrap().to_owned();
    record["notes"] = "The operator looked again: it was the courier.".into();
    std::fs::write(house.folder().join("correction.ndjson"), record.to_string()).unwrap();
    for arguments in [
        &["import", "correction.ndjson"] as &[&str],
        &["regenerate", "--location", SITE, "--night", NIGHTS[1], "--reason", "Looked again", "--by", "Dana", "--send"],
    ] {
        let ended = house.run(arguments);
        assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
    let newest = house.mail(READER, "").await;
    assert!(newest.text.contains("Looked again"), "the newest mail is the correction: {}", newest.subject);
    teller.open(&newest.links("r")[0]).await;
    teller.see("Revision 2").await;
    teller.click("nav.beside a[href$=revisions]").await;
    teller.see("Changed since revision 1").await;
    let page = teller.page().await;
    assert!(page.contains("it was the courier") && page.contains(before.split(' ').next().unwrap()), "{page}");
    told.audit("revisions with changes").await;
    teller.click_on("Revision 1").await;
    teller.see("has been corrected since").await;
    let printed = teller.print().await;
    assert!(printed.starts_with(b"%PDF-"), "it prints");
    std::fs::write(root().join("target/browser/report.pdf"), printed).unwrap();
}

/// Everything but comfort works without script: filters, leaves, the drawing's links, feedback.
pub(super) async fn without_script(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let report = house.mails(READER, "").pop().unwrap().links("r").remove(0);
    teller.scripts(false).await;
    teller.open(&format!("{report}?q=awning")).await;
    teller.fill("#q", "zzz").await;
    teller.click("#filter button").await;
    teller.arrive("q=zzz").await;
    teller.see("No event matches").await;
    let busy = house.outbox().into_iter().rfind(|mail| mail.to.contains("rosa.dangelo")).unwrap().links("r").remove(0);
    teller.open(&busy).await;
    teller.click("nav.leaf a[rel=next]").await;
    teller.arrive("page=2").await;
    teller.open(&format!("{report}/feedback?event=e2")).await;
    teller.click("input[value=call]").await;
    teller.click("form.tell button").await;
    teller.arrive("#e2").await;
    teller.scripts(true).await;
    teller.open(&report).await;
    let said = teller.text("#e2 .said").await;
    assert!(said.contains("Please call me"), "{said}");
}

/// By keyboard alone: the skip link, the drawing's marks, and Enter on one of them.
pub(super) async fn by_keyboard(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let report = house.mails(READER, "").pop().unwrap().links("r").remove(0);
    teller.open(&report).await;
    teller.press("Tab").await;
    assert_eq!(focused(told).await, "#events", "the first stop skips to the events");
    let mut stops = Vec::new();
    for _ in 0..12 {
        teller.press("Tab").await;
        stops.push(focused(told).await);
    }
    let mark = stops.iter().find(|stop| stop.starts_with("#e") && *stop != "#events");
    let mark = mark.unwrap_or_else(|| panic!("no mark of the drawing among the first stops: {stops:?}")).clone();
    let focus = "document.querySelector(`#night a[href=\"${arguments[0]}\"]`).focus();";
    teller.script(focus, &[mark.clone().into()]).await;
    assert_eq!(focused(told).await, mark);
    teller.press("Enter").await;
    let anchor = mark.split('#').nth(1).unwrap();
    teller.until("Enter leads to the event", "return location.hash === '#' + arguments[0];", &[anchor.into()]).await;
}

/// Where the element leads that has the focus.
async fn focused(told: &Told) -> String {
    let href = "return document.activeElement?.getAttribute('href') ?? document.activeElement?.localName ?? '';";
    told.teller.script(href, &[]).await.as_str().unwrap().to_owned()
}
