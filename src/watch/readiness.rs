//! Readiness: the services that a process needs become an answer, yes or no, with the reasons.

use std::time::Duration;

use serde::Serialize;

use super::Watcher;
use crate::identity::Standing;
use crate::meter::Service;
use crate::model::chain;

/// A service that does not answer for so long does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How one thing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `database`, `schema`, `archive` or `identity`.
    pub what: &'static str,
    /// What is wrong; none where all is well.
    pub fault: Option<String>,
    /// Whether the process can work all the same.
    pub bearable: bool,
}

/// How everything is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// One for each thing.
    pub checks: Vec<Check>,
}

impl Readiness {
    /// Whether the process can do its work.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.checks.iter().all(|check| check.fault.is_none() || check.bearable)
    }
}

impl Watcher {
    /// Looks at database, schema, archive and identity, all within seconds.
    ///
    /// A database that is not ours makes no process unready: its pages are right, and only mails do not leave. It is told
    /// all the same.
    pub async fn readiness(&self) -> Readiness {
        let (database, archive) = tokio::join!(self.database(), self.bucket());
        let mut checks = database;
        checks.push(archive);
        Readiness { checks }
    }

    async fn database(&self) -> Vec<Check> {
        let check = |what, fault| Check { what, fault, bearable: false };
        let version = match tokio::time::timeout(PATIENCE, self.db.schema_version()).await {
            Ok(Ok(version)) => version,
            Ok(Err(error)) => {
                self.meter.failed(Service::Database);
                return vec![check("database", Some(chain(&error)))];
            }
            Err(_) => {
                self.meter.failed(Service::Database);
                return vec![check("database", Some("does not answer".into()))];
            }
        };
        let schema = match version {
            (found, known) if found < known => {
                Some(format!("is version {found}, and this program needs {known}; `daybreak migrate`"))
            }
            (found, known) if found > known => {
                Some(format!("is version {found}, and this program knows {known}; start the newer version"))
            }
            _ => None,
        };
        let mut checks = vec![check("database", None), check("schema", schema)];
        let standing = tokio::time::timeout(PATIENCE, self.identity.standing(&self.db)).await;
        let fault = match standing {
            Ok(Ok(Standing::Ours)) => None,
            Ok(Ok(Standing::Foreign { says })) => {
                Some(format!("nothing is mailed: {says}; `daybreak confirm-instance`"))
            }
            Ok(Err(error)) => Some(chain(&error)),
            Err(_) => Some("does not answer".into()),
        };
        checks.push(Check { what: "identity", fault, bearable: true });
        checks
    }

    async fn bucket(&self) -> Check {
        let fault = match tokio::time::timeout(PATIENCE, self.archive.ready()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(chain(&error)),
            Err(_) => Some("does not answer".into()),
        };
        if fault.is_some() {
            self.meter.failed(Service::Archive);
        }
        Check { what: "archive", fault, bearable: false }
    }
}
