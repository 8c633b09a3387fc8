//! Timeline links: a site's template becomes the address of a camera at a second in the customer's own application.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::model::CameraRef;

/// The address, or none where the template asks for a camera and there is none: a link must never be dead.
#[must_use]
pub fn expand(template: &str, camera: Option<&CameraRef>, at: DateTime<Utc>) -> Option<String> {
    let mut url = template.to_owned();
    if url.contains("{camera}") {
        url = url.replace("{camera}", &encoded(camera?.as_str()));
    }
    // A colon may stand in a path and in a query (RFC 3986 section 3.3), and nothing else here needs encoding.
    Some(url.replace("{at}", &at.format("%Y-%m-%dT%H:%M:%SZ").to_string()))
}

/// Percent-encodes all but the unreserved characters (RFC 3986 section 2.3).
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_filled_and_a_hostile_ref_stays_in_its_place() {
        let at = "2026-03-28T17:01:37.5Z".parse().unwrap();
        let template = "https://app.example.com/t?camera={camera}&at={at}";
        let camera = CameraRef::new("a&b={at}/ż\"").unwrap();
        assert_eq!(
            expand(template, Some(&camera), at).unwrap(),
            "https://app.example.com/t?camera=a%26b%3D%7Bat%7D%2F%C5%BC%22&at=2026-03-28T17:01:37Z"
        );
        assert_eq!(expand(template, None, at), None);
        assert_eq!(expand("https://a.example/{at}", None, at).unwrap(), "https://a.example/2026-03-28T17:01:37Z");
    }
}
