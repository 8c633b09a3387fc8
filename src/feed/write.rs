//! Write: checked records become rows of one transaction, several hundred a statement.
//!
//! What stands already with the same digest is not written again.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::record::{Kind, Record};
use crate::db::{DbError, Digest, Stamped, Tx};

/// Rows that are gathered before they are written.
const BATCH: usize = 256;

/// What became of the records of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New ones.
    pub created: u64,
    /// Known ones that say something else now.
    pub updated: u64,
    /// Known ones that say the same.
    pub unchanged: u64,
}

/// The rows of one kind that wait to be written.
macro_rules! waiting {
    ($($field:ident: $variant:ident($row:ty) => $put:ident, $key:expr;)*) => {
        /// Gathers rows and writes them.
        pub(super) struct Writer {
            tx: Tx,
            counts: BTreeMap<Kind, Counts>,
            /// Kinds of which there was nothing before: no need to ask what changed.
            empty: HashSet<Kind>,
            $($field: Vec<Stamped<$row>>,)*
            activities: Vec<Stamped<crate::db::activities::Activity>>,
        }

        impl Writer {
            pub(super) async fn new(mut tx: Tx) -> Result<Self, DbError> {
                let mut empty = HashSet::new();
                for kind in Kind::ALL {
                    if let Some(table) = kind.table()
                        && tx.is_empty(table).await?
                    {
                        empty.insert(kind);
                    }
                }
                Ok(Self {
                    tx,
                    counts: BTreeMap::new(),
                    empty,
                    $($field: Vec::with_capacity(BATCH),)*
                    activities: Vec::with_capacity(BATCH),
                })
            }

            /// Takes a record, and writes its kind's rows when there are enough of them.
            pub(super) async fn take(&mut self, record: Record, digest: Digest) -> Result<(), DbError> {
                match record {
                    $(Record::$variant(row) => {
                        self.$field.push(Stamped { row, digest });
                        if self.$field.len() == BATCH { self.$field().await?; }
                    })*
                    Record::Activity(row) => {
                        self.activities.push(Stamped { row, digest });
                        if self.activities.len() == BATCH { self.activities().await?; }
                    }
                }
                Ok(())
            }

            /// Writes what is left, and hands back the transaction with the counts.
            pub(super) async fn finish(mut self) -> Result<(Tx, BTreeMap<Kind, Counts>), DbError> {
                $(self.$field().await?;)*
                self.activities().await?;
                Ok((self.tx, self.counts))
            }

            $(async fn $field(&mut self) -> Result<(), DbError> {
                let mut rows = std::mem::take(&mut self.$field);
                let kind = Kind::$variant;
                let counts = self.counts.entry(kind).or_default();
                match kind.table() {
                    Some(table) if !self.empty.contains(&kind) => {
                        let key: fn(&$row) -> &str = $key;
                        let refs: Vec<_> = rows.iter().map(|stamped| key(&stamped.row)).collect();
                        let known = self.tx.digests(table, &refs).await?;
                        rows.retain(|stamped| counts.count(known.get(key(&stamped.row)), stamped.digest));
                    }
                    _ => counts.created += rows.len() as u64,
                }
                self.tx.$put(&rows).await?;
                rows.clear();
                self.$field = rows;
                Ok(())
            })*
        }
    };
}

waiting! {
    branches: Branch(crate::db::sites::Branch) => put_branches, |row| row.branch.as_str();
    locations: Location(crate::db::sites::Location) => put_locations, |row| row.location.as_str();
    cameras: Camera(crate::db::sites::Camera) => put_cameras, |row| row.camera.as_str();
    contacts: Contact(crate::db::contacts::Contact) => put_contacts, |row| row.contact.as_str();
    interactions: Interaction(crate::db::interactions::Interaction) => put_interactions, |row| row.interaction.as_str();
    incidents: Incident(crate::db::incidents::Incident) => put_incidents, |row| row.incident.as_str();
    clips: Clip(crate::db::clips::Clip) => put_clips, |row| row.clip.as_str();
    transactions: Transaction(crate::db::transactions::Sale) => put_sales, |row| row.transaction.as_str();
    watermarks: Watermark(crate::db::activities::Watermark) => put_watermarks, |row| row.location.as_str();
}

impl Writer {
    async fn activities(&mut self) -> Result<(), DbError> {
        let mut rows = std::mem::take(&mut self.activities);
        let keys: Vec<_> = rows.iter().map(|stamped| (stamped.row.location.as_str(), stamped.row.night)).collect();
        let known = self.tx.activity_digests(&keys).await?;
        let counts = self.counts.entry(Kind::Activity).or_default();
        rows.retain(|stamped| {
            let key = (stamped.row.location.to_string(), stamped.row.night);
            counts.count(known.get(&key), stamped.digest)
        });
        self.tx.put_activities(&rows).await?;
        rows.clear();
        self.activities = rows;
        Ok(())
    }
}

impl Counts {
    /// Counts a record, and says whether it must be written.
    fn count(&mut self, known: Option<&Digest>, digest: Digest) -> bool {
        match known {
            None => self.created += 1,
            Some(known) if *known == digest => {
                self.unchanged += 1;
                return false;
            }
            Some(_) => self.updated += 1,
        }
        true
    }
}
