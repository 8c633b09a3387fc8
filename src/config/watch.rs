//! Watch: a file that may have changed becomes a new configuration, or the reason to keep the old one.
//!
//! It only looks when it is asked to. It must not apply anything.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::fault::{ConfigFaults, Fault};
use super::{Config, Environment};

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
    /// Begins with the file as it is now; none when the configuration is the built-in one, which cannot change.
    #[must_use]
    pub fn new(config: &Config, environment: Environment) -> Option<Self> {
        let file = config.file.clone()?;
        let seen = look(&file).map_or_else(|error| Seen::Unreadable(error.kind()), |bytes| Seen::of(&bytes));
        Some(Self { file, environment, seen })
    }

    /// Looks at the file. An emptied one counts at the second look only: it may be about to be written.
    pub fn check(&mut self) -> Change {
        let bytes = match look(&self.file) {
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
        match Config::parse_bytes(&bytes, &self.file, &self.environment) {
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
        let (file, message) = (self.file.display().to_string(), format!("cannot be read any more: {error}"));
        Change::Wrong(ConfigFaults(vec![Fault { file, line: 0, column: 0, key: String::new(), message }]))
    }
}

impl Seen {
    fn of(bytes: &[u8]) -> Self {
        Self::Content(Sha256::digest(bytes).into())
    }
}

fn look(file: &std::path::Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(file)
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
        let environment = Environment::default();
        let config = Config::load(Some(&file), &environment).unwrap();
        let mut watched = Watched::new(&config, environment).unwrap();
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
        let config = Config::load(Some(&file), &Environment::default()).unwrap();
        let mut watched = Watched::new(&config, Environment::default()).unwrap();
        std::fs::write(&file, "").unwrap();
        assert!(matches!(watched.check(), Change::Same));
        assert!(matches!(watched.check(), Change::Changed(config) if config.jobs.is_empty()));
    }

    #[test]
    fn the_built_in_configuration_has_no_file_to_watch() {
        let config = Config::parse("", None, std::path::Path::new(""), &Environment::default()).unwrap();
        assert!(Watched::new(&config, Environment::default()).is_none());
    }
}
