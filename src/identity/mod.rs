//! Identity: whether the database that we are connected to is this installation's own, so that a copy that was restored
//! elsewhere mails nobody.
//!
//! An installation is known by the name that `[database] instance` gives it, or, without one, by where it stands (see
//! [`Place`]). Who it is stands in the database, too; where the two differ, nothing is mailed until an operator has
//! confirmed. It must not decide what is not done meanwhile: whoever sends asks [`Identity::standing`] first, each time.

mod place;

use serde::{Deserialize, Serialize};

use crate::config::Database;
use crate::db::{Db, DbError};

pub use place::Place;

/// The instance value that says whose the database is.
const IDENTITY: &str = "identity";

/// Who this process's installation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its name, where it has one.
    name: Option<String>,
    /// Where it stands.
    place: Place,
}

/// Whether the database is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Ours,
    /// It is another installation's, or a copy of ours.
    Foreign {
        /// What differs, in one sentence.
        says: String,
    },
}

impl Standing {
    /// What differs, where something does.
    #[must_use]
    pub fn says(&self) -> Option<&str> {
        match self {
            Self::Ours => None,
            Self::Foreign { says } => Some(says),
        }
    }
}

/// The database is not this installation's own: nothing is mailed, and nothing is taken from bucket and mailboxes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing is mailed and nothing is removed, because this database may be a copy: {0}. If it is the one and only, `daybreak confirm-instance` \
     says so"
)]
pub struct NotOurs(pub String);

impl Identity {
    /// Who we are, by the configuration and by where the database stands.
    pub async fn of(name: Option<&str>, database: &Database, db: &Db) -> Result<Self, DbError> {
        let place = match database {
            Database::Sqlite { path } => Place::of_file(path),
            Database::Postgres { .. } => Place::of_server(db.server_mark().await?),
        };
        Ok(Self { name: name.map(ToOwned::to_owned), place })
    }

    /// Makes a database that has no owner ours, and adds a name that we have been given since; returns whose it is now.
    pub async fn adopt(&self, db: &Db) -> Result<Standing, DbError> {
        let kept = match db.instance_value(IDENTITY).await? {
            Some(kept) => kept,
            None => db.instance_value_or(IDENTITY, &self.written()).await?,
        };
        let kept = Self::read(&kept)?;
        let standing = self.compare(&kept);
        if standing == Standing::Ours && self.name.is_some() && kept.name.is_none() {
            db.set_instance_value(IDENTITY, &self.written()).await?;
        }
        Ok(standing)
    }

    /// Whose the database is at this moment: it may have been replaced under a running process.
    pub async fn standing(&self, db: &Db) -> Result<Standing, DbError> {
        match db.instance_value(IDENTITY).await? {
            Some(kept) => Ok(self.compare(&Self::read(&kept)?)),
            // Somebody emptied it; the next start adopts it.
            None => Ok(Standing::Foreign { says: "it says no longer whose it is".into() }),
        }
    }

    /// An operator says that the database is ours.
    pub async fn confirm(&self, db: &Db) -> Result<(), DbError> {
        db.set_instance_value(IDENTITY, &self.written()).await
    }

    fn compare(&self, kept: &Self) -> Standing {
        match (&self.name, &kept.name) {
            (Some(ours), Some(theirs)) if ours == theirs => Standing::Ours,
            (Some(ours), Some(theirs)) => {
                Standing::Foreign { says: format!("it belongs to \"{theirs}\", and this installation is \"{ours}\"") }
            }
            // A copy of everything stands where the original does by its numbers; only the name tells them apart.
            (None, Some(theirs)) => Standing::Foreign {
                says: format!(
                    "it belongs to the installation \"{theirs}\", and this one has no name: set [database] instance"
                ),
            },
            (_, None) => self.place.compare(&kept.place),
        }
    }

    fn written(&self) -> String {
        // Strings and options only: nothing that JSON cannot write.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn read(kept: &str) -> Result<Self, DbError> {
        serde_json::from_str(kept)
            .map_err(|error| DbError::Row { table: "instance", what: format!("{IDENTITY}: {error}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sqlite(path: &std::path::Path) -> (Database, Db) {
        let database = Database::Sqlite { path: path.to_owned() };
        let db = Db::connect(&database).await.unwrap();
        db.migrate().await.unwrap();
        (database, db)
    }

    #[tokio::test]
    async fn a_copied_file_is_foreign_until_somebody_confirms_and_a_moved_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).join("daybreak.db");
        let (database, db) = sqlite(&at("first")).await;
        let ours = Identity::of(None, &database, &db).await.unwrap();
        assert_eq!(ours.adopt(&db).await.unwrap(), Standing::Ours);
        assert_eq!(ours.adopt(&db).await.unwrap(), Standing::Ours, "again");
        db.close().await;

        std::fs::create_dir(folder.path().join("copy")).unwrap();
        std::fs::copy(at("first"), at("copy")).unwrap();
        let (database, db) = sqlite(&at("copy")).await;
        let theirs = Identity::of(None, &database, &db).await.unwrap();
        assert!(theirs.adopt(&db).await.unwrap().says().unwrap().contains("first"));
        assert!(theirs.standing(&db).await.unwrap().says().is_some());
        theirs.confirm(&db).await.unwrap();
        assert_eq!(theirs.standing(&db).await.unwrap(), Standing::Ours);
        db.close().await;

        std::fs::rename(folder.path().join("first"), folder.path().join("moved")).unwrap();
        let (database, db) = sqlite(&at("moved")).await;
        let moved = Identity::of(None, &database, &db).await.unwrap();
        assert_eq!(moved.standing(&db).await.unwrap(), Standing::Ours, "the same file elsewhere");
        db.close().await;
    }

    #[tokio::test]
    async fn a_configured_name_decides_alone() {
        crate::db::testing::on_each_database("a_configured_name_decides_alone", async |db| {
            let place = |mark: &str| Place::of_server(Some(mark.into()));
            let who = |name: Option<&str>, mark: &str| Identity { name: name.map(Into::into), place: place(mark) };
            let standing = async |name, mark| who(name, mark).standing(db).await.unwrap();
            assert_eq!(who(None, "1/5").adopt(db).await.unwrap(), Standing::Ours);
            assert_eq!(who(Some("production"), "1/5").adopt(db).await.unwrap(), Standing::Ours, "a name comes later");
            assert_eq!(standing(Some("production"), "2/7").await, Standing::Ours, "moved to another server");
            let staging = standing(Some("staging"), "1/5").await;
            assert!(staging.says().unwrap().contains("production"), "{staging:?}");
            let nameless = standing(None, "1/5").await;
            assert!(nameless.says().unwrap().contains("\"production\", and this one has no name"), "{nameless:?}");
            assert!(standing(None, "2/7").await.says().is_some(), "a dump restored elsewhere, without a name");
            who(Some("staging"), "2/7").confirm(db).await.unwrap();
            assert_eq!(standing(Some("staging"), "2/7").await, Standing::Ours);
            assert!(standing(Some("production"), "1/5").await.says().is_some());
        })
        .await;
    }
}
