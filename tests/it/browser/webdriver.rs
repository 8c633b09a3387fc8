//! `WebDriver`: commands become HTTP requests to a chromedriver of our own (W3C `WebDriver` 2), and answers become values.
//!
//! The protocol is JSON over HTTP on a loopback port: a client crate would bring more crates than this has functions.
//! It must not know pages.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::services::free_ports;

/// The key under which `WebDriver` hands out an element (W3C `WebDriver`, section 11).
pub(super) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
/// How long the slowest command may take: a page of a debug build, or a whole audit.
const PATIENCE: Duration = Duration::from_mins(1);

/// A chromedriver with one session, which is one chromium.
pub(super) struct WebDriver {
    driver: Child,
    port: u16,
    session: String,
    profile: tempfile::TempDir,
}

impl WebDriver {
    /// Starts both; none where one of them is not installed, which is said.
    pub(super) async fn start() -> Option<Self> {
        let driver = program(&["chromedriver"], "chromedriver (package chromium-driver)")?;
        let browser = program(&["chromium", "chromium-browser", "google-chrome"], "chromium")?;
        let port = free_ports(1);
        let child = Command::new(driver)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let profile = tempfile::Builder::new().prefix("daybreak-browser-").tempdir().unwrap();
        let mut started = Self { driver: child, port, session: String::new(), profile };
        started.wait_until_ready().await;
        let answer = started.send("POST", "/session", Some(&started.capabilities(&browser))).await;
        let answer = answer.unwrap_or_else(|error| panic!("chromium does not start: {error}"));
        answer["sessionId"].as_str().expect("a session").clone_into(&mut started.session);
        Some(started)
    }

    fn capabilities(&self, browser: &std::path::Path) -> Value {
        let arguments = [
            "--headless=new".to_owned(),
            // Root's chromium has no sandbox of its own; the pages are ours.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--mute-audio".to_owned(),
            "--lang=en-US".to_owned(),
            "--accept-lang=en-US".to_owned(),
            "--autoplay-policy=no-user-gesture-required".to_owned(),
            // Without the word by which the access log would know a program.
            format!("--user-agent={AGENT}"),
            format!("--user-data-dir={}", self.profile.path().display()),
        ];
        json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            // A dialog stays, so that it is found.
            "unhandledPromptBehavior": "ignore",
            "timeouts": {"script": 60_000, "pageLoad": 60_000, "implicit": 0},
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"binary": browser, "args": arguments},
        }}})
    }

    async fn wait_until_ready(&mut self) {
        let began = Instant::now();
        loop {
            if let Ok(status) = self.send("GET", "/status", None).await
                && status["ready"] == true
            {
                return;
            }
            assert!(self.driver.try_wait().unwrap().is_none(), "chromedriver ended by itself");
            assert!(began.elapsed() < Duration::from_secs(30), "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A command of the session: `value` of the answer, or the error that `WebDriver` names, with its message.
    pub(super) async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        self.send(method, &format!("/session/{}{path}", self.session), body).await
    }

    /// A command of the `DevTools` protocol.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        let answer = self.ask("POST", "/goog/cdp/execute", Some(&body)).await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let request = async {
            let body = body.map(Value::to_string).unwrap_or_default();
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json; charset=utf-8\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n",
                self.port,
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
            answer(&mut stream).await
        };
        let bytes = tokio::time::timeout(PATIENCE * 2, request).await.map_err(|_| format!("{path}: no answer"))?;
        let bytes = bytes.map_err(|error| error.to_string())?;
        let answer: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let value = answer["value"].clone();
        match value["error"].as_str() {
            // `value` of a script may be an object with any fields: an error of `WebDriver`'s has a stack trace, too.
            Some(error) if value["stacktrace"].is_string() => {
                let message = value["message"].as_str().unwrap_or_default();
                Err(format!("{error}: {}", message.lines().next().unwrap_or_default()))
            }
            _ => Ok(value),
        }
    }

    /// Ends the session; chromium ends with it.
    pub(super) async fn close(&self) {
        let _ = self.ask("DELETE", "", None).await;
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The body of an answer; chromedriver keeps the connection open behind it.
async fn answer(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            let body = end + 4;
            if length.is_some_and(|length: usize| bytes.len() >= body + length) {
                return Ok(bytes.split_off(body));
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Where a program is; the test is skipped without it, and says so.
fn program(names: &[&str], what: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = found.into_iter().find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: {what} is not there (tests/run installs it)");
    }
    found
}
