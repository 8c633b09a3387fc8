//! Arguments: the command line becomes an order.
//!
//! Read by hand, because Cargo adds words of its own (`--bench`, or none at all under `cargo test`).

use std::path::PathBuf;

use crate::failure::Failure;

/// What `--help` says.
pub(crate) const HELP: &str = "\
The night from feed to outbox, measured.

Usage: cargo bench --bench night -- [SITES]... [OPTIONS]

  SITES                how many sites, one run each [default: 100 1000]; 10000 wants about 10 GB of disk
  --interactions M     interactions of each site's night; every tenth (at least one) is escalated, with an incident,
                       a photo and a transaction [default: 10]
  --contacts C         contacts of each site, in turn in en, es, de and pl [default: 1]
  --shared-photos      seven photos for all sites, instead of one of its own for each incident
  --dir DIR            where the temporary installations are made [default: TMPDIR, else target/tmp]
  --no-parts           leave out the second table, of single stages";

/// What is wanted.
#[derive(Debug)]
pub(crate) enum Order {
    /// The bench.
    Bench(Plan),
    /// One measurement in a process of its own, of which the peak memory is then known.
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
    Stages,
}

impl Part {
    /// Its word on the command line.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Night => "night",
            Self::Stages => "stages",
        }
    }
}

/// What the bench measures.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) sites: Vec<u32>,
    pub(crate) interactions: u32,
    pub(crate) contacts: u32,
    pub(crate) own_photos: bool,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) stages: bool,
}

impl Order {
    /// Reads the words after the program's name.
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut words = words;
        let mut plan =
            Plan { sites: Vec::new(), interactions: 10, contacts: 1, own_photos: true, folder: None, stages: true };
        let (mut is_bench, mut part) = (false, None);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--bench" => is_bench = true,
                "--help" | "-h" => return Ok(Self::Help),
                "--list" | "--test" => return Ok(Self::Nothing),
                "--interactions" => plan.interactions = number(&word, words.next())?,
                "--contacts" => plan.contacts = number(&word, words.next())?,
                "--shared-photos" => plan.own_photos = false,
                "--no-parts" => plan.stages = false,
                "--dir" => plan.folder = Some(words.next().ok_or_else(|| Failure::new("--dir wants a folder"))?.into()),
                "--part" => part = Some(words.next().and_then(|word| known_part(&word)).ok_or_else(unknown_part)?),
                _ => plan.sites.push(number("SITES", Some(word))?),
            }
        }
        if let Some(part) = part {
            let folder = plan.folder.ok_or_else(|| Failure::new("--part wants --dir"))?;
            return Ok(Self::Part(part, folder));
        }
        if !is_bench {
            return Ok(Self::Nothing);
        }
        if plan.sites.contains(&0) {
            return Err(Failure::new("a night of no sites cannot be measured"));
        }
        if plan.sites.is_empty() {
            plan.sites = vec![100, 1_000];
        }
        Ok(Self::Bench(plan))
    }
}

fn number(what: &str, word: Option<String>) -> Result<u32, Failure> {
    let word = word.unwrap_or_default();
    word.parse().map_err(|_| Failure::new(format!("{what} wants a whole number, not {word:?}; see --help")))
}

fn known_part(word: &str) -> Option<Part> {
    [Part::Import, Part::Night, Part::Stages].into_iter().find(|part| part.word() == word)
}

fn unknown_part() -> Failure {
    Failure::new("--part is for the bench itself: import, night or stages")
}
