//! The report portal: what a branch user opens first, finds, sorts, leafs through, saves, and says of it; and who looked.

use super::people::{ANNA, kiosk};
use super::{Told, north, wire};

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    looks(told).await;
    told.enter(&ANNA).await;
    teller.open(&house.address("/locations")).await;
    assert_eq!(teller.text(".status.red strong").await, "1");
    assert_eq!(teller.text(".status.green strong").await, "1");
    assert_eq!(teller.count("#list tbody tr").await, 2, "what was never reviewed is not in this list");
    told.audit("locations").await;
    teller.click(".status.red").await;
    teller.arrive("status=incidents").await;
    assert_eq!(teller.text("#list tbody th").await, north::KIOSK);
    teller.click_within("main nav", "Suspicious incidents report").await;
    teller.arrive("/suspicious").await;
    teller.see("Brand-new Kiosk").await;
    assert_eq!(teller.count("#list tbody tr").await, 3, "every location");
    told.audit("suspicious incidents report").await;
    teller.fill("#q", "no such place").await;
    teller.click_within("main", "Show").await;
    teller.see("No location matches").await;
    told.audit("locations, nothing found").await;

    all_incidents(told).await;
    saved(told).await;
    judged(told).await;
    said(told).await;
    access_log(told).await;
    told.keep(&ANNA).await;
}

/// Before Anna looks: the customer opens their link, and a mail scanner does.
async fn looks(told: &Told) {
    let mail = told.house.mail(north::CUSTOMER, north::KIOSK).await;
    told.click_in_mail(&mail, "i").await;
    told.teller.click("details.clip > summary").await;
    told.plays("details.clip[open]").await;
    let scanned = wire::ask("GET", &mail.links("r")[0], &["User-Agent: Barracuda Sentinel"]).await;
    assert_eq!(scanned.status, 200);
}

/// So many incidents stand on a page.
const A_PAGE: usize = 30;

/// Filters, sorting and pages of everything that ever happened at one location.
async fn all_incidents(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address(&kiosk())).await;
    told.audit("recent incidents").await;
    teller.click_within("main nav", "All incidents").await;
    let all = north::EARLIER + north::INCIDENTS.len();
    let count = |rows: usize| u64::try_from(rows).unwrap();
    teller.see(&format!("{all} incidents")).await;
    assert_eq!(teller.count("#list tbody tr").await, count(A_PAGE));
    told.audit("all incidents").await;
    teller.click("nav.pager a[rel=next]").await;
    teller.arrive("page=2").await;
    assert_eq!(teller.count("#list tbody tr").await, count((all - A_PAGE).min(A_PAGE)));
    teller.click("nav.pager a[rel=prev]").await;
    teller.see(&format!("1–{A_PAGE} of {all}")).await;
    teller.click_within("#list thead", "Incident date").await;
    teller.arrive("sort=oldest").await;
    let sorted = format!(
        "const at = [...document.querySelectorAll('#list tbody time')].map(one => one.dateTime); \
         return at.length === {A_PAGE} && at.every((one, n) => n === 0 || at[n - 1] <= one);"
    );
    teller.until("the oldest comes first", &sorted, &[]).await;
    assert_eq!(teller.count("thead [aria-sort=ascending]").await, 1);
    teller.choose("#type", "Vandalism").await;
    teller.click_within("main .filter", "Show").await;
    teller.arrive("type=Vandalism").await;
    assert_eq!(teller.count("#list tbody tr").await, 1);
    teller.fill("#q", "sandwich").await;
    teller.choose("#type", "").await;
    teller.click_within("main .filter", "Show").await;
    teller.see("A sandwich was not scanned").await;
    assert_eq!(teller.count("#list tbody tr").await, 1);
}

/// The lists as files.
async fn saved(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address(&kiosk())).await;
    let cookie = teller.jar(&house.base).await.header();
    for (text, kind, begins, name) in
        [("CSV", "text/csv", b"Reference," as &[u8], ".csv"), ("PDF", "application/pdf", b"%PDF-", ".pdf")]
    {
        let found =
            "return [...document.querySelectorAll('.saves a')].find(one => one.innerText === arguments[0])?.href;";
        let link = teller.until(text, found, &[text.into()]).await;
        let file = wire::ask("GET", link.as_str().unwrap(), &[&cookie]).await;
        assert_eq!(file.status, 200, "{link}");
        assert!(file.header("content-type").starts_with(kind), "{}", file.header("content-type"));
        let disposition = file.header("content-disposition");
        assert!(disposition.starts_with("attachment") && disposition.contains(north::KIOSKS[0]), "{disposition}");
        assert!(disposition.contains(name), "{disposition}");
        assert!(file.body.windows(begins.len()).take(64).any(|part| part == begins), "{text}: its first bytes");
        let bare = wire::ask("GET", link.as_str().unwrap(), &[]).await;
        assert!(
            bare.status == 303 && bare.header("location").starts_with("/sign-in"),
            "nobody gets it: {}",
            bare.status
        );
    }
}

/// Not a theft, and back.
async fn judged(told: &Told) {
    let teller = &told.teller;
    let row = format!("tr:has(a[href$=\"{}\"])", north::INCIDENTS[3]);
    teller.click(&format!("{row} .pick label")).await;
    teller.choose("#reason", "not-a-theft").await;
    teller.fill("#note", "Our own <em>apprentice</em>.").await;
    teller.click_within("main", "Apply to the selection").await;
    teller.see("One incident was assessed").await;
    assert!(teller.text(&format!("{row} .details")).await.contains("Not a theft"));
    told.audit("recent incidents, one set aside").await;
    teller.click(&format!("{row} th a")).await;
    teller.see("Our own <em>apprentice</em>.").await;
    teller.choose("#reason", "restored").await;
    teller.click_within("main form.judge", "Apply").await;
    teller.arrive("done=1").await;
    let stands = "return document.querySelectorAll('.remarks li').length === 2 && \
        document.querySelector('main .tags .tag.alarm') !== null;";
    teller.until("both judgements stand, and the incident counts again", stands, &[]).await;
}

/// A comment; the incident's page with clips, sale and history.
async fn said(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address(&format!("{}/incidents/{}", kiosk(), north::INCIDENTS[0]))).await;
    told.plays(".reel").await;
    teller.fill("#text", "The bag is <script>alert(1)</script> blue.").await;
    teller.click_within("main", "Add comment").await;
    teller.see("The bag is <script>alert(1)</script> blue.").await;
    told.audit("incident, of a branch").await;
    teller.open(&house.address(&format!("{}/incidents/{}", kiosk(), north::INCIDENTS[2]))).await;
    teller.see("herring-7").await;
    told.audit("incident, footage elsewhere").await;
}

/// Who looked, at what, by which way, and that the scanner was none of them.
async fn access_log(told: &Told) {
    let teller = &told.teller;
    teller.click_within("main", north::KIOSK).await;
    teller.click_within("main nav", "Access log").await;
    teller.see("likely a mail scanner").await;
    let rows = |person: &str, what: &str| {
        let found = "return [...document.querySelectorAll('table.log tbody tr')].filter(row => \
            row.innerText.includes(arguments[0]) && row.innerText.includes(arguments[1])).length;";
        (found, vec![person.to_owned().into(), what.to_owned().into()])
    };
    for (person, what) in [(north::CUSTOMER, "Clip"), (north::CUSTOMER, "Page"), (ANNA.address, "Export")] {
        let (found, arguments) = rows(person, what);
        teller.until(&format!("{person} and {what} in the log"), found, &arguments).await;
    }
    told.audit("access log").await;
    teller.choose("#scanner", "only").await;
    teller.click_within("main .filter", "Show").await;
    teller.arrive("scanner=only").await;
    let all = "const rows = [...document.querySelectorAll('table.log tbody tr')]; \
        return rows.length > 0 && rows.every(row => row.innerText.includes('likely a mail scanner'));";
    teller.until("scanners only", all, &[]).await;
}
