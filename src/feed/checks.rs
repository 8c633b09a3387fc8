//! Checks: single values of a feed, each as strict as its standard and no stricter.

use rust_decimal::Decimal;
use url::Url;

use super::currencies::CURRENCIES;
use super::fault::quoted;
use super::value::Value;
use crate::model::Currency;

/// Digits of an amount before and after its point. The product of two such amounts and the sum of a transaction's
/// lines stay exact in 96 bits because the total is bounded as well.
const WHOLE_DIGITS: usize = 12;
const FRACTION_DIGITS: usize = 6;
/// A transaction's largest total: beyond it a sum would not be exact.
pub(super) const LARGEST_TOTAL: Decimal = Decimal::from_parts(0xA4C6_8000, 0x0003_8D7E, 0, false, 0);

/// The placeholders of a `timeline_url`.
const PLACEHOLDERS: [&str; 2] = ["camera", "at"];

/// A decimal as money is written: an optional minus, digits, and a point with digits.
pub(super) fn decimal(text: &str) -> Result<Decimal, String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole, usize::MAX) || !is_digits(fraction, usize::MAX) {
        return Err(format!("{} is no decimal such as \"4.10\"", quoted(text)));
    }
    if !is_digits(whole, WHOLE_DIGITS) || !is_digits(fraction, FRACTION_DIGITS) {
        return Err(format!(
            "{} has more than {WHOLE_DIGITS} digits before or {FRACTION_DIGITS} after its point",
            quoted(text)
        ));
    }
    text.parse().map_err(|_| format!("{} is no decimal such as \"4.10\"", quoted(text)))
}

/// A money amount: a decimal string. A JSON number is refused, because reading it may already have rounded it.
pub(super) fn money(value: &Value<'_>) -> Result<Decimal, String> {
    match value {
        Value::Text(text) => decimal(text),
        Value::Number(number) => Err(format!("{number} is a number; money is a decimal string such as \"4.10\"")),
        other => Err(format!("expected a decimal string such as \"4.10\", found {}", other.what())),
    }
}

/// A quantity: a number or a decimal string (0.35 kg are sold, too).
pub(super) fn quantity(value: &Value<'_>) -> Result<Decimal, String> {
    match value {
        Value::Text(text) => decimal(text),
        Value::Number(number) => decimal(&number.to_string()),
        other => Err(format!("expected a number, found {}", other.what())),
    }
}

/// An ISO 4217 code.
pub(super) fn currency(text: &str) -> Result<Currency, String> {
    if CURRENCIES.binary_search(&text).is_err() {
        return Err(format!("{} is no ISO 4217 currency code", quoted(text)));
    }
    Currency::new(text).map_err(|error| error.to_string())
}

/// A well-formed language tag (RFC 5646 section 2.1, which is BCP 47).
pub(super) fn locale(text: &str) -> Result<String, String> {
    if is_language_tag(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("{} is no BCP 47 language tag such as pl-PL", quoted(text)))
    }
}

fn is_language_tag(text: &str) -> bool {
    let alphanumeric = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let alpha = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    if text.len() > 128 || !text.split('-').all(alphanumeric) {
        return false;
    }
    let mut parts = text.split('-').peekable();
    let first = parts.next().unwrap_or_default();
    if first.eq_ignore_ascii_case("x") {
        return parts.peek().is_some();
    }
    if first.eq_ignore_ascii_case("i") {
        // The irregular tags of old registrations; none is more than one subtag long but these forms.
        return parts.peek().is_some_and(|part| part.len() >= 3);
    }
    if !(2..=8).contains(&first.len()) || !alpha(first) {
        return false;
    }
    let extended = |part: &&str| first.len() <= 3 && part.len() == 3 && alpha(part);
    for _ in 0..3 {
        if parts.next_if(extended).is_none() {
            break;
        }
    }
    parts.next_if(|part| part.len() == 4 && alpha(part));
    parts.next_if(|part| {
        (part.len() == 2 && alpha(part)) || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    });
    let variant = |part: &&str| part.len() >= 5 || (part.len() == 4 && part.as_bytes()[0].is_ascii_digit());
    while parts.next_if(variant).is_some() {}
    while let Some(singleton) = parts.next() {
        let private = singleton.eq_ignore_ascii_case("x");
        if singleton.len() != 1 || parts.peek().is_none_or(|part| !private && part.len() < 2) {
            return false;
        }
        if private {
            return true;
        }
        while parts.next_if(|part| part.len() >= 2).is_some() {}
    }
    true
}

/// A time zone's IANA name.
pub(super) fn timezone(text: &str) -> Result<chrono_tz::Tz, String> {
    text.parse().map_err(|_| format!("{} is no IANA time zone such as America/Chicago", quoted(text)))
}

/// An http(s) URL.
pub(super) fn web_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("{} is no URL: {error}", quoted(text)))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || text.chars().any(char::is_control) {
        return Err(format!("{} is no http or https URL", quoted(text)));
    }
    Ok(text.to_owned())
}

/// An http(s) URL with `{camera}` and `{at}` where these go.
pub(super) fn timeline_url(text: &str) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let inside = rest[at..].strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let Some((name, after)) = inside.filter(|(name, _)| !name.contains('{')) else {
            return Err(format!("{} has a brace without its other half", quoted(text)));
        };
        if !PLACEHOLDERS.contains(&name) {
            return Err(format!("unknown placeholder {} (there are {{camera}} and {{at}})", quoted(name)));
        }
        filled.push('x');
        rest = after;
    }
    filled.push_str(rest);
    web_url(&filled).map_err(|_| format!("{} is no http or https URL template", quoted(text)))?;
    Ok(text.to_owned())
}

/// A media type without parameters (RFC 6838 section 4.2), in lower case.
pub(super) fn content_type(text: &str) -> Result<String, String> {
    let name = |part: &str| {
        (1..=127).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
            && part.as_bytes()[0].is_ascii_alphanumeric()
    };
    match text.split_once('/') {
        Some((kind, subtype)) if name(kind) && name(subtype) => Ok(text.to_ascii_lowercase()),
        _ => Err(format!("{} is no content type such as video/mp4", quoted(text))),
    }
}

/// A SHA-256 in hex, turned to lower case.
pub(super) fn sha256(text: &str) -> Result<String, String> {
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(format!("{} is no SHA-256 of 64 hexadecimal digits", quoted(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_a_plain_decimal() {
        for good in ["0", "4.10", "-12.345678", "999999999999.999999"] {
            assert_eq!(decimal(good).unwrap().to_string(), good);
        }
        for bad in ["", "-", "+1", ".5", "5.", "1e3", "1_000", "1,50", "$4", "NaN", "١", "1.2.3", " 1"] {
            assert!(decimal(bad).unwrap_err().ends_with("is no decimal such as \"4.10\""), "{bad}");
        }
        assert!(decimal("1000000000000").is_err() && decimal("0.0000001").is_err());
        assert_eq!(LARGEST_TOTAL.to_string(), "1000000000000000");
    }

    #[test]
    fn currencies_are_those_of_the_standard() {
        assert!(CURRENCIES.is_sorted());
        assert!(currency("USD").is_ok() && currency("PLN").is_ok());
        assert!(currency("usd").is_err() && currency("ABC").is_err() && currency("").is_err());
    }

    #[test]
    fn locales_are_language_tags() {
        for good in [
            "en",
            "pl-PL",
            "zh-Hant-TW",
            "sr-Latn",
            "es-419",
            "de-CH-1996",
            "zh-yue",
            "en-u-ca-gregory",
            "x-mine",
            "i-klingon",
        ] {
            assert!(locale(good).is_ok(), "{good}");
        }
        for bad in
            ["", "e", "pl_PL", "en-", "-en", "en--US", "en-u", "x", "english-language-tag-x", "日本", "1a", "en-US-GB"]
        {
            assert!(locale(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_timeline_is_a_web_address_with_known_places() {
        assert!(timeline_url("https://app.example.com/t?camera={camera}&at={at}").is_ok());
        assert!(timeline_url("https://app.example.com/plain").is_ok());
        for bad in [
            "javascript:alert({at})",
            "app.example.com/{at}",
            "https://a.example/{when}",
            "https://a.example/{at",
            "https://a.example/}",
            "https://a.example/{{at}}",
            "https://",
        ] {
            assert!(timeline_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn content_types_have_two_names_and_no_parameters() {
        assert_eq!(content_type("Video/MP4").unwrap(), "video/mp4");
        for bad in ["video", "video/", "/mp4", "video/mp4; codecs=x", "video/mp4\r\nX: y", "vidéo/mp4"] {
            assert!(content_type(bad).is_err(), "{bad}");
        }
    }
}
