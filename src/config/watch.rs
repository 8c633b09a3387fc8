//! Watch: a file that may have changed becomes a new configuration, or the reason to keep the old one.
//!
//! It only looks when it is asked to. It must not apply anything.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::document;
use super::{Config, ConfigFaults, Environment};

/// What became of the file since the last look.
#[derive(Debug)]
pub enum Change {
    /// Nothing.
    Same,
    /// It changed, and is right.
    Changed(Box<Config>),
    /// It changed (or is gone), and is wrong; said once for each content.
    Wrong(ConfigFaults),
}

/// A configuration file that is looked at again and again.
#[derive(Debug)]
pub struct Watched {
    file: PathBuf,
    environment: Environment,
    seen: Seen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Content([u8; 32]),
    /// Emptied since the last look: an editor that truncates before it writes, or on purpose.
    Emptied,
    Unreadable(std::io::ErrorKind),
}

impl Watched {
    /// Reads the configuration as [`Config::load`] does, and begins to watch its file; where there is none and the
    /// built-in one holds, it watches for a `jobs.toml` to appear.
    ///
    /// # Errors
    /// [`ConfigFaults`] as [`Config::load`] does.
    pub fn load(path: Option<&Path>, environment: Environment) -> Result<(Config, Self), ConfigFaults> {
        let (config, bytes) = document::load(path, &environment)?;
        let file = path.unwrap_or(Path::new(document::STANDARD)).to_path_buf();
        let seen = bytes.map_or(Seen::Unreadable(std::io::ErrorKind::NotFound), |bytes| Seen::of(&bytes));
        Ok((config, Self { file, environment, seen }))
    }

    /// Looks at the file. An emptied one counts at the second look only: it may be about to be written.
    pub fn check(&mut self) -> Change {
        let bytes = match std::fs::read(&self.file) {
            Ok(bytes) => bytes,
            Err(error) => return self.unreadable(&error),
        };
        let content = Seen::of(&bytes);
        if content == self.seen {
            return Change::Same;
        }
        if bytes.is_empty() && self.seen != Seen::Emptied {
            self.seen = Seen::Emptied;
            return Change::Same;
        }
        self.seen = content;
        match document::parse_bytes(&bytes, &self.file, &self.environment) {
            Ok(config) => Change::Changed(Box::new(config)),
            Err(faults) => Change::Wrong(faults),
        }
    }

    fn unreadable(&mut self, error: &std::io::Error) -> Change {
        let seen = Seen::Unreadable(error.kind());
        if self.seen == seen {
            return Change::Same;
        }
        self.seen = seen;
        Change::Wrong(document::unreadable(&self.file, &format!("cannot be read any more: {error}")))
    }
}

impl Seen {
    fn of(bytes: &[u8]) -> Self {
        Self::Content(Sha256::digest(bytes).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(schedule: &str) -> String {
        format!("[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"{schedule}\"\n")
    }

    #[test]
    fn a_changed_file_is_taken_once_and_a_wrong_one_says_why_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jobs.toml");
        let write = |text: &str| std::fs::write(&file, text).unwrap();
        write(&job("30 6 * * *"));
        let (_, mut watched) = Watched::load(Some(&file), Environment::default()).unwrap();
        assert!(matches!(watched.check(), Change::Same));

        write(&job("0 7 * * *"));
        let Change::Changed(config) = watched.check() else { panic!("not taken") };
        assert_eq!(config.jobs[0].schedule.as_str(), "0 7 * * *");
        assert!(matches!(watched.check(), Change::Same));

        write(&job("7 o'clock"));
        let Change::Wrong(faults) = watched.check() else { panic!("not refused") };
        assert_eq!((faults.0[0].line, faults.0[0].key.as_str()), (4, "job[0].schedule"));
        assert!(matches!(watched.check(), Change::Same), "said once");

        std::fs::remove_file(&file).unwrap();
        assert!(matches!(watched.check(), Change::Wrong(_)));
        assert!(matches!(watched.check(), Change::Same), "said once");
        write(&job("0 7 * * *"));
        assert!(matches!(watched.check(), Change::Changed(_)));
    }

    #[test]
    fn a_file_that_is_being_written_is_not_taken_for_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jobs.toml");
        std::fs::write(&file, job("30 6 * * *")).unwrap();
        let (_, mut watched) = Watched::load(Some(&file), Environment::default()).unwrap();
        std::fs::write(&file, "").unwrap();
        assert!(matches!(watched.check(), Change::Same));
        assert!(matches!(watched.check(), Change::Changed(config) if config.jobs.is_empty()));
    }

    #[test]
    fn a_file_that_appears_takes_the_place_of_the_built_in_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jobs.toml");
        let seen = Seen::Unreadable(std::io::ErrorKind::NotFound);
        let mut watched = Watched { file: file.clone(), environment: Environment::default(), seen };
        assert!(matches!(watched.check(), Change::Same));
        std::fs::write(&file, job("0 5 * * *")).unwrap();
        let Change::Changed(config) = watched.check() else { panic!("not taken") };
        assert_eq!(config.file, Some(file));
    }
}
