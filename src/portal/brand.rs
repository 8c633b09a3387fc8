//! `/brand/…`: the logos of branches, and styles in their colours, for pages that carry them.
//!
//! A logo is no secret (every mail carries it), and its address is the hash of its content; a style is made of its
//! address alone. Both never change, so that browsers may keep them.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::PortalState;
use super::fault::Fault;
use super::rooms::{Door, Rooms};
use crate::archive::Key;
use crate::model::Color;

const CACHE: &str = "public, max-age=31536000, immutable";

pub(super) fn rooms() -> Rooms {
    Rooms::default().get("/brand/{file}", Door::Open, file)
}

async fn file(State(state): State<PortalState>, Path(file): Path<String>) -> Result<Response, Fault> {
    if let Some(sha256) = file.strip_suffix(".png") {
        return logo(&state, sha256).await;
    }
    let style = match (file.strip_suffix(".mail.css"), file.strip_suffix(".css")) {
        (Some(colors), _) => colors_of(colors).map(mail_style),
        (None, Some(colors)) => colors_of(colors).map(page_style),
        (None, None) => None,
    };
    let style = style.ok_or(Fault::NoSuchPage)?;
    Ok(([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, CACHE)], style).into_response())
}

async fn logo(state: &PortalState, sha256: &str) -> Result<Response, Fault> {
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash {
        return Err(Fault::NoSuchPage);
    }
    let bytes = state.archive.get(&Key::logo(sha256, "image/png")).await?.ok_or(Fault::NoSuchPage)?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, CACHE)], bytes).into_response())
}

/// `rrggbb-rrggbb`; what cannot be read on its ground is no brand's.
fn colors_of(text: &str) -> Option<(Color, Color)> {
    let (light, dark) = text.split_once('-')?;
    let color = |digits: &str| format!("#{digits}").parse::<Color>().ok();
    let (light, dark) = (color(light)?, color(dark)?);
    let readable = light.contrast(Color::WHITE) >= Color::READABLE && dark.contrast(Color::NIGHT) >= Color::READABLE;
    readable.then_some((light, dark))
}

/// The colours of a page's bar, links and buttons.
fn page_style((light, dark): (Color, Color)) -> String {
    format!(
        ":root {{ --brand: {light}; }}\n\
         @media screen {{ :root {{ --accent: {light}; }} }}\n\
         @media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}\n"
    )
}

/// The colours of a mail's head that a page shows, by day and by night beside each other.
fn mail_style((light, dark): (Color, Color)) -> String {
    format!(".mail-head {{ --own: {light}; }}\n.mail-head.night {{ --own: {dark}; }}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_is_made_of_two_readable_colours_and_of_nothing_else() {
        let colors = colors_of("8a1538-ff9db5").unwrap();
        assert!(page_style(colors).contains("--brand: #8a1538;") && page_style(colors).contains("--accent: #ff9db5;"));
        assert!(mail_style(colors).contains(".mail-head.night { --own: #ff9db5; }"));
        for bad in ["", "8a1538", "8a1538-", "8a1538-ff9db5;}", "red-blue", "ffee00-ff9db5", "8a1538-000000", "a-b-c"] {
            assert_eq!(colors_of(bad), None, "{bad}");
        }
    }
}
