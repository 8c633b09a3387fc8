//! The summary: what was processed, in numbers, beside the site's nights before.

use std::collections::BTreeMap;

use super::{Activity, PastNight, Summary, TypeCount};
use crate::collect::Night;
use crate::db::activities::NightCounts;

/// The level from which an interaction is escalated.
pub(super) const ESCALATED: i32 = 2;

pub(super) fn summary(night: &Night) -> Summary {
    let mut types: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let (mut normal, mut escalated) = (0, 0);
    for interaction in &night.interactions {
        let counts = types.entry(&interaction.kind).or_default();
        let (of_type, of_all) =
            if interaction.level >= ESCALATED { (&mut counts.1, &mut escalated) } else { (&mut counts.0, &mut normal) };
        *of_type += 1;
        *of_all += 1;
    }
    let mut types: Vec<_> = types
        .into_iter()
        .map(|(kind, (normal, escalated))| TypeCount { kind: kind.to_owned(), normal, escalated })
        .collect();
    // The names are in order already, and the sort is stable.
    types.sort_by_key(|count| std::cmp::Reverse(count.normal + count.escalated));
    Summary {
        activity: activity(&night.tonight),
        normal,
        escalated,
        incidents: count(night.incidents.len()),
        types,
        past: night.past.iter().filter_map(past).collect(),
    }
}

pub(super) fn activity(counts: &NightCounts) -> Option<Activity> {
    Some(Activity { detections: counts.detections?, filtered: counts.filtered?, reviewed: counts.reviewed? })
}

fn past(counts: &NightCounts) -> Option<PastNight> {
    let past = PastNight {
        night: counts.night,
        activity: activity(counts),
        interactions: count(counts.interactions),
        incidents: count(counts.incidents),
    };
    (past.activity.is_some() || past.interactions > 0 || past.incidents > 0).then_some(past)
}

fn count(n: impl TryInto<u32>) -> u32 {
    n.try_into().unwrap_or(u32::MAX)
}
