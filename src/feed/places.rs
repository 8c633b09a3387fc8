//! What stays from night to night: branches, locations, cameras, contacts; and activity and watermark.

use super::checks;
use super::fields::Fields;
use super::record::{Read, Record};
use super::times::wall_clock;
use crate::db::RefTable;
use crate::db::activities::{Activity, Watermark};
use crate::db::contacts::Contact;
use crate::db::sites::{Branch, Camera, Location};
use crate::model::{BranchRef, CameraRef, ContactRef, EmailAddress, LocationRef, NightHours};

pub(super) fn branch(fields: &mut Fields<'_, '_>) -> Read {
    let id = fields.id::<BranchRef>("ref");
    let name = fields.text("name");
    let identity = id.as_ref().map(ToString::to_string);
    (identity, record(|| Some(Record::Branch(Branch { branch: id?, name: name?.into_owned() }))))
}

/// Lets a record be put together with `?`.
pub(super) fn record(build: impl FnOnce() -> Option<Record>) -> Option<Record> {
    build()
}

pub(super) fn location(fields: &mut Fields<'_, '_>) -> Read {
    let id = fields.id::<LocationRef>("ref");
    let branch = fields.reference("branch", RefTable::Branches);
    let name = fields.text("name");
    let address = fields.maybe_text("address");
    let timezone = fields.checked("timezone", checks::timezone);
    let hours = hours(fields);
    let locale = fields.maybe_checked("locale", checks::locale);
    let timeline_url = fields.maybe_checked("timeline_url", checks::timeline_url);
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| {
        Some(Record::Location(Location {
            location: id?,
            branch: branch?,
            name: name?.into_owned(),
            address: address.map(Into::into),
            timezone: timezone?,
            hours: hours?,
            locale,
            timeline_url,
        }))
    });
    (identity, record)
}

/// `night`, or the default; none where it is faulty.
fn hours(fields: &mut Fields<'_, '_>) -> Option<NightHours> {
    let Some(value) = fields.maybe("night") else { return Some(NightHours::default()) };
    let mut night = fields.object("night", value)?;
    let from = night.checked("from", wall_clock);
    let to = night.checked("to", wall_clock);
    night.finish();
    NightHours::new(from?, to?).map_err(|error| fields.fault("night", error.to_string())).ok()
}

pub(super) fn camera(fields: &mut Fields<'_, '_>) -> Read {
    let id = fields.id::<CameraRef>("ref");
    let location = fields.reference("location", RefTable::Locations);
    let name = fields.text("name");
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| Some(Record::Camera(Camera { camera: id?, location: location?, name: name?.into_owned() })));
    (identity, record)
}

pub(super) fn contact(fields: &mut Fields<'_, '_>) -> Read {
    let id = fields.id::<ContactRef>("ref");
    let name = fields.text("name");
    let email = fields.checked("email", |text| EmailAddress::new(text));
    let locale = fields.maybe_checked("locale", checks::locale);
    let mut locations: Vec<LocationRef> = fields.references("locations", RefTable::Locations);
    let mut branches: Vec<BranchRef> = fields.references("branches", RefTable::Branches);
    let notify = fields.flag("notify");
    // They are sets: another order is no change.
    locations.sort();
    branches.sort();
    let identity = id.as_ref().map(ToString::to_string);
    let record = record(|| {
        Some(Record::Contact(Contact {
            contact: id?,
            name: name?.into_owned(),
            email: email?,
            locale,
            notify: notify?,
            locations,
            branches,
        }))
    });
    (identity, record)
}

pub(super) fn activity(fields: &mut Fields<'_, '_>) -> Read {
    let location = fields.reference::<LocationRef>("location", RefTable::Locations);
    let night = fields.night("night");
    let detections = fields.whole("detections", 0, i64::MAX);
    let filtered = fields.whole("filtered", 0, i64::MAX);
    let reviewed = fields.whole("reviewed", 0, i64::MAX);
    let identity = location.as_ref().zip(night).map(|(location, night)| format!("{night} {location}"));
    let record = record(|| {
        Some(Record::Activity(Activity {
            location: location?,
            night: night?,
            detections: detections?,
            filtered: filtered?,
            reviewed: reviewed?,
        }))
    });
    (identity, record)
}

pub(super) fn watermark(fields: &mut Fields<'_, '_>) -> Read {
    let location = fields.reference::<LocationRef>("location", RefTable::Locations);
    let complete_until = fields.instant("complete_until");
    let identity = location.as_ref().map(ToString::to_string);
    let record = record(|| Some(Record::Watermark(Watermark { location: location?, complete_until: complete_until? })));
    (identity, record)
}
