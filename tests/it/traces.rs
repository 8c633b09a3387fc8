//! Traces: a collector that is named gets each task with its stages, and one that is away costs nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use crate::support::root;

/// Takes requests until one holds every one of the words; returns that one's first line.
fn collector(listener: TcpListener, words: &'static [&'static str]) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut seen = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.set_read_timeout(Some(std::time::Duration::from_millis(500))).unwrap();
            let mut request = Vec::new();
            let mut piece = vec![0; 65_536];
            while let Ok(read @ 1..) = stream.read(&mut piece) {
                request.extend_from_slice(&piece[..read]);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            seen.extend_from_slice(&request);
            let text = String::from_utf8_lossy(&seen);
            if words.iter().all(|word| text.contains(word)) {
                return text.lines().next().unwrap_or_default().to_owned();
            }
        }
        unreachable!("a listener never ends");
    })
}

fn demo(folder: &std::path::Path, collector: &str) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_daybreak"))
        .args(["demo", "--no-serve", "--samples"])
        .arg(root().join("samples"))
        .args(["--otlp", collector])
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn a_collector_gets_each_task_with_its_stages() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let words = &["service.name", "daybreak", "build", "deliver", "collect", "render", "commit", "location"];
    let collector = collector(listener, words);
    let ended = demo(folder.path(), &url);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(collector.join().unwrap(), "POST /v1/traces HTTP/1.1");
}

#[test]
fn a_collector_that_is_away_costs_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ended = demo(folder.path(), &format!("http://{closed}"));
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(std::fs::read_dir(folder.path().join("daybreak-data/outbox")).unwrap().count() > 5);
}
