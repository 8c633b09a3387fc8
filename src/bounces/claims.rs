//! Claims: which deliveries of ours a returned mail names, the surest way first.
//!
//! A claim is a token or an id of ours; an address that a text merely mentions is none. A token carries a mark that
//! nobody else can make; an id follows from what a report is, so it may say that a mail came back, but it suppresses
//! nobody. It must not look anything up.

use uuid::Uuid;

use super::fields::{groups, plain_of_xtext};
use super::mail::Mail;
use crate::deliver::verp::{self, Token};
use crate::model::DeliveryId;

/// A delivery that a mail names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// By a token in an envelope's address or id; whether it is ours is to be looked at.
    Token(Token),
    /// By an id that stands in our mail.
    Id(DeliveryId),
    /// By the Message-ID of the mail that came back (without angle brackets); the delivery's row must have the same.
    MessageId(DeliveryId, String),
}

impl Claim {
    /// The delivery.
    #[must_use]
    pub const fn delivery(&self) -> DeliveryId {
        match self {
            Self::Token(token) => token.delivery,
            Self::Id(delivery) | Self::MessageId(delivery, _) => *delivery,
        }
    }

    /// Whether it is a token.
    #[must_use]
    pub const fn is_token(&self) -> bool {
        matches!(self, Self::Token(_))
    }
}

/// A mail that names more deliveries than that was not returned by a server.
const MOST: usize = 8;
/// Headers that say to which address of ours the mail came.
const RECIPIENTS: [&str; 6] = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc"];

/// The claims of a mail.
pub(super) fn claims(mail: &Mail) -> Vec<Claim> {
    let mut found = Vec::new();
    for name in RECIPIENTS {
        mail.all(name).for_each(|value| tokens(value, &mut found));
    }
    let nested = mail.nested();
    for inner in nested.iter().skip(1) {
        inner.all("return-path").for_each(|value| tokens(value, &mut found));
    }
    let texts = || nested.iter().flat_map(|mail| mail.parts.iter()).map(|part| part.text.as_str());
    let reports = nested.iter().flat_map(|mail| mail.parts.iter()).filter(|part| part.kind.starts_with("message/"));
    for report in reports {
        groups(&report.text).iter().filter_map(|group| group.get("original-envelope-id")).for_each(|id| {
            envelope_id(id, &mut found);
        });
    }
    texts().for_each(|text| tokens(text, &mut found));
    for inner in nested.iter().skip(1) {
        inner.values().for_each(|value| ids(value, &mut found));
    }
    for name in ["in-reply-to", "references"] {
        mail.all(name).for_each(|value| ids(value, &mut found));
    }
    texts().for_each(|text| ids(text, &mut found));
    found
}

fn add(claim: Claim, found: &mut Vec<Claim>) {
    if found.len() < MOST && !found.iter().any(|known| known.delivery() == claim.delivery()) {
        found.push(claim);
    }
}

/// Addresses with a token (`bounce+TOKEN@…`), however they are written around it: forwarders rewrite senders.
fn tokens(text: &str, found: &mut Vec<Claim>) {
    for (at, _) in text.match_indices('+') {
        let end = at + 1 + verp::TOKEN;
        if let Some(token) = text.get(at + 1..end).and_then(Token::parse)
            && text[end..].starts_with(['@', '='])
        {
            add(Claim::Token(token), found);
        }
    }
}

/// Our Message-IDs (`UUID@domain`), and the MIME boundaries of our mails (`daybreak-mixed-UUID`).
fn ids(text: &str, found: &mut Vec<Claim>) {
    for (at, _) in text.match_indices('@') {
        if let Some(id) = at.checked_sub(36).and_then(|from| text.get(from..at)).and_then(|id| id.parse::<Uuid>().ok())
        {
            let domain = text[at + 1..].split(|c: char| c.is_whitespace() || "<>()\"',;:&".contains(c)).next();
            let message_id = format!("{}@{}", text[at - 36..at].to_ascii_lowercase(), domain.unwrap_or_default());
            add(Claim::MessageId(id.into(), message_id), found);
        }
    }
    for (at, mark) in text.match_indices("daybreak-mixed-") {
        let from = at + mark.len();
        if let Some(id) = text.get(from..from + 32).and_then(|id| id.parse::<Uuid>().ok()) {
            add(Claim::Id(id.into()), found);
        }
    }
}

/// An envelope id that is the delivery's: its token, or its UUID.
fn envelope_id(text: &str, found: &mut Vec<Claim>) {
    let text = plain_of_xtext(text.trim());
    tokens(&format!("+{text}@"), found);
    if let Ok(id) = text.split('@').next().unwrap_or_default().parse::<Uuid>() {
        add(Claim::Id(id.into()), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "aaaqeayeaudaocajbifqydiob4abcdefghij";

    fn claimed() -> Claim {
        Claim::Token(Token::parse(TOKEN).unwrap())
    }

    fn id() -> DeliveryId {
        Uuid::from_u128(0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f).into()
    }

    #[test]
    fn a_token_is_found_however_a_server_wrote_the_address() {
        for text in [
            format!("<bounce+{TOKEN}@daybreak.example>"),
            format!("SRS0=ab=cd=daybreak.example=bounce+{TOKEN}@forwarder.example"),
            format!("prvs=123=bounce+{}@daybreak.example,", TOKEN.to_uppercase()),
            format!("bounce+{TOKEN}=daybreak.example@relay.example"),
            format!("++ +x@ +{TOKEN} then bounce+{TOKEN}@x"),
        ] {
            let mut found = Vec::new();
            tokens(&text, &mut found);
            assert_eq!(found, [claimed()], "{text}");
        }
        let mut found = Vec::new();
        tokens(&format!("bounce+{TOKEN} żółć+żółćżółćżółćżół@ +"), &mut found);
        assert_eq!(found, []);
    }

    #[test]
    fn a_message_id_and_a_boundary_of_ours_name_their_delivery() {
        let mut found = Vec::new();
        ids("<00010203-0405-0607-0809-0A0B0C0D0E0F@Daybreak.example>", &mut found);
        let own = "00010203-0405-0607-0809-0a0b0c0d0e0f@Daybreak.example";
        assert_eq!(found, [Claim::MessageId(id(), own.into())]);
        found.clear();
        ids("boundary=\"daybreak-mixed-000102030405060708090a0b0c0d0e0f\"", &mut found);
        assert_eq!(found, [Claim::Id(id())]);
        found.clear();
        ids("@ x@y 0405-0607-0809-0a0b0c0d0e0f@z daybreak-mixed-ż", &mut found);
        assert_eq!(found, []);
        envelope_id("00010203-0405-0607-0809-0a0b0c0d0e0f", &mut found);
        assert_eq!(found, [Claim::Id(id())]);
        found.clear();
        envelope_id(TOKEN, &mut found);
        assert_eq!(found, [claimed()]);
    }
}
