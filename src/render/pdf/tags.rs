//! Tags: the logical structure that readers and converters follow, beside what is drawn.
//!
//! It holds the tree until `finish` writes it. It must not draw.

/// A structure element by its place in the tree's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TagId(pub(super) usize);

/// What an element holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kid {
    /// A further element.
    Tag(TagId),
    /// Marked content: page (from 0) and number on it.
    Content(usize, usize),
    /// A link annotation: page (from 0) and number on it.
    Link(usize, usize),
}

/// A structure element.
#[derive(Debug)]
pub(super) struct Tag {
    /// Standard structure type (ISO 32000-1, 14.8.4).
    pub(super) role: &'static str,
    /// None for the root.
    pub(super) parent: Option<TagId>,
    /// In reading order.
    pub(super) kids: Vec<Kid>,
    /// What a picture shows, for who cannot see it.
    pub(super) alt: Option<String>,
    /// Where a picture stands: left, bottom, right, top.
    pub(super) area: Option<[f64; 4]>,
    /// What a header cell heads.
    pub(super) scope: Option<&'static str>,
}

/// The tree, root first.
#[derive(Debug)]
pub(super) struct Tags(pub(super) Vec<Tag>);

/// The root: the document.
pub(super) const DOCUMENT: TagId = TagId(0);

impl Tags {
    /// A document without content.
    pub(super) fn new() -> Self {
        Self(vec![Tag { role: "Document", parent: None, kids: Vec::new(), alt: None, area: None, scope: None }])
    }

    /// A new last child.
    pub(super) fn add(&mut self, parent: TagId, role: &'static str) -> TagId {
        let id = TagId(self.0.len());
        self.0.push(Tag { role, parent: Some(parent), kids: Vec::new(), alt: None, area: None, scope: None });
        self.0[parent.0].kids.push(Kid::Tag(id));
        id
    }

    /// A new header cell for its column or row.
    pub(super) fn add_header(&mut self, parent: TagId, scope: &'static str) -> TagId {
        let id = self.add(parent, "TH");
        self.0[id.0].scope = Some(scope);
        id
    }

    /// Adds content to an element.
    pub(super) fn hold(&mut self, tag: TagId, kid: Kid) {
        self.0[tag.0].kids.push(kid);
    }

    /// Says what a picture shows, and where.
    pub(super) fn describe(&mut self, tag: TagId, alt: String, area: [f64; 4]) {
        self.0[tag.0].area = Some(area);
        self.0[tag.0].alt = Some(alt);
    }
}
