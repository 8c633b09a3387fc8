//! About: the events of a report, as what readers say about them names them.

use crate::compose::{Escalation, Report};

/// What an event is to staff.
pub(super) struct About<'a> {
    /// `incident` or `interaction`.
    pub(super) what: &'static str,
    pub(super) of: &'a str,
    pub(super) interaction: Option<&'a str>,
}

/// The event that a page calls `eN`, by its place from 0: escalated ones first, as on the page.
pub(super) fn about<'a>(report: &'a Report, anchor: &str) -> Option<(usize, About<'a>)> {
    let number = anchor.strip_prefix('e')?.parse::<usize>().ok()?.checked_sub(1)?;
    Some((number, about_at(report, number)?))
}

pub(super) fn about_at(report: &Report, number: usize) -> Option<About<'_>> {
    let (of, interaction) = match report.escalations.get(number) {
        Some(Escalation { incident: Some(incident), interaction, .. }) => {
            let interaction = interaction.as_ref().map(|handled| handled.interaction.as_str());
            return Some(About { what: "incident", of: incident.incident.as_str(), interaction });
        }
        Some(Escalation { interaction, .. }) => {
            let of = interaction.as_ref()?.interaction.as_str();
            (of, Some(of))
        }
        None => {
            let of = report.interactions.get(number.checked_sub(report.escalations.len())?)?.interaction.as_str();
            (of, Some(of))
        }
    };
    Some(About { what: "interaction", of, interaction })
}

/// The place of an event among those of a report's page, from 0.
pub(in crate::portal) fn place(report: &Report, subject: &str, of: &str) -> Option<usize> {
    let is_it = |place: &usize| about_at(report, *place).is_some_and(|about| about.what == subject && about.of == of);
    (0..report.escalations.len() + report.interactions.len()).find(is_it)
}
