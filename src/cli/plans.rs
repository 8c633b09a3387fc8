//! `daybreak plans`: when locations were on an active plan, which is how far back their incidents are listed.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, Global, print};
use crate::audit::{self, Actor, Change};
use crate::db::location_plans::{self, LocationPlan};
use crate::model::{LocationRef, NightDate};

/// List, set and remove plans: from which night to which a location is looked after.
///
/// The portal lists a location's incidents as far back as it was on an active plan. A location without any plan always
/// was: nobody has to set one.
#[derive(Debug, Subcommand)]
pub(super) enum Plans {
    List(List),
    Set(Set),
    Remove(Remove),
}

impl Plans {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        match self {
            Self::List(verb) => verb.run(global).await,
            Self::Set(verb) => verb.run(global).await,
            Self::Remove(verb) => verb.run(global).await,
        }
    }
}

/// List the plans of all locations, or of one.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only this location's
    location: Option<LocationRef>,
}

impl List {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let db = &app.pipeline.db;
        let plans = match &self.location {
            Some(location) => db.plans_of(location).await?,
            None => db.location_plans().await?,
        };
        app.close().await;
        if global.json {
            print::json(&plans)?;
            return Ok(ExitCode::SUCCESS);
        }
        let rows = plans.iter().map(|plan| {
            let last = plan.last_night.map(|night| night.to_string()).unwrap_or_default();
            vec![plan.location.to_string(), plan.first_night.to_string(), last]
        });
        print::table(&["location", "first night", "last night"], rows);
        Ok(ExitCode::SUCCESS)
    }
}

/// Put a location on a plan, or end one.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  daybreak plans set lakeside-market --from 2025-01-01
  daybreak plans set lakeside-market --from 2025-01-01 --to 2026-06-30")]
pub(super) struct Set {
    /// The location
    location: LocationRef,
    /// Its first night
    #[arg(long, value_name = "NIGHT")]
    from: NightDate,
    /// Its last night; it goes on, if left out
    #[arg(long, value_name = "NIGHT")]
    to: Option<NightDate>,
}

impl Set {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        if self.to.is_some_and(|to| to < self.from) {
            return Err(Failure::new("the last night comes before the first"));
        }
        let app = global.app().await?;
        let db = &app.pipeline.db;
        let Some(site) = db.location(&self.location).await? else {
            return Err(Failure::new(format!("there is no location {}", self.location)));
        };
        let plan = LocationPlan { location: self.location, first_night: self.from, last_night: self.to };
        let mut tx = db.begin().await?;
        location_plans::put(&mut tx, &plan).await?;
        let change = Change {
            actor: Actor::Command("plans"),
            action: "plan.set",
            object: format!("location:{}", plan.location),
            branch: Some(&site.branch),
            detail: json!({ "from": plan.first_night, "to": plan.last_night }),
            origin: "",
        };
        audit::record(&mut tx, change, app.pipeline.clock.now()).await?;
        tx.commit().await?;
        app.close().await;
        if global.json {
            print::json(&plan)?;
        } else {
            let until = plan.last_night.map_or_else(|| "on".to_owned(), |night| format!("to {night}"));
            print::line(format!("{} is on a plan from {} {until}", plan.location, plan.first_night));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Take a plan away; without any, all of the location's incidents are listed.
#[derive(Debug, Args)]
pub(super) struct Remove {
    /// The location
    location: LocationRef,
    /// The plan's first night
    #[arg(long, value_name = "NIGHT")]
    from: NightDate,
}

impl Remove {
    async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let app = global.app().await?;
        let mut tx = app.pipeline.db.begin().await?;
        if !location_plans::remove(&mut tx, &self.location, self.from).await? {
            return Err(Failure::new(format!(
                "{} has no plan that begins on {}; `daybreak plans list` shows those that there are",
                self.location, self.from
            )));
        }
        let change = Change {
            actor: Actor::Command("plans"),
            action: "plan.remove",
            object: format!("location:{}", self.location),
            branch: None,
            detail: json!({ "from": self.from }),
            origin: "",
        };
        audit::record(&mut tx, change, app.pipeline.clock.now()).await?;
        tx.commit().await?;
        app.close().await;
        if global.json {
            print::json(&json!({ "location": self.location, "removed": true }))?;
        } else {
            print::line(format!("{}: the plan from {} is removed", self.location, self.from));
        }
        Ok(ExitCode::SUCCESS)
    }
}
