//! House: an installation of its own in a temporary folder, made and served by the real program, whose outbox is read
//! as its recipients read their mail.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use daybreak::config::Database;
use daybreak::db::Db;

use super::mail::{self, Mail};
use super::{hostile, north, people};
use crate::services::free_ports;
use crate::support::root;

const PROGRAM: &str = env!("CARGO_BIN_EXE_daybreak");
/// The samples' last two nights; the later one is the busy one.
pub(crate) const NIGHTS: [&str; 2] = ["2026-03-16", "2026-03-17"];
/// The sample site that both nights are built for, and one of its contacts, who reads English.
pub(crate) const SITE: &str = "lakeside-market";
/// As above.
pub(crate) const READER: &str = "dana.whitfield@lakeside.example.com";

/// A running installation: the samples' last night at every site, the night before at [`SITE`], the night of a site
/// whose feed is hostile in every field ([`hostile`]), last night's kiosks ([`north`]), and people with accounts
/// ([`people`]). It ends with the value.
pub(crate) struct House {
    folder: tempfile::TempDir,
    /// Where its pages are, without a slash at the end.
    pub(crate) base: String,
    running: Option<Child>,
}

impl House {
    /// Makes it and starts it; takes some twenty seconds.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_ports(1);
        let base = format!("http://127.0.0.1:{port}");
        std::fs::write(folder.path().join("jobs.toml"), configuration(port, &base)).unwrap();
        hostile::write(folder.path());
        north::write(folder.path());
        let samples = root().join("samples");
        let mut house = Self { folder, base, running: None };
        let night = north::last_night().to_string();
        let [busy, quiet] = north::KIOSKS;
        for arguments in [
            &["import", samples.to_str().unwrap(), "hostile.ndjson", "north.ndjson"] as &[&str],
            &["run", "morning", "--night", NIGHTS[0], "--location", SITE],
            &["run", "morning", "--night", NIGHTS[1]],
            &["run", "north", "--night", &night, "--location", busy, "--location", quiet],
        ] {
            let ended = house.run(arguments);
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success(), "{arguments:?}: {said}\n{}", String::from_utf8_lossy(&ended.stdout));
        }
        people::invite(&house);
        house.running = Some(house.start(&["up"], "up.log"));
        house.wait_until_up(port).await;
        house
    }

    /// Starts a verb that goes on until it is killed.
    fn start(&self, arguments: &[&str], log: &str) -> Child {
        let log = File::create(self.folder.path().join(log)).unwrap();
        let mut command = command(self.folder.path(), arguments);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
    }

    /// Starts a second process that serves the same pages, at an address of its own, until the guard goes.
    pub(super) async fn second_portal(&self) -> Second {
        let port = free_ports(1);
        let file = self.folder.path().join("second.toml");
        std::fs::write(file, configuration(port, &self.base)).unwrap();
        let running = self.start(&["serve", "--config", "second.toml"], "second.log");
        self.wait_until_up(port).await;
        Second { base: format!("http://127.0.0.1:{port}"), running }
    }

    async fn wait_until_up(&self, port: u16) {
        let began = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "the portal does not start: {}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The address of a path, or of an address that a mail or a page gave.
    pub(crate) fn address(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    /// Runs a verb of the program on the same installation.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        command(self.folder.path(), arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its rows; to be closed by whoever opens them.
    pub(crate) async fn rows(&self) -> Db {
        let path = self.folder.path().join("daybreak-data/daybreak.db");
        Db::connect(&Database::Sqlite { path }).await.unwrap()
    }

    /// What the running process has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("up.log")).unwrap_or_default()
    }

    /// Every mail of the outbox, oldest first.
    pub(crate) fn outbox(&self) -> Vec<Mail> {
        let folder = self.folder.path().join("daybreak-data/outbox");
        let mut files: Vec<(std::time::SystemTime, PathBuf)> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "eml"))
            .map(|entry| (entry.metadata().unwrap().modified().unwrap(), entry.path()))
            .collect();
        files.sort();
        files.into_iter().map(|(_, path)| mail::read(&path)).collect()
    }

    /// The mails to an address whose subject holds a word, oldest first.
    pub(crate) fn mails(&self, to: &str, word: &str) -> Vec<Mail> {
        self.outbox().into_iter().filter(|mail| mail.to == to && mail.subject.contains(word)).collect()
    }

    /// Waits for a mail to an address whose subject holds a word: the newest such one.
    pub(crate) async fn mail(&self, to: &str, word: &str) -> Mail {
        self.mail_after(to, word, 0).await
    }

    /// The same where there were so many of them already.
    pub(crate) async fn mail_after(&self, to: &str, word: &str, before: usize) -> Mail {
        let began = Instant::now();
        loop {
            let mut mails = self.mails(to, word);
            if mails.len() > before {
                return mails.remove(mails.len() - 1);
            }
            let patience = Duration::from_secs(30);
            assert!(began.elapsed() < patience, "no mail to {to} about {word:?}; log:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}

/// A second process that serves the same pages. It ends with the value.
pub(super) struct Second {
    /// Where its pages are, without a slash at the end.
    pub(super) base: String,
    running: Child,
}

impl Drop for Second {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

/// A jobs.toml whose jobs are due on New Year's morning only: what is built is what the stories ask for.
fn configuration(port: u16, base: &str) -> String {
    let job = |name: &str, branches: &str| {
        format!(
            "[[job]]\nname = \"{name}\"\nkind = \"night-report\"\nschedule = \"30 6 1 1 *\"\ntimezone = \"UTC\"\n\
             branches = [{branches}]\ncatch_up = {{ policy = \"skip\" }}\n"
        )
    };
    let jobs = [
        job("morning", r#""lakeshore", "baltic", "norte", "pacific", "hostile""#),
        job("north", r#""northside""#),
        job("late", r#""late""#),
    ];
    format!("[portal]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{base}\"\n{}", jobs.concat())
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command.env("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one");
    command
}
