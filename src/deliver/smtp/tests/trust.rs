//! Whom a connection trusts.

use super::sink::{key, tls};
use super::*;

async fn server(certificate: &str, throughout: bool) -> Sink {
    let manner = Manner { tls: Some(tls(certificate)), throughout, offers: &["AUTH PLAIN"], ..Manner::default() };
    Sink::start(manner, |_, _| Do::Ordinary).await
}

fn url(sink: &Sink, throughout: bool) -> String {
    format!("{}://127.0.0.1:{}", if throughout { "smtps" } else { "smtp" }, sink.port)
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_it_is_named() {
    for throughout in [false, true] {
        let sink = server("server.pem", throughout).await;
        let smtp = with(&url(&sink, throughout), Some(("nights", "hunter2")), Some(&key("ca.pem")));
        send(&smtp, MESSAGE).await.unwrap();
        send(&smtp, MESSAGE).await.unwrap();
        assert_eq!((sink.connections(), sink.taken().len()), (1, 2));
        let before: Vec<String> = sink.heard().into_iter().take_while(|line| line != "STARTTLS").collect();
        assert!(throughout || before.len() == 1, "nothing but a greeting is said in the clear: {before:?}");
        let says = smtp.check().await.unwrap();
        let how = if throughout { "TLS" } else { "STARTTLS" };
        assert!(
            says.ends_with(&format!(
                "answers as sink.example ({how}, signed in as nights, no delivery status notifications)"
            )),
            "{says}"
        );
    }
}

#[tokio::test]
async fn a_wrong_certificate_gets_no_mail_and_no_password() {
    for throughout in [false, true] {
        for (certificate, ca, what) in [
            ("server.pem", None, "UnknownIssuer"),
            ("elsewhere.pem", Some(key("ca.pem")), "not valid for name"),
            ("expired.pem", Some(key("ca.pem")), "expired"),
        ] {
            let sink = server(certificate, throughout).await;
            let smtp = with(&url(&sink, throughout), Some(("nights", "hunter2")), ca.as_deref());
            for error in [send(&smtp, MESSAGE).await.unwrap_err(), smtp.check().await.unwrap_err()] {
                let told = error.to_string();
                assert!(matches!(error, SendError::Tls(_)) && !error.is_final(), "{told}");
                assert!(told.starts_with("the connection to the mail server is not safe: 127.0.0.1:"), "{told}");
                assert!(told.contains(what) && !told.contains('\n'), "{certificate}: {told}");
            }
            assert!(sink.taken().is_empty());
            assert!(!sink.heard().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
        }
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail_unless_that_was_asked_for() {
    let sink = Sink::start(Manner::default(), |_, _| Do::Ordinary).await;
    let error = send(&smtp(&format!("smtp://127.0.0.1:{}", sink.port)), MESSAGE).await.unwrap_err();
    assert!(error.to_string().ends_with("does not offer STARTTLS, and [mail] transport requires it"), "{error}");
    assert!(sink.taken().is_empty());
    send(&smtp(&format!("smtp://127.0.0.1:{}?tls=opportunistic", sink.port)), MESSAGE).await.unwrap();
}

#[test]
fn a_ca_file_that_is_none_is_said_so() {
    let told = |name: &str| {
        let made = Smtp::new("smtp://h", None, None, Some(&key(name)), Pace::default());
        made.unwrap_err().to_string().replace(&key("").display().to_string(), "")
    };
    assert!(told("none.pem").starts_with("[mail] ca_file none.pem cannot be used: "), "{}", told("none.pem"));
    assert_eq!(told("README.md"), "[mail] ca_file README.md cannot be used: there is no certificate in it");
    assert!(told("dkim-rsa.pem").contains("there is no certificate"));
}
