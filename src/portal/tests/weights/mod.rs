//! Weights: pages with as much in their lists as these hold, each under a hundred kilobytes with style and script, and
//! nothing lost: the ways from leaf to leaf lead past every row.

mod desk;
mod lists;
mod shares;

use axum::http::StatusCode;

use super::guests::Guest;
use super::house::House;

/// What a page may weigh without its media, in bytes.
const HEAVIEST: usize = 100_000;

/// What was seen on the way from the first leaf of a list to its last.
#[derive(Debug)]
struct Walked {
    leaves: usize,
    /// Every page's HTML.
    pages: Vec<String>,
}

impl Walked {
    /// How often something stands on all leaves together.
    fn count(&self, what: &str) -> usize {
        self.pages.iter().map(|page| page.matches(what).count()).sum()
    }
}

/// Opens a page and all that its `rel=next` leads to, `list` being the fragment where it leads; each is weighed.
async fn walk(house: &House, guest: &Guest, path: &str, list: &str) -> Walked {
    let mut around = 0;
    for asset in ["portal.css", "portal.js"] {
        around += house.get(&format!("/assets/{asset}")).await.body.len();
    }
    let here = path.split('?').next().unwrap();
    let (mut next, mut pages, mut seen) = (Some(path.to_owned()), Vec::new(), Vec::new());
    while let Some(address) = next {
        let answer = house.visit(guest, &address).await;
        let html = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{address}: {html}");
        let weight = html.len() + around;
        assert!(weight < HEAVIEST, "{address}: {} + {around} bytes", html.len());
        let links = html.split("rel=\"next\" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let plain = links.map(|link| link.replace("&amp;", "&").replace("&#x2F;", "/"));
        // Pages of a table lead to the table's top; leaves say where they lead, as other ways of the page do not.
        let pages_on = html.contains("pager\"");
        let ways = plain.filter(|link| link.split_once('#').map_or(pages_on, |(_, to)| to == list));
        let way = ways.filter(|link| link.starts_with('?') || link.starts_with(here)).last();
        next = way.map(|way| way.split('#').next().unwrap().to_owned());
        next = next.map(|way| if way.starts_with('?') { format!("{here}{way}") } else { way });
        seen.push(address);
        assert!(next.as_ref().is_none_or(|next| !seen.contains(next)), "{next:?} leads back");
        pages.push(html);
    }
    Walked { leaves: pages.len(), pages }
}
