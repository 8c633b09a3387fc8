//! Upload: the body of a form with a file (`multipart/form-data`, RFC 7578) becomes its fields.
//!
//! The whole body is in memory, and small. It must not look into a file: whoever takes it does.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;

use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// A form with a file is no larger; a file that is larger than may be used can still be told so in words.
const MOST: usize = 4 << 20;
/// A form of ours has fewer fields.
const MOST_FIELDS: usize = 16;

/// The fields of a signed-in person's form with a file.
#[derive(Debug)]
pub(super) struct Uploaded(Vec<Field>);

#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: String,
    bytes: Bytes,
}

impl Uploaded {
    /// A field's bytes; empty where it was not sent.
    pub(super) fn bytes(&self, name: &str) -> &[u8] {
        self.0.iter().find(|field| field.name == name).map_or(&[], |field| &field.bytes)
    }

    /// A field's text; empty where it was not sent, or is none.
    pub(super) fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default()
    }
}

impl FromRequest<PortalState> for Uploaded {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &PortalState) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let Ok(viewer) = Viewer::from_request_parts(&mut parts, state).await;
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = boundary(kind).ok_or(Fault::Form)?.to_owned();
        let bytes = to_bytes(body, MOST).await.map_err(|_| Fault::TooLarge)?;
        let form = Self(fields(&bytes, &boundary).ok_or(Fault::Form)?);
        // Both are hashes of 160 random bits: how long the comparison takes tells nothing of use.
        if viewer.csrf.is_none_or(|csrf| csrf != form.text("csrf")) {
            return Err(Fault::Form);
        }
        Ok(form)
    }
}

/// The boundary that a content type names (RFC 2046, 5.1.1).
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut named = parameters.split(';').filter_map(|parameter| parameter.trim().split_once('='));
    let (_, value) = named.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let value = value.trim_matches('"');
    (1..=70).contains(&value.len()).then_some(value)
}

/// The parts between the boundaries; none where the body is not whole.
fn fields(body: &Bytes, boundary: &str) -> Option<Vec<Field>> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first stands at the very beginning, without a line break before it.
    let mut at = body.strip_prefix(&delimiter[2..]).map(|_| delimiter.len() - 2)?;
    let mut found = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Some(found);
        }
        let rest = rest.strip_prefix(b"\r\n")?;
        let start = at + 2;
        let length = position(rest, &delimiter)?;
        let part = &rest[..length];
        let head = position(part, b"\r\n\r\n")?;
        let bytes = body.slice(start + head + 4..start + length);
        if let Some(name) = name_of(std::str::from_utf8(&part[..head]).ok()?) {
            found.push(Field { name, bytes });
        }
        if found.len() > MOST_FIELDS {
            return None;
        }
        at = start + length + delimiter.len();
    }
}

/// The field's name in the headers of a part. Names of ours are plain, so that no escape need be read.
fn name_of(headers: &str) -> Option<String> {
    let header = headers.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let mut parameters = header.split(';').map(str::trim);
    let named = parameters.find_map(|parameter| parameter.strip_prefix("name="))?;
    Some(named.trim_matches('"').to_owned())
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
        let found = fields(&Bytes::copy_from_slice(body), "x")?;
        Some(found.into_iter().map(|field| (field.name, field.bytes.to_vec())).collect())
    }

    #[test]
    fn a_form_with_a_file_is_read_as_browsers_write_it() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nword\r\n\
            --x\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a; name=b.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n--not\r\n\0\xff\r\n--x--\r\n";
        let found = read(body).unwrap();
        assert_eq!(found[0], ("csrf".into(), b"word".to_vec()));
        assert_eq!(found[1], ("logo".into(), b"\x89PNG\r\n\r\n--not\r\n\0\xff".to_vec()));
        assert_eq!(read(b"--x--\r\n").unwrap(), []);
    }

    #[test]
    fn what_is_not_whole_is_no_form() {
        for body in [
            &b""[..],
            b"--x",
            b"--x\r\n",
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nword",
            b"--x\r\nno head\r\n--x--",
            b"--y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nword\r\n--y--",
            b"--x\r\n\xff: a\r\n\r\n\r\n--x--",
        ] {
            assert_eq!(read(body), None, "{}", String::from_utf8_lossy(body));
        }
        let many = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(17);
        assert_eq!(read(&[&many[..], b"--x--"].concat()), None);
    }

    #[test]
    fn a_boundary_is_found_where_one_is_named() {
        assert_eq!(
            boundary("multipart/form-data; boundary=----WebKitFormBoundaryA1"),
            Some("----WebKitFormBoundaryA1")
        );
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\""), Some("a b"));
        for none in [
            "",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=a",
        ] {
            assert_eq!(boundary(none), None, "{none}");
        }
    }
}
