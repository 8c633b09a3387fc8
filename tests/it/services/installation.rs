//! Installation: a folder, its jobs.toml and its secrets become processes of Daybreak that share one database.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use daybreak::app::App;
use daybreak::clock::Clock;
use daybreak::config::{Config, Environment};

use super::{Bucket, Rows, free_ports};

const LINK_KEY: &str = "a key of tests, which is long enough to be one";

/// One installation on PostgreSQL, S3 and a mail server.
pub(crate) struct Installation {
    folder: PathBuf,
    program: PathBuf,
    /// The port of its portal.
    pub(crate) portal: u16,
    variables: [(&'static str, String); 4],
}

impl Installation {
    /// Writes its jobs.toml into `folder`: rows, bucket and mail server as given, `more` behind it.
    pub(crate) fn new(program: &str, folder: &Path, rows: &Rows, bucket: &Bucket, transport: &str, more: &str) -> Self {
        let portal = free_ports(1);
        let toml = format!(
            "[archive]\nkind = \"s3\"\nendpoint = \"{}\"\nbucket = \"{}\"\n\
             [mail]\ntransport = \"{transport}\"\nfrom = \"nights@daybreak.example\"\n\
             [portal]\nlisten = \"127.0.0.1:{portal}\"\npublic_url = \"https://nights.daybreak.example\"\n{more}",
            bucket.endpoint, bucket.name
        );
        std::fs::write(folder.join("jobs.toml"), toml).unwrap();
        let variables = [
            ("DAYBREAK_DATABASE_URL", rows.url()),
            ("DAYBREAK_S3_ACCESS_KEY_ID", bucket.key.clone()),
            ("DAYBREAK_S3_SECRET_ACCESS_KEY", bucket.secret.clone()),
            ("DAYBREAK_LINK_KEY", LINK_KEY.to_owned()),
        ];
        Self { folder: folder.to_path_buf(), program: program.into(), portal, variables }
    }

    /// Its services within this process.
    pub(crate) async fn app(&self, clock: Clock) -> App {
        let variables = self.variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        let config = Config::load(Some(&self.folder.join("jobs.toml")), &Environment::of(variables));
        App::build(config.unwrap_or_else(|faults| panic!("{faults}")), clock).await.unwrap()
    }

    /// Starts a verb that goes on until it is stopped; its log is `NAME.log` in the folder.
    pub(crate) fn spawn(&self, name: &str, arguments: &[&str]) -> Process {
        let path = self.folder.join(format!("{name}.log"));
        let log = File::options().append(true).create(true).open(&path).unwrap();
        let child = self.command(arguments).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn();
        Process { child: child.unwrap(), log: path }
    }

    /// Runs a verb to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(&self.folder).env("NO_COLOR", "1");
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }
}

/// A process of Daybreak; killed with the value.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and how it ended; none where it did not end within `patience`.
    pub(crate) fn stop(&mut self, patience: Duration) -> Option<ExitStatus> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let began = Instant::now();
        while began.elapsed() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|ended| ended.is_some())
    }

    /// What it has said.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
