//! `daybreak migrate`: the database's schema.

use std::process::ExitCode;

use clap::Args;

use super::{Failure, Global, entered, print};
use crate::clock::Clock;
use crate::db::Db;
use crate::engine::Engine;

/// Bring the database to this version's schema; one of a newer version is refused.
///
/// Every other verb does this too when it starts; here it can be done, or looked at, on its own.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Only say what the schema is
    #[arg(long)]
    dry_run: bool,
}

impl Migrate {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let config = global.config()?;
        let db = Db::connect(&config.database).await?;
        let (found, known) = db.schema_version().await?;
        if !self.dry_run {
            db.migrate().await?;
            Engine::new(&db).migrate().await?;
            // A database that was just made has nothing to tell of.
            if found > 0 && found < known {
                let detail = serde_json::json!({ "before": found, "after": known });
                let change = entered::change("migrate", "schema.migrate", "instance".into(), detail);
                entered::enter_after(&db, change, Clock::System.now()).await?;
            }
        }
        db.close().await;
        if global.json {
            print::json(
                &serde_json::json!({ "found": found, "known": known, "migrated": !self.dry_run && found < known }),
            )?;
        } else if found == known {
            print::line(format!("the schema is version {found}, as it should be"));
        } else if self.dry_run {
            print::line(format!("the schema is version {found}; this program would bring it to {known}"));
        } else {
            print::line(format!("the schema went from version {found} to {known}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
