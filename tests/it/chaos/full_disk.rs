//! The embedded variant on a disk that is full: one sentence, nothing half-written, and the night goes on when there is
//! room again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use daybreak::clock::Clock;
use mail_parser::MessageParser;

use crate::services::write_sites;

const SITES: u32 = 10;
const CONTACTS: u32 = 2;
const JOB: &str =
    "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";

/// A small file system of its own, unmounted with the value.
struct Disk(tempfile::TempDir);

impl Disk {
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|ended| ended.status.success()) {
            return Some(Self(folder));
        }
        println!("skipped: no small disk can be mounted here (that takes root), so none can be filled");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Takes all the room but so many bytes; returns the file that holds it.
    fn fill(&self, leave: usize) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = fs::File::create(&path).unwrap();
        while file.write_all(&[0; 4_096]).is_ok() {}
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(u64::try_from(leave).unwrap())).unwrap();
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

/// Runs a verb to its end; one that waits for room for ever ends with exit code 124, and so does its test.
fn daybreak(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("timeout")
        .args(["-k", "5", "150", env!("CARGO_BIN_EXE_daybreak")])
        .args(arguments)
        .current_dir(folder)
        .env_remove("DAYBREAK_DATABASE_URL")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The mails of the outbox, each of which must be whole.
fn mails(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder.join("daybreak-data/outbox")) else { return 0 };
    let mut count = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        assert!(path.extension().is_some_and(|end| end == "eml"), "{} is no whole mail", path.display());
        let bytes = fs::read(&path).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert!(mail.message_id().is_some() && bytes.ends_with(b"--\r\n"), "{} is whole", path.display());
        count += 1;
    }
    count
}

#[test]
fn a_full_disk_costs_time_and_nothing_else() {
    let Some(disk) = Disk::mount(48) else { return };
    let folder = disk.path();
    fs::write(folder.join("jobs.toml"), JOB).unwrap();
    write_sites(folder, SITES, CONTACTS, Clock::System.now());
    let whole = usize::try_from(SITES * CONTACTS).unwrap();

    // Full before anything began: an import is taken whole or not at all, and says why.
    let filler = disk.fill(64 * 1_024);
    let import = daybreak(folder, &["import", "feed.ndjson"]);
    assert_eq!(import.status.code(), Some(1), "{}", said(&import));
    assert!(said(&import).contains("full") || said(&import).contains("disk I/O"), "{}", said(&import));
    fs::remove_file(filler).unwrap();
    let import = daybreak(folder, &["import", "feed.ndjson"]);
    assert!(import.status.success(), "{}", said(&import));
    assert!(
        said(&import).contains("contact      20       0        0"),
        "nothing of the first try was left: {}",
        said(&import)
    );

    // Full in the middle of a night: reports and mails come as far as the room reaches, and the run says why it ends.
    for leave in [250, 700] {
        let filler = disk.fill(leave * 1_024);
        let run = daybreak(folder, &["run", "morning"]);
        assert!(!run.status.success(), "with {leave} KiB not everything can be done: {}", said(&run));
        assert!(said(&run).contains("full") || said(&run).contains("space"), "{}", said(&run));
        assert!(mails(folder) < whole);
        fs::remove_file(filler).unwrap();
    }
    // A worker that lives through it goes on by itself when there is room again.
    let filler = disk.fill(120 * 1_024);
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut worker = Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .arg("worker")
        .current_dir(folder)
        .env_remove("DAYBREAK_DATABASE_URL")
        .stderr(log.reopen().unwrap())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(20));
    fs::remove_file(filler).unwrap();
    let freed = Instant::now();
    while mails(folder) < whole && freed.elapsed() < Duration::from_mins(2) {
        std::thread::sleep(Duration::from_millis(500));
    }
    let (there, told) = (mails(folder), fs::read_to_string(log.path()).unwrap());
    let ended = worker.try_wait().unwrap();
    let _ = worker.kill();
    let _ = worker.wait();
    assert_eq!((there, ended), (whole, None), "{told}");
    assert!(told.contains("full"), "the disk was full for the worker, too: {told}");
    println!("the worker was done {:.0} s after there was room again", freed.elapsed().as_secs_f64());
    let run = daybreak(folder, &["run", "morning"]);
    assert!(run.status.success(), "{}", said(&run));
    assert_eq!(mails(folder), whole, "{}", said(&run));
    let verified = daybreak(folder, &["reports", "verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let listed = daybreak(folder, &["deliveries", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let deliveries = listed.as_array().unwrap();
    assert_eq!(deliveries.len(), whole);
    assert!(deliveries.iter().all(|delivery| delivery["state"] == "sent"), "{listed}");
}
