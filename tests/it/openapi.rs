//! The API is what its document says: the document is valid `OpenAPI` 3.1, and a property-based client that has nothing
//! else to go by finds no fault of ours and no answer that the document does not tell of.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::services::{free_ports, named};
use crate::support::root;

/// Examples of each operation; the whole takes about half a minute.
const EXAMPLES: &str = "15";
const JOBS: &str =
    "[[job]]\nname = \"morning\"\nkind = \"night-report\"\nschedule = \"30 6 * * *\"\ntimezone = \"location\"\n";

/// A portal over the samples' last night; stopped with the value.
struct Portal {
    folder: tempfile::TempDir,
    port: u16,
    process: Child,
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn daybreak(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("daybreak runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

impl Portal {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_ports(1);
        let listen = format!("[portal]\nlisten = \"127.0.0.1:{port}\"\n{JOBS}");
        std::fs::write(folder.path().join("jobs.toml"), listen).unwrap();
        daybreak(folder.path(), &["import", root().join("samples").to_str().unwrap()]);
        daybreak(folder.path(), &["run", "morning", "--night", "2026-03-17"]);
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_daybreak"))
            .arg("serve")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let portal = Self { folder, port, process };
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_mins(1), "the portal starts");
            std::thread::sleep(Duration::from_millis(50));
        }
        portal
    }

    /// A new key.
    fn key(&self, arguments: &[&str]) -> String {
        daybreak(self.folder.path(), &[&["keys", "create", "a program"], arguments].concat()).trim().to_owned()
    }

    fn document(&self) -> String {
        format!("http://127.0.0.1:{}/api/v1/openapi.json", self.port)
    }
}

fn run(python: &Path, portal: &Portal, arguments: &[&str]) {
    let output = Command::new(python)
        .args(arguments)
        .current_dir(portal.folder.path())
        .env("SCHEMATHESIS_HOOKS", "hooks.py")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}\n{said}");
}

fn try_out(python: &Path, portal: &Portal, key: &str, seed: &str) {
    let header = format!("Authorization: Bearer {key}");
    let document = portal.document();
    #[rustfmt::skip]
    let arguments = [
        "-m", "schemathesis.cli", "run", &document, "--header", &header, "--seed", seed, "--max-examples", EXAMPLES,
        "--phases", "examples,coverage,fuzzing", "--checks", "all", "--continue-on-failure", "--no-shrink",
        // A feed is a text to the document: which texts are feeds is more than a schema says, and so is what is a cursor.
        "--exclude-checks", "positive_data_acceptance",
        "--request-timeout", "30", "--warnings", "off", "--generation-database", "none",
    ];
    run(python, portal, &arguments);
    let log = std::fs::read_to_string(portal.folder.path().join("log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn a_property_based_client_finds_the_api_to_be_what_its_document_says() {
    let Some(python) = named("DAYBREAK_TEST_SCHEMATHESIS", "schemathesis").map(PathBuf::from) else { return };
    let portal = Portal::start();
    std::fs::copy(root().join("tests/openapi/hooks.py"), portal.folder.path().join("hooks.py")).unwrap();
    let fetch = format!(
        "import json, urllib.request, openapi_spec_validator as v; \
         v.OpenAPIV31SpecValidator(json.load(urllib.request.urlopen('{}'))).validate()",
        portal.document()
    );
    run(&python, &portal, &["-c", &fetch]);
    let all = portal.key(&["--all-branches", "--right", "feed", "--right", "read", "--right", "write"]);
    try_out(&python, &portal, &all, "1");
    let one = portal.key(&["--branch", "baltic", "--right", "feed", "--right", "read"]);
    try_out(&python, &portal, &one, "2");
}
