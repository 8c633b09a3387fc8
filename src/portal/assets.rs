//! Stylesheet, icon and script, served as files, with the brand's colour.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::PortalState;
use super::fault::Fault;
use crate::config::Brand;

/// One stylesheet, of one file for each part of the portal.
const STYLE: &str = concat!(
    include_str!("../../templates/portal/portal.css"),
    include_str!("../../templates/portal/forms.css"),
    include_str!("../../templates/portal/tables.css"),
    include_str!("../../templates/portal/identity.css"),
    include_str!("../../templates/portal/hosted.css"),
    include_str!("../../templates/portal/desk.css"),
    include_str!("../../templates/portal/ledger.css"),
    include_str!("../../templates/portal/branch.css"),
    include_str!("../../templates/portal/share.css"),
    include_str!("../../templates/portal/brand.css"),
    include_str!("../../templates/portal/print.css"),
);
const ICON: &str = include_str!("../../templates/portal/icon.svg");
const SCRIPT: &str = include_str!("../../templates/portal/portal.js");
/// Keeps pages live that say from where.
const LIVE: &str = include_str!("../../templates/portal/live.js");
/// The name changes with the content (`?v=`), so a browser may keep it.
const CACHE: &str = "public, max-age=31536000, immutable";

/// Changes when one of the files does.
pub(super) fn version(brand: &Brand) -> String {
    hex::encode(&Sha256::digest(format!("{}{}{SCRIPT}{LIVE}", colored(STYLE, brand), colored(ICON, brand)))[..6])
}

fn colored(text: &str, brand: &Brand) -> String {
    let color = Some(brand.color.as_str()).filter(|color| is_color(color)).unwrap_or("#1f4e79");
    text.replace("/*brand*/", color)
}

/// `#rrggbb` and nothing else, because it goes into a stylesheet.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

pub(super) async fn asset(State(state): State<PortalState>, Path(name): Path<String>) -> Result<Response, Fault> {
    let (content_type, text) = match name.as_str() {
        "portal.css" => ("text/css; charset=utf-8", colored(STYLE, &state.brand)),
        "icon.svg" => ("image/svg+xml", colored(ICON, &state.brand)),
        "portal.js" => ("text/javascript; charset=utf-8", SCRIPT.to_owned()),
        "live.js" => ("text/javascript; charset=utf-8", LIVE.to_owned()),
        _ => return Err(Fault::NoSuchPage),
    };
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, CACHE)], text).into_response())
}
