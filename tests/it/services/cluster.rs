//! Cluster: a PostgreSQL of a test's own, which may stop and start while Daybreak works on it.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::free_ports;

/// A running server; stopped and removed with the value.
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: TempDir,
    port: u16,
    password: String,
    settings: String,
}

impl Cluster {
    /// Starts one with these settings beside its own (`-c name=value …`); none where PostgreSQL is not installed or
    /// cannot run here, which is said.
    pub(crate) fn start(settings: &str) -> Option<Self> {
        let Some(bin) = programs() else {
            println!(
                "skipped: PostgreSQL is not there (no initdb in DAYBREAK_TEST_POSTGRES_BIN or /usr/lib/postgresql)"
            );
            return None;
        };
        // Short, because a socket's path has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("daybreak-pg-").tempdir_in("/tmp").unwrap();
        let password = format!("p{:x}{}", std::process::id(), free_ports(1));
        std::fs::write(folder.path().join("password"), format!("{password}\n")).unwrap();
        let mut cluster = Self { bin, folder, port: 0, password, settings: settings.to_owned() };
        if is_root() && !cluster.hand_over() {
            println!("skipped: PostgreSQL does not run as root, and there is no user postgres");
            return None;
        }
        let (data, password) = (cluster.data(), cluster.folder.path().join("password"));
        let made = cluster.program("initdb", &["-D", &data, "-U", "daybreak", "--auth=scram-sha-256"], |command| {
            command.arg("--pwfile").arg(&password).args(["--encoding=UTF8", "--locale=C", "--no-sync"]);
        });
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        for _ in 0..5 {
            cluster.port = free_ports(1);
            if cluster.start_again() {
                return Some(cluster);
            }
        }
        panic!("PostgreSQL does not start: {}", std::fs::read_to_string(cluster.log()).unwrap_or_default());
    }

    /// The URL of its first database, on which others may be made.
    pub(crate) fn url(&self) -> String {
        format!("postgres://daybreak:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Stops it: `fast` throws everybody out and keeps order, `immediate` is a crash.
    pub(crate) fn stop(&self, mode: &str) {
        let stopped = self.program("pg_ctl", &["-D", &self.data(), "-m", mode, "-w", "stop"], |_| {});
        assert!(stopped.status.success(), "pg_ctl stop: {}", String::from_utf8_lossy(&stopped.stderr));
    }

    /// Starts it on the same port with the same data; false where it does not.
    pub(crate) fn start_again(&self) -> bool {
        let options = format!(
            "-c port={} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=200 {}",
            self.port,
            self.folder.path().display(),
            self.settings
        );
        let log = self.log();
        let log = log.display().to_string();
        self.program("pg_ctl", &["-D", &self.data(), "-l", &log, "-w", "-t", "60", "-o", &options, "start"], |_| {})
            .status
            .success()
    }

    /// What it logs.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn hand_over(&self) -> bool {
        Command::new("chown")
            .arg("-R")
            .arg("postgres")
            .arg(self.folder.path())
            .status()
            .is_ok_and(|ended| ended.success())
    }

    fn program(&self, name: &str, arguments: &[&str], more: impl FnOnce(&mut Command)) -> Output {
        let program = self.bin.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).current_dir("/");
        more(&mut command);
        // A server that inherits our pipes would keep `output` waiting for ever: its output goes into a file.
        let said = tempfile::NamedTempFile::new().unwrap();
        let status = command
            .stdin(std::process::Stdio::null())
            .stdout(said.reopen().unwrap())
            .stderr(said.reopen().unwrap())
            .status()
            .unwrap();
        Output { status, stdout: Vec::new(), stderr: std::fs::read(said.path()).unwrap_or_default() }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.program("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"], |_| {});
    }
}

/// Where `initdb` and `pg_ctl` are.
fn programs() -> Option<PathBuf> {
    let told = std::env::var("DAYBREAK_TEST_POSTGRES_BIN").ok().map(PathBuf::from);
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    installed.sort();
    told.into_iter().chain(installed.into_iter().rev()).find(|bin| bin.join("initdb").exists())
}

/// Whether this process is root's, for whom PostgreSQL does not run.
pub(crate) fn is_root() -> bool {
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|own| own.uid() == 0)
}
