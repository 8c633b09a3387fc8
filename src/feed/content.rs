//! Content: the first bytes of a medium become the type that it is, whatever somebody says that it is.
//!
//! Types are those that browsers play or show; anything else is no medium of a report.

use std::fmt;

/// Bytes that suffice to know a type.
pub(super) const HEAD: usize = 64;

/// A type of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContentType {
    /// `video/mp4`: ISO base media (ISO/IEC 14496-12) of any brand but those below.
    Mp4,
    /// `video/quicktime`: the same boxes with the brand `qt  `.
    QuickTime,
    /// `video/webm`: EBML with that document type.
    WebM,
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/gif`
    Gif,
    /// `image/webp`
    WebP,
}

impl ContentType {
    /// All that producers may upload.
    pub const ALL: [Self; 7] = [Self::Mp4, Self::QuickTime, Self::WebM, Self::Jpeg, Self::Png, Self::Gif, Self::WebP];

    /// Its name (RFC 6838).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::WebM => "video/webm",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| name.eq_ignore_ascii_case(kind.as_str()))
    }

    /// Whether it is a still picture.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::WebP)
    }

    /// The type of what begins with these bytes.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        Some(match head {
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::Png,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', b' ', b' ', ..] => Self::QuickTime,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Mp4,
            [0x1A, 0x45, 0xDF, 0xA3, header @ ..] if header.windows(4).any(|word| word == b"webm") => Self::WebM,
            _ => return None,
        })
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_what_the_bytes_say() {
        let webm = b"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\xF7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04";
        for (head, kind) in [
            (&b"\0\0\0\x20ftypisom\0\0\x02\0"[..], Some(ContentType::Mp4)),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", Some(ContentType::QuickTime)),
            (webm, Some(ContentType::WebM)),
            (b"\x1A\x45\xDF\xA3\x9F\x42\x82\x88matroska", None),
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some(ContentType::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", Some(ContentType::Png)),
            (b"GIF89a", Some(ContentType::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(ContentType::WebP)),
            (b"<html><script>", None),
            (b"<svg xmlns=", None),
            (b"MZ\x90\0", None),
            (b"", None),
        ] {
            assert_eq!(ContentType::of(head), kind, "{head:?}");
        }
        for kind in ContentType::ALL {
            assert_eq!(ContentType::named(kind.as_str()), Some(kind));
        }
        assert_eq!(ContentType::named("text/html"), None);
    }
}
