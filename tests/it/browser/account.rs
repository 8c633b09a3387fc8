//! The account: who gets the morning mail, to which domains may be shared, who is on the whitelist, who has an account;
//! as the branch's own team sees it, and as operations do.

use super::people::{ANNA, OPAL};
use super::{Told, north};

const NEW: &str = "nora@northside.example.com";
const LISTED: &str = "auditor@partner.example.com";

pub(super) async fn story(told: &Told) {
    let teller = &told.teller;
    told.enter(&ANNA).await;
    teller.click_within("header nav", "Account").await;
    teller.see("Quiet Kiosk").await;
    told.audit("account").await;
    contacts(told).await;
    domains(told).await;
    whitelist(told).await;
    teller.click_within("header nav", "Account").await;
    teller.click_within("main nav", "Users").await;
    teller.see("ask operations").await;
    told.audit("users, of a branch").await;
    told.keep(&ANNA).await;
    users(told).await;
    by_others(told).await;
}

/// The check mark of a notification contact.
async fn contacts(told: &Told) {
    let teller = &told.teller;
    teller.click_within("main nav", "Notification contacts").await;
    teller.see("Northside office").await;
    told.audit("contacts").await;
    let row = "tr:has(input[name=contact][value=office])";
    assert_eq!(teller.count(&format!("{row} input[name=notify]:checked")).await, 0);
    teller.click(&format!("{row} .tick")).await;
    teller.click(&format!("{row} button")).await;
    teller.see("Saved.").await;
    assert_eq!(teller.count(&format!("{row} input[name=notify]:checked")).await, 1);
    teller.see("changed here").await;
    told.audit("contacts, one changed").await;
}

/// A blocked domain is refused when one shares, with a sentence.
async fn domains(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.click_within("main nav", "Allowed domains").await;
    told.audit("domains, none").await;
    teller.fill("#domain", "rival.example.com").await;
    teller.choose("#rule", "block").await;
    teller.click_within("main form", "Add the rule").await;
    teller.see("rival.example.com").await;
    told.audit("domains").await;
    teller.open(&house.address(&format!("/incidents/{}/share", north::INCIDENTS[2]))).await;
    teller.fill("#addresses", "boss@sales.rival.example.com").await;
    teller.click_within("main form", "Share").await;
    teller.see("The account’s rules let nothing be shared with: boss@sales.rival.example.com").await;
    teller.open(&house.address("/account/domains")).await;
    teller.click_within("main tbody", "Remove").await;
    teller.see("No rules").await;
}

/// Somebody is let in, and taken off again.
async fn whitelist(told: &Told) {
    let teller = &told.teller;
    teller.click_within("header nav", "Whitelist").await;
    teller.see(north::KIOSK).await;
    told.audit("whitelists").await;
    teller.click_within("main", north::KIOSK).await;
    teller.fill("#addresses", LISTED).await;
    teller.fill("#note", "Yearly audit").await;
    teller.choose("main form.share-form select", "30").await;
    teller.click_within("main form.share-form", "Let in").await;
    let row = format!("tr:has(button[aria-label$=\"{LISTED}\"])");
    assert!(teller.text(&row).await.contains("Yearly audit"));
    told.audit("whitelist").await;

    // They get in by their own letter, see this location and nothing that is not theirs.
    told.keep(&ANNA).await;
    teller.forget().await;
    teller.open(&told.house.address("/sign-in")).await;
    told.by_letter(LISTED).await;
    teller.open(&told.house.address("/locations")).await;
    assert_eq!(teller.count("#list tbody tr").await, 1);
    teller.see(north::KIOSK).await;
    told.audit("locations, of who is whitelisted").await;
    assert_eq!(teller.count("header nav a[href=\"/account\"]").await, 0);
    let jar = teller.jar(&told.house.base).await;

    told.enter(&ANNA).await;
    teller.open(&told.house.address(&format!("/whitelist?location={}", north::KIOSKS[0]))).await;
    teller.click(&format!("{row} button[value=revoke]")).await;
    teller.see("Ended").await;
    told.keep(&ANNA).await;
    teller.forget().await;
    teller.bring(&jar).await;
    teller.open(&told.house.address(&super::people::kiosk())).await;
    told.refused(404).await;
    told.enter(&ANNA).await;
}

/// Operations make a user, who gets a letter, comes in, and is shut out.
async fn users(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    told.enter(&OPAL).await;
    teller.click_within("header nav", "Account").await;
    teller.choose("#branch-choice", "northside").await;
    teller.click_within("main", "Show").await;
    teller.see("Northside").await;
    teller.click_within("main nav", "Users").await;
    teller.see(ANNA.name).await;
    told.audit("users").await;
    teller.fill("#new-email", NEW).await;
    teller.fill("#new-name", "Nora Lind").await;
    teller.choose("#new-role", "branch").await;
    teller.click(".sheet input[name=branch][value=northside]").await;
    teller.click_within("main .sheet form", "Add a user").await;
    teller.see("A letter with a one-time link is on its way").await;
    told.keep(&OPAL).await;
    let letter = house.mail(NEW, "Your access to").await;
    teller.forget().await;
    told.click_in_mail(&letter, "sign-in").await;
    teller.click_within("main", "Sign in").await;
    teller.see("Sign out").await;
    let jar = teller.jar(&house.base).await;

    told.enter(&OPAL).await;
    teller.open(&house.address("/account/users?branch=northside")).await;
    let row = "const row = [...document.querySelectorAll('main tbody tr')].find(row => row.innerText.includes(arguments[0])); \
        const button = [...row.querySelectorAll('button')].find(one => one.innerText.startsWith(arguments[1])); \
        button?.setAttribute('data-told', ''); return button !== undefined;";
    teller.until("the button that shuts Nora out", row, &[NEW.into(), "Shut out".into()]).await;
    teller.click("[data-told]").await;
    teller.see("shut out").await;
    told.audit("users, one shut out").await;
    told.keep(&OPAL).await;
    teller.forget().await;
    teller.bring(&jar).await;
    teller.open(&house.address("/locations")).await;
    teller.arrive("/sign-in").await;
}

/// A customer has what was given to them, and no more rooms than that.
async fn by_others(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    teller.forget().await;
    teller.open(&house.address("/sign-in")).await;
    told.by_letter(north::CUSTOMER).await;
    teller.open(&house.address("/locations")).await;
    teller.see(north::KIOSK).await;
    told.audit("locations, of a customer").await;
    let rooms = "return [...document.querySelectorAll('header nav a')].map(one => one.getAttribute('href'));";
    let rooms = teller.script(rooms, &[]).await;
    assert_eq!(rooms, serde_json::json!(["/locations", "/shares", "/me"]));
    // The nights that were mailed to them: each opens the report as the mail does.
    teller.click_within("main table", north::KIOSK).await;
    teller.click_within("main nav", "Reports").await;
    teller.see("that were mailed to you").await;
    told.audit("nights, of a customer").await;
    teller.click("main table tbody th a").await;
    teller.see("Two crates of milk").await;
    assert!(teller.address().await.path().starts_with("/r/"), "the hosted report");
    teller.open(&house.address("/desk")).await;
    teller.see("not").await;
    told.refused(403).await;
    told.audit("not for you").await;
}
