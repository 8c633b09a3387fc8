//! What a correction says: its reason, and what changed against the revision before, in words.

use serde::Serialize;

use super::{Desk, shown};
use crate::compose::{Change, Correction, How, Report, Subject};

/// Changes that are told; the rest is counted.
const MOST: usize = 20;

/// A correction, as the templates show it.
#[derive(Debug, Serialize)]
pub(super) struct CorrectionView {
    reason: String,
    by: String,
    changes: Vec<ChangeView>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    how: String,
    /// Which thing, in words.
    what: String,
    /// Which of its fields.
    fields: String,
}

/// Builds it.
pub(super) fn view(desk: &Desk<'_>, report: &Report, correction: &Correction) -> CorrectionView {
    CorrectionView {
        reason: shown::paragraphs(&correction.reason, 600).0,
        by: shown::line(&correction.by, 80),
        changes: correction.changes.iter().take(MOST).map(|change| change_view(desk, report, change)).collect(),
        more: correction.changes.len().saturating_sub(MOST),
    }
}

fn change_view(desk: &Desk<'_>, report: &Report, change: &Change) -> ChangeView {
    let how = match change.how {
        How::Added => "change-added",
        How::Removed => "change-removed",
        How::Edited => "change-edited",
    };
    let what = match change.subject {
        Subject::Incident => "change-incident",
        Subject::Interaction => "change-interaction",
        Subject::Transaction => "change-transaction",
        Subject::Activity => "change-activity",
        Subject::Completeness => "change-completeness",
    };
    let mut said = desk.say(what, &[]);
    if let Some(which) = which(desk, report, change) {
        said = format!("{said} {which}");
    }
    let fields = change.fields.iter().take(8).map(|field| {
        let field = shown::line(field, 40);
        desk.say("field", &[("field", field.as_str().into())])
    });
    ChangeView { how: desk.say(how, &[]), what: said, fields: fields.collect::<Vec<_>>().join(", ") }
}

/// The thing's time and type where this report still has it, its ref otherwise.
fn which(desk: &Desk<'_>, report: &Report, change: &Change) -> Option<String> {
    let found = match change.subject {
        Subject::Incident => report
            .escalations
            .iter()
            .filter_map(|escalation| escalation.incident.as_ref())
            .find(|incident| incident.incident.as_str() == change.of)
            .map(|incident| (incident.occurred_at, incident.kind.as_str())),
        Subject::Interaction => report
            .interactions
            .iter()
            .chain(report.escalations.iter().filter_map(|escalation| escalation.interaction.as_ref()))
            .find(|interaction| interaction.interaction.as_str() == change.of)
            .map(|interaction| (interaction.started_at, interaction.kind.as_str())),
        Subject::Transaction => report
            .transactions
            .iter()
            .find(|transaction| transaction.transaction.as_str() == change.of)
            .map(|transaction| (transaction.at, transaction.terminal.as_str())),
        Subject::Activity | Subject::Completeness => return None,
    };
    Some(match found {
        Some((at, kind)) => format!("{} · {}", desk.l10n.time(at, report.site.timezone), shown::line(kind, 48)),
        None => shown::line(&change.of, 60),
    })
}
