//! Pages: one file for each thing that a link leads to.

mod footage;
mod health;
mod incident;
mod pdf;
mod renewal;
mod report;
mod unsubscribe;

pub(super) use footage::{clip, incident_clip, incident_photo, report_clip, report_photo};
pub(super) use health::health;
pub(super) use incident::incident;
pub(super) use pdf::{pdf, report_pdf, send_pdf};
pub(super) use renewal::ask;
pub(super) use report::report;
pub(super) use unsubscribe::{unsubscribe, unsubscribe_now};
