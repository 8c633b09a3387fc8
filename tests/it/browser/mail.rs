//! Mail: a file of the outbox becomes what its reader sees of it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use mail_parser::{MessageParser, MimeHeaders};
use url::Url;

/// A mail of the outbox.
pub(crate) struct Mail {
    /// Its file's name.
    pub(crate) name: String,
    /// The address that it went to.
    pub(crate) to: String,
    /// Its subject.
    pub(crate) subject: String,
    /// Its HTML part.
    pub(crate) html: String,
    /// Its text part.
    pub(crate) text: String,
    /// When it came.
    came: SystemTime,
}

impl Mail {
    /// The addresses of its links to pages of this kind (`r`, `i`, `c`, `p`, `u`, or the first segment of another path),
    /// each once, in their order.
    pub(crate) fn links(&self, kind: &str) -> Vec<String> {
        let mut found = Vec::new();
        for quoted in self.html.split("href=\"").skip(1) {
            let address = quoted.split('"').next().unwrap_or_default().replace("&amp;", "&");
            let Ok(url) = Url::parse(&address) else { continue };
            if url.path_segments().and_then(|mut segments| segments.next()) == Some(kind) && !found.contains(&address) {
                found.push(address);
            }
        }
        found
    }
}

impl Mail {
    /// Waits until it has lain in the mailbox for some seconds: whoever opens a link sooner than a person can is taken for
    /// a program.
    pub(super) async fn lies(&self) {
        while self.came.elapsed().is_ok_and(|since| since < Duration::from_secs(5)) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Reads a file of the outbox.
pub(super) fn read(path: &Path) -> Mail {
    let bytes = std::fs::read(path).unwrap();
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    let to = parsed.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default().to_owned();
    let mut html = parsed.body_html(0).unwrap_or_default().into_owned();
    // As a mail program does: pictures of the mail itself are shown where it names them.
    for part in &parsed.parts {
        if let Some(cid) = part.content_id() {
            html = html.replace(&format!("cid:{cid}"), "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=");
        }
    }
    Mail {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        to,
        subject: parsed.subject().unwrap_or_default().to_owned(),
        html,
        text: parsed.body_text(0).unwrap_or_default().into_owned(),
        came: path.metadata().unwrap().modified().unwrap(),
    }
}
