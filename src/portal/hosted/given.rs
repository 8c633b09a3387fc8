//! Given: a reader's other nights of the same site, and the other revisions of this one, by their own links.
//!
//! Only what was mailed to the same address by a link that still works counts. A token stands in the mail alone: it is
//! derived again, and used if it is the one whose hash is in the row.

use serde::Serialize;

use crate::access::mint;
use crate::db::given::Given;
use crate::db::reports::ReportRow;
use crate::model::{EmailAddress, LinkTarget};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::visitor::Visitor;
use crate::render::l10n::L10n;

/// The way from a night to what lies beside it.
#[derive(Debug, Default, Serialize)]
pub(in crate::portal) struct Beside {
    previous: Option<Neighbour>,
    next: Option<Neighbour>,
    /// How many revisions of this night the reader was sent.
    revisions: usize,
}

#[derive(Debug, Serialize)]
struct Neighbour {
    href: String,
    night: String,
}

/// What lies beside the night of `row`, for one reader.
pub(in crate::portal) async fn beside(
    state: &PortalState,
    visitor: &Visitor,
    row: &ReportRow,
    l10n: &L10n,
) -> Result<Beside, Fault> {
    let Some(delivery) = &visitor.delivery else { return Ok(Beside::default()) };
    let (night, now) = ((&row.location, row.night), state.clock.now());
    let email = EmailAddress::normalized(&delivery.email);
    let neighbour = |given: Option<Given>| {
        let given = given?;
        Some(Neighbour { href: address(state, &given)?, night: l10n.date_with_weekday(given.night) })
    };
    Ok(Beside {
        previous: neighbour(state.db.given_before(night, &email, now).await?),
        next: neighbour(state.db.given_after(night, &email, now).await?),
        revisions: revisions(state, visitor, row).await?.len(),
    })
}

/// The revisions of a night that a reader was sent, each once, latest first, with their addresses.
pub(super) async fn revisions(
    state: &PortalState,
    visitor: &Visitor,
    row: &ReportRow,
) -> Result<Vec<(Given, String)>, Fault> {
    let Some(delivery) = &visitor.delivery else { return Ok(Vec::new()) };
    let night = (&row.location, row.night);
    let given = state.db.given_revisions(night, &EmailAddress::normalized(&delivery.email), state.clock.now()).await?;
    let mut known: Vec<(Given, String)> = Vec::with_capacity(given.len());
    for given in given {
        // An address may be two contacts': their reports are the same.
        if known.iter().all(|(other, _)| other.revision != given.revision)
            && let Some(address) = address(state, &given)
        {
            known.push((given, address));
        }
    }
    Ok(known)
}

/// The address of somebody's report; none where the key of links is another than it was then.
fn address(state: &PortalState, given: &Given) -> Option<String> {
    let target = LinkTarget::Report;
    let token = mint(&state.pipeline.link_key, given.delivery, &target);
    (token.hash().as_slice() == given.token_hash).then(|| format!("/{}/{token}", target.path_prefix()))
}
