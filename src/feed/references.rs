//! References: what a feed names and does not hold must be in the database.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::ImportError;
use super::check::{Checked, Mention, mentions};
use super::fault::quoted;
use super::media::Media;
use super::record::Kind;
use super::source::{Source, SourceError};
use crate::db::{Db, RefTable};

/// Messages of the reading thread that may wait.
const WAITING: usize = 4;
/// Mentions a message.
const BATCH: usize = 512;

/// Looks in the database for what the import names and does not have; what is not there is a fault.
pub(super) async fn unknown_references(
    db: &Db,
    source: &Arc<Source>,
    checked: &mut Checked,
) -> Result<(), ImportError> {
    if checked.wanted.is_empty() {
        return Ok(());
    }
    let (sender, mut batches) = mpsc::channel::<Vec<Mention>>(WAITING);
    let wanted = std::mem::take(&mut checked.wanted);
    let mut media = std::mem::take(&mut checked.media);
    let read = Arc::clone(source);
    let task = spawn_blocking(move || {
        let mut batch = Vec::with_capacity(BATCH);
        mentions(&read, &wanted, &mut media, |mention| {
            batch.push(mention);
            if batch.len() < BATCH || sender.blocking_send(std::mem::take(&mut batch)).is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        let _ = sender.blocking_send(batch);
        Ok::<Media, SourceError>(media)
    });
    let mut decided: HashMap<(RefTable, String), bool> = HashMap::new();
    while let Some(batch) = batches.recv().await {
        decide(db, &batch, &mut decided).await?;
        for mention in batch {
            let key = (mention.table, mention.named);
            if !decided.get(&key).copied().unwrap_or(false) {
                let what = format!("there is no {} {}", singular(key.0), quoted(&key.1));
                let file = &source.inputs[mention.input].name;
                checked.faults.add(mention.input, file, mention.line, mention.field, what);
            }
        }
    }
    checked.media = task.await??;
    Ok(())
}

/// Asks the database for those mentioned refs that it was not asked for yet.
async fn decide(
    db: &Db,
    batch: &[Mention],
    decided: &mut HashMap<(RefTable, String), bool>,
) -> Result<(), ImportError> {
    let mut asked: BTreeMap<RefTable, HashSet<String>> = BTreeMap::new();
    for mention in batch {
        if !decided.contains_key(&(mention.table, mention.named.clone())) {
            asked.entry(mention.table).or_default().insert(mention.named.clone());
        }
    }
    for (table, refs) in asked {
        let refs: Vec<_> = refs.into_iter().collect();
        let known = db.known_refs(table, &refs).await?;
        for one in refs {
            let there = known.contains(&one);
            decided.insert((table, one), there);
        }
    }
    Ok(())
}

fn singular(table: RefTable) -> &'static str {
    Kind::ALL.into_iter().find(|kind| kind.table() == Some(table)).map_or("record", Kind::as_str)
}
