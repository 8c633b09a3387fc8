//! The brand's story: a branch's team sets name, colours and logo, sees how a mail would begin, and the next mail and the
//! page behind its link carry them.

use serde_json::json;

use super::{NIGHTS, READER, SITE, Told};

/// The last line of what a verb printed.
fn last_line(output: &std::process::Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.trim().lines().last().unwrap_or_default().to_owned()
}

pub(super) async fn story(told: &Told) {
    let (house, teller) = (&told.house, &told.teller);
    let kim = ["users", "add", "kim@lakeside.example.com", "--name", "Kim", "--role", "branch"];
    let made = house.run(&[&kim[..], &["--branch", "lakeshore", "--locale", "en-US", "--print-link"]].concat());
    teller.open(&last_line(&made)).await;
    teller.click("main form button").await;
    teller.see("Kim").await;
    teller.open(&house.address("/account/brand")).await;
    told.audit("brand, the house's").await;

    teller.fill("#brand-name", "Northwind Watch").await;
    teller.fill("#brand-color", "#ffee00").await;
    teller.click_on("Preview").await;
    teller.see("has a contrast of 1.2 : 1").await;
    let complaints = teller.complaints().await;
    assert!(complaints.iter().all(|line| line.contains("status of 422")), "{complaints:?}");
    told.audit("brand, refused").await;
    teller.fill("#brand-color", "#8a1538").await;
    teller.fill("#brand-sender", "Northwind Nights").await;
    teller.click_on("Preview").await;
    teller.see("Nothing is saved yet").await;
    told.audit("brand, preview").await;
    teller.click_on("Save").await;
    teller.see("Saved.").await;

    let logo = house.folder().join("logo.png");
    image::RgbImage::from_fn(900, 300, |x, y| image::Rgb([138, u8::try_from((x / 9 + y / 9) % 200).unwrap(), 56]))
        .save(&logo)
        .unwrap();
    let field = json!({"using": "css selector", "value": "#brand-logo-file"});
    let field = teller.command("POST", "/element", field).await;
    let field = field.as_object().and_then(|found| found.values().next()?.as_str().map(str::to_owned)).unwrap();
    teller.command("POST", &format!("/element/{field}/value"), json!({"text": logo.to_str().unwrap()})).await;
    teller.click_on("Use this picture").await;
    teller.see("Remove the logo").await;
    told.audit("brand, with a logo").await;

    // The next mail, and the page behind its link.
    let before = house.mails(READER, "").len();
    let night = ["regenerate", "--location", SITE, "--night", NIGHTS[0], "--reason", "in our colours", "--send"];
    last_line(&house.run(&night));
    let mails = house.mails(READER, "");
    assert!(mails.len() > before, "the correction was mailed");
    let mail = mails.iter().find(|mail| mail.html.contains("in our colours")).unwrap();
    assert!(mail.html.contains("#8a1538") && mail.html.contains("alt=\"Northwind Watch\""));
    teller.open(&mail.links("r")[0]).await;
    let bar = "return getComputedStyle(document.querySelector('header.bar')).backgroundColor;";
    assert_eq!(teller.script(bar, &[]).await, "rgb(138, 21, 56)");
    let shown = "const one = document.querySelector('.bar img.logo'); return one.complete && one.naturalWidth;";
    assert_eq!(teller.until("the logo is shown", shown, &[]).await, 336);
    told.audit("report, branded").await;
}
