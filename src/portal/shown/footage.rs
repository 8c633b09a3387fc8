//! Footage: a clip becomes something to play, an address elsewhere, or the word that it is missing.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{line, web_url};
use crate::compose::{Clip, Footage, Report};
use crate::render::l10n::L10n;

/// A clip on a page.
#[derive(Serialize)]
pub(in crate::portal) struct Recording {
    footing: Footing,
    camera: Option<String>,
    begins: String,
    seconds: Option<String>,
}

impl Recording {
    /// The camera's name.
    pub(super) fn camera(&self) -> Option<&str> {
        self.camera.as_deref()
    }
}

/// Where a clip can be seen.
#[derive(Serialize)]
#[serde(tag = "at", rename_all = "snake_case")]
enum Footing {
    /// Here.
    Archive {
        /// The page's own address of it, with the second to begin at.
        url: String,
        /// Content type.
        content_type: String,
    },
    /// Elsewhere.
    External {
        /// The address, where it is one that a link may carry.
        url: Option<String>,
        /// What the link says.
        host: String,
        /// What the other side asks for.
        password: Option<String>,
    },
    /// Nowhere.
    Missing,
}

/// A clip that is served under `path`, shown from the second of `at` on.
pub(in crate::portal) fn recording(
    clip: &Clip,
    path: String,
    at: Option<DateTime<Utc>>,
    report: &Report,
    l10n: &L10n,
) -> Recording {
    let footing = match &clip.footage {
        Footage::Archive { content_type, .. } => {
            let url = match at.and_then(|at| second(clip, at)) {
                Some(second) => format!("{path}#t={second}"),
                None => path,
            };
            Footing::Archive { url, content_type: line(content_type, 80) }
        }
        Footage::External { url, password } => {
            let address = web_url(url);
            Footing::External {
                host: address.as_ref().and_then(url::Url::host_str).map_or_else(|| line(url, 80), str::to_owned),
                url: address.map(String::from),
                password: password.as_deref().map(|password| line(password, 200)),
            }
        }
        Footage::Missing => Footing::Missing,
    };
    Recording {
        footing,
        camera: clip.camera.as_deref().map(|camera| line(camera, 80)),
        begins: l10n.time_with_seconds(clip.recorded_at, report.site.timezone),
        seconds: clip.duration_ms.filter(|length| *length > 0).map(|length| l10n.integer((length + 500) / 1000)),
    }
}

/// The second of the clip at which `at` is seen: none at its beginning or outside of it.
fn second(clip: &Clip, at: DateTime<Utc>) -> Option<i64> {
    let second = (at - clip.recorded_at).num_seconds();
    let length = clip.duration_ms.map_or(i64::MAX, |length| length / 1000);
    (second > 0 && second < length).then_some(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Sample;
    use chrono::TimeDelta;

    #[test]
    fn a_clip_begins_at_the_second_of_its_event_if_it_shows_it() {
        let clip = Sample::Ordinary.report().clips.remove(0);
        let after = |seconds| second(&clip, clip.recorded_at + TimeDelta::seconds(seconds));
        assert_eq!((after(-5), after(0), after(7), after(12), after(600)), (None, None, Some(7), None, None));
    }
}
