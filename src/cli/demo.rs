//! `daybreak demo`: last night at sample sites, from feed to inbox, with nothing installed.

mod rebase;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::print::{self, IN_PART, Progress};
use super::{Failure, Global, entered, serve, watch_run, worker};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{self, Config, Environment};
use crate::db::deliveries::DeliveryFilter;
use crate::db::reports::ReportRow;
use crate::db::sites::Location;
use crate::feed::{self, Source};
use crate::model::{DeliveryState, JobName, LocationRef, NightDate};
use crate::pipeline::{Request, SiteNight};

/// Run last night for the sample sites, and show the mails, PDFs and clips on http://localhost:8080.
///
/// Makes ./daybreak-data (database, archive and outbox), imports samples/ with its events moved to last night, builds
/// every report and writes every mail to the outbox. No mail leaves this machine. A second demo sends nothing twice.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  daybreak demo               then open http://localhost:8080; Ctrl-C ends it
  daybreak demo --no-serve    end after the table")]
pub(super) struct Demo {
    /// End after the table instead of serving
    #[arg(long)]
    no_serve: bool,
    /// Port to serve on, on this machine only
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Where to keep everything
    #[arg(long, value_name = "DIR", default_value = "daybreak-data")]
    data: PathBuf,
    /// The sample feed
    #[arg(long, value_name = "DIR", default_value = "samples")]
    samples: PathBuf,
}

/// What became of the night's mails now.
#[derive(Debug, Clone, Copy)]
struct Night {
    sent: i64,
    unsent: i64,
}

#[derive(Debug, Serialize)]
struct Row {
    site: String,
    location: LocationRef,
    night: NightDate,
    incidents: i64,
    interactions: i64,
    mails: usize,
    pdf: bool,
    complete: bool,
    open: String,
}

impl Demo {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode, Failure> {
        if !self.samples.is_dir() {
            return Err(Failure::new(format!(
                "there is no folder {}; run the demo in a clone of the repository, or name the folder with --samples",
                self.samples.display()
            )));
        }
        // The port first: nothing is done for a demo that could not be shown.
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = if self.no_serve { None } else { Some(serve::listen(at).await?) };
        let app = App::build(self.config(at)?, Clock::System).await?;
        let sites = self.import(&app, global.json).await?;
        let night = self.night(&app, &sites, global.json).await?;
        let rows = self.rows(&app, &sites).await?;
        self.show(&rows, night.sent, global.json)?;
        if let Some(listener) = listener {
            print::complain(format!("open http://localhost:{} - Ctrl-C ends the demo", self.port));
            serve::serve(&app, listener, true, worker::stop_signal()).await?;
        }
        app.close().await;
        let built = rows.len() == sites.len() && night.unsent == 0;
        Ok(if built { ExitCode::SUCCESS } else { ExitCode::from(IN_PART) })
    }

    /// The built-in defaults, with everything in the demo's folder.
    fn config(&self, at: SocketAddr) -> Result<Config, Failure> {
        let mut config = Config::parse("", None, Path::new("."), &Environment::default())?;
        config.database = config::Database::Sqlite { path: self.data.join("daybreak.db") };
        config.archive = config::Archive::Embedded { path: self.data.join("archive") };
        config.mail.transport = config::Transport::Outbox { path: self.outbox() };
        config.portal.listen = at;
        config.portal.public_url = format!("http://localhost:{}", self.port).parse()?;
        Ok(config)
    }

    fn outbox(&self) -> PathBuf {
        self.data.join("outbox")
    }

    /// Imports the samples, moved to last night; returns their sites.
    async fn import(&self, app: &App, quiet: bool) -> Result<Vec<Location>, Failure> {
        let now = app.pipeline.clock.now();
        let moved = self.data.join("demo-feed");
        let locations = rebase::rebase(&self.samples, &moved, now)?;
        let progress = Progress::new("import", 0, quiet);
        let tell = |at: feed::Progress| progress.at(at.done, at.total);
        let imported =
            feed::import(&app.pipeline.db, &app.pipeline.archive, Source::paths(&[moved])?, now, &tell).await;
        progress.end();
        imported?;
        super::select::sites(&app.pipeline.db, &locations).await
    }

    /// Builds and mails what is not yet.
    async fn night(&self, app: &App, sites: &[Location], quiet: bool) -> Result<Night, Failure> {
        let now = app.pipeline.clock.now();
        let wanted = sites.iter().map(|site| SiteNight::last(site, now)).collect();
        let request = Request::by_hand(JobName::new("demo")?, now, wanted);
        let change = entered::change("demo", "job.run", "job:demo".into(), serde_json::json!({ "sites": sites.len() }));
        let planned = app.pipeline.plan_by(&request, Some(change)).await?;
        let progress = watch_run::watch(app, &planned, quiet).await?;
        Ok(Night {
            sent: progress.sent + i64::try_from(planned.unfinished.len()).unwrap_or(0),
            unsent: progress.unsent + progress.deferred,
        })
    }

    async fn rows(&self, app: &App, sites: &[Location]) -> Result<Vec<Row>, Failure> {
        let now = app.pipeline.clock.now();
        let mut rows = Vec::with_capacity(sites.len());
        for site in sites {
            let night = site.hours.last_ended(now, site.timezone);
            let revisions = app.pipeline.db.revisions(&site.location, night).await?;
            if let Some(report) = revisions.last().filter(|row| row.object_key.is_some()) {
                rows.push(self.row(app, site, report).await?);
            } else {
                let why = revisions.last().and_then(|row| row.error.clone()).unwrap_or_default();
                print::complain(format!("{} {night}: not built: {why}", site.location));
            }
        }
        Ok(rows)
    }

    async fn row(&self, app: &App, site: &Location, report: &ReportRow) -> Result<Row, Failure> {
        let db = &app.pipeline.db;
        let filter = DeliveryFilter {
            report: Some(report.id),
            states: vec![DeliveryState::Sent],
            limit: 1_000,
            ..DeliveryFilter::default()
        };
        let sent = db.deliveries(&filter).await?;
        let open = sent.first().map_or_else(String::new, |first| {
            format!("http://localhost:{}/demo/mail/{}", self.port, first.delivery.id)
        });
        Ok(Row {
            site: site.name.clone(),
            location: site.location.clone(),
            night: report.night,
            incidents: report.incidents,
            interactions: report.interactions,
            mails: sent.len(),
            pdf: db.artifacts(report.id).await?.iter().any(|one| one.content_type == "application/pdf"),
            complete: report.missing == 0,
            open,
        })
    }

    fn show(&self, rows: &[Row], new: i64, json: bool) -> Result<(), Failure> {
        if json {
            return print::json(&rows);
        }
        print::table(
            &["site", "night", "incidents", "interactions", "mails", "pdf", "open"],
            rows.iter().map(|row| {
                vec![
                    if row.complete { row.site.clone() } else { format!("{} (incomplete)", row.site) },
                    row.night.to_string(),
                    row.incidents.to_string(),
                    row.interactions.to_string(),
                    row.mails.to_string(),
                    if row.pdf { "yes".into() } else { "-".into() },
                    row.open.clone(),
                ]
            }),
        );
        let mails: usize = rows.iter().map(|row| row.mails).sum();
        print::line(if new == 0 {
            format!("nothing was sent: all {mails} mails of last night had been sent before")
        } else {
            format!("{new} mails sent; all {mails} are in {}", self.outbox().display())
        });
        let show = |what: &str, path: &Path| print::line(format!("{what:<9} {}", path.display()));
        show("outbox", &self.outbox());
        show("database", &self.data.join("daybreak.db"));
        show("archive", &self.data.join("archive"));
        Ok(())
    }
}
