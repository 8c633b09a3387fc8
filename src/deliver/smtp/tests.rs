//! The dialogue with a mail server that does what it should, or what servers do.

mod faults;
mod sink;
mod trust;

use super::server::Encryption;
use super::*;
use crate::model::DeliveryId;
use sink::{Do, Manner, Sink};

const MESSAGE: &str = "Subject: x\r\n\r\n.dots\r\n..at the beginning\r\n";

fn smtp(url: &str) -> Smtp {
    with(url, None, None)
}

/// With deadlines that a test can wait for.
fn with(url: &str, login: Option<(&str, &str)>, ca_file: Option<&Path>) -> Smtp {
    let (user, password) = login.unzip();
    let mut smtp = Smtp::new(url, user, password, ca_file, Pace::default()).unwrap();
    let soon = Duration::from_millis(300);
    let server = Arc::get_mut(&mut smtp.server).unwrap();
    server.deadlines = Deadlines { connect: Duration::from_secs(5), command: soon, message: soon, quit: soon };
    smtp
}

async fn send(smtp: &Smtp, bytes: &str) -> Result<String, SendError> {
    let address = |text: &str| text.parse::<EmailAddress>().unwrap();
    let (from, to) = (address("bounce+token@daybreak.example"), address("b@example.com"));
    let delivery = DeliveryId::from(uuid::Uuid::from_u128(7));
    smtp.send(&Letter { delivery, from: &from, to: &to, name: "a.eml", bytes: bytes.as_bytes() }).await
}

#[test]
fn a_server_url_says_how_it_is_encrypted() {
    let of = |url| Smtp::new(url, None, None, None, Pace::default()).map(|smtp| (smtp.name(), smtp.server.encryption));
    assert_eq!(of("smtp://mail.example.com").unwrap(), ("mail.example.com:587".into(), Encryption::StartTls));
    assert_eq!(of("smtps://mail.example.com").unwrap(), ("mail.example.com:465".into(), Encryption::Tls));
    assert_eq!(of("smtp://127.0.0.1:25?tls=none").unwrap(), ("127.0.0.1:25".into(), Encryption::None));
    assert_eq!(of("smtp://[::1]:25?tls=opportunistic").unwrap(), ("[::1]:25".into(), Encryption::Opportunistic));
    for wrong in ["http://mail.example.com", "smtp://", "smtp://h?tls=maybe", "smtps://h?tls=none"] {
        assert!(matches!(of(wrong), Err(SendError::Url(_))), "{wrong}");
    }
    assert!(matches!(Smtp::new("smtp://h", Some("user"), None, None, Pace::default()), Err(SendError::Url(_))));
}

#[tokio::test]
async fn connections_are_used_again_and_the_bytes_arrive_as_they_are() {
    let sink = Sink::start(Manner::default(), |_, _| Do::Ordinary).await;
    let smtp = smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port));
    for _ in 0..3 {
        assert_eq!(send(&smtp, MESSAGE).await.unwrap(), "250 queued as 7");
    }
    assert_eq!(sink.connections(), 1);
    assert_eq!(sink.taken(), [MESSAGE; 3]);
    assert!(sink.heard().iter().all(|command| !command.starts_with("NOOP")), "no round trip is spent on asking");
}

#[tokio::test]
async fn what_a_server_offers_is_used_and_nothing_else_is_asked_of_it() {
    let transaction = async |offers| {
        let sink = Sink::start(Manner { offers, ..Manner::default() }, |_, _| Do::Ordinary).await;
        send(&smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port)), MESSAGE).await.unwrap();
        assert_eq!(sink.taken(), [MESSAGE]);
        sink.heard().into_iter().filter(|line| !line.starts_with("EHLO")).collect::<Vec<_>>()
    };
    let plain = ["MAIL FROM:<bounce+token@daybreak.example>", "RCPT TO:<b@example.com>", "DATA"];
    assert_eq!(transaction(&[]).await, plain);
    assert_eq!(transaction(&["PIPELINING"]).await, plain);
    let asked = [
        "MAIL FROM:<bounce+token@daybreak.example> SIZE=41 RET=HDRS ENVID=00000000000000000000000000000007",
        "RCPT TO:<b@example.com> NOTIFY=FAILURE,DELAY",
        "DATA",
    ];
    assert_eq!(transaction(&["PIPELINING", "SIZE 10240000", "DSN"]).await, asked);
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "what is skipped is said so")]
async fn a_message_to_ipv6_leaves_like_any_other() {
    let manner = Manner { address: "[::1]:0", ..Manner::default() };
    if tokio::net::TcpListener::bind(manner.address).await.is_err() {
        println!("skipped: this machine has no IPv6");
        return;
    }
    let sink = Sink::start(manner, |_, _| Do::Ordinary).await;
    send(&smtp(&format!("smtp://[::1]:{}?tls=none", sink.port)), MESSAGE).await.unwrap();
    assert_eq!(sink.taken(), [MESSAGE]);
}

#[tokio::test]
async fn idle_connections_are_parted_from() {
    let sink = Sink::start(Manner::default(), |_, _| Do::Ordinary).await;
    let smtp = smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port));
    send(&smtp, MESSAGE).await.unwrap();
    {
        let mut idle = smtp.idle();
        assert_eq!(idle.kept.len(), 1);
        idle.kept[0].0 = Instant::now().checked_sub(IDLE_LIFE).unwrap();
    }
    assert!(smtp.reuse().is_none(), "one that is too old is not used");
    send(&smtp, MESSAGE).await.unwrap();
    assert_eq!(sink.connections(), 2);
}
