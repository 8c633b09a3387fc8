//! Structure: the tags, links and bookmarks become objects of the file (ISO 32000-1, 12.3.3, 12.5.6.5 and 14.7).

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::canvas::{Anchor, Bookmark, Canvas, Link};
use super::paint::{number, utf16};
use super::tags::{DOCUMENT, Kid};

fn text(text: &str) -> Object {
    Object::String(utf16(text), lopdf::StringFormat::Literal)
}

fn integer(value: usize) -> Object {
    Object::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn destination(pages: &[ObjectId], to: Anchor) -> Object {
    let top = Object::Real(number(to.y + 12.0));
    Object::Array(vec![pages[to.page].into(), "XYZ".into(), Object::Null, top, Object::Null])
}

/// Adds the structure tree and the links; gives the tree's root.
pub(super) fn structure(document: &mut Document, canvas: &Canvas, pages: &[ObjectId]) -> ObjectId {
    let root = document.new_object_id();
    let elements: Vec<ObjectId> = canvas.tags.0.iter().map(|_| document.new_object_id()).collect();
    let mut links: Vec<Vec<ObjectId>> = Vec::with_capacity(pages.len());
    let mut parents: Vec<Object> = Vec::new();
    let mut link_parents: Vec<Object> = Vec::new();
    let mut next_key = pages.len();
    for (at, sheet) in canvas.sheets.iter().enumerate() {
        let marks = sheet.marks.iter().map(|tag| elements[tag.0].into()).collect();
        let marks = document.add_object(Object::Array(marks));
        parents.extend([integer(at), marks.into()]);
        let mut on_page = Vec::new();
        for link in &sheet.links {
            let annotation = annotation(canvas, link, pages, next_key);
            on_page.push(document.add_object(annotation));
            link_parents.extend([integer(next_key), elements[link.tag.0].into()]);
            next_key += 1;
        }
        links.push(on_page);
    }
    parents.extend(link_parents);
    for (tag, id) in canvas.tags.0.iter().zip(&elements) {
        let parent = tag.parent.map_or(root, |parent| elements[parent.0]);
        let mut element = dictionary! { "S" => Object::Name(tag.role.into()), "P" => parent };
        let first_page =
            tag.kids.iter().find_map(|kid| if let Kid::Content(page, _) = kid { Some(*page) } else { None });
        if let Some(page) = first_page {
            element.set("Pg", pages[page]);
        }
        let kids: Vec<Object> = tag
            .kids
            .iter()
            .map(|kid| match *kid {
                Kid::Tag(tag) => elements[tag.0].into(),
                Kid::Content(page, mark) if Some(page) == first_page => integer(mark),
                Kid::Content(page, mark) => {
                    dictionary! { "Type" => "MCR", "Pg" => pages[page], "MCID" => integer(mark) }.into()
                }
                Kid::Link(page, link) => {
                    dictionary! { "Type" => "OBJR", "Pg" => pages[page], "Obj" => links[page][link] }.into()
                }
            })
            .collect();
        element.set("K", kids);
        if let Some(alt) = &tag.alt {
            element.set("Alt", text(alt));
        }
        if let Some(area) = tag.area {
            let area: Vec<Object> = area.into_iter().map(|side| Object::Real(number(side))).collect();
            element.set("A", dictionary! { "O" => "Layout", "BBox" => area });
        }
        if let Some(scope) = tag.scope {
            element.set("A", dictionary! { "O" => "Table", "Scope" => Object::Name(scope.into()) });
        }
        document.objects.insert(*id, element.into());
    }
    annotate(document, pages, links);
    let parent_tree = document.add_object(dictionary! { "Nums" => parents });
    document.objects.insert(
        root,
        dictionary! {
            "Type" => "StructTreeRoot",
            "K" => Object::Array(vec![elements[DOCUMENT.0].into()]),
            "ParentTree" => parent_tree,
            "ParentTreeNextKey" => integer(next_key),
        }
        .into(),
    );
    root
}

fn annotation(canvas: &Canvas, link: &Link, pages: &[ObjectId], key: usize) -> Dictionary {
    let area: Vec<Object> = link.area.into_iter().map(|side| Object::Real(number(side))).collect();
    let to = canvas.anchors.get(link.incident).copied().unwrap_or(Anchor { page: 0, y: super::look::TOP });
    dictionary! {
        "Type" => "Annot",
        "Subtype" => "Link",
        "Rect" => area,
        "Border" => Object::Array(vec![0.into(), 0.into(), 0.into()]),
        "F" => 4,
        "Contents" => text(&link.says),
        "Dest" => destination(pages, to),
        "StructParent" => integer(key),
    }
}

/// Gives each page its links, its place in the tree, and the order of tabs that follows the tree.
fn annotate(document: &mut Document, pages: &[ObjectId], links: Vec<Vec<ObjectId>>) {
    for (at, (page, links)) in pages.iter().zip(links).enumerate() {
        if let Some(page) = document.objects.get_mut(page).and_then(|page| page.as_dict_mut().ok()) {
            page.set("StructParents", integer(at));
            page.set("Tabs", "S");
            if links.is_empty() {
                page.remove(b"Annots");
            } else {
                page.set("Annots", links.into_iter().map(Object::from).collect::<Vec<_>>());
            }
        }
    }
}

/// Adds the outline: chapters, and in them what is in them. None without bookmarks.
pub(super) fn outline(document: &mut Document, bookmarks: &[Bookmark], pages: &[ObjectId]) -> Option<ObjectId> {
    if bookmarks.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| document.new_object_id()).collect();
    // Which bookmark each stands under.
    let mut chapter = None;
    let above: Vec<Option<usize>> = bookmarks
        .iter()
        .enumerate()
        .map(|(at, bookmark)| {
            if bookmark.depth == 0 {
                chapter = Some(at);
                None
            } else {
                chapter
            }
        })
        .collect();
    let kids = |of: Option<usize>| -> Vec<usize> { (0..ids.len()).filter(|at| above[*at] == of).collect() };
    for (of, id) in [(None, root)].into_iter().chain(ids.iter().enumerate().map(|(at, id)| (Some(at), *id))) {
        let kids = if of.is_some_and(|at| bookmarks[at].depth > 0) { Vec::new() } else { kids(of) };
        let mut entry = match of {
            None => dictionary! { "Type" => "Outlines" },
            Some(at) => dictionary! {
                "Title" => text(&bookmarks[at].title),
                "Parent" => above[at].map_or(root, |above| ids[above]),
                "Dest" => destination(pages, bookmarks[at].to),
            },
        };
        if let (Some(first), Some(last)) = (kids.first(), kids.last()) {
            entry.set("First", ids[*first]);
            entry.set("Last", ids[*last]);
            // All entries stand open, so the root counts every one.
            entry.set("Count", integer(if of.is_none() { ids.len() } else { kids.len() }));
        }
        if let Some(at) = of {
            let siblings: Vec<usize> = (0..ids.len()).filter(|other| above[*other] == above[at]).collect();
            let place = siblings.partition_point(|other| *other < at);
            if place > 0 {
                entry.set("Prev", ids[siblings[place - 1]]);
            }
            if let Some(next) = siblings.get(place + 1) {
                entry.set("Next", ids[*next]);
            }
        }
        document.objects.insert(id, entry.into());
    }
    Some(root)
}
