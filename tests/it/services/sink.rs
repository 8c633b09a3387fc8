//! Sink: Postfix's smtp-sink, which takes whatever it is sent, with its own switches for faults.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::cluster::is_root;
use super::{free_ports, named};

/// A running sink; it ends with the value.
pub(crate) struct Sink {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl Sink {
    /// Starts one that writes each mail into a file of its own when `keeps`, with these switches of smtp-sink; none
    /// where that is not installed, which is said.
    pub(crate) fn start(keeps: bool, switches: &[&str]) -> Option<Self> {
        let installed = Some("/usr/sbin/smtp-sink").filter(|path| std::fs::exists(path).unwrap_or(false));
        let program = match installed {
            Some(path) => path.to_owned(),
            None => named("DAYBREAK_TEST_SMTP_SINK", "smtp-sink")?,
        };
        let folder = tempfile::tempdir().unwrap();
        let port = free_ports(1);
        let mut command = Command::new(program);
        if keeps {
            // One file a mail: envelope in X- headers, then the message.
            command.arg("-d").arg("mail.");
        }
        if is_root() {
            // smtp-sink gives root's rights away, and refuses to run otherwise.
            let handed = Command::new("chown").arg("nobody").arg(folder.path()).status();
            assert!(handed.unwrap().success());
            command.args(["-u", "nobody"]);
        }
        let child = command
            .args(switches)
            .arg(format!("127.0.0.1:{port}"))
            .arg("1024")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let sink = Self { folder, port, child };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(sink);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("smtp-sink does not start");
    }

    /// `[mail] transport`.
    pub(crate) fn transport(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// Every mail that was taken, as it was sent with smtp-sink's own headers before it.
    pub(crate) fn mails(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut mails: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
        mails.sort();
        mails.iter().map(|path| std::fs::read(path).unwrap()).filter(|mail| !mail.is_empty()).collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
