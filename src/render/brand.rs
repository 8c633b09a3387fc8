//! The brand of a report: the house's, with what its branch has of its own in its place.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::compose::{Photo, Report};
use crate::config::Brand;
use crate::model::{BranchBrand, Logo};

/// The name and colour that a report's papers carry; support and postal address are always the house's, which runs the
/// installation.
pub(super) fn of<'a>(house: &'a Brand, report: &Report) -> Cow<'a, Brand> {
    with(house, report.brand.as_deref())
}

/// The same of what a branch has of its own.
pub(super) fn with<'a>(house: &'a Brand, own: Option<&BranchBrand>) -> Cow<'a, Brand> {
    let Some(own) = own else { return Cow::Borrowed(house) };
    let mut brand = house.clone();
    if let Some(name) = &own.name {
        brand.name.clone_from(name);
    }
    if let Some((light, _)) = own.colors() {
        brand.color = light.to_string();
    }
    Cow::Owned(brand)
}

/// A report's logo with its bytes, if they are there and are what was frozen.
pub(super) fn logo<'a>(
    report: &'a Report,
    bytes: &dyn Fn(&Photo) -> Option<Arc<[u8]>>,
) -> Option<(&'a Logo, Arc<[u8]>)> {
    let logo = report.brand.as_ref()?.logo.as_ref()?;
    let bytes = bytes(&Photo { key: logo.key.clone(), sha256: Some(logo.sha256.clone()) })?;
    let is_frozen = hex::encode(Sha256::digest(&bytes)) == logo.sha256;
    is_frozen.then_some((logo, bytes))
}
