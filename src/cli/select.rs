//! Select: what people write on a command line becomes sites and nights.

use std::str::FromStr;

use super::Failure;
use crate::db::Db;
use crate::db::sites::Location;
use crate::model::{LocationRef, NightDate};

/// A night, or a range of nights with both ends: `2026-03-28` or `2026-03-01..2026-03-28`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nights {
    from: NightDate,
    to: NightDate,
}

impl Nights {
    /// Each night of the range.
    pub(super) fn each(self) -> impl Iterator<Item = NightDate> {
        std::iter::successors(Some(self.from), |night| Some(night.plus(1))).take_while(move |night| *night <= self.to)
    }
}

impl FromStr for Nights {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let parse = |text: &str| {
            text.parse::<NightDate>()
                .map_err(|_| format!("{text:?} is no date; write YYYY-MM-DD, the date of the evening"))
        };
        let (from, to) = match raw.split_once("..") {
            Some((from, to)) => (parse(from)?, parse(to.trim_start_matches('='))?),
            None => (parse(raw)?, parse(raw)?),
        };
        if to < from {
            return Err(format!("the range ends ({to}) before it begins ({from})"));
        }
        if from.plus(400) < to {
            return Err("a range has at most 400 nights".into());
        }
        Ok(Self { from, to })
    }
}

/// The named sites, or an error that names each one that is unknown.
pub(super) async fn sites(db: &Db, wanted: &[LocationRef]) -> Result<Vec<Location>, Failure> {
    let mut found = Vec::with_capacity(wanted.len());
    let mut unknown = Vec::new();
    for location in wanted {
        match db.location(location).await? {
            Some(site) => found.push(site),
            None => unknown.push(location.to_string()),
        }
    }
    if unknown.is_empty() {
        Ok(found)
    } else {
        Err(Failure::new(format!(
            "no site has the ref {}; `daybreak import` brings sites in, and refs are those of the feed",
            unknown.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_both_its_ends() {
        let nights: Nights = "2026-02-27..2026-03-01".parse().unwrap();
        let dates: Vec<String> = nights.each().map(|night| night.to_string()).collect();
        assert_eq!(dates, ["2026-02-27", "2026-02-28", "2026-03-01"]);
        assert_eq!("2026-03-01".parse::<Nights>().unwrap().each().count(), 1);
        assert!("2026-03-02..2026-03-01".parse::<Nights>().is_err());
        assert!("yesterday".parse::<Nights>().is_err());
        assert!("2020-01-01..2026-01-01".parse::<Nights>().is_err());
    }
}
