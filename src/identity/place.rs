//! Place: where a database stands, by marks that a copy does not have.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Standing;

/// Where systemd and D-Bus keep a machine's number.
const MACHINE_ID: &str = "/etc/machine-id";

/// Where a database stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Place {
    /// A SQLite file.
    File {
        /// A hash of the machine's number, where it has one: containers often have none.
        machine: Option<String>,
        /// The file's path, without symbolic links.
        path: String,
        /// The file system's own mark of the file, which moving keeps and copying does not.
        mark: Option<String>,
    },
    /// A PostgreSQL database.
    Server {
        /// The server's number and the database's number there. A dump restored elsewhere has others; a physical copy of
        /// a server has the same, and is told apart by a configured name only.
        mark: Option<String>,
    },
}

impl Place {
    /// Where a SQLite file stands; it exists by now.
    pub(super) fn of_file(path: &Path) -> Self {
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let machine = std::fs::read_to_string(MACHINE_ID).ok().map(|id| id.trim().to_owned());
        let machine = machine.filter(|id| id.len() >= 32);
        Self::File {
            // The number itself is nobody's business (machine-id(5)).
            machine: machine.map(|id| hex::encode(Sha256::digest(format!("daybreak:{id}")))[..32].to_owned()),
            mark: file_mark(&path),
            path: path.to_string_lossy().into_owned(),
        }
    }

    pub(super) const fn of_server(mark: Option<String>) -> Self {
        Self::Server { mark }
    }

    /// Whether a database that stands here is the one that stood at `kept`.
    pub(super) fn compare(&self, kept: &Self) -> Standing {
        let foreign = |says: String| Standing::Foreign { says };
        match (self, kept) {
            (
                Self::File { machine, path, mark },
                Self::File { machine: kept_machine, path: kept_path, mark: kept_mark },
            ) => {
                let same_mark = mark.is_some() && mark == kept_mark;
                let same = match (machine, kept_machine) {
                    (Some(here), Some(there)) if here != there => {
                        return foreign(format!("it was made on another machine (at {kept_path})"));
                    }
                    // A file that was moved keeps its mark; one that was put back from a backup keeps its path.
                    (Some(_), Some(_)) => same_mark || path == kept_path,
                    // In containers every installation has the same path.
                    _ => same_mark || (mark.is_none() && kept_mark.is_none() && path == kept_path),
                };
                if same { Standing::Ours } else { foreign(format!("it was made at {kept_path}, and this is {path}")) }
            }
            (Self::Server { mark: here }, Self::Server { mark: there }) if here == there => Standing::Ours,
            (Self::Server { .. }, Self::Server { .. }) => {
                foreign("it was made on another PostgreSQL server or under another database".into())
            }
            _ => foreign("it was made as another kind of database".into()),
        }
    }
}

/// Inode and time of birth: a copy has another inode, and where by chance it has not, it was born later.
#[cfg(unix)]
fn file_mark(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    let born = meta.created().ok().and_then(|born| born.duration_since(std::time::UNIX_EPOCH).ok());
    Some(format!("{}-{}", meta.ino(), born.map_or(0, |born| born.as_nanos())))
}

#[cfg(not(unix))]
fn file_mark(_: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(machine: Option<&str>, path: &str, mark: &str) -> Place {
        Place::File { machine: machine.map(Into::into), path: path.into(), mark: Some(mark.into()) }
    }

    #[test]
    fn another_machine_or_another_copy_is_another_place() {
        let home = file(Some("a"), "/data/d.db", "1");
        let ours = |place: Place| home.compare(&place) == Standing::Ours;
        assert!(ours(file(Some("a"), "/data/d.db", "2")), "put back from a backup");
        assert!(ours(file(Some("a"), "/old/d.db", "1")), "moved");
        assert!(!ours(file(Some("a"), "/old/d.db", "2")), "copied");
        assert!(!ours(file(Some("b"), "/data/d.db", "1")), "another machine");
        assert!(ours(file(None, "/elsewhere/d.db", "1")));
        assert!(!ours(file(None, "/data/d.db", "2")), "a container, with the path that all have");
        assert!(!ours(Place::of_server(None)));
    }
}
