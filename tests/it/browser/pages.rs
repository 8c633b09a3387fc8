//! Pages: every page that only needs an address, audited in every look. Whoever adds a page names it here.

use super::{House, READER, SITE, Told};

/// A page that opens without signing in.
pub(crate) struct Page {
    /// What the audit calls it.
    pub(crate) name: &'static str,
    /// Its address, or a path.
    pub(crate) address: String,
    /// Whether it is an answer of 400 or above: the browser says so on its console, and that is no complaint.
    pub(crate) refused: bool,
}

impl Page {
    fn of(name: &'static str, address: impl Into<String>) -> Self {
        Self { name, address: address.into(), refused: false }
    }

    fn refused(name: &'static str, address: impl Into<String>) -> Self {
        Self { refused: true, ..Self::of(name, address) }
    }
}

/// Those behind a mail's links; add yours below, or a function of your own beside this one.
fn of_the_mail(house: &House) -> Vec<Page> {
    let mail = house.mails(READER, "").pop().expect("a mail of the busy night");
    let link = |kind: &str| mail.links(kind).into_iter().next().unwrap_or_else(|| panic!("no link to {kind}"));
    let report = link("r");
    let mut pages = vec![
        Page::of("report", report.clone()),
        Page::of("report, filtered", format!("{report}?level=escalated&sort=latest")),
        Page::of("report, nothing found", format!("{report}?q=nothing+like+this")),
        Page::of("revisions", format!("{report}/revisions")),
        Page::of("feedback", format!("{report}/feedback?event=e1")),
        Page::of("incident", link("i")),
        Page::of("unsubscribe", link("u")),
        Page::refused("unknown link", "/r/AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        Page::refused("unknown page", "/no/such/page"),
    ];
    for (name, site) in [
        ("report, quiet", "spaeti"),
        ("report, Polish", "stocznia"),
        ("report, busy", "rosa.dangelo"),
        ("report, Japanese names", "sumida-mart"),
        ("report, incomplete", "depot-altona"),
    ] {
        let mails = house.outbox();
        let mail = mails.iter().find(|mail| mail.to.contains(site)).unwrap_or_else(|| panic!("a mail of {site}"));
        pages.push(Page::of(name, mail.links("r").remove(0)));
    }
    pages
}

/// Opens and audits each.
pub(super) async fn story(told: &Told) {
    let pages: Vec<Page> = of_the_mail(&told.house);
    assert!(pages.len() > 10, "{SITE}’s mail leads to pages");
    for page in pages {
        told.teller.open(&told.house.address(&page.address)).await;
        if page.refused {
            let complaints = told.teller.complaints().await;
            assert!(complaints.iter().all(|line| line.contains("status of 4")), "{}: {complaints:?}", page.name);
        }
        told.audit(page.name).await;
    }
}
