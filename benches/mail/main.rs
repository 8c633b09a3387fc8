//! Mail, measured: our rate through `deliver` into Postfix's smtp-sink, beside the rate of its own smtp-source into the
//! same sink with messages of the same size, in one run.
//!
//! It must not judge the figures: a busy machine is no defect.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench tells its figures")]

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use daybreak::config::Pace;
use daybreak::deliver::{Letter, Post, Smtp, verp};
use daybreak::model::{DeliveryId, EmailAddress};
use tokio::task::JoinSet;

const HELP: &str = "\
Mails a second into smtp-sink: ours, and those of smtp-source (Debian's package postfix brings both).

Usage: cargo bench --bench mail -- [OPTIONS]

  --messages N       messages of each measurement [default: 10000]
  --size BYTES       size of a message's body [default: 30000]
  --connections LIST connections at once, one row each [default: 1,4,20]";

/// Recipients' domains: as many as a night's customers might have.
const DOMAINS: u64 = 500;

/// What is measured.
struct Plan {
    messages: u64,
    size: usize,
    connections: Vec<usize>,
}

fn main() -> ExitCode {
    // `cargo test --benches` and nextest start every bench, without `--bench`.
    if !std::env::args().any(|word| word == "--bench") {
        eprintln!("nothing is measured here: `cargo bench --bench mail` does");
        return ExitCode::SUCCESS;
    }
    match plan(std::env::args().skip(1)).and_then(|plan| plan.map_or(Ok(()), |plan| bench(&plan))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// None where only help was wanted.
fn plan(words: impl Iterator<Item = String>) -> Result<Option<Plan>, String> {
    let mut plan = Plan { messages: 10_000, size: 30_000, connections: vec![1, 4, 20] };
    let mut words = words.filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        if word == "--help" {
            println!("{HELP}");
            return Ok(None);
        }
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let wrong = |_| format!("{word} {value}: not a number");
        match word.as_str() {
            "--messages" => plan.messages = value.parse().map_err(wrong)?,
            "--size" => plan.size = value.parse().map_err(wrong)?,
            "--connections" => {
                plan.connections = value.split(',').map(str::parse).collect::<Result<_, _>>().map_err(wrong)?;
            }
            _ => return Err(format!("unknown option {word}; --help tells which there are")),
        }
    }
    Ok(Some(plan))
}

fn bench(plan: &Plan) -> Result<(), String> {
    if cfg!(debug_assertions) {
        eprintln!("this is a debug build; its figures say little");
    }
    let (sink, source) = (program("smtp-sink")?, program("smtp-source")?);
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    println!("{} messages of {} bytes each, connections kept:", plan.messages, plan.size);
    println!();
    println!("| connections | smtp-source /s | ours /s | ratio |");
    println!("|---:|---:|---:|---:|");
    for connections in &plan.connections {
        let sink = Sink::start(&sink)?;
        let theirs = theirs(&source, &sink, plan, *connections)?;
        let ours = runtime.block_on(ours(&sink, plan, *connections))?;
        println!("| {connections} | {theirs:.0} | {ours:.0} | {:.2} |", ours / theirs);
    }
    Ok(())
}

/// Messages a second that smtp-source sends.
fn theirs(source: &PathBuf, sink: &Sink, plan: &Plan, connections: usize) -> Result<f64, String> {
    let began = Instant::now();
    let ended = Command::new(source)
        .args(["-d", "-s", &connections.to_string(), "-m", &plan.messages.to_string()])
        .args(["-l", &plan.size.to_string(), "-f", "bounce@daybreak.example", "-t", "someone@customer.example"])
        .arg(format!("127.0.0.1:{}", sink.port))
        .status()
        .map_err(|error| format!("cannot start smtp-source: {error}"))?;
    if !ended.success() {
        return Err(format!("smtp-source ended with {ended}"));
    }
    Ok(per_second(plan.messages, began.elapsed()))
}

/// Messages a second that we send: each with a place, an envelope sender of its own, and an answer.
async fn ours(sink: &Sink, plan: &Plan, connections: usize) -> Result<f64, String> {
    let pace = Pace { max_connections: connections, max_per_domain: connections, ..Pace::default() };
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let post = Post::Smtp(Smtp::new(&url, None, None, None, pace).map_err(|error| error.to_string())?);
    let bytes: Arc<str> = message(plan.size).into();
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut senders: JoinSet<Result<(), String>> = JoinSet::new();
    for _ in 0..connections {
        let (post, bytes, next, most) = (post.clone(), Arc::clone(&bytes), Arc::clone(&next), plan.messages);
        senders.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= most {
                    return Ok(());
                }
                one(&post, n, &bytes).await?;
            }
        });
    }
    while let Some(ended) = senders.join_next().await {
        ended.map_err(|error| error.to_string())??;
    }
    Ok(per_second(plan.messages, began.elapsed()))
}

async fn one(post: &Post, n: u64, bytes: &str) -> Result<(), String> {
    let delivery = DeliveryId::from(uuid::Uuid::from_u128(u128::from(n)));
    let address = |raw: String| raw.parse::<EmailAddress>().map_err(|error| error.to_string());
    let from = verp::sender(
        &address("bounce@daybreak.example".into())?,
        &verp::BounceKey::new("a key of the bench"),
        delivery,
    );
    let to = address(format!("someone@customer-{}.example", n % DOMAINS))?;
    let pass = post.enter(&to).await.map_err(|full| format!("no place for {:?}", full.again))?;
    let letter = Letter { delivery, from: &from, to: &to, name: "", bytes: bytes.as_bytes() };
    let sent = post.send(&letter).await.map_err(|error| error.to_string());
    drop(pass);
    sent.map(|_| ())
}

/// Lines as long as those of smtp-source.
fn message(size: usize) -> String {
    let mut text =
        String::from("From: nights@daybreak.example\r\nTo: someone@customer.example\r\nSubject: a night\r\n\r\n");
    let line = format!("{}\r\n", "X".repeat(78));
    text.push_str(&line.repeat(size.div_ceil(line.len())));
    text
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn per_second(messages: u64, took: Duration) -> f64 {
    messages as f64 / took.as_secs_f64()
}

fn program(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/libexec/postfix".into()]);
    let found = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| format!("there is no {name} here: apt-get install postfix"))
}

/// A running smtp-sink on a free port; ended when dropped.
struct Sink {
    child: Child,
    port: u16,
}

impl Sink {
    fn start(program: &PathBuf) -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.map_err(|error| format!("no free port: {error}"))?.port();
        // Postfix's programs refuse to serve as root without a user to become.
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|told| told.stdout == b"0\n");
        let child = Command::new(program)
            .args(if is_root { &["-u", "nobody"][..] } else { &[] })
            .args([&format!("127.0.0.1:{port}"), "1024"])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start smtp-sink: {error}"))?;
        let sink = Self { child, port };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(sink);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("smtp-sink does not answer".to_owned())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // Best effort: it may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
