//! SeaweedFS: an S3 of a test's own, which may stop and start while Daybreak works on it.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Bucket, free_ports};

const KEY: &str = "daybreak-tests";
const SECRET: &str = "a secret of one test on a loopback port";
const PORTS: u16 = 8;
const PATIENCE: Duration = Duration::from_mins(1);

/// A running server; stopped and removed with the value.
pub(crate) struct SeaweedFs {
    program: PathBuf,
    folder: TempDir,
    port: u16,
    child: Child,
}

impl SeaweedFs {
    /// Starts one; none where the program is not there, which is said.
    pub(crate) fn start() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::Builder::new().prefix("daybreak-s3-").tempdir_in("/tmp").unwrap();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        let identities = serde_json::json!({"identities": [{
            "name": "tests",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }]});
        std::fs::write(folder.path().join("s3.json"), identities.to_string()).unwrap();
        let port = free_ports(PORTS);
        let child = launch(&program, &folder, port);
        let mut server = Self { program, folder, port, child };
        for _ in 0..4 {
            if server.is_up() {
                return Some(server);
            }
            // Somebody else was quicker with one of the ports.
            server.kill();
            server.port = free_ports(PORTS);
            server.child = launch(&server.program, &server.folder, server.port);
        }
        panic!("SeaweedFS does not start");
    }

    /// A new bucket.
    pub(crate) async fn bucket(&self, what: &str) -> Bucket {
        Bucket::create(&format!("http://127.0.0.1:{}", self.port + 6), KEY, SECRET, what).await
    }

    /// Kills it, as a power cut does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it on the same ports with the same data, and waits until it answers.
    pub(crate) fn start_again(&mut self) {
        self.child = launch(&self.program, &self.folder, self.port);
        assert!(self.is_up(), "SeaweedFS starts again");
    }

    fn is_up(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if TcpStream::connect(("127.0.0.1", self.port + 6)).is_ok() {
                return true;
            }
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }
}

impl Drop for SeaweedFs {
    fn drop(&mut self) {
        self.kill();
    }
}

fn launch(program: &Path, folder: &TempDir, port: u16) -> Child {
    let log = std::fs::File::options().append(true).create(true).open(folder.path().join("log")).unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let numbered = [
        ("master.port", 0),
        ("master.port.grpc", 1),
        ("volume.port", 2),
        ("volume.port.grpc", 3),
        ("filer.port", 4),
        ("filer.port.grpc", 5),
        ("s3.port", 6),
        ("s3.port.grpc", 7),
    ];
    Command::new(program)
        .args(["-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3", "-iam=false"])
        .args(numbered.map(|(name, offset)| format!("-{name}={}", port + offset)))
        .args(["-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.preStopSeconds=0", "-volume.max=800"])
        .arg("-master.volumeSizeLimitMB=256")
        .arg(format!("-dir={}", path("data")))
        .arg(format!("-s3.config={}", path("s3.json")))
        .arg(format!("-filer.localSocket={}", path("filer.sock")))
        .arg(format!("-s3.localSocket={}", path("s3.sock")))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Where `weed` is.
fn program() -> Option<PathBuf> {
    let told = std::env::var("DAYBREAK_TEST_WEED").ok().map(PathBuf::from).filter(|path| path.exists());
    // A run of tests/run left it there; the newest, should there be several.
    let mut kept: Vec<PathBuf> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/target"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seaweedfs-")))
        .map(|path| path.join("weed"))
        .filter(|path| path.exists())
        .collect();
    kept.sort();
    let found = told.or_else(|| kept.pop());
    if found.is_none() {
        println!("skipped: SeaweedFS is not there (DAYBREAK_TEST_WEED is not set; tests/run fetches it)");
    }
    found
}
