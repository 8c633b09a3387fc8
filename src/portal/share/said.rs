//! Said: the words of somebody with whom an incident was shared become a comment on it, where the sharer lets them.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use crate::access::share::Opened;
use crate::audit::{self, Actor, Change};
use crate::db::incident_comments::{self, Comment};
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::viewer::Viewer;

/// The longest comment, in characters.
pub(in crate::portal) const LONGEST: usize = 2_000;
/// How many comments one link may make within a day.
const MOST: i64 = 20;

/// Writes a comment on one of the incidents that were shared, by its place in the share; none where nothing is said.
pub(in crate::portal) async fn remark(
    state: &PortalState,
    viewer: &Viewer,
    Opened { share, recipient }: &Opened,
    (number, text): (i32, &str),
) -> Result<Option<Comment>, Fault> {
    if !share.may_comment {
        return Err(Fault::Forbidden);
    }
    let items = state.db.share_items(share.id).await?;
    let item = items.into_iter().find(|item| item.number == number).ok_or(Fault::NoSuchPage)?;
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > LONGEST {
        return Err(Fault::TooLarge);
    }
    let now = state.clock.now();
    if state.db.throttle(&format!("comment {}", recipient.id), TimeDelta::days(1), now).await? > MOST {
        return Err(Fault::TooMany);
    }
    // The same words by the same person on the same incident stand once.
    let key = format!("{}\0{}\0{text}", recipient.id, item.incident);
    let actor = Actor::Address(recipient.address.clone());
    let comment = Comment {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()),
        incident: item.incident.clone(),
        location: share.location.clone(),
        at: now,
        actor: actor.to_string(),
        name: recipient.address.clone(),
        text,
    };
    let mut tx = state.db.begin().await?;
    if incident_comments::insert(&mut tx, &comment).await? {
        let change = Change {
            actor,
            action: "incident.comment",
            object: format!("incident:{}", item.incident),
            branch: Some(&share.branch),
            detail: json!({"share": share.id, "comment": comment.id}),
            origin: &viewer.origin.address,
        };
        audit::record(&mut tx, change, now).await?;
    }
    tx.commit().await?;
    Ok(Some(comment))
}
