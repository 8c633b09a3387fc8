//! What a server does wrong, at each step, and what it means for the mail.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// How sending one message ends with a server that does `what` at `step`, with commands one by one and in one go.
async fn ends(step: &'static str, what: Do) -> [Result<String, SendError>; 2] {
    let once = async |offers| {
        let manner = Manner { offers, ..Manner::default() };
        let sink = Sink::start(manner, move |at, _| if at == step { what } else { Do::Ordinary }).await;
        let ended = send(&smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port)), MESSAGE).await;
        assert_eq!(sink.taken().len(), usize::from(ended.is_ok()), "{step}: {ended:?}");
        ended
    };
    [once(&[]).await, once(&["PIPELINING"]).await]
}

#[tokio::test]
async fn a_no_for_now_is_tried_again_and_a_no_for_good_is_not() {
    for step in ["MAIL", "RCPT", "DATA", "."] {
        for ended in ends(step, Do::Say("450 4.2.1 later")).await {
            let error = ended.unwrap_err();
            assert!(matches!(error, SendError::Refused(_)) && !error.is_final(), "{step}: {error:?}");
            assert!(error.to_string().contains("450"), "{error}");
        }
        for ended in ends(step, Do::Say("550 5.1.1 no such user")).await {
            let error = ended.unwrap_err();
            assert!(matches!(error, SendError::Rejected(_)) && error.is_final(), "{step}: {error:?}");
            assert!(error.to_string().contains("no such user"), "{error}");
        }
    }
}

#[tokio::test]
async fn only_after_the_final_dot_does_nobody_know() {
    for what in [Do::Close, Do::Hang] {
        for step in ["MAIL", "RCPT", "DATA"] {
            for ended in ends(step, what).await {
                let error = ended.unwrap_err();
                assert!(matches!(error, SendError::Network(_)) && !error.is_final(), "{step} {what:?}: {error:?}");
            }
        }
        for ended in ends(".", what).await {
            let error = ended.unwrap_err();
            assert!(matches!(error, SendError::Unknown(_)), "{what:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_message_that_was_cut_short_was_surely_not_taken() {
    // More than the sockets' buffers hold, so that its end cannot have left.
    let line = format!("{}\r\n", "x".repeat(900));
    let large = format!("Subject: x\r\n\r\n{}", line.repeat(20_000));
    for what in [Do::Close, Do::Hang] {
        let sink = Sink::start(Manner::default(), move |at, _| if at == "body" { what } else { Do::Ordinary }).await;
        let error = send(&smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port)), &large).await.unwrap_err();
        assert!(matches!(error, SendError::Network(_)), "{what:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_turns_everybody_away_says_nothing_about_this_mail() {
    for (step, what) in [
        ("connect", Do::Say("554 no service here")),
        ("connect", Do::Say("421 too busy")),
        ("connect", Do::Close),
        ("EHLO", Do::Say("550 not you")),
        ("EHLO", Do::Close),
    ] {
        for ended in ends(step, what).await {
            let error = ended.unwrap_err();
            assert!(matches!(error, SendError::Unreachable(_)) && !error.is_final(), "{step} {what:?}: {error:?}");
        }
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = send(&smtp(&format!("smtp://127.0.0.1:{nobody}?tls=none")), MESSAGE).await.unwrap_err();
    assert!(matches!(&error, SendError::Unreachable(_)), "{error:?}");
    assert!(
        error.to_string().starts_with(&format!("the mail server cannot be reached: 127.0.0.1:{nobody}: ")),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_hangs_at_the_greeting_is_left_at_the_deadline() {
    let sink = Sink::start(Manner::default(), |at, _| if at == "connect" { Do::Hang } else { Do::Ordinary }).await;
    let mut smtp = smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port));
    Arc::get_mut(&mut smtp.server).unwrap().deadlines.connect = Duration::from_millis(200);
    let error = send(&smtp, MESSAGE).await.unwrap_err();
    let told = format!("the mail server cannot be reached: 127.0.0.1:{} did not answer within 0.2 s", sink.port);
    assert_eq!(error.to_string(), told);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_costs_nothing() {
    for goodbye in [Do::Close, Do::Say("421 4.4.2 idle too long")] {
        let mails = AtomicUsize::new(0);
        let script = move |at: &str, _: &str| {
            // Only the second MAIL that is heard finds the server gone.
            if at == "MAIL" && mails.fetch_add(1, Ordering::SeqCst) == 1 { goodbye } else { Do::Ordinary }
        };
        let sink = Sink::start(Manner::default(), script).await;
        let smtp = smtp(&format!("smtp://127.0.0.1:{}?tls=none", sink.port));
        send(&smtp, MESSAGE).await.unwrap();
        send(&smtp, MESSAGE).await.unwrap();
        assert_eq!((sink.connections(), sink.taken().len()), (2, 2), "{goodbye:?}");
    }
}

#[tokio::test]
async fn a_refused_login_is_one_clear_sentence() {
    let manner = Manner { offers: &["AUTH PLAIN LOGIN"], ..Manner::default() };
    let sink =
        Sink::start(manner, |at, _| if at == "AUTH" { Do::Say("535 5.7.8 bad credentials") } else { Do::Ordinary })
            .await;
    let smtp = with(&format!("smtp://127.0.0.1:{}?tls=none", sink.port), Some(("nights", "hunter2")), None);
    for error in [send(&smtp, MESSAGE).await.unwrap_err(), smtp.check().await.unwrap_err()] {
        let told = format!(
            "the mail server refused the login: 127.0.0.1:{} does not accept the user nights: permanent error (535): 5.7.8 bad credentials",
            sink.port
        );
        assert_eq!(error.to_string(), told);
        assert!(!error.is_final() && error.remedy().contains("DAYBREAK_SMTP_PASSWORD"), "somebody may mend it");
    }
    assert!(sink.taken().is_empty());
    // A night's mails do not all try the wrong password.
    assert!(matches!(send(&smtp, MESSAGE).await, Err(SendError::Login(_))));
    assert_eq!(sink.heard().iter().filter(|line| line.starts_with("AUTH")).count(), 2, "one to send, one to check");
    let silent = Sink::start(Manner::default(), |_, _| Do::Ordinary).await;
    let smtp = with(&format!("smtp://127.0.0.1:{}?tls=none", silent.port), Some(("nights", "hunter2")), None);
    assert!(matches!(send(&smtp, MESSAGE).await, Err(SendError::Login(_))), "a server that takes no login");
}
