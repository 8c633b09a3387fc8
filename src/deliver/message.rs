//! Message: the parts of a mail become the exact bytes that are archived, and sent as often as it takes.
//!
//! Message-ID, Date and MIME boundaries follow from the delivery, so the same delivery is the same message.

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};

use super::dkim::{DkimError, Signer};
use crate::config::Mail;
use crate::model::{AddressError, DeliveryId, EmailAddress, Language, clean};

/// Why a message could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The recipient's address is none.
    #[error("no mail can be addressed to the contact")]
    Address(#[source] AddressError),
    /// The recipient's address is one that the mail library refuses.
    #[error("no mail can be addressed to the contact")]
    Recipient(#[source] lettre::address::AddressError),
    /// The sender's address or name.
    #[error("the sender's address in [mail] cannot be used")]
    Sender(#[source] lettre::address::AddressError),
    /// A content type that is none.
    #[error("a part has the content type {0:?}, which is none")]
    ContentType(String),
    /// The mail library refused a part.
    #[error("the message cannot be put together")]
    Build(#[source] lettre::error::Error),
    /// The signature.
    #[error("the message cannot be signed")]
    Sign(#[source] DkimError),
}

/// A picture that the HTML part shows by its Content-ID.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Content-ID, without angle brackets.
    pub cid: &'a str,
    /// Content type.
    pub content_type: &'a str,
    /// File name.
    pub file_name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What a mail is made of.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The delivery that it is.
    pub delivery: DeliveryId,
    /// Name of the sender.
    pub from_name: &'a str,
    /// Where answers go, where that is not where `[mail]` says.
    pub reply_to: Option<&'a EmailAddress>,
    /// The recipient's address.
    pub to: &'a EmailAddress,
    /// The recipient's name.
    pub to_name: &'a str,
    /// Subject.
    pub subject: &'a str,
    /// Text part.
    pub text: &'a str,
    /// HTML part.
    pub html: &'a str,
    /// Pictures of the HTML part.
    pub pictures: &'a [Picture<'a>],
    /// File name and bytes of the PDF, where it is attached.
    pub pdf: Option<(&'a str, &'a [u8])>,
    /// Language of the parts.
    pub language: Language,
    /// When the report was frozen: the Date of the mail.
    pub date: DateTime<Utc>,
    /// Where a one-click POST unsubscribes (RFC 8058).
    pub unsubscribe: Option<&'a str>,
    /// Name of the list that the mail belongs to (RFC 2919): the site.
    pub list_name: &'a str,
    /// A name of the site that fits a domain.
    pub list_label: &'a str,
    /// What kind of mail it is, for `Feedback-ID`.
    pub kind: &'a str,
}

/// The exact bytes of a mail.
#[derive(Debug, Clone)]
pub struct Assembled {
    /// The bytes, with CRLF line ends.
    pub bytes: Vec<u8>,
    /// Message-ID without angle brackets.
    pub message_id: String,
}

/// Puts a mail together: `mixed(alternative(text, related(html, pictures)), pdf)`, signed.
pub fn assemble(mail: &Mail, signer: &Signer, parts: &Parts<'_>) -> Result<Assembled, MessageError> {
    let message_id = format!("{}@{}", parts.delivery, mail.domain);
    let from =
        Mailbox::new(Some(one_line(parts.from_name, 100)), deliverable(&mail.from).map_err(MessageError::Sender)?);
    let to = Mailbox::new(
        Some(one_line(parts.to_name, 100)).filter(|name| !name.is_empty()),
        deliverable(parts.to).map_err(MessageError::Recipient)?,
    );
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(parts.subject, 200))
        .date(parts.date.into())
        .message_id(Some(format!("<{message_id}>")));
    if let Some(reply_to) = parts.reply_to.or(mail.reply_to.as_ref()) {
        builder = builder.reply_to(Mailbox::new(None, deliverable(reply_to).map_err(MessageError::Sender)?));
    }
    for (name, value) in extra_headers(mail, parts) {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    let message = builder.multipart(body(parts)?).map_err(MessageError::Build)?;
    let bytes = fold_headers(message.formatted());
    Ok(Assembled { bytes: signer.sign(bytes, parts.date).map_err(MessageError::Sign)?, message_id })
}

/// Folds header lines over 78 octets at their spaces (RFC 5322 section 2.2.3); the mail library leaves a long name and
/// its address on one line.
fn fold_headers(message: Vec<u8>) -> Vec<u8> {
    const MOST: usize = 78;
    let Some(end) = message.windows(4).position(|window| window == b"\r\n\r\n") else { return message };
    let (headers, rest) = message.split_at(end);
    let mut folded = Vec::with_capacity(message.len() + 64);
    for (n, line) in headers.split(|byte| *byte == b'\n').enumerate() {
        let mut line = line.strip_suffix(b"\r").unwrap_or(line);
        if n > 0 {
            folded.extend_from_slice(b"\r\n");
        }
        while line.len() > MOST {
            // The last space that leaves something on the line; a run without one stays whole.
            let Some(at) =
                (2..=MOST).rev().find(|at| line[*at] == b' ' && line[*at - 1] != b' ' && line[*at - 1] != b':')
            else {
                break;
            };
            folded.extend_from_slice(&line[..at]);
            folded.extend_from_slice(b"\r\n");
            line = &line[at..];
        }
        folded.extend_from_slice(line);
    }
    folded.extend_from_slice(rest);
    folded
}

/// An address as the envelope and headers need it: the domain as A-labels (RFC 5890), so that SMTPUTF8 is only
/// asked of the server for a local part that is not ASCII.
pub(super) fn deliverable(address: &EmailAddress) -> Result<lettre::Address, lettre::address::AddressError> {
    let raw = address.as_str();
    let local = raw.rsplit_once('@').map_or(raw, |(local, _)| local);
    let domain = match url::Host::parse(address.domain()) {
        Ok(url::Host::Domain(ascii)) => ascii,
        _ => address.domain().to_owned(),
    };
    lettre::Address::new(local, domain)
}

fn extra_headers(mail: &Mail, parts: &Parts<'_>) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("Content-Language", parts.language.tag().to_owned()),
        ("List-Id", format!("{} <{}.nights.{}>", quoted(parts.list_name), parts.list_label, mail.domain)),
        // campaign : customer : kind : sender, as Gmail's feedback loop reads it.
        ("Feedback-ID", format!("{}:{}:night-report:daybreak", parts.kind, parts.list_label)),
    ];
    if let Some(url) = parts.unsubscribe {
        headers.push(("List-Unsubscribe", format!("<{url}>")));
        headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    headers
}

/// A name as a quoted string; one that is not ASCII is left to the library's encoding.
fn quoted(name: &str) -> String {
    let name = one_line(name, 60);
    if name.is_ascii() { format!("\"{}\"", name.replace(['"', '\\'], "'")) } else { name.replace(['<', '>'], "'") }
}

/// Cleaned, on one line, of at most so many characters.
fn one_line(text: &str, most: usize) -> String {
    let words = clean(text);
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most { line } else { line.chars().take(most - 1).chain(['…']).collect() }
}

fn body(parts: &Parts<'_>) -> Result<MultiPart, MessageError> {
    let boundary = |name: &str| format!("daybreak-{name}-{}", parts.delivery.as_uuid().simple());
    let mut related = MultiPart::related()
        .boundary(boundary("related"))
        .singlepart(text_part(ContentType::TEXT_HTML, parts.html.to_owned()));
    for picture in parts.pictures {
        let content_type = content_type(picture.content_type)?;
        related = related.singlepart(
            Attachment::new_inline_with_name(picture.cid.to_owned(), picture.file_name.to_owned())
                .body(base64_body(picture.bytes), content_type),
        );
    }
    let alternative = MultiPart::alternative()
        .boundary(boundary("alternative"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, parts.text.to_owned()))
        .multipart(related);
    let mut mixed = MultiPart::mixed().boundary(boundary("mixed")).multipart(alternative);
    if let Some((file_name, bytes)) = parts.pdf {
        mixed = mixed.singlepart(
            Attachment::new(file_name.to_owned()).body(base64_body(bytes), content_type("application/pdf")?),
        );
    }
    Ok(mixed)
}

/// Quoted-printable always, never 8bit: lines stay short and no server on the way needs an extension.
fn text_part(content_type: ContentType, text: String) -> SinglePart {
    let encoded = Body::new_with_encoding(text.clone(), ContentTransferEncoding::QuotedPrintable)
        .unwrap_or_else(|_| Body::new(text));
    SinglePart::builder().header(content_type).body(encoded)
}

fn base64_body(bytes: &[u8]) -> Body {
    Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64)
        .unwrap_or_else(|_| Body::new(bytes.to_vec()))
}

fn content_type(raw: &str) -> Result<ContentType, MessageError> {
    ContentType::parse(raw).map_err(|_| MessageError::ContentType(raw.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Transport;
    use mail_parser::{MessageParser, MimeHeaders};

    fn mail() -> Mail {
        Mail {
            transport: Transport::Memory,
            from: "nights@daybreak.example".parse().unwrap(),
            from_name: None,
            reply_to: Some("desk@daybreak.example".parse().unwrap()),
            domain: "daybreak.example".into(),
            max_attachment: 1 << 20,
            bounce_address: None,
            pace: crate::config::Pace::default(),
            dkim: None,
        }
    }

    fn sample<'a>(to: &'a EmailAddress, pictures: &'a [Picture<'a>]) -> Parts<'a> {
        Parts {
            delivery: DeliveryId::from(uuid::Uuid::from_u128(7)),
            reply_to: None,
            from_name: "Daybreak\r\nBcc: thief@example.com",
            to,
            to_name: "Łukasz \"Żółć\"\r\nX-Evil: 1",
            subject: "Café Ω: 2 incidents\r\nBcc: thief@example.com",
            text: "Zażółć gęślą jaźń\nsecond line",
            html: "<p>Zażółć <img src=\"cid:chart\" alt=\"\"></p>",
            pictures,
            pdf: Some(("report-2026-03-28.pdf", b"%PDF-1.7 sample")),
            language: Language::Pl,
            date: "2026-03-29T04:30:00Z".parse().unwrap(),
            unsubscribe: Some("https://portal.example.com/u/AbCdEf0123456789AbCdEf01234"),
            list_name: "Café “Ω”",
            list_label: "s1a2b3c4",
            kind: "report",
        }
    }

    #[test]
    fn an_independent_parser_finds_every_part_and_header() {
        let to: EmailAddress = "lukasz@customers.example.com".parse().unwrap();
        let pictures = [Picture { cid: "chart", content_type: "image/png", file_name: "chart.png", bytes: &[1, 2, 3] }];
        let assembled = assemble(&mail(), &Signer::default(), &sample(&to, &pictures)).unwrap();
        let parsed = MessageParser::default().parse(&assembled.bytes).unwrap();
        assert_eq!(parsed.subject(), Some("Café Ω: 2 incidents Bcc: thief@example.com"));
        assert_eq!(parsed.message_id(), Some(assembled.message_id.as_str()));
        assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-03-29T04:30:00Z");
        let recipient = parsed.to().unwrap().first().unwrap();
        assert_eq!(recipient.address(), Some("lukasz@customers.example.com"));
        assert_eq!(recipient.name(), Some("Łukasz \"Żółć\" X-Evil: 1"));
        assert!(parsed.bcc().is_none() && parsed.header("X-Evil").is_none(), "no header was injected");
        assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), "Zażółć gęślą jaźń\nsecond line");
        assert!(parsed.body_html(0).unwrap().contains("cid:chart"));
        let pdf = parsed.attachments().find(|part| part.attachment_name() == Some("report-2026-03-28.pdf")).unwrap();
        assert_eq!(pdf.contents(), b"%PDF-1.7 sample");
        let raw = String::from_utf8(assembled.bytes).unwrap();
        for line in raw.split("\r\n") {
            assert!(line.len() <= 78 || line.starts_with("List-Unsubscribe"), "{} octets: {line}", line.len());
        }
        for header in [
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Auto-Submitted: auto-generated",
            "Feedback-ID: report:s1a2b3c4:night-report:daybreak",
            "Content-Language: pl",
            "MIME-Version: 1.0",
        ] {
            assert!(raw.contains(&format!("\r\n{header}\r\n")), "{header}");
        }
        assert_eq!(raw.matches("\r\nTo: ").count(), 1);
    }

    #[test]
    fn answers_go_where_the_mail_says_else_where_the_house_says() {
        let to: EmailAddress = "zoe@example.com".parse().unwrap();
        let own: EmailAddress = "desk@exämple.example".parse().unwrap();
        for (reply_to, expected) in [(None, "desk@daybreak.example"), (Some(&own), "desk@xn--exmple-cua.example")] {
            let assembled = assemble(&mail(), &Signer::default(), &Parts { reply_to, ..sample(&to, &[]) }).unwrap();
            let parsed = MessageParser::default().parse(&assembled.bytes).unwrap();
            assert_eq!(parsed.reply_to().unwrap().first().unwrap().address(), Some(expected));
            assert_eq!(parsed.from().unwrap().first().unwrap().address(), Some("nights@daybreak.example"));
        }
    }

    #[test]
    fn the_same_delivery_is_the_same_message() {
        let to: EmailAddress = "zoe@exämple.example".parse().unwrap();
        let made = || assemble(&mail(), &Signer::default(), &sample(&to, &[])).unwrap();
        let (first, second) = (made(), made());
        assert_eq!(first.bytes, second.bytes);
        assert!(
            String::from_utf8(first.bytes).unwrap().contains("zoe@xn--exmple-cua.example"),
            "the domain is sent as A-labels"
        );
    }
}
