//! Filters: the query of an address becomes which events are shown, in which order.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::Serialize;
use url::form_urlencoded;

use super::{Event, line};

/// What somebody wants to see. Anything that is not understood means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(in crate::portal) struct Filter {
    q: String,
    camera: String,
    kind: String,
    level: String,
    sort: String,
    /// Which leaf of the list: a number, the anchor of an event that stands on it, or `all`.
    #[serde(skip)]
    page: String,
}

/// What can be chosen: the cameras that saw the events, and the types that these have.
#[derive(Debug, Serialize)]
pub(in crate::portal) struct Choices {
    cameras: BTreeSet<String>,
    kinds: BTreeSet<String>,
}

impl Choices {
    pub(in crate::portal) fn of(events: &[Event]) -> Self {
        Self {
            cameras: events.iter().flat_map(Event::cameras).map(str::to_owned).collect(),
            kinds: events.iter().map(|event| event.kind.clone()).filter(|kind| !kind.is_empty()).collect(),
        }
    }
}

impl Filter {
    /// Reads `camera=…&type=…&level=…&q=…&sort=…`.
    pub(in crate::portal) fn parse(query: Option<&str>) -> Self {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = line(&value, 200);
            match &*name {
                "q" => filter.q = value,
                "camera" => filter.camera = value,
                "type" => filter.kind = value,
                "level" => filter.level = value,
                "sort" => filter.sort = value,
                "page" => filter.page = value,
                _ => {}
            }
        }
        filter
    }

    /// Which leaf is wanted, from 1; none for all at once.
    pub(in crate::portal) fn leaf(&self) -> Option<usize> {
        if self.page == "all" { None } else { Some(self.page.parse().unwrap_or(1)) }
    }

    /// The event whose leaf is wanted, by its anchor.
    pub(in crate::portal) fn event(&self) -> Option<&str> {
        let number = self.page.strip_prefix('e')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(self.page.as_str())
    }

    /// The query that wants the same on another leaf (`None`: on one page); `?` alone for the page as it opens.
    pub(in crate::portal) fn query(&self, leaf: Option<usize>) -> String {
        let page = match leaf {
            None => "all".to_owned(),
            Some(1) => String::new(),
            Some(leaf) => leaf.to_string(),
        };
        let wishes = [("q", &self.q), ("camera", &self.camera), ("type", &self.kind), ("level", &self.level)];
        let mut query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        for (name, wish) in wishes.into_iter().chain([("sort", &self.sort), ("page", &page)]) {
            if !wish.is_empty() {
                query.append_pair(name, wish);
            }
        }
        query.finish()
    }

    /// Whether anything but the order is asked for.
    pub(in crate::portal) fn is_narrow(&self) -> bool {
        [&self.q, &self.camera, &self.kind].into_iter().any(|wish| !wish.is_empty())
            || matches!(self.level.as_str(), "normal" | "escalated")
    }

    /// Whether the events stand in one list, because of their order, rather than in two parts.
    pub(in crate::portal) fn is_mixed(&self) -> bool {
        matches!(self.sort.as_str(), "time" | "latest" | "camera" | "type")
    }

    /// Leaves the events that are wanted, in the order that is wanted.
    pub(in crate::portal) fn apply(&self, events: &mut Vec<Event>) {
        let words: Vec<String> = self.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
        events.retain(|event| {
            (self.camera.is_empty() || event.cameras().any(|camera| camera == self.camera))
                && (self.kind.is_empty() || event.kind == self.kind)
                && match self.level.as_str() {
                    "normal" => !event.escalated,
                    "escalated" => event.escalated,
                    _ => true,
                }
                && words.iter().all(|word| event.haystack.contains(word))
        });
        // Each sort is stable, so that time decides where nothing else does.
        match self.sort.as_str() {
            "time" => events.sort_by_key(|event| event.at),
            "latest" => events.sort_by_key(|event| Reverse(event.at)),
            "camera" => {
                events.sort_by_cached_key(|event| (event.seen_by().map(str::to_lowercase), event.at));
            }
            "type" => events.sort_by_cached_key(|event| (event.kind.to_lowercase(), event.at)),
            _ => events.sort_by_key(|event| (!event.escalated, event.at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;
    use crate::model::Language;
    use crate::portal::shown::events;
    use crate::render::l10n::L10n;

    #[test]
    fn an_event_is_found_by_the_camera_of_its_recordings_too() {
        let l10n = L10n::new(Language::En, "en-GB").unwrap();
        let mut report = Sample::Ordinary.report();
        for clip in &mut report.clips {
            clip.camera = Some("Yard 77".into());
        }
        for handled in report.escalations.iter_mut().filter_map(|told| told.interaction.as_mut()) {
            handled.camera = None;
        }
        report.interactions.clear();
        let all = || events(&report, "/r/x", &l10n);
        let seen = all().iter().filter(|event| event.seen_by() == Some("Yard 77")).count();
        assert!(seen > 0, "their recordings name a camera");
        assert_eq!(Choices::of(&all()).cameras, BTreeSet::from(["Yard 77".to_owned()]), "it can be chosen");
        for query in ["camera=Yard+77", "q=yARD+77", "camera=Yard+77&sort=camera"] {
            let mut found = all();
            Filter::parse(Some(query)).apply(&mut found);
            assert_eq!(found.len(), seen, "{query}");
        }
        let mut elsewhere = all();
        Filter::parse(Some("camera=Door")).apply(&mut elsewhere);
        assert!(elsewhere.is_empty());
    }

    #[test]
    fn a_leaf_is_asked_for_by_its_number_or_by_an_event() {
        let of = |query| Filter::parse(Some(query));
        assert_eq!((of("page=e12").event(), of("page=e12").leaf()), (Some("e12"), Some(1)));
        for query in ["page=12", "page=all", "page=x12", "page=e1x", ""] {
            assert_eq!(of(query).event(), None, "{query}");
        }
    }
}
