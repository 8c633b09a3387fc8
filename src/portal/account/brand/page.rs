//! The page of a brand: what is set, what was wrong with it, and how a mail would begin.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::accounts::brands::{BrandFault, Wish};
use crate::db::sites::Branch;
use crate::model::{BranchBrand, Color};
use crate::portal::PortalState;
use crate::portal::account::head::{Head, head};
use crate::portal::fault::Fault;
use crate::portal::shown::{PageBrand, line};
use crate::portal::viewer::Viewer;
use crate::render::LogoError;
use crate::render::l10n::{Arg, L10n};

/// What stands in the form's fields.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    sender: String,
    reply_to: String,
    color: String,
    color_dark: String,
}

impl Typed {
    pub(super) fn of(brand: &BranchBrand) -> Self {
        let color = |color: Option<Color>| color.map(|color| color.to_string()).unwrap_or_default();
        Self {
            name: brand.name.clone().unwrap_or_default(),
            sender: brand.sender.clone().unwrap_or_default(),
            reply_to: brand.reply_to.as_ref().map(|address| address.as_str().to_owned()).unwrap_or_default(),
            color: color(brand.color),
            color_dark: color(brand.color_dark),
        }
    }

    pub(super) fn wish(&self) -> Wish<'_> {
        Wish {
            name: &self.name,
            sender: &self.sender,
            reply_to: self.reply_to.trim(),
            color: self.color.trim(),
            color_dark: self.color_dark.trim(),
        }
    }
}

/// What is said at the top of the page.
pub(super) enum Said {
    Nothing,
    Saved,
    /// What is shown is not kept yet.
    Preview,
    Wrong(Vec<BrandFault>),
    NoLogo(LogoError),
}

#[derive(Serialize)]
struct Page<'a> {
    head: Head,
    typed: &'a Typed,
    /// What is wrong, by field.
    faults: BTreeMap<&'static str, String>,
    unsaved: bool,
    /// Whether anything is not the house's.
    own: bool,
    has_logo: bool,
    house: House<'a>,
    preview: Preview,
}

/// What holds where a field is empty.
#[derive(Serialize)]
struct House<'a> {
    name: &'a str,
    from_name: &'a str,
    from: &'a str,
    reply_to: &'a str,
    color: &'a str,
}

/// How a mail begins.
#[derive(Serialize)]
struct Preview {
    brand: PageBrand,
    name: String,
    from: String,
    reply_to: String,
    site: String,
    /// Whether a strip in the branch's colour stands above.
    colored: bool,
    /// `rrggbb-rrggbb`
    colors: String,
}

pub(super) async fn show(
    state: &PortalState,
    viewer: &Viewer,
    branch: &Branch,
    typed: &Typed,
    brand: &BranchBrand,
    said: Said,
) -> Result<Response, Fault> {
    let l10n = viewer.l10n(state)?;
    let wrong = matches!(said, Said::Wrong(_) | Said::NoLogo(_));
    let (say, unsaved) = match said {
        Said::Saved => (Some("account-saved"), false),
        Said::Preview => (Some("brand-unsaved"), true),
        Said::Wrong(_) | Said::NoLogo(_) => (Some("brand-wrong"), false),
        Said::Nothing => (None, false),
    };
    let faults = match &said {
        Said::Wrong(faults) => faults.iter().map(|fault| (fault.field(), told(fault, &l10n))).collect(),
        Said::NoLogo(fault) => BTreeMap::from([("logo", refused(fault, &l10n))]),
        _ => BTreeMap::new(),
    };
    let mail = &state.config.mail;
    let page = Page {
        head: head(state, viewer, branch, "brand", say, wrong).await?,
        typed,
        faults,
        unsaved,
        own: !brand.is_empty(),
        has_logo: brand.logo.is_some(),
        house: House {
            name: &state.brand.name,
            from_name: mail.from_name.as_deref().unwrap_or(&state.brand.name),
            from: mail.from.as_str(),
            reply_to: mail.reply_to.as_ref().unwrap_or(&mail.from).as_str(),
            color: &state.brand.color,
        },
        preview: preview(state, branch, brand).await?,
    };
    let html = state.view.page("account_brand.html", &l10n, viewer, &page)?;
    Ok((if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, Html(html)).into_response())
}

async fn preview(state: &PortalState, branch: &Branch, brand: &BranchBrand) -> Result<Preview, Fault> {
    let mail = &state.config.mail;
    let house = mail.from_name.as_deref().unwrap_or(&state.brand.name);
    let site = state.db.locations_of(&branch.branch, "", 1).await?.into_iter().next();
    let digits = |color: Color| color.to_string().trim_start_matches('#').to_owned();
    let (light, dark) = brand.colors().unwrap_or_else(|| of_the_house(&state.brand.color));
    Ok(Preview {
        brand: PageBrand::of(brand),
        name: line(brand.name.as_deref().unwrap_or(&state.brand.name), 80),
        from: format!("{} <{}>", line(brand.from_name().unwrap_or(house), 80), mail.from.as_str()),
        reply_to: brand.reply_to.as_ref().or(mail.reply_to.as_ref()).unwrap_or(&mail.from).as_str().to_owned(),
        site: line(site.as_ref().map_or(branch.name.as_str(), |site| site.name.as_str()), 100),
        colored: brand.colors().is_some(),
        colors: format!("{}-{}", digits(light), digits(dark)),
    })
}

/// The house's colour as mails show it on light and on dark ground.
fn of_the_house(color: &str) -> (Color, Color) {
    let color = color.parse().unwrap_or(Color::BLACK);
    BranchBrand { color: Some(color), ..BranchBrand::default() }.colors().unwrap_or((Color::BLACK, Color::WHITE))
}

/// What is wrong with a field, in the reader's words.
fn told(fault: &BrandFault, l10n: &L10n) -> String {
    match fault {
        BrandFault::TooLong { .. } => l10n.message("brand-fault-long", &[]),
        BrandFault::Sender => l10n.message("brand-fault-sender", &[]),
        BrandFault::ReplyTo(_) => l10n.message("brand-fault-reply", &[]),
        BrandFault::Domain => l10n.message("brand-fault-domain", &[]),
        BrandFault::Color { .. } => l10n.message("brand-fault-color", &[]),
        BrandFault::Faint { field, color, ratio, better, .. } => {
            let ratio =
                ratio.parse::<rust_decimal::Decimal>().map_or_else(|_| ratio.clone(), |ratio| l10n.decimal(&ratio));
            let least = l10n.decimal(&rust_decimal::Decimal::new(45, 1));
            let key = if *field == "color" { "brand-fault-faint" } else { "brand-fault-faint-dark" };
            let args: [(&str, Arg<'_>); 4] = [
                ("color", color.to_string().into()),
                ("ratio", ratio.into()),
                ("least", least.into()),
                ("better", better.to_string().into()),
            ];
            l10n.message(key, &args)
        }
    }
}

/// What is wrong with a logo.
fn refused(fault: &LogoError, l10n: &L10n) -> String {
    let sized = |key, width: u32, height: u32| {
        l10n.message(key, &[("width", i64::from(width).into()), ("height", i64::from(height).into())])
    };
    match *fault {
        LogoError::TooLarge(_) => l10n.message("brand-logo-large", &[]),
        LogoError::Kind => l10n.message("brand-logo-kind", &[]),
        LogoError::Unreadable => l10n.message("brand-logo-unreadable", &[]),
        LogoError::TooSmall(width, height) => sized("brand-logo-small", width, height),
        LogoError::Shape(width, height) => sized("brand-logo-shape", width, height),
        LogoError::Blank => l10n.message("brand-logo-blank", &[]),
    }
}
