//! An incident: its photo, facts, description, the operator's account, and its transaction.

use super::canvas::{Bookmark, Canvas};
use super::index::brief;
use super::look::{BODY, MARGIN, SMALL, WIDTH};
use super::paint::{self, Ink};
use super::photo::{self, Picture};
use super::table::{count, facts};
use super::tags::{DOCUMENT, TagId};
use super::{Case, Pictures, Value, Writer, number, shown};

/// The box that a photo fits into.
const PHOTO: (f64, f64) = (212.0, 200.0);

/// The height of what stands in its place.
const PLACEHOLDER: f64 = 120.0;

/// What stands where a photo belongs.
enum Shot {
    Picture(usize),
    Placeholder(String),
}

impl<'a> Writer<'a> {
    /// Sets an incident on pages of its own, so that it can be handed on alone.
    pub(super) fn incident(&mut self, at: usize) {
        let words = self.words();
        let case = self.cases[at];
        self.canvas.break_page();
        let section = self.canvas.tags.add(DOCUMENT, "Sect");
        let to = self.canvas.here();
        self.canvas.anchors.push(to);
        let name = words.say("pdf-incident-number", &[("number", Value::Number(number(at + 1)))]);
        let kind = brief(&shown(&case.incident.kind));
        if at == 0 {
            self.canvas.bookmarks.push(Bookmark { depth: 0, title: words.incidents.clone(), to });
        }
        self.canvas.bookmarks.push(Bookmark { depth: 1, title: format!("{name} · {kind}"), to });
        self.canvas.heading(section, "H2", &format!("{name} · {kind}"), 15.0);
        self.canvas.skip(3.0);
        self.facts_and_photo(section, &case);
        self.canvas.skip(12.0);
        self.canvas.heading(section, "H3", &words.description, 10.5);
        self.canvas.flow(section, "P", &shown(&case.incident.description), BODY);
        self.canvas.skip(10.0);
        self.account(section, &case);
        self.canvas.skip(12.0);
        self.transaction_of(section, &case);
    }

    fn account(&mut self, section: TagId, case: &Case<'_>) {
        let words = self.words();
        self.canvas.heading(section, "H3", &words.account, 10.5);
        match case.interaction.map(|interaction| shown(&interaction.notes)).filter(|notes| notes != "—") {
            Some(notes) => self.canvas.flow(section, "P", &notes, BODY),
            None => self.canvas.flow(section, "P", &words.no_account, super::look::Style { size: 9.5, ..SMALL }),
        };
    }

    fn transaction_of(&mut self, section: TagId, case: &Case<'_>) {
        let words = self.words();
        match (case.transaction, &case.incident.transaction) {
            (Some(transaction), _) => self.transaction(section, "H3", transaction),
            (None, Some(_)) => {
                self.canvas.flow(section, "P", &words.transaction_missing, BODY);
            }
            (None, None) => {
                self.canvas.flow(section, "P", &words.no_transaction, BODY);
            }
        }
    }

    fn facts_and_photo(&mut self, section: TagId, case: &Case<'_>) {
        let shot = self.shot(case);
        let right = MARGIN + WIDTH;
        let start = self.canvas.here();
        let text_right = if shot.is_some() { right - PHOTO.0 - 16.0 } else { right };
        let rows = self.fact_rows(case);
        facts(&mut self.canvas, section, (MARGIN, text_right), &rows);
        let Some(shot) = shot else { return };
        let end = self.canvas.here();
        let height = self.photo(section, case, &shot, (right - PHOTO.0, start.y), start.page);
        if end.page == start.page {
            self.canvas.y = end.y.min(start.y - height);
        }
    }

    fn fact_rows(&self, case: &Case<'_>) -> Vec<(&'a str, String)> {
        let words = self.words();
        let incident = case.incident;
        let mut rows = vec![
            (words.occurred.as_str(), self.date_time(incident.occurred_at)),
            (words.kind.as_str(), shown(&incident.kind)),
        ];
        rows.extend(self.case_place(case).map(|place| (words.case.as_str(), place)));
        rows.extend(incident.reported_by.as_ref().map(|by| (words.reported_by.as_str(), shown(by))));
        if let Some(interaction) = case.interaction {
            rows.extend(interaction.camera.as_ref().map(|camera| (words.camera.as_str(), shown(camera))));
            rows.extend(interaction.operator.as_ref().map(|operator| (words.operator.as_str(), shown(operator))));
            rows.push((words.level.as_str(), words.format.integer(interaction.level.into())));
            let zone = self.report().site.timezone;
            let begun = words.format.time(interaction.started_at, zone);
            let handled = match interaction.ended_at {
                Some(ended) => format!("{begun} – {}", words.format.time(ended, zone)),
                None => begun,
            };
            rows.push((words.handled.as_str(), handled));
            if !interaction.actions.is_empty() {
                let actions: Vec<String> = interaction.actions.iter().map(|action| shown(action)).collect();
                rows.push((words.actions.as_str(), actions.join(", ")));
            }
        }
        rows.push((words.reference.as_str(), shown(incident.incident.as_str())));
        rows
    }

    fn shot(&mut self, case: &Case<'_>) -> Option<Shot> {
        let words = self.words();
        let Some(photo) = &case.incident.photo else {
            return case.incident.photo_missing.then(|| Shot::Placeholder(words.photo_missing.clone()));
        };
        let Some(bytes) = (self.input.photos)(photo) else {
            return Some(Shot::Placeholder(words.photo_missing.clone()));
        };
        let picture = self.pictures.add(&photo.key, || photo::read(&bytes));
        Some(picture.map_or_else(|| Shot::Placeholder(words.photo_unreadable.clone()), Shot::Picture))
    }

    /// Draws the photo or its placeholder below and right of a corner, and gives its height.
    fn photo(&mut self, section: TagId, case: &Case<'_>, shot: &Shot, (x, top): (f64, f64), page: usize) -> f64 {
        let figure = self.canvas.tags.add(section, "Figure");
        match shot {
            Shot::Picture(image) => {
                let (width, height) = self.pictures.list[*image].fitted(PHOTO);
                let when = self.date_time(case.incident.occurred_at);
                let kind = brief(&shown(&case.incident.kind));
                let arguments = [("type", Value::Text(&kind)), ("time", Value::Text(&when))];
                let corner = (x + PHOTO.0 - width, top - height);
                let area = [corner.0, corner.1, x + PHOTO.0, top];
                self.canvas.tags.describe(figure, self.words().say("pdf-photo-alt", &arguments), area);
                self.canvas.open_on(page, figure);
                let ops = &mut self.canvas.sheets[page].ops;
                paint::picture(ops, *image, corner, (width, height));
                paint::end(ops);
                height
            }
            Shot::Placeholder(says) => {
                let area = [x, top - PLACEHOLDER, x + PHOTO.0, top];
                self.canvas.tags.describe(figure, says.clone(), area);
                placeholder(&mut self.canvas, page, figure, says, (x, top))
            }
        }
    }
}

fn placeholder(canvas: &mut Canvas, page: usize, figure: TagId, says: &str, (x, top): (f64, f64)) -> f64 {
    let height = PLACEHOLDER;
    let lines = canvas.lay(says, SMALL, PHOTO.0 - 40.0);
    let ops = &mut canvas.sheets[page].ops;
    paint::begin_artifact(ops, None);
    paint::fill(ops, (x, top - height), (PHOTO.0, height), Ink(0xf1, 0xf3, 0xf5));
    paint::end(ops);
    let mut y = top - (height - count(lines.len()) * SMALL.leading()) / 2.0;
    canvas.open_on(page, figure);
    let ops = &mut canvas.sheets[page].ops;
    for line in &lines {
        let left = x + (PHOTO.0 - line.width) / 2.0;
        paint::text(ops, line, (left, y - SMALL.ascent()), SMALL.size, SMALL.ink);
        y -= SMALL.leading();
    }
    paint::end(ops);
    height
}

impl Pictures {
    /// The number of a picture, read when its key comes up first; none if it cannot be read.
    pub(super) fn add(&mut self, key: &str, read: impl FnOnce() -> Option<Picture>) -> Option<usize> {
        if let Some(known) = self.by_key.get(key) {
            return *known;
        }
        let added = read().map(|picture| {
            self.list.push(picture);
            self.list.len() - 1
        });
        self.by_key.insert(key.to_owned(), added);
        added
    }
}
