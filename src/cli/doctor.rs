//! `daybreak doctor`: every problem in one list, with its fix.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use super::print::{self, IN_PART};
use super::{Failure, Global};
use crate::app;
use crate::archive::Archive;
use crate::clock::Clock;
use crate::config::{self, Config, ConfigFaults, Environment};
use crate::db::Db;
use crate::deliver::{Post, SendError, Signer};
use crate::identity::{Identity, Standing};
use crate::model::chain;
use crate::render::Renderer;
use crate::schedule;

/// Look at everything that Daybreak needs (jobs.toml, database, archive, mail, templates, clock, zones) and say what
/// is wrong and how to mend it.
#[derive(Debug, Args)]
pub(super) struct Doctor {}

/// How one thing is.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    well: bool,
    says: String,
    fix: Option<String>,
}

impl Finding {
    fn well(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, well: true, says: says.into(), fix: None }
    }

    fn ill(what: &'static str, error: &dyn std::error::Error, fix: &str) -> Self {
        Self { what, well: false, says: chain(error), fix: Some(fix.into()) }
    }
}

impl Doctor {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        let mut findings = Vec::new();
        match load(global) {
            Ok(config) => {
                let file =
                    config.file.as_ref().map_or_else(|| "built-in defaults".into(), |file| file.display().to_string());
                findings
                    .push(Finding::well("jobs.toml", format!("{file}, {}", print::counted(config.jobs.len(), "job"))));
                let db = database(&config, &mut findings).await;
                archive(&config, &mut findings).await;
                mail(&config, &mut findings).await;
                returned(&config, &mut findings).await;
                templates(&config, &mut findings);
                identity(&config, db.as_ref(), &mut findings).await;
                chores(db.as_ref(), &mut findings).await;
                clock(db.as_ref(), &mut findings).await;
                zones(&config, db.as_ref(), &mut findings).await;
                portal(&config, &mut findings).await;
                if let Some(db) = db {
                    db.close().await;
                }
            }
            Err(faults) => findings.push(Finding::ill(
                "jobs.toml",
                &faults,
                "mend each line that is named; nothing else can be looked at before",
            )),
        }
        let well = findings.iter().all(|finding| finding.well);
        if global.json {
            print::json(&findings)?;
        } else {
            for finding in &findings {
                let sign = if finding.well { "ok  " } else { "FAIL" };
                print::line(format!("{sign}  {:<10} {}", finding.what, finding.says));
                if let Some(fix) = &finding.fix {
                    print::line(format!("                 fix: {fix}"));
                }
            }
        }
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }
}

fn load(global: &Global) -> Result<Config, ConfigFaults> {
    Config::load(global.config.as_deref(), &Environment::process())
}

/// Whether the database is this installation's own.
async fn identity(config: &Config, db: Option<&Db>, findings: &mut Vec<Finding>) {
    let Some(db) = db else { return };
    let standing = match Identity::of(config.instance.as_deref(), &config.database, db).await {
        Ok(identity) => identity.adopt(db).await,
        Err(error) => Err(error),
    };
    findings.push(match standing {
        Ok(Standing::Ours) => Finding::well(
            "instance",
            config
                .instance
                .as_ref()
                .map_or_else(|| "the database is ours".into(), |name| format!("the database is ours ({name})")),
        ),
        Ok(Standing::Foreign { says }) => Finding {
            what: "instance",
            well: false,
            says: format!("nothing is mailed, because this database may be a copy: {says}"),
            fix: Some("if it is the one and only, `daybreak confirm-instance`; a copy is best left like this".into()),
        },
        Err(error) => Finding::ill("instance", &error, "see database"),
    });
}

async fn database(config: &Config, findings: &mut Vec<Finding>) -> Option<Db> {
    let fix = match &config.database {
        config::Database::Sqlite { .. } => {
            "check that the folder exists and is writable, that no other program holds the file, and that the disk has room"
        }
        config::Database::Postgres { .. } => {
            "check that PostgreSQL runs and that DAYBREAK_DATABASE_URL names its host, user, password and database"
        }
    };
    let db = match Db::connect(&config.database).await {
        Ok(db) => db,
        Err(error) => {
            findings.push(Finding::ill("database", &error, fix));
            return None;
        }
    };
    match db.migrate().await {
        Ok(()) => {
            findings.push(Finding::well("database", format!("{:?}, schema up to date", config.database)));
            Some(db)
        }
        Err(error @ crate::db::MigrateError::Newer { .. }) => {
            findings.push(Finding::ill("database", &error, "start the newer version, or restore the backup"));
            None
        }
        Err(error) => {
            findings.push(Finding::ill("database", &error, fix));
            None
        }
    }
}

async fn archive(config: &Config, findings: &mut Vec<Finding>) {
    let checked = match Archive::connect(&config.archive).await {
        Ok(archive) => {
            let checked = archive.check().await;
            archive.close().await;
            checked
        }
        Err(error) => Err(error),
    };
    findings.push(match checked {
        Ok(()) => Finding::well("archive", format!("{:?}, writable and readable", config.archive)),
        Err(error) => Finding::ill("archive", &error, error.remedy()),
    });
}

async fn mail(config: &Config, findings: &mut Vec<Finding>) {
    let ill = |error: SendError| Finding::ill("mail", &error, error.remedy());
    findings.push(match Post::new(&config.mail) {
        Ok(post) => post.check().await.map_or_else(ill, |says| Finding::well("mail", says)),
        Err(error) => ill(error),
    });
    signatures(config, findings);
}

/// Keys of DKIM, and the records that must stand in DNS for them.
fn signatures(config: &Config, findings: &mut Vec<Finding>) {
    let published = Signer::load(config.mail.dkim.as_ref()).and_then(|signer| signer.published());
    let published = match published {
        Ok(published) => published,
        Err(error) => {
            let fix = "let [mail.dkim] name a PEM file that this user may read: `openssl genrsa 2048` makes one";
            return findings.push(Finding::ill("dkim", &error, fix));
        }
    };
    for record in published {
        findings.push(match record.doubt {
            None => Finding::well("dkim", format!("DNS must have {} TXT \"{}\"", record.name, record.value)),
            Some(doubt) => Finding {
                what: "dkim",
                well: false,
                says: doubt,
                fix: Some(format!("mend it; DNS must have {} TXT \"{}\"", record.name, record.value)),
            },
        });
    }
}

async fn returned(config: &Config, findings: &mut Vec<Finding>) {
    findings.push(match crate::bounces::check(&config.bounces).await {
        Ok(says) => Finding::well("bounces", says),
        Err(error) => Finding::ill(
            "bounces",
            &error,
            "check the path in [bounces] of jobs.toml, and that Daybreak's user may read it and, for a Maildir, write to new and cur",
        ),
    });
}

fn templates(config: &Config, findings: &mut Vec<Finding>) {
    let fix = "mend the named line, or take the file out of the folder that [brand] templates names";
    findings.push(match app::templates(config).and_then(|templates| Renderer::new(templates, config.brand.clone())) {
        Ok(renderer) => match renderer.check().first() {
            None => Finding::well("templates", "all render in all languages"),
            Some(error) => Finding::ill("templates", error, fix),
        },
        Err(error) => Finding::ill("templates", &error, fix),
    });
}

/// What the house does by itself, where it failed the last time.
async fn chores(db: Option<&Db>, findings: &mut Vec<Finding>) {
    let Some(db) = db else { return };
    let rows = match db.chores().await {
        Ok(rows) => rows,
        Err(error) => return findings.push(Finding::ill("chores", &error, "see database")),
    };
    for (name, error, at) in rows.into_iter().filter_map(|row| Some((row.name, row.error?, row.begun_at))) {
        findings.push(Finding {
            what: "chores",
            well: false,
            says: format!("{name} failed at {}: {error}", at.format("%Y-%m-%d %H:%M UTC")),
            fix: Some("mend what it names; a worker does it again by itself".into()),
        });
    }
}

/// Clocks of two machines that share a database must agree; SQLite's is this machine's own.
async fn clock(db: Option<&Db>, findings: &mut Vec<Finding>) {
    let Some(db) = db else { return };
    let now = Clock::System.now();
    match db.now().await {
        Ok(theirs) => {
            let apart = (theirs - now).num_seconds().abs();
            findings.push(if apart <= 5 {
                Finding::well("clock", now.format("%Y-%m-%d %H:%M:%S UTC").to_string())
            } else {
                Finding {
                    what: "clock",
                    well: false,
                    says: format!("this machine's clock and the database's are {apart} s apart"),
                    fix: Some("let both machines follow a time server (chrony, systemd-timesyncd)".into()),
                }
            });
        }
        Err(error) => findings.push(Finding::ill("clock", &error, "see database")),
    }
}

async fn zones(config: &Config, db: Option<&Db>, findings: &mut Vec<Finding>) {
    let Some(db) = db else { return };
    let sites = match schedule::site_clocks(db).await {
        Ok(sites) => sites,
        Err(error) => return findings.push(Finding::ill("zones", &error, "see database")),
    };
    let mut zones: Vec<&str> = sites.iter().map(|site| site.zone.name()).collect();
    zones.sort_unstable();
    zones.dedup();
    findings.push(Finding::well(
        "zones",
        format!("{} sites in {} zones (rules {})", sites.len(), zones.len(), chrono_tz::IANA_TZDB_VERSION),
    ));
    let idle: Vec<&str> = config
        .jobs
        .iter()
        .filter(|job| !sites.iter().any(|site| job.selector.selects(&site.location, &site.branch)))
        .map(|job| job.name.as_str())
        .collect();
    if !idle.is_empty() && !sites.is_empty() {
        findings.push(Finding {
            what: "jobs",
            well: false,
            says: format!("no site is selected by {}", idle.join(", ")),
            fix: Some("correct `locations` and `branches` of the job; they name refs of the feed".into()),
        });
    }
    next_occurrence(config, &sites, findings);
}

fn next_occurrence(config: &Config, sites: &[schedule::SiteClock], findings: &mut Vec<Finding>) {
    let zones: Vec<_> = sites.iter().map(|site| site.zone).collect();
    let next: Option<DateTime<Utc>> = schedule::next_wake(&config.jobs, &zones, Clock::System.now());
    if let Some(next) = next {
        findings.push(Finding::well("schedule", format!("next occurrence {}", next.format("%Y-%m-%d %H:%M UTC"))));
    }
}

async fn portal(config: &Config, findings: &mut Vec<Finding>) {
    let local =
        |host: Option<&str>| host.is_none_or(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
    if matches!(config.archive, config::Archive::Embedded { .. }) && !local(config.portal.public_url.host_str()) {
        findings.push(Finding {
            what: "links",
            well: false,
            says: format!(
                "links lead to {}, but the embedded archive serves clips on this machine only",
                config.portal.public_url
            ),
            fix: Some(
                "use a real S3 in [archive], with public_endpoint where browsers reach it under another name".into(),
            ),
        });
    }
    findings.push(match tokio::net::TcpListener::bind(config.portal.listen).await {
        Ok(_) => Finding::well(
            "portal",
            format!("{} is free; links begin with {}", config.portal.listen, config.portal.public_url),
        ),
        // A portal that runs is no illness.
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Finding::well("portal", format!("{} is in use (by a portal that runs, it is hoped)", config.portal.listen))
        }
        Err(error) => Finding::ill("portal", &error, "choose another [portal] listen"),
    });
}
