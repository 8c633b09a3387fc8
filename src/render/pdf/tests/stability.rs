//! The same report gives the same bytes.

use super::{Sample, kept, pdf};

#[test]
fn the_same_report_gives_the_same_bytes() {
    let first = pdf(&Sample::Hostile.report());
    // What was rendered in between, and on which thread, leaves no trace.
    let _ = pdf(&Sample::Incomplete.report());
    let again = std::thread::spawn(|| pdf(&Sample::Hostile.report())).join().unwrap();
    assert!(first == again);
}

#[test]
#[ignore = "run by another process in the_same_report_gives_the_same_bytes_in_another_process"]
fn renders_for_another_process() {
    kept("other-process", &pdf(&Sample::Hostile.report()));
}

#[test]
fn the_same_report_gives_the_same_bytes_in_another_process() {
    let name = "render::pdf::tests::stability::renders_for_another_process";
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored"])
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    // Here other reports come first, there none did.
    let _ = pdf(&Sample::Correction.report());
    let here = pdf(&Sample::Hostile.report());
    let there = std::fs::read(kept("this-process", &here).with_file_name("other-process.pdf")).unwrap();
    assert!(here == there);
}

#[test]
fn different_data_gives_a_different_file_id() {
    let ids = |bytes: &[u8]| lopdf::Document::load_mem(bytes).unwrap().trailer.get(b"ID").unwrap().clone();
    let ordinary = ids(&pdf(&Sample::Ordinary.report()));
    assert_eq!(ordinary, ids(&pdf(&Sample::Ordinary.report())));
    assert_ne!(ordinary, ids(&pdf(&Sample::Correction.report())));
}
