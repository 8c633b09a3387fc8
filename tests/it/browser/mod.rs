//! The browser's stories: what people do from the mail in the outbox to the page, told in one real chromium against one
//! installation that the real program made and serves.
//!
//! **Writing one.** A story is an `async fn story(told: &Told)` in a file of its own; name it in [`STORIES`]. It has
//! `told.house` (addresses, the outbox, `run` for any verb of the program, `rows`) and `told.teller` (the browser):
//!
//! ```ignore
//! pub(super) async fn story(told: &Told) {
//!     let mail = told.house.mail("dana@example.com", "Lakeside").await; // waits for it; the newest one
//!     told.teller.open(&mail.links("r")[0]).await;                      // links by the first segment of their path
//!     told.teller.click_on("Tell staff").await;                         // link, button, label or summary, by its text
//!     told.teller.fill("#text", "This was our cleaner.").await;         // a field by CSS; `choose` for a <select>
//!     told.teller.click("form button").await;                           // anything by CSS
//!     told.teller.arrive("#e1").await;                                  // waits until the address has this in it
//!     told.teller.see("You told us").await;                             // waits until the page says so
//!     told.audit("feedback, given").await;                              // axe, weight, width, links, console, pictures
//! }
//! ```
//!
//! People with accounts are in [`people`]: `told.enter(&ANNA)` sits Anna down with the session that she had, or signs her
//! in; `told.keep(&ANNA)` remembers it before somebody else comes. `told.click_in_mail(&mail, "s")` opens a mail as a mail
//! program shows it, and clicks. What a page's script cannot see (status, headers, a scanner's look) goes over [`wire`].
//!
//! Everything waits (20 s), nothing sleeps. Before each story cookies and cache are forgotten; after it the browser must
//! not have complained (scripts' errors, refused contents, answers of 400 and above): a story that provokes a complaint
//! takes it with `told.teller.complaints()`. Where a story fails, `target/browser/STORY.png` shows the page.
//! `DAYBREAK_STORY=report` tells one alone. Pages that only need an address are named in [`pages`]: each is audited in
//! every look, and hostile texts are looked for on it.
//!
//! All stories are one test: they share the browser and the installation, because a machine has few processors.

mod account;
mod asking;
mod audit;
mod branch;
mod brand;
mod desk;
mod heard;
mod hostile;
mod house;
mod inside;
mod mail;
mod mailed;
mod north;
mod operations;
mod pages;
mod people;
mod report;
mod sharing;
mod signing;
mod teller;
mod tongues;
mod untold;
mod webdriver;
mod wire;

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Instant;

use futures::FutureExt;

pub(crate) use house::{House, NIGHTS, READER, SITE};
pub(crate) use teller::{Look, Teller};

/// What a story has.
pub(crate) struct Told {
    pub(crate) house: House,
    pub(crate) teller: Teller,
    /// What audits have found wrong, told together at the end.
    faults: Mutex<Vec<String>>,
    /// The sessions of those who have signed in, by their address.
    jars: Mutex<HashMap<&'static str, people::Jar>>,
    /// Who has chosen a password already.
    has_password: Mutex<HashSet<&'static str>>,
}

type Story = for<'a> fn(&'a Told) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Every story, in the order in which they are told.
const STORIES: &[(&str, Story)] = &[
    ("report", |told| Box::pin(report::story(told))),
    ("revisions", |told| Box::pin(report::revisions(told))),
    ("without script", |told| Box::pin(report::without_script(told))),
    ("keyboard", |told| Box::pin(report::by_keyboard(told))),
    ("mailed", |told| Box::pin(mailed::story(told))),
    ("branch", |told| Box::pin(branch::story(told))),
    ("sharing", |told| Box::pin(sharing::story(told))),
    ("nights", |told| Box::pin(sharing::nights(told))),
    ("asking", |told| Box::pin(asking::story(told))),
    ("signing", |told| Box::pin(signing::story(told))),
    ("desk", |told| Box::pin(desk::story(told))),
    ("heard", |told| Box::pin(heard::story(told))),
    ("operations", |told| Box::pin(operations::story(told))),
    ("account", |told| Box::pin(account::story(told))),
    ("tongues", |told| Box::pin(tongues::story(told))),
    ("portal by keyboard", |told| Box::pin(tongues::by_keyboard(told))),
    ("hostile", |told| Box::pin(hostile::story(told))),
    ("inside", |told| Box::pin(inside::story(told))),
    ("pages", |told| Box::pin(pages::story(told))),
    ("untold", |told| Box::pin(untold::story(told))),
    ("brand", |told| Box::pin(brand::story(told))),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_story_is_told_in_a_browser() {
    let Some(teller) = Teller::start().await else { return };
    let house = House::open().await;
    let told = Told { house, teller, faults: Mutex::default(), jars: Mutex::default(), has_password: Mutex::default() };
    let wanted = std::env::var("DAYBREAK_STORY").ok();
    let mut failed = Vec::new();
    for (name, story) in STORIES.iter().filter(|(name, _)| wanted.as_deref().is_none_or(|wanted| wanted == *name)) {
        told.teller.forget().await;
        let began = Instant::now();
        let outcome = AssertUnwindSafe(story(&told)).catch_unwind().await;
        if let Err(panic) = outcome {
            let picture = AssertUnwindSafe(told.teller.picture(name)).catch_unwind().await;
            let at = AssertUnwindSafe(told.teller.address()).catch_unwind().await;
            failed.push(format!(
                "{name}: {}\n  at {}, see {}",
                words(&*panic),
                at.map_or_else(|_| "?".to_owned(), String::from),
                picture.map_or_else(|_| "nothing".to_owned(), |path| path.display().to_string())
            ));
        }
        failed
            .extend(told.teller.complaints().await.into_iter().map(|line| format!("{name}: the browser says: {line}")));
        println!("{name}: told in {:.1} s", began.elapsed().as_secs_f32());
    }
    failed.extend(told.faults.lock().unwrap().drain(..));
    told.teller.driver.close().await;
    assert!(failed.is_empty(), "{} complaints:\n{}", failed.len(), failed.join("\n"));
}

/// What a panic said.
fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_else(|| "?".to_owned())
}
