//! Maildir and mbox: every mail once, none lost, nothing changed that is not ours.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::*;
use crate::bounces::{Tally, read_configured, read_path};
use crate::clock::{Clock, FixedClock};
use crate::config::{Bounces, Database};

struct Place {
    folder: tempfile::TempDir,
    db: Db,
    clock: Clock,
}

impl Place {
    async fn new(deliveries: u128) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&Database::Sqlite { path: folder.path().join("d.db") }).await.unwrap();
        db.migrate().await.unwrap();
        for number in 0..deliveries {
            deliver(&db, number, DeliveryState::Sent).await;
        }
        for name in ["maildir/new", "maildir/cur", "maildir/tmp"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        Self { folder, db, clock: Clock::Fixed(FixedClock::new(now())) }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn append(&self, mails: &[Vec<u8>]) {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(self.at("mbox")).unwrap();
        for mail in mails {
            file.write_all(b"From MAILER-DAEMON  Sun Mar 29 04:31:07 2026\n").unwrap();
            for line in mail.split_inclusive(|byte| *byte == b'\n') {
                let quoted = line.iter().take_while(|byte| **byte == b'>').count();
                if line[quoted..].starts_with(b"From ") {
                    file.write_all(b">").unwrap();
                }
                file.write_all(line).unwrap();
            }
            file.write_all(b"\n").unwrap();
        }
    }

    async fn read(&self) -> Tally {
        let policy = Bounces { maildir: None, mbox: Some(self.at("mbox")), ..Bounces::default() };
        read_configured(&self.db, &self.clock, &policy).await.unwrap()
    }

    async fn read_maildir(&self) -> Tally {
        let policy = Bounces { maildir: Some(self.at("maildir")), ..Bounces::default() };
        read_configured(&self.db, &self.clock, &policy).await.unwrap()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.at(folder)).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn full(number: u128) -> Vec<u8> {
    corpus("postfix-mailbox-full", number)
}

#[tokio::test]
async fn what_a_maildir_holds_is_read_once_and_put_away() {
    let place = Place::new(3).await;
    let put = |name: &str, mail: &[u8]| std::fs::write(place.at("maildir/new").join(name), mail).unwrap();
    put("1.a.host", &full(0));
    put("2.b.host:2,", &corpus("exim", 1));
    put("3.c.host", &corpus("answer-of-a-person", 2));
    put("4.d.host", b"");
    put(".hidden", &full(2));
    std::fs::write(place.at("maildir/tmp/5.e.host"), full(2)).unwrap();
    let tally = place.read_maildir().await;
    assert_eq!(tally, Tally { hard: 1, soft: 1, suppressed: 1, no_bounce: 1, unreadable: 1, ..Tally::default() });
    // What a person may want to see is not marked as seen; what is no mail is left where it is.
    assert_eq!(place.names("maildir/cur"), ["1.a.host:2,S", "2.b.host:2,S", "3.c.host:2,"]);
    assert_eq!(place.names("maildir/new"), [".hidden", "4.d.host"]);
    assert_eq!(place.read_maildir().await, Tally { unreadable: 1, ..Tally::default() });

    // A crash between the rows and the move: the mail is read again, and counts once.
    put("1.a.host", &full(0));
    assert_eq!(place.read_maildir().await, Tally { again: 1, unreadable: 1, ..Tally::default() });
    assert_eq!(place.names("maildir/new"), [".hidden", "4.d.host"]);
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_says_so_and_does_not_keep_the_other_from_being_read() {
    let place = Place::new(1).await;
    place.append(&[full(0)]);
    let policy = Bounces { maildir: Some(place.at("nowhere")), mbox: Some(place.at("mbox")), ..Bounces::default() };
    let error = read_configured(&place.db, &place.clock, &policy).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot list the mails in {}", place.at("nowhere/new").display()));
    assert_eq!(state(&place.db).await, DeliveryState::Bounced);
}

async fn state(db: &Db) -> DeliveryState {
    db.delivery(id(0)).await.unwrap().unwrap().state
}

#[tokio::test]
async fn an_mbox_is_read_on_from_where_it_was_left() {
    let place = Place::new(200).await;
    assert_eq!(place.read().await, Tally::default(), "it comes with the first mail");
    place.append(&[full(0), corpus("qmail", 1)]);
    assert_eq!(place.read().await, Tally { soft: 1, hard: 1, suppressed: 1, ..Tally::default() });
    assert_eq!(place.read().await, Tally::default());
    // More than one batch, with a body line that begins like a separator.
    let mails: Vec<_> =
        (2..150).map(|n| [&full(n)[..], b"\n\nFrom here on nothing.\n>From there, too.\n"].concat()).collect();
    place.append(&mails);
    assert_eq!(place.read().await, Tally { soft: 148, ..Tally::default() });
    assert_eq!(place.read().await, Tally::default());
    assert!(!place.at("mbox.lock").exists());
}

#[tokio::test]
async fn nothing_is_lost_where_the_mbox_is_locked_turned_over_emptied_or_rewritten() {
    let place = Place::new(9).await;
    let soft = |soft| Tally { soft, ..Tally::default() };
    place.append(&[full(0)]);
    std::fs::write(place.at("mbox.lock"), "").unwrap();
    assert_eq!(place.read().await, Tally::default(), "another program has it");
    std::fs::remove_file(place.at("mbox.lock")).unwrap();
    assert_eq!(place.read().await, soft(1));

    // Turned over with a mail that nobody had read yet; the new file begins with another one.
    place.append(&[full(1)]);
    std::fs::rename(place.at("mbox"), place.at("mbox.1")).unwrap();
    place.append(&[full(2)]);
    assert_eq!(place.read().await, soft(2));

    // Emptied by a person who read it, and filled again.
    std::fs::write(place.at("mbox"), "").unwrap();
    assert_eq!(place.read().await, Tally::default());
    place.append(&[full(3)]);
    assert_eq!(place.read().await.soft, 1);

    // A mail program took the first mail out: what was read before is known again by its digest.
    place.append(&[full(4)]);
    assert_eq!(place.read().await.soft, 1);
    std::fs::remove_file(place.at("mbox")).unwrap();
    place.append(&[full(4), full(5)]);
    let tally = place.read().await;
    assert_eq!((tally.soft, tally.again), (1, 1));
    assert_eq!(place.read().await, Tally::default());
}

#[test]
fn without_a_lock_the_last_mail_waits_until_the_file_has_not_grown() {
    use crate::bounces::mbox;
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mbox");
    let from = "From a  Sun Mar 29 04:31:07 2026\n";
    std::fs::write(&path, format!("{from}A: 1\n\none\n\n{from}A: 2\n\ntw")).unwrap();
    let permit = |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    permit(0o555);
    if std::fs::write(folder.path().join("probe"), "").is_ok() {
        // Root may write everywhere; the rule is then tested by its parts.
        permit(0o755);
        let whole = mbox::as_it_stands(&path, 0).unwrap();
        assert_eq!(whole.mails, [b"A: 1\n\none\n\n".to_vec(), b"A: 2\n\ntw".to_vec()]);
        return;
    }
    let first = mbox::next(&path, 0, None).unwrap().unwrap();
    assert_eq!(first.mails, [b"A: 1\n\none\n\n".to_vec()]);
    let size = std::fs::metadata(&path).unwrap().len();
    let second = mbox::next(&path, first.read_to, Some(size)).unwrap().unwrap();
    permit(0o755);
    assert_eq!(second.mails, [b"A: 2\n\ntw".to_vec()]);
}

#[tokio::test]
async fn by_hand_files_and_folders_are_read_and_left_as_they_are() {
    let place = Place::new(4).await;
    place.append(&[full(0), full(1)]);
    std::fs::write(place.at("one.eml"), full(2)).unwrap();
    std::fs::write(place.at("maildir/cur/1.a:2,S"), full(3)).unwrap();
    std::fs::write(place.at("maildir/new/2.b"), full(3)).unwrap();
    let before = std::fs::read(place.at("mbox")).unwrap();
    let read = async |path: &Path| {
        let mut tally = Tally::default();
        let told = read_path(&place.db, &place.clock, &Bounces::default(), path).await.unwrap();
        for told in &told {
            tally.add(&told.taken);
        }
        tally
    };
    assert_eq!(read(&place.at("mbox")).await, Tally { soft: 2, ..Tally::default() });
    assert_eq!(read(&place.at("one.eml")).await, Tally { soft: 1, ..Tally::default() });
    assert_eq!(read(&place.at("maildir")).await, Tally { soft: 1, again: 1, ..Tally::default() });
    assert_eq!(std::fs::read(place.at("mbox")).unwrap(), before);
    assert_eq!(place.names("maildir/new"), ["2.b"]);
    let error = read_path(&place.db, &place.clock, &Bounces::default(), &place.at("nowhere")).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read {}", place.at("nowhere").display()));
}
