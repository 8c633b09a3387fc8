//! The desk: staff find a night, build it again with a reason, see the difference, send themselves a test and everybody
//! the correction; look up what somebody got; correct an address.

use serde_json::json;

use super::people::STAN;
use super::{Told, north};

const MOVED: &str = "helga@new-office.example.com";

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let mails = house.mails(north::CUSTOMER, north::KIOSK).len();
    told.enter(&STAN).await;
    teller.click_within("header nav", "Desk").await;
    told.audit("desk").await;
    teller.fill("#q", "harbour kiosk").await;
    teller.click_within("main", "Find").await;
    teller.see("One location").await;
    told.audit("desk, found").await;
    teller.click_within(".results", north::KIOSK).await;
    teller.see("Helga Jónsdóttir").await;
    told.audit("desk, location").await;
    teller.fill("#night", &north::last_night().format("%m/%d/%Y").to_string()).await;
    teller.click_within("main", "Open the night").await;
    teller.see("Regenerate this night").await;
    told.audit("desk, night").await;

    corrected(told).await;
    sent(told, mails).await;
    looked_up(told).await;
    moved(told).await;
    told.keep(&STAN).await;
}

/// The feed is corrected, the night built again; the difference is shown before anybody is mailed.
async fn corrected(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let night = north::last_night() + chrono::Days::new(1);
    let record = json!({"kind": "incident", "ref": north::INCIDENTS[3], "location": north::KIOSKS[0],
        "occurred_at": format!("{night}T04:20:00Z"), "type": "Unpaid items",
        "description": "Two sandwiches were not scanned."});
    std::fs::write(house.folder().join("sandwich.ndjson"), record.to_string()).unwrap();
    let ended = house.run(&["import", "sandwich.ndjson"]);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    teller.click_within("main", "Build the revision").await;
    let asked = "return document.querySelector('#reason').matches(':invalid');";
    teller.until("nothing is built without a reason", asked, &[]).await;
    teller.fill("#reason", "There were two of them").await;
    teller.click_within("main", "Build the revision").await;
    teller.arrive("/desk/reports/").await;
    // The page comes by itself once the revision is there.
    teller.see("What follows is the report as its readers see it").await;
    teller.see("Two sandwiches were not scanned").await;
    told.audit("desk, revision").await;
    filtered(told).await;
    teller.click_within("main", "What changed").await;
    teller.see("From revision 1 to revision 2").await;
    assert!(teller.text(".difference del").await.contains("A sandwich was not scanned"));
    assert!(teller.text(".difference ins").await.contains("Two sandwiches"));
    told.audit("desk, difference").await;
}

/// The revision's filters answer without a button, for who is signed in; and a session that has ended meanwhile leads to
/// the sign-in, not to an empty page.
async fn filtered(told: &Told) {
    let teller = &told.teller;
    let all = teller.text("#events .count").await;
    let events = teller.count("#events article").await;
    teller.choose("#level", "normal").await;
    let fewer = "return document.querySelector('#events .count')?.innerText !== arguments[0];";
    teller.until("the filter answers without a button", fewer, &[all.clone().into()]).await;
    assert!(teller.address().await.query().is_some_and(|query| query.contains("level=normal")));
    assert_eq!(teller.count("#events article").await, 2, "the normal ones");
    assert_eq!(teller.count("#events article.escalated").await, 0);
    teller.choose("#level", "escalated").await;
    let others = "return document.querySelectorAll('#events article.escalated').length === arguments[0];";
    teller.until("and once more", others, &[(events - 2).into()]).await;
    // By its address, as it would be reloaded: what the script fetched before is no part of the page.
    teller.open(teller.address().await.as_str()).await;
    told.audit("desk, revision filtered").await;
    teller.click("[data-reset]").await;
    let back = "return document.querySelector('#events .count')?.innerText === arguments[0];";
    teller.until("everything is shown again", back, &[all.into()]).await;

    let jar = teller.jar(&told.house.base).await;
    let page = teller.address().await;
    teller.driver.devtools("Network.clearBrowserCookies", json!({})).await;
    teller.choose("#level", "normal").await;
    teller.arrive("/sign-in").await;
    teller.bring(&jar).await;
    teller.open(page.as_str()).await;
    teller.see("Two sandwiches were not scanned").await;
}

/// To oneself as a test, then to everybody.
async fn sent(told: &Told, mails: usize) {
    let (house, teller) = (&told.house, &told.teller);
    assert_eq!(house.mails(north::CUSTOMER, north::KIOSK).len(), mails, "nobody was mailed yet");
    teller.click_within("main", "Send").await;
    teller.see("Send revision 2").await;
    told.audit("desk, send").await;
    teller.click_within("main", "Send me a test").await;
    teller.see("The test mail was sent").await;
    told.audit("desk, test sent").await;
    let test = house.mail(STAN.address, "TEST").await;
    assert!(test.text.contains("Two sandwiches"), "{}", test.subject);
    assert_eq!(house.mails(north::CUSTOMER, north::KIOSK).len(), mails, "a test goes to nobody else");
    teller.click_within("main", "Send to those selected").await;
    teller.see("Nobody was selected").await;
    teller.click_within("main", "Send to all").await;
    teller.see("The revision is on its way").await;
    let correction = house.mail_after(north::CUSTOMER, north::KIOSK, mails).await;
    assert!(correction.text.contains("There were two of them"), "{}", correction.subject);
}

/// What did they get?
async fn looked_up(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address("/desk")).await;
    teller.fill("#mq", north::CUSTOMER).await;
    teller.click("form[action=\"/desk/mails\"] button").await;
    teller.see("What did they get?").await;
    told.audit("desk, mails").await;
    teller.click_within("main tbody", north::CUSTOMER).await;
    teller.see("accepted").await;
    let shown = "return document.querySelector('iframe.letter') !== null;";
    teller.until("the letter is shown", shown, &[]).await;
    told.audit("desk, mail").await;
    teller.click_within("main", "Send it again").await;
    teller.see("It was sent already, so it will arrive twice").await;
    told.audit("desk, resend").await;
    teller.click_within("main form", "Send it again").await;
    teller.see("It is on its way again").await;
    // The outbox keeps a message once, however often it leaves: the attempts tell.
    let twice = "if (document.querySelectorAll('main table.broad tbody tr').length === 2) return true; \
        if (document.readyState === 'complete') location.reload(); return false;";
    teller.until("it left a second time", twice, &[]).await;
    told.audit("desk, mail sent twice").await;
}

/// An address is corrected, and stands over the feed's.
async fn moved(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.open(&house.address(&format!("/desk/location?ref={}", north::KIOSKS[0]))).await;
    let row = ".results li:has(a[href*=\"/desk/contact?ref=helga\"])";
    teller.click(&format!("{row} a[href*=\"/desk/contact\"]")).await;
    teller.see("Correct the address of Helga").await;
    told.audit("desk, address").await;
    teller.fill("#email", MOVED).await;
    teller.fill("#reason", "She told us by telephone").await;
    teller.click_within("main", "Correct it").await;
    teller.see("The address is corrected").await;
    assert!(teller.text(row).await.contains(MOVED));
    // And back, because other stories are about her, too.
    teller.click(&format!("{row} a[href*=\"/desk/contact\"]")).await;
    teller.see("Last corrected by Stan Fox").await;
    teller.fill("#reason", "It was somebody else").await;
    teller.click_within("main", "Correct it").await;
    teller.see("The address is corrected").await;
    assert!(!teller.text(row).await.contains(MOVED));
}
