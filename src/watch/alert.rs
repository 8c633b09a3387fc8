//! Alert: what is untold becomes what one alert says, in words for operators.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::db::findings::{IllDelivery, IllReport, MissedDeadline, Untold};
use crate::db::runs::RunProgress;
use crate::db::{Db, DbError};
use crate::model::clean;
use crate::render::{AlertGroup, AlertItem, AlertView};

/// So many of each kind are named; the rest is counted.
pub(super) const MOST: i64 = 50;
/// A name or an error has so many characters at most.
const LONGEST: usize = 300;

/// What an alert says of what is new and of what has ended. `about` is the installation's name.
pub(super) async fn view(
    db: &Db,
    new: &Untold,
    ended: &Untold,
    about: &str,
    now: DateTime<Utc>,
) -> Result<AlertView, DbError> {
    let mut groups = Vec::new();
    let mut subject = Vec::new();
    for (untold, over) in [(new, false), (ended, true)] {
        let mut missed = Vec::with_capacity(untold.deadlines.len());
        for row in &untold.deadlines {
            missed.push(deadline(db, row).await?);
        }
        let held: Vec<AlertItem> = untold.held.iter().map(report).collect();
        let failed: Vec<AlertItem> = untold.failed.iter().map(report).collect();
        let mails: Vec<AlertItem> = untold.mails.iter().map(mail).collect();
        for (kind, items) in [(Kind::Deadline, missed), (Kind::Held, held), (Kind::Failed, failed), (Kind::Mail, mails)]
        {
            let in_all = kind.in_all(untold);
            if in_all > 0 {
                subject.push(kind.counted(in_all, over));
                groups.push(AlertGroup {
                    heading: kind.heading(over).to_owned(),
                    kind: kind.word().to_owned(),
                    over,
                    more: in_all.saturating_sub(items.len()),
                    items,
                    fix: if over { None } else { Some(kind.fix().to_owned()) },
                });
            }
        }
    }
    let about = line(about);
    Ok(AlertView { subject: format!("{about}: {}", subject.join(", ")), about, at: now, groups })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deadline,
    Held,
    Failed,
    Mail,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Deadline => "deadline",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Mail => "mail",
        }
    }

    /// How many there are, whether they are named or not.
    fn in_all(self, untold: &Untold) -> usize {
        let counted = untold.in_all.iter().filter(|(kind, _)| kind == self.word());
        counted.map(|(_, count)| usize::try_from(*count).unwrap_or(0)).sum()
    }

    const fn heading(self, over: bool) -> &'static str {
        match (self, over) {
            (Self::Deadline, false) => "Not delivered by the deadline",
            (Self::Deadline, true) => "Finished after all, past the deadline",
            (Self::Held, false) => "Held, because the feed is incomplete",
            (Self::Held, true) => "No longer held",
            (Self::Failed, false) => "Reports that could not be built",
            (Self::Failed, true) => "Reports that were built after all",
            (Self::Mail, false) => "Mails that did not arrive",
            (Self::Mail, true) => "Mails that were sent after all",
        }
    }

    const fn fix(self) -> &'static str {
        match self {
            Self::Deadline => "daybreak jobs runs    daybreak doctor",
            Self::Held => "daybreak reports release --location REF --night DATE",
            Self::Failed => "daybreak reports show ID    daybreak run JOB --night DATE --location REF",
            Self::Mail => "daybreak deliveries show ID    daybreak deliveries resend ID",
        }
    }

    fn counted(self, count: usize, over: bool) -> String {
        let one = |word: &str| if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") };
        match (self, over) {
            (Self::Deadline, false) => format!("{} missed", one("deadline")),
            (Self::Deadline, true) => format!("{} made up", one("deadline")),
            (Self::Held, false) => format!("{} held", one("report")),
            (Self::Held, true) => format!("{} released", one("report")),
            (Self::Failed, false) => format!("{} failed", one("report")),
            (Self::Failed, true) => format!("{} built after all", one("report")),
            (Self::Mail, false) => format!("{} not delivered", one("mail")),
            (Self::Mail, true) => format!("{} sent after all", one("mail")),
        }
    }
}

/// Text of people, rows and servers, on one line of bearable length.
fn line(text: &str) -> String {
    let words = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= LONGEST {
        return words;
    }
    words.chars().take(LONGEST - 1).chain(['…']).collect()
}

async fn deadline(db: &Db, row: &MissedDeadline) -> Result<AlertItem, DbError> {
    let zone: Tz = row.zone.parse().unwrap_or(Tz::UTC);
    let local = |at: DateTime<Utc>| at.with_timezone(&zone);
    let what = format!(
        "{} in {}: due {}, to be delivered by {}",
        line(row.job.as_str()),
        row.zone,
        local(row.occurrence).format("%a %-d %b %H:%M"),
        local(row.deadline).format("%H:%M %Z")
    );
    let why = match db.run(row.run).await? {
        None => "nothing has run".to_owned(),
        Some(_) => progress(&db.run_progress(row.run).await?),
    };
    Ok(AlertItem { what, why: Some(why), id: row.run.to_string() })
}

/// What is left to do of a run.
fn progress(run: &RunProgress) -> String {
    let left = [(run.planned, "not built"), (run.held, "held"), (run.failed, "failed")];
    let mut said: Vec<String> = left
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} of {} reports {what}", run.reports))
        .collect();
    if run.open + run.deferred > 0 {
        said.push(format!("{} of {} mails not sent yet", run.open + run.deferred, run.deliveries));
    }
    if run.unsent > 0 {
        said.push(format!("{} of {} mails failed", run.unsent, run.deliveries));
    }
    if said.is_empty() {
        said.push(format!("{} reports, {} mails sent", run.reports, run.sent));
    }
    said.join(", ")
}

fn report(row: &IllReport) -> AlertItem {
    AlertItem {
        what: format!("{}, night {}", line(row.location.as_str()), row.night),
        why: row.error.as_deref().map(line),
        id: row.id.to_string(),
    }
}

fn mail(row: &IllDelivery) -> AlertItem {
    AlertItem {
        what: format!("{}, night {}, to {}: {}", line(row.location.as_str()), row.night, line(&row.contact), row.state),
        why: row.error.as_deref().map(line),
        id: row.id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::findings::{self, Channel};
    use crate::db::reports;
    use crate::db::testing::{on_each_database, planned_reports};

    #[tokio::test]
    async fn what_is_not_named_is_counted_and_ends_do_not_crowd_out_beginnings() {
        on_each_database("what_is_not_named_is_counted", async |db| {
            let now: DateTime<Utc> = "2026-03-28T06:00:00Z".parse().unwrap();
            let since = now - chrono::TimeDelta::days(1);
            let mut tx = db.begin().await.unwrap();
            let rows = planned_reports(&mut tx, 130).await;
            for row in &rows[..70] {
                reports::fail(&mut tx, row.id, "the archive does not answer").await.unwrap();
            }
            findings::look(&mut tx, since, now).await.unwrap();
            findings::told(&mut tx, Channel::Mail, uuid::Uuid::max()).await.unwrap();
            // None of these has failed any more, though they are held; and the others fail.
            reports::plan(&mut tx, &rows[..70]).await.unwrap();
            for row in &rows[..70] {
                reports::hold(&mut tx, row.id).await.unwrap();
            }
            for row in &rows[70..] {
                reports::fail(&mut tx, row.id, "the disk is full").await.unwrap();
            }
            findings::look(&mut tx, since, now).await.unwrap();
            let new = findings::read_untold(&mut tx, Channel::Mail, false, MOST).await.unwrap();
            let ended = findings::read_untold(&mut tx, Channel::Mail, true, MOST).await.unwrap();
            tx.commit().await.unwrap();
            let told = view(db, &new, &ended, "Daybreak", now).await.unwrap();
            let figures: Vec<_> = told.groups.iter().map(|group| (group.over, group.items.len(), group.more)).collect();
            assert_eq!(figures, [(false, 50, 20), (false, 50, 10), (true, 50, 20)]);
            assert_eq!(told.subject, "Daybreak: 70 reports held, 60 reports failed, 70 reports built after all");
        })
        .await;
    }
}
