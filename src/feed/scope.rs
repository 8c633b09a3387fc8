//! Scope: whose records a producer may send. Each record, and each one that it names, must belong to its branches.
//!
//! What is new belongs to the branch of its location; what is in the database belongs where it belonged. It must not
//! know keys or people: who asks for an import says for which branches it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::ImportError;
use super::again::Again;
use super::fault::{Gathered, quoted};
use super::media::Media;
use super::record::{Kind, Parsed, Record};
use super::source::Source;
use crate::archive::Key;
use crate::db::{RefTable, Tx, owners};
use crate::model::BranchRef;

/// For which branches an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// For all that there are, and new ones.
    All,
    /// For these alone.
    Branches(BTreeSet<BranchRef>),
}

/// A ref that must belong to the scope, and where it stands.
struct Claim {
    input: usize,
    line: u64,
    field: String,
    named: Named,
}

enum Named {
    /// A record of the import or of the database.
    Record(RefTable, String),
    /// A case, which has no record: it is whose its incidents are.
    Case(String),
    /// An object of the bucket.
    Object(String),
    /// Nothing that could tell whose the record is.
    Nobody,
}

/// Notes a fault for each record that is another branch's, or names one that is.
pub(super) async fn foreign(
    tx: &mut Tx,
    source: &Arc<Source>,
    media: Media,
    scope: &Scope,
    faults: &mut Gathered,
) -> Result<Media, ImportError> {
    let Scope::Branches(branches) = scope else { return Ok(media) };
    let prefixes: Vec<String> = branches.iter().map(Key::uploads_of).collect();
    let mut reading = Again::begin(source, media, |input, line, parsed| Some(claims(input, line, parsed)));
    while let Some(batch) = reading.next().await {
        let claims: Vec<Claim> = batch.into_iter().flatten().collect();
        let owners = owners_of(tx, &claims).await?;
        let cases = cases_of(tx, &claims).await?;
        for claim in claims {
            let what = match &claim.named {
                Named::Record(RefTable::Branches, named) => {
                    let ours = branches.iter().any(|branch| branch.as_str() == named);
                    (!ours).then(|| format!("{} is a branch that this key is not for", quoted(named)))
                }
                Named::Record(table, named) => owners.get(&(*table, named.clone())).and_then(|owners| {
                    let ours = !owners.is_empty() && owners.iter().all(|owner| branches.contains(owner));
                    (!ours).then(|| format!("{} belongs to a branch that this key is not for", quoted(named)))
                }),
                // One that is ours, too, was so before: with a key of all branches an offender may be several branches'.
                Named::Case(case) => cases.get(case).and_then(|owners| {
                    let ours = owners.iter().any(|owner| branches.contains(owner));
                    (!ours).then(|| format!("{} is a case of a branch that this key is not for", quoted(case)))
                }),
                Named::Object(key) => {
                    let ours = prefixes.iter().any(|prefix| key.starts_with(prefix));
                    (!ours).then(|| format!("{} was not uploaded with a key of these branches", quoted(key)))
                }
                Named::Nobody => {
                    Some("missing: a key of some branches needs one of them, or a location of theirs".into())
                }
            };
            if let Some(what) = what {
                faults.foreign(claim.input, &source.inputs[claim.input].name, claim.line, claim.field, what);
            }
        }
    }
    reading.end().await
}

/// What a record claims: itself, and whatever it names.
fn claims(input: usize, line: u64, parsed: Parsed) -> Vec<Claim> {
    let claim = |field: &str, named| Claim { input, line, field: field.to_owned(), named };
    let mut claims = Vec::with_capacity(parsed.notes.references.len() + 1);
    match parsed.identity {
        // A watermark is its location's, and an activity has no ref.
        None | Some((Kind::Activity | Kind::Watermark, _)) => {}
        Some((kind, identity)) => {
            claims.extend(kind.table().map(|table| claim("ref", Named::Record(table, identity))));
        }
    }
    match parsed.record {
        Some(Record::Contact(contact)) if contact.locations.is_empty() && contact.branches.is_empty() => {
            claims.push(claim("branches", Named::Nobody));
        }
        Some(Record::Clip(clip)) => claims.extend(clip.object_key.map(|key| claim("media", Named::Object(key)))),
        Some(Record::Incident(incident)) => {
            claims.extend(incident.photo_key.map(|key| claim("photo", Named::Object(key))));
            claims.extend(incident.case.map(|case| claim("case", Named::Case(case.as_str().to_owned()))));
        }
        _ => {}
    }
    claims.extend(
        parsed.notes.references.into_iter().map(|(field, table, named)| claim(&field, Named::Record(table, named))),
    );
    claims
}

/// The branches to which those records belong that are in the database.
async fn owners_of(tx: &mut Tx, claims: &[Claim]) -> Result<HashMap<(RefTable, String), Vec<BranchRef>>, ImportError> {
    let mut asked: BTreeMap<RefTable, BTreeSet<&str>> = BTreeMap::new();
    for claim in claims {
        if let Named::Record(table, named) = &claim.named
            && *table != RefTable::Branches
        {
            asked.entry(*table).or_default().insert(named);
        }
    }
    let mut found = HashMap::new();
    for (table, refs) in asked {
        let refs: Vec<&str> = refs.into_iter().collect();
        for (named, branches) in owners::of(tx, table, &refs).await? {
            found.insert((table, named), branches);
        }
    }
    Ok(found)
}

/// The branches of whose incidents those cases are that there are.
async fn cases_of(tx: &mut Tx, claims: &[Claim]) -> Result<HashMap<String, Vec<BranchRef>>, ImportError> {
    let named = claims.iter().filter_map(|claim| match &claim.named {
        Named::Case(case) => Some(case.as_str()),
        _ => None,
    });
    let asked: BTreeSet<&str> = named.collect();
    Ok(owners::of_cases(tx, &asked.into_iter().collect::<Vec<_>>()).await?)
}
