//! Command line: verbs become calls of the services, and their results become lines for people or JSON for programs.
//!
//! One verb a file. Nothing else prints. It must not decide anything that another way in (the portal, the schedule)
//! would have to decide again.

#![expect(clippy::doc_markdown, reason = "the doc comments of verbs are the text of --help")]

mod audit;
mod bounces;
mod brands;
mod completions;
mod confirm_instance;
mod contacts;
mod contacts_correct;
mod deliveries;
mod demo;
mod doctor;
mod entered;
mod import;
mod jobs;
mod jobs_rest;
mod jobs_runs;
mod keys;
mod log;
mod migrate;
mod plans;
mod preview;
mod print;
mod regenerate;
mod release;
mod reports;
mod retention;
mod run;
mod select;
mod send_test;
mod serve;
mod suppressions;
mod templates;
mod unsubscribes;
mod users;
mod watch_run;
mod worker;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};
use url::Url;

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Environment};

pub use print::Failure;

/// What `--help` says last.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed; the message says what and why
  2  wrong usage
  3  jobs.toml is wrong; every fault is listed with line, column and key
  4  the feed is wrong; every fault is listed as FILE:LINE: field: what
  5  done in part: at least one report, mail or check failed

Secrets come from the environment: DAYBREAK_DATABASE_URL, DAYBREAK_S3_ACCESS_KEY_ID,
DAYBREAK_S3_SECRET_ACCESS_KEY, DAYBREAK_SMTP_PASSWORD, DAYBREAK_LINK_KEY, DAYBREAK_BOUNCES_KEY,
DAYBREAK_OIDC_SECRET.

Start here:
  daybreak demo              a whole night with sample sites, served on http://localhost:8080
  daybreak doctor            what is missing, and how to mend it";

/// Mails every monitored site its night.
///
/// From a feed of the night's interactions and incidents Daybreak builds one morning mail for each notification
/// contact, with the transaction report as PDF, freezes what it built, and serves the pages behind the links.
#[derive(Debug, Parser)]
#[command(name = "daybreak", version, after_help = EXIT_CODES, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub struct Global {
    /// The configuration file [default: jobs.toml where there is one, else built-in defaults]
    #[arg(long, short = 'c', global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print JSON instead of text, wherever something is listed
    #[arg(long, global = true)]
    json: bool,
    /// Say more in the log: -v informs, -vv debugs
    #[arg(long, short = 'v', global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// How log lines look (on standard error)
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, env = "DAYBREAK_LOG_FORMAT")]
    log_format: LogFormat,
    /// Send traces of builds and deliveries to this OpenTelemetry collector, by OTLP over HTTP
    #[arg(long, global = true, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    otlp: Option<Url>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Import(import::Import),
    Run(run::Run),
    Regenerate(regenerate::Regenerate),
    Preview(preview::Preview),
    SendTest(send_test::SendTest),
    #[command(subcommand)]
    Reports(reports::Reports),
    #[command(subcommand)]
    Deliveries(deliveries::Deliveries),
    #[command(subcommand)]
    Bounces(bounces::Bounces),
    #[command(subcommand)]
    Suppressions(suppressions::Suppressions),
    #[command(subcommand)]
    Unsubscribes(unsubscribes::Unsubscribes),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Users(users::Users),
    #[command(subcommand)]
    Brands(brands::Brands),
    #[command(subcommand)]
    Audit(audit::Audit),
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    #[command(subcommand)]
    Templates(templates::Templates),
    #[command(subcommand)]
    Contacts(contacts::Contacts),
    #[command(subcommand)]
    Plans(plans::Plans),
    Retention(retention::Retention),
    Migrate(migrate::Migrate),
    Doctor(doctor::Doctor),
    ConfirmInstance(confirm_instance::ConfirmInstance),
    Worker(worker::Worker),
    Serve(serve::Serve),
    Up(worker::Up),
    Demo(demo::Demo),
    Completions(completions::Completions),
    Man(completions::Man),
}

impl Cli {
    /// Carries out what the command line asks for.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let traces = self.start_log()?;
        let json = self.global.json;
        let done = self.dispatch().await;
        if let Some(traces) = traces {
            traces.finish().await;
        }
        done.map_err(|failure| if json { failure.told_as_json() } else { failure })
    }

    async fn dispatch(self) -> Result<ExitCode, Failure> {
        let global = &self.global;
        match self.verb {
            Verb::Import(verb) => verb.run(global).await,
            Verb::Run(verb) => verb.run(global).await,
            Verb::Regenerate(verb) => verb.run(global).await,
            Verb::Preview(verb) => verb.run(global).await,
            Verb::SendTest(verb) => verb.run(global).await,
            Verb::Reports(verb) => verb.run(global).await,
            Verb::Deliveries(verb) => verb.run(global).await,
            Verb::Bounces(verb) => verb.run(global).await,
            Verb::Suppressions(verb) => verb.run(global).await,
            Verb::Unsubscribes(verb) => verb.run(global).await,
            Verb::Keys(verb) => verb.run(global).await,
            Verb::Users(verb) => verb.run(global).await,
            Verb::Brands(verb) => verb.run(global).await,
            Verb::Audit(verb) => verb.run(global).await,
            Verb::Jobs(verb) => verb.run(global).await,
            Verb::Templates(verb) => verb.run(global),
            Verb::Contacts(verb) => verb.run(global).await,
            Verb::Plans(verb) => verb.run(global).await,
            Verb::Retention(verb) => verb.run(global).await,
            Verb::Migrate(verb) => verb.run(global).await,
            Verb::Doctor(verb) => verb.run(global).await,
            Verb::ConfirmInstance(verb) => verb.run(global).await,
            Verb::Worker(verb) => verb.run(global).await,
            Verb::Serve(verb) => verb.run(global).await,
            Verb::Up(verb) => verb.run(global).await,
            Verb::Demo(verb) => verb.run(global).await,
            Verb::Completions(verb) => Ok(verb.run(Self::command())),
            Verb::Man(verb) => verb.run(Self::command()),
        }
    }

    fn start_log(&self) -> Result<Option<log::Traces>, Failure> {
        let long_running = matches!(self.verb, Verb::Worker(_) | Verb::Serve(_) | Verb::Up(_));
        let level = match (self.global.verbose, long_running) {
            (0, false) => "warn",
            (0, true) | (1, _) => "warn,daybreak=info",
            _ => "info,daybreak=debug",
        };
        log::start(level, self.global.log_format, self.global.otlp.as_ref())
    }
}

impl Global {
    /// The configuration: the file that was named, `jobs.toml` here, or the defaults.
    fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(self.config.as_deref(), &Environment::process())?)
    }

    /// The configuration's services.
    async fn app(&self) -> Result<App, Failure> {
        Ok(App::build(self.config()?, Clock::System).await?)
    }
}
