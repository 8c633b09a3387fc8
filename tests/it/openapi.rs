//! The API is what its document says: the document is valid `OpenAPI` 3.1, and a property-based client that has nothing
//! else to go by finds no fault of ours and no answer that the document does not tell of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::services::{free_ports, named};
use crate::support::root;

/// Examples of each operation; the whole takes about half a minute.
const EXAMPLES: &str = "15";
/// Of so many operations at least an answer with what they are for must be among what is checked.
const ANSWERED: usize = 75;
/// Checks that mean nothing where a person's session is sent by hand.
const PERSONS: &str = "positive_data_acceptance,ignored_auth,negative_data_rejection";
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

fn run(python: &Path, portal: &Portal, arguments: &[&str]) -> String {
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
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Lets the client try the API out with these headers and further arguments.
fn try_out(python: &Path, portal: &Portal, headers: &[String], seed: &str, more: &[&str]) {
    let document = portal.document();
    #[rustfmt::skip]
    let mut arguments = vec![
        "-m", "schemathesis.cli", "run", &document, "--seed", seed, "--max-examples", EXAMPLES,
        "--phases", "examples,coverage,fuzzing", "--checks", "all", "--continue-on-failure", "--no-shrink",
        // A feed is a text to the document: which texts are feeds is more than a schema says, and so is what is a cursor.
        // Whoever tries too many wrong keys is told to wait (429), right as it is.
        "--exclude-checks", "positive_data_acceptance,ignored_auth",
        "--request-timeout", "30", "--warnings", "off", "--generation-database", "none",
    ];
    arguments.extend(headers.iter().flat_map(|header| ["--header", header]));
    arguments.extend(more);
    run(python, portal, &arguments);
    let log = std::fs::read_to_string(portal.folder.path().join("log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn a_property_based_client_finds_the_api_to_be_what_its_document_says() {
    let Some(python) = named("DAYBREAK_TEST_SCHEMATHESIS", "schemathesis").map(PathBuf::from) else { return };
    let portal = Portal::start();
    std::fs::copy(root().join("tests/openapi/hooks.py"), portal.folder.path().join("hooks.py")).unwrap();
    let bearer = |key: &str| [format!("Authorization: Bearer {key}")];
    let fetch = format!(
        "import json, urllib.request, openapi_spec_validator as v; \
         v.OpenAPIV31SpecValidator(json.load(urllib.request.urlopen('{}'))).validate()",
        portal.document()
    );
    run(&python, &portal, &["-c", &fetch]);
    let all = portal.key(&["--all-branches", "--right", "feed", "--right", "read", "--right", "write"]);
    let person = person(&python, &portal, &all);
    try_out(&python, &portal, &bearer(&all), "1", &[]);
    let one = portal.key(&["--branch", "baltic", "--right", "feed", "--right", "read"]);
    try_out(&python, &portal, &bearer(&one), "2", &[]);
    // What is for people and no programs. The cookie is named otherwise without TLS, so that it cannot be taken away.
    let own = ["--include-path-regex", "^/api/v1/(me|reports/[^/]+/feedback$)", "--exclude-checks", PERSONS];
    try_out(&python, &portal, &person, "3", &own);
    let answered = std::fs::read_to_string(portal.folder.path().join("answered.txt")).unwrap();
    let answered: BTreeSet<&str> = answered.lines().collect();
    assert!(answered.len() >= ANSWERED, "{} answered with what they are for: {answered:#?}", answered.len());
    for path in ["GET /api/v1/incidents/{incident}", "GET /api/v1/reports/{id}/events", "GET /api/v1/me/sessions"] {
        assert!(answered.contains(path), "{path} was never answered with what it is for: {answered:#?}");
    }
}

/// The headers of a branch's user who has signed in; what is there stands in a file from then on.
fn person(python: &Path, portal: &Portal, key: &str) -> [String; 2] {
    let add = [
        "users",
        "add",
        "ola@example.com",
        "--name",
        "Ola",
        "--role",
        "branch",
        "--branch",
        "lakeshore",
        "--print-link",
    ];
    let said = daybreak(portal.folder.path(), &add);
    let link = said.split_whitespace().find(|word| word.contains("/sign-in/")).unwrap_or_else(|| panic!("{said}"));
    let path = &link[link.find("/sign-in/").unwrap()..];
    let base = format!("http://127.0.0.1:{}", portal.port);
    let known = root().join("tests/openapi/known.py");
    let told = run(python, portal, &[known.to_str().unwrap(), &base, key, &format!("{base}{path}")]);
    let told: serde_json::Value = serde_json::from_str(told.trim()).unwrap_or_else(|error| panic!("{error}: {told}"));
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    [format!("Cookie: {}", text("cookie")), format!("X-CSRF-Token: {}", text("word"))]
}
