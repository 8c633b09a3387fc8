//! Freeze: a product becomes one object of the archive, and the rows that go with it.

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Pipeline;
use super::produce::{Edition, Product};
use crate::access::{Token, mint};
use crate::archive::{Bundle, BundleError, Member};
use crate::compose::{Footage, Recipient, Report};
use crate::db::Enqueue;
use crate::db::deliveries::Delivery;
use crate::db::links::NewLink;
use crate::db::suppressions::Suppression;
use crate::deliver::{Assembled, MessageError, Parts, Picture, assemble};
use crate::model::{BranchBrand, DeliveryId, DeliveryState, EmailAddress, LinkTarget, chain};

/// A report ready to be put into the archive and into rows.
#[derive(Debug)]
pub(super) struct Frozen {
    pub(super) object: Bytes,
    pub(super) members: Vec<Member>,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) links: Vec<NewLink>,
}

/// `clips.json`: the manifest of the signed clip links.
#[derive(Debug, Serialize)]
pub(super) struct Manifest<'a> {
    report: String,
    clips: Vec<ManifestClip<'a>>,
}

#[derive(Debug, Serialize)]
struct ManifestClip<'a> {
    clip: &'a str,
    object_key: Option<&'a str>,
    sha256: Option<&'a str>,
    content_type: Option<&'a str>,
    external_url: Option<&'a str>,
    links: Vec<ManifestLink>,
}

#[derive(Debug, Serialize)]
struct ManifestLink {
    delivery: DeliveryId,
    token_sha256: String,
    expires_at: DateTime<Utc>,
}

/// What kind of mail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Report,
    Correction,
    Test,
}

impl Kind {
    pub(super) const fn of(report: &Report) -> Self {
        if report.correction.is_some() { Self::Correction } else { Self::Report }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Correction => "correction",
            Self::Test => "test",
        }
    }
}

/// One recipient's mail.
#[derive(Debug)]
pub(super) struct Addressed {
    pub(super) delivery: DeliveryId,
    pub(super) subject: String,
    pub(super) html: String,
    pub(super) text: String,
    pub(super) message: Result<Assembled, MessageError>,
    pub(super) links: Vec<NewLink>,
}

impl<Q: Enqueue> Pipeline<Q> {
    /// Addresses every mail and bundles all artifacts; `mailed` says whether anybody is to be mailed at all, and
    /// `suppressed` (by normalized address) who is not.
    pub(super) fn freeze(
        &self,
        product: &Product,
        mailed: bool,
        suppressed: &BTreeMap<String, Suppression>,
        now: DateTime<Utc>,
    ) -> Result<Frozen, BundleError> {
        let report = &product.report;
        let mut deliveries = Vec::new();
        let mut links = Vec::new();
        let mut messages = Vec::new();
        if mailed {
            for recipient in &report.recipients {
                let delivery = DeliveryId::of(report.id, &recipient.contact);
                let edition = &product.editions[&recipient.locale];
                let addressed = self.address(product, edition, recipient, delivery, Kind::of(report));
                let suppressed = suppressed.get(&EmailAddress::normalized(&recipient.email));
                deliveries.push(row(product, recipient, &addressed, suppressed, now));
                links.extend(addressed.links);
                if let Ok(message) = addressed.message {
                    messages.push((delivery, message.bytes));
                }
            }
        }
        let manifest = serde_json::to_vec_pretty(&manifest(product, &links)).unwrap_or_default();
        let mut bundle = Bundle::new().add("report.json", "application/json", product.json.clone()).add(
            "clips.json",
            "application/json",
            manifest,
        );
        for (locale, edition) in &product.editions {
            // Without a name and without tokens: what every mail of that locale has in common.
            let shared = edition.body.fill("", &|_: &LinkTarget| self.settings.public_url.to_string());
            bundle = bundle.add(format!("mail/{locale}.html"), "text/html; charset=utf-8", shared.html).add(
                format!("mail/{locale}.txt"),
                "text/plain; charset=utf-8",
                shared.text,
            );
            if let Some((_, pdf)) = &edition.pdf {
                bundle = bundle.add(format!("report.{locale}.pdf"), "application/pdf", pdf.clone());
            }
        }
        for (delivery, bytes) in messages {
            bundle = bundle.add(format!("deliveries/{delivery}.eml"), "message/rfc822", bytes);
        }
        let (object, members) = bundle.finish()?;
        Ok(Frozen { object, members, deliveries, links })
    }

    /// Fills one recipient's mail and puts its message together.
    pub(super) fn address(
        &self,
        product: &Product,
        edition: &Edition,
        recipient: &Recipient,
        delivery: DeliveryId,
        kind: Kind,
    ) -> Addressed {
        let report = &product.report;
        let now = self.clock.now();
        let expires_at = now + self.settings.links.valid_for;
        let mut links = Vec::with_capacity(edition.body.links.len() + 1);
        let token = |target: &LinkTarget| mint(&self.link_key, delivery, target);
        for target in edition.body.links.iter().chain([&LinkTarget::Unsubscribe]) {
            if !links.iter().any(|link: &NewLink| link.target == *target) {
                let token_hash = Token::hash(&token(target));
                links.push(NewLink { token_hash, delivery, report: report.id, target: target.clone(), expires_at });
            }
        }
        let url = |target: &LinkTarget| self.url(target, &token(target).to_string());
        let filled = edition.body.fill(&recipient.name, &url);
        let pictures: Vec<Picture<'_>> = edition
            .body
            .images
            .iter()
            .map(|image| Picture {
                cid: &image.cid,
                content_type: image.content_type,
                file_name: &image.file_name,
                bytes: &image.bytes,
            })
            .collect();
        let unsubscribe = url(&LinkTarget::Unsubscribe);
        let list_label = list_label(report.site.location.as_str());
        let house = self.settings.mail.from_name.as_deref().unwrap_or(&self.settings.brand.name);
        let own = report.brand.as_deref();
        let message = recipient.address().map_or_else(
            |error| Err(MessageError::Address(error)),
            |to| {
                assemble(
                    &self.settings.mail,
                    &self.settings.signer,
                    &Parts {
                        delivery,
                        from_name: own.and_then(BranchBrand::from_name).unwrap_or(house),
                        reply_to: own.and_then(|own| own.reply_to.as_ref()),
                        to: &to,
                        to_name: &recipient.name,
                        subject: &filled.subject,
                        text: &filled.text,
                        html: &filled.html,
                        pictures: &pictures,
                        pdf: edition
                            .pdf
                            .as_ref()
                            .filter(|_| edition.attached)
                            .map(|(name, pdf)| (name.as_str(), &pdf[..])),
                        language: edition.language,
                        date: if kind == Kind::Test { now } else { report.built_at },
                        // Nobody is subscribed to a test.
                        unsubscribe: (kind != Kind::Test).then_some(unsubscribe.as_str()),
                        list_name: &report.site.name,
                        list_label: &list_label,
                        kind: kind.name(),
                    },
                )
            },
        );
        Addressed { delivery, subject: filled.subject, html: filled.html, text: filled.text, message, links }
    }
}

/// A site's ref as a label of a domain (RFC 2919): its beginning in plain letters, and enough of a hash to be its own.
fn list_label(location: &str) -> String {
    let plain: String = location.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    format!("{}-{}", plain.to_ascii_lowercase(), &hex::encode(Sha256::digest(location))[..8])
        .trim_matches('-')
        .to_owned()
}

pub(super) fn row(
    product: &Product,
    recipient: &Recipient,
    addressed: &Addressed,
    suppressed: Option<&Suppression>,
    now: DateTime<Utc>,
) -> Delivery {
    let report = &product.report;
    // A contact with an impossible address fails alone, visibly.
    let (state, error) = match (&addressed.message, suppressed) {
        (Ok(_), None) => (DeliveryState::Pending, None),
        // Its message is kept: once the address is free again it can be sent after all.
        (Ok(_), Some(suppressed)) => (DeliveryState::Suppressed, Some(suppressed.sentence())),
        (Err(error), _) => (DeliveryState::Failed, Some(chain(error))),
    };
    let message = addressed.message.as_ref().ok();
    Delivery {
        id: addressed.delivery,
        report: report.id,
        contact: recipient.contact.clone(),
        name: recipient.name.clone(),
        email: recipient.email.clone(),
        language: recipient.language.tag().into(),
        kind: Kind::of(report).name().into(),
        state,
        subject: addressed.subject.clone(),
        message_id: message.map(|message| message.message_id.clone()).unwrap_or_default(),
        artifact: message.map(|_| format!("deliveries/{}.eml", addressed.delivery)).unwrap_or_default(),
        sha256: message.map(|message| hex::encode(Sha256::digest(&message.bytes))).unwrap_or_default(),
        size: message.map_or(0, |message| i64::try_from(message.bytes.len()).unwrap_or(i64::MAX)),
        attempts: 0,
        created_at: now,
        next_at: None,
        finished_at: state.is_final().then_some(now),
        error,
    }
}

pub(super) fn manifest<'a>(product: &'a Product, links: &[NewLink]) -> Manifest<'a> {
    let clips = product.report.clips.iter().map(|clip| {
        let (object_key, sha256, content_type, external_url) = match &clip.footage {
            Footage::Archive { key, sha256, content_type } => {
                (Some(key.as_str()), sha256.as_deref(), Some(content_type.as_str()), None)
            }
            Footage::External { url, .. } => (None, None, None, Some(url.as_str())),
            Footage::Missing => (None, None, None, None),
        };
        let target = LinkTarget::Clip(clip.clip.clone());
        let links = links
            .iter()
            .filter(|link| link.target == target)
            .map(|link| ManifestLink {
                delivery: link.delivery,
                token_sha256: hex::encode(link.token_hash),
                expires_at: link.expires_at,
            })
            .collect();
        ManifestClip { clip: clip.clip.as_str(), object_key, sha256, content_type, external_url, links }
    });
    Manifest { report: product.report.id.to_string(), clips: clips.collect() }
}
