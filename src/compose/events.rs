//! Events: rows of interactions, incidents and clips become what the report shows of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::summary::ESCALATED;
use super::timeline::expand;
use super::{CasePlace, Clip, Escalation, Footage, Incident, Interaction, Photo};
use crate::collect::Night;
use crate::db;
use crate::db::clips::KnownClip;
use crate::db::incidents::KnownIncident;
use crate::model::{CameraRef, ClipRef, InteractionRef};

/// What a night's events look up in one another.
pub(super) struct Lookup<'a> {
    night: &'a Night,
    cameras: HashMap<&'a CameraRef, &'a str>,
    clips: BTreeMap<&'a ClipRef, &'a KnownClip>,
    interactions: HashMap<&'a InteractionRef, &'a db::interactions::Interaction>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(night: &'a Night) -> Self {
        let interactions = night.interactions.iter().chain(&night.earlier);
        Self {
            night,
            cameras: night.cameras.iter().map(|camera| (&camera.camera, camera.name.as_str())).collect(),
            clips: night.clips.iter().map(|known| (&known.clip.clip, known)).collect(),
            interactions: interactions.map(|interaction| (&interaction.interaction, interaction)).collect(),
        }
    }

    /// A camera's name; its ref where it is another site's.
    fn camera(&self, camera: &CameraRef) -> String {
        self.cameras.get(camera).map_or_else(|| camera.to_string(), |name| (*name).to_owned())
    }

    fn timeline(&self, camera: Option<&CameraRef>, at: DateTime<Utc>) -> Option<String> {
        self.night.site.timeline_url.as_ref().and_then(|template| expand(template, camera, at))
    }

    pub(super) fn interaction(&self, row: &db::interactions::Interaction) -> Interaction {
        Interaction {
            interaction: row.interaction.clone(),
            level: row.level,
            kind: row.kind.clone(),
            started_at: row.started_at,
            ended_at: row.ended_at,
            camera: row.camera.as_ref().map(|camera| self.camera(camera)),
            operator: row.operator.clone(),
            notes: row.notes.clone(),
            actions: row.actions.clone(),
            clip: row.clip.clone(),
            timeline_url: self.timeline(row.camera.as_ref(), row.started_at),
        }
    }

    /// The incidents, each with the escalated interaction behind it, and such interactions that none names. An
    /// interaction stands once: with the first incident that names it. One of level 1 stays among the normal ones.
    pub(super) fn escalations(&self) -> Vec<Escalation> {
        let mut merged: BTreeSet<&InteractionRef> = BTreeSet::new();
        let mut escalations: Vec<_> = Vec::with_capacity(self.night.incidents.len());
        for known in &self.night.incidents {
            let behind = known.incident.interaction.as_ref().and_then(|named| self.interactions.get(named));
            let interaction = behind
                .filter(|row| row.level >= ESCALATED && merged.insert(&row.interaction))
                .map(|row| self.interaction(row));
            let incident = self.incident(known, behind.and_then(|row| row.camera.as_ref()));
            escalations.push(Escalation { at: incident.occurred_at, incident: Some(incident), interaction });
        }
        let alone = self.night.interactions.iter();
        escalations.extend(
            alone.filter(|row| row.level >= ESCALATED && !merged.contains(&row.interaction)).map(|row| Escalation {
                at: row.started_at,
                incident: None,
                interaction: Some(self.interaction(row)),
            }),
        );
        // Stable: at one instant incidents stand first, each kind in order of ref.
        escalations.sort_by_key(|escalation| escalation.at);
        escalations
    }

    fn incident(&self, known: &KnownIncident, camera: Option<&CameraRef>) -> Incident {
        let row = &known.incident;
        let place = row.case.as_ref().zip(known.case_number).zip(known.instance);
        let photo = row.photo_key.as_ref().filter(|_| known.photo_present == Some(true));
        let camera = camera.or_else(|| row.clips.iter().find_map(|clip| self.clips.get(clip)?.clip.camera.as_ref()));
        Incident {
            incident: row.incident.clone(),
            occurred_at: row.occurred_at,
            kind: row.kind.clone(),
            description: row.description.clone(),
            reported_by: row.reported_by.clone(),
            case: place.map(|((case, number), instance)| CasePlace { case: case.clone(), number, instance }),
            photo: photo.map(|key| Photo { key: key.clone(), sha256: known.photo_sha256.clone() }),
            photo_missing: row.photo_key.is_some() && photo.is_none(),
            clips: row.clips.clone(),
            transaction: row.transaction.clone(),
            timeline_url: self.timeline(camera, row.occurred_at),
        }
    }

    /// The clips that the shown events name, in order of ref. One that is not known begins with its event.
    pub(super) fn clips(&self, interactions: &[Interaction], escalations: &[Escalation]) -> Vec<Clip> {
        let behind = escalations.iter().filter_map(|escalation| escalation.interaction.as_ref());
        let mut named: BTreeMap<&ClipRef, DateTime<Utc>> = BTreeMap::new();
        for interaction in interactions.iter().chain(behind) {
            if let Some(clip) = &interaction.clip {
                named.entry(clip).or_insert(interaction.started_at);
            }
        }
        for incident in escalations.iter().filter_map(|escalation| escalation.incident.as_ref()) {
            for clip in &incident.clips {
                named.entry(clip).or_insert(incident.occurred_at);
            }
        }
        named.into_iter().map(|(clip, at)| self.clip(clip, at)).collect()
    }

    fn clip(&self, clip: &ClipRef, at: DateTime<Utc>) -> Clip {
        let Some(known) = self.clips.get(clip) else {
            return Clip {
                clip: clip.clone(),
                recorded_at: at,
                duration_ms: None,
                camera: None,
                footage: Footage::Missing,
            };
        };
        Clip {
            clip: clip.clone(),
            recorded_at: known.clip.recorded_at,
            duration_ms: known.clip.duration_ms,
            camera: known.clip.camera.as_ref().map(|camera| self.camera(camera)),
            footage: footage(known),
        }
    }
}

/// The archive's bytes where it has them, else the outside, else nothing.
fn footage(known: &KnownClip) -> Footage {
    match (&known.clip.object_key, &known.clip.external_url) {
        (Some(key), _) if known.present == Some(true) => Footage::Archive {
            key: key.clone(),
            sha256: known.sha256.clone(),
            content_type: known.clip.content_type.clone().unwrap_or_else(|| "application/octet-stream".into()),
        },
        (_, Some(url)) => Footage::External { url: url.clone(), password: known.clip.password.clone() },
        _ => Footage::Missing,
    }
}
