//! Operations: the board is live while a run goes, in a page that is never loaded again; jobs run now, rest and are woken;
//! a suppressed address is mailed again; and the audit log tells of it all.

use super::people::OPAL;
use super::{Told, north, wire};

const SILENT: &str = "silent@late.example.com";

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let ended = house.run(&["suppressions", "add", SILENT, "--reason", "asked by telephone"]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    told.enter(&OPAL).await;
    teller.click_within("header nav", "Operations").await;
    teller.arrive("/operations").await;
    teller.until("it is live", "return document.querySelector('#live-state').innerText === 'Live';", &[]).await;
    teller.see(SILENT).await;
    told.audit("operations").await;

    live(told).await;
    paused(told).await;
    lifted(told).await;
    entered(told).await;
    told.keep(&OPAL).await;
}

/// A run is started in another tab; this one shows it without being loaded again.
async fn live(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.script("window.before = document.querySelectorAll('#part-runs tbody tr').length;", &[]).await;
    let board = teller.other_tab(&house.address("/operations/job?name=late")).await;
    teller.see("Builds and mails the last night of each of its 6 locations").await;
    told.audit("job").await;
    teller.click_within("main form", "Run now").await;
    teller.see("The job runs.").await;
    teller.close_tab(&board).await;
    let shown = "return window.before > 0 && \
        document.querySelectorAll('#part-runs tbody tr').length === window.before + 1;";
    teller.until("the run appears in the page that was never loaded again", shown, &[]).await;
    let done = "const row = [...document.querySelectorAll('#part-runs tbody tr')].find(row => \
        row.querySelector('th').innerText.includes('late')); \
        return window.before > 0 && row?.innerText.includes(arguments[0]) && row.querySelector('.state-done') !== null;";
    teller.until("and comes to its end", done, &[format!("{0} of {0} done", north::LATE).into()]).await;
    house.mail("lena@late.example.com", "Late Counter 1").await;
    teller.click("#part-runs tbody tr:has(.state-done) th a").await;
    teller.see("Late Counter").await;
    told.audit("run").await;
}

/// A job rests with a reason, and is woken.
async fn paused(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address("/operations")).await;
    teller.click_within("#part-jobs", "late").await;
    teller.fill("#reason", "The kiosks are being painted").await;
    teller.click_within("main form", "Pause").await;
    teller.see("The job is paused, in every process").await;
    told.audit("job, paused").await;
    teller.click_within("header nav", "Operations").await;
    teller.see("The kiosks are being painted").await;
    teller.click_within("#part-jobs", "late").await;
    teller.click_within("main form", "Resume").await;
    teller.see("The job is kept again").await;
    teller.see("resumed by Opal Reyes").await;
}

/// A suppressed address gets mail again.
async fn lifted(told: &Told) {
    let teller = &told.teller;
    teller.click_within("header nav", "Operations").await;
    teller.see(SILENT).await;
    teller.click_within("#part-suppressed", "Mail it again").await;
    teller.see("The address gets mail again").await;
    assert!(!teller.text("#part-suppressed").await.contains(SILENT));
    told.audit("operations, after a change").await;
}

/// Each of these stands in the audit log, which filters and is saved.
async fn entered(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.click_within("header nav", "Audit log").await;
    teller.see("entries are as they were written").await;
    told.audit("audit log").await;
    teller.fill("#actor", OPAL.address).await;
    teller.fill("#action", "job.").await;
    teller.click_within("main .filter", "Show").await;
    teller.arrive("action=job.").await;
    let page = teller.text("main table").await;
    for action in ["job.run", "job.pause", "job.resume"] {
        assert!(page.contains(action), "{action} in {page}");
    }
    assert!(!page.contains("session.open"), "what was not asked for is not listed");
    told.audit("audit log, filtered").await;
    let cookie = teller.jar(&house.base).await.header();
    let link = teller.script("return document.querySelector('a[href^=\"/audit.csv\"]').href;", &[]).await;
    let file = wire::ask("GET", link.as_str().unwrap(), &[&cookie]).await;
    assert!(file.header("content-type").starts_with("text/csv"), "{}", file.header("content-type"));
    let text = String::from_utf8(file.body).unwrap();
    assert!(text.contains("job.pause") && !text.contains("session.open"), "{text}");
}
