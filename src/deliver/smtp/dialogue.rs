//! Dialogue: one message over an open connection, each step under its deadline.
//!
//! A connection that died after the final dot is told apart from one that died before. It must not open or keep
//! connections.

use std::future::Future;
use std::sync::atomic::Ordering;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailParameter, RcptParameter};
use lettre::transport::smtp::response::Response;

use super::super::SendError;
use super::Deadlines;
use super::server::Connection;
use crate::model::{DeliveryId, chain};

/// What is sent.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub(super) delivery: DeliveryId,
    pub(super) envelope: Envelope,
    pub(super) bytes: &'a [u8],
}

/// Why a message was not taken.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: SendError,
    /// The connection had ended before anything was at stake: on another one all may be well.
    pub(super) stale: bool,
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self { error, stale: false }
    }
}

/// Where in the dialogue a failure happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before the message: it was surely not taken.
    Before,
    /// After its last byte: without an answer nobody knows.
    Message,
}

/// Hands over one message and returns the server's answer.
pub(super) async fn transfer(
    connection: &mut Connection,
    deadlines: Deadlines,
    message: &Message<'_>,
) -> Result<String, Failure> {
    open(connection, deadlines, message).await?;
    // lettre ends the message with a line break of its own before the dot.
    let bytes = message.bytes.strip_suffix(b"\r\n").unwrap_or(message.bytes);
    let before = connection.written.load(Ordering::Relaxed);
    let answered = tokio::time::timeout(deadlines.message, connection.smtp.message(bytes)).await;
    // Encryption and dots only make a message longer: a socket that took fewer bytes than it has never sent its end.
    let cut_short = connection.written.load(Ordering::Relaxed) - before < bytes.len() as u64;
    let phase = if cut_short { Phase::Before } else { Phase::Message };
    Ok(match answered {
        Ok(Ok(response)) => answer(&response),
        Ok(Err(error)) => return Err(classify(&error, phase).into()),
        Err(_) if cut_short => return Err(SendError::Network("the server stopped taking the message".into()).into()),
        Err(_) => {
            let limit = deadlines.message.as_secs_f32();
            return Err(SendError::Unknown(format!("no answer to the message within {limit} s")).into());
        }
    })
}

/// MAIL, RCPT and DATA: in one go where the server takes that (RFC 2920), else one after another.
async fn open(connection: &mut Connection, deadlines: Deadlines, message: &Message<'_>) -> Result<(), Failure> {
    let commands = commands(connection, message)?;
    let smtp = &mut connection.smtp;
    for (n, command) in commands.iter().enumerate() {
        let answered = if !connection.offers.pipelining {
            step(deadlines.command, smtp.command(command)).await
        } else if n == 0 {
            step(deadlines.command, smtp.command(commands.concat())).await
        } else {
            step(deadlines.command, smtp.read_response()).await
        };
        // 421 is a server's goodbye (RFC 5321 section 3.8): it says nothing about this mail.
        answered.map_err(|error| Failure {
            stale: n == 0
                && match &error {
                    Stopped::Failed(error @ SendError::Refused(_)) => error.to_string().contains("(421)"),
                    Stopped::Failed(error) => matches!(error, SendError::Network(_)),
                    Stopped::Late(_) => false,
                },
            error: error.into(),
        })?;
    }
    Ok(())
}

fn commands(connection: &Connection, message: &Message<'_>) -> Result<[String; 3], SendError> {
    let offers = connection.offers;
    let other = |keyword: &str, value: String| (keyword.to_owned(), Some(value));
    let (mut mail, mut rcpt) = (Vec::new(), Vec::new());
    let mut addresses = message.envelope.from().into_iter().chain(message.envelope.to());
    if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
        if !connection.smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(SendError::Rejected("the server does not take addresses that are not ASCII (SMTPUTF8)".into()));
        }
        mail.push(MailParameter::SmtpUtfEight);
    }
    if offers.size {
        mail.push(MailParameter::Size(message.bytes.len()));
    }
    if offers.dsn {
        // The headers are enough to know the mail again, and the id to know the delivery.
        let id = message.delivery.as_uuid().simple().to_string();
        for (keyword, value) in [other("RET", "HDRS".into()), other("ENVID", id)] {
            mail.push(MailParameter::Other { keyword, value });
        }
        let (keyword, value) = other("NOTIFY", "FAILURE,DELAY".into());
        rcpt.push(RcptParameter::Other { keyword, value });
    }
    let Some(to) = message.envelope.to().first() else { return Err(SendError::Rejected("it has no recipient".into())) };
    Ok([
        Mail::new(message.envelope.from().cloned(), mail).to_string(),
        Rcpt::new(to.clone(), rcpt).to_string(),
        Data.to_string(),
    ])
}

/// Why a step did not succeed.
#[derive(Debug)]
enum Stopped {
    Failed(SendError),
    Late(Duration),
}

impl From<Stopped> for SendError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Failed(error) => error,
            Stopped::Late(limit) => Self::Network(format!("no answer within {} s", limit.as_secs_f32())),
        }
    }
}

async fn step<T>(
    limit: Duration,
    command: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Stopped> {
    match tokio::time::timeout(limit, command).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Stopped::Failed(classify(&error, Phase::Before))),
        Err(_) => Err(Stopped::Late(limit)),
    }
}

fn answer(response: &Response) -> String {
    let text: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), text.join(" "))
}

/// What a failure means. Only a reply with 5xx is final; `is_transient` covers 4xx alone, so all else is retried.
fn classify(error: &lettre::transport::smtp::Error, phase: Phase) -> SendError {
    let text = chain(error);
    if error.is_permanent() {
        SendError::Rejected(text)
    } else if error.is_transient() {
        SendError::Refused(text)
    } else if phase == Phase::Message {
        SendError::Unknown(text)
    } else {
        SendError::Network(text)
    }
}
