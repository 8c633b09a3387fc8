//! Arguments: the command line becomes an order.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::failure::{Failure, Step};

/// What `--help` says.
pub(crate) const HELP: &str = "\
A night of many sites on PostgreSQL, SeaweedFS and smtp-sink, measured; SQLite beside it.

Usage: cargo bench --bench scale -- [SITES]... [OPTIONS]

  SITES              how many sites, one run each [default: 500 5000]; a site takes 1.5 MB of disk, and with both
                     options below less than half of it
  --shared-photos    seven photos for all sites, instead of one of its own for each incident
  --linked-pdf       the PDF is archived and linked instead of attached to each of the mails
  --no-sqlite        PostgreSQL only
  --dir DIR          where feeds and temporary installations are made [default: TMPDIR, else target/tmp]

It starts the servers itself: PostgreSQL from DAYBREAK_TEST_POSTGRES_BIN or /usr/lib/postgresql, `weed` from
DAYBREAK_TEST_WEED or where tests/run left it, smtp-sink from /usr/sbin (Debian package postfix).";

/// What is wanted.
pub(crate) enum Order {
    /// The bench.
    Bench(Plan),
    /// One measurement in a process of its own.
    Part(Part, PathBuf),
    /// The help.
    Help,
    /// Nothing: a test runner looks for tests, or `cargo test` runs every target.
    Nothing,
}

/// What a child process measures.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Import,
    Night,
}

impl Part {
    /// Its word on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Night => "night",
        }
    }
}

/// What the bench measures.
pub(crate) struct Plan {
    pub(crate) sites: Vec<u32>,
    pub(crate) own_photos: bool,
    pub(crate) attached: bool,
    pub(crate) sqlite: bool,
    folder: Option<PathBuf>,
}

impl Plan {
    /// A temporary installation's folder.
    pub(crate) fn temporary_folder(&self) -> Result<TempDir, Failure> {
        let standard =
            || std::env::var_os("TMPDIR").map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
        let base = self.folder.clone().unwrap_or_else(standard);
        std::fs::create_dir_all(&base).step("make the folder of the temporary installations")?;
        tempfile::Builder::new().prefix("daybreak-scale-").tempdir_in(&base).step("make a temporary installation")
    }
}

impl Order {
    /// Reads the words after the program's name. By hand, because Cargo adds words of its own.
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut words = words;
        let mut plan = Plan { sites: Vec::new(), own_photos: true, attached: true, sqlite: true, folder: None };
        let (mut is_bench, mut part) = (false, None);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--bench" => is_bench = true,
                "--help" | "-h" => return Ok(Self::Help),
                "--list" | "--test" => return Ok(Self::Nothing),
                "--shared-photos" => plan.own_photos = false,
                "--linked-pdf" => plan.attached = false,
                "--no-sqlite" => plan.sqlite = false,
                "--dir" => plan.folder = Some(words.next().ok_or_else(|| Failure::new("--dir wants a folder"))?.into()),
                "--part" => {
                    let word = words.next().unwrap_or_default();
                    let known = [Part::Import, Part::Night].into_iter().find(|part| part.word() == word);
                    part = Some(known.ok_or_else(|| Failure::new("--part is for the bench itself: import or night"))?);
                }
                number => plan.sites.push(number.parse().ok().filter(|sites| *sites > 0).ok_or_else(|| {
                    Failure::new(format!("SITES wants a whole number over 0, not {number:?}; see --help"))
                })?),
            }
        }
        if let Some(part) = part {
            return Ok(Self::Part(part, plan.folder.ok_or_else(|| Failure::new("--part wants --dir"))?));
        }
        if !is_bench {
            return Ok(Self::Nothing);
        }
        if plan.sites.is_empty() {
            plan.sites = vec![500, 5_000];
        }
        Ok(Self::Bench(plan))
    }
}
