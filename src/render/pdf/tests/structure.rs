//! What assistive technology and validators find in the file.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{Sample, pdf};

struct File(Document);

impl File {
    fn of(sample: Sample) -> Self {
        Self(Document::load_mem(&pdf(&sample.report())).unwrap())
    }

    fn dict<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        match object {
            Object::Reference(id) => self.0.get_dictionary(*id).unwrap(),
            other => other.as_dict().unwrap(),
        }
    }

    fn get<'a>(&'a self, dictionary: &'a Dictionary, key: &str) -> &'a Object {
        let object = dictionary.get(key.as_bytes()).unwrap_or_else(|_| panic!("no {key} in {dictionary:?}"));
        self.0.dereference(object).unwrap().1
    }

    fn catalog(&self) -> &Dictionary {
        self.0.catalog().unwrap()
    }

    fn elements(&self) -> Vec<&Dictionary> {
        self.0
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok())
            .filter(|dictionary| dictionary.has(b"S") && dictionary.has(b"P") && dictionary.has(b"K"))
            .collect()
    }

    /// The parent tree: key → parents (marked content) or parent (annotation).
    fn parents(&self) -> BTreeMap<i64, Object> {
        let root = self.dict(self.catalog().get(b"StructTreeRoot").unwrap());
        let tree = self.dict(root.get(b"ParentTree").unwrap());
        let numbers = self.get(tree, "Nums").as_array().unwrap();
        numbers.chunks(2).map(|pair| (pair[0].as_i64().unwrap(), pair[1].clone())).collect()
    }
}

#[test]
fn everything_drawn_is_content_of_an_element_or_an_artifact() {
    for sample in Sample::ALL {
        let file = File::of(sample);
        let parents = file.parents();
        for (_, page) in file.0.get_pages() {
            let dictionary = file.0.get_dictionary(page).unwrap();
            let key = file.get(dictionary, "StructParents").as_i64().unwrap();
            let marks = file.0.dereference(&parents[&key]).unwrap().1.as_array().unwrap();
            let mut stack: Vec<bool> = Vec::new();
            let mut numbers = Vec::new();
            for operation in Content::decode(&file.0.get_page_content(page)).unwrap().operations {
                match operation.operator.as_str() {
                    "BDC" | "BMC" => {
                        let artifact = operation.operands[0].as_name().unwrap() == b"Artifact";
                        let number = operation.operands.get(1).and_then(|p| p.as_dict().ok()?.get(b"MCID").ok());
                        if let Some(number) = number {
                            assert!(stack.is_empty(), "content stands in content");
                            numbers.push(number.as_i64().unwrap());
                        }
                        assert!(!artifact || stack.is_empty(), "an artifact stands in content");
                        stack.push(artifact || number.is_some());
                    }
                    "EMC" => assert!(stack.pop().is_some()),
                    "TJ" | "Tj" | "f" | "S" | "Do" => assert!(stack.contains(&true), "{operation:?} is not tagged"),
                    _ => {}
                }
            }
            assert!(stack.is_empty());
            numbers.sort_unstable();
            assert!(numbers.iter().copied().eq(0..i64::try_from(marks.len()).unwrap()), "{}", sample.name());
        }
    }
}

#[test]
fn the_tree_leads_to_every_mark_and_only_from_its_parent() {
    let file = File::of(Sample::Hostile);
    let mut reached: BTreeMap<(ObjectId, i64), ObjectId> = BTreeMap::new();
    let root = file.dict(file.catalog().get(b"StructTreeRoot").unwrap());
    let mut open = vec![file.get(root, "K").as_array().unwrap()[0].as_reference().unwrap()];
    while let Some(id) = open.pop() {
        let element = file.0.get_dictionary(id).unwrap();
        let page = element.get(b"Pg").and_then(Object::as_reference).ok();
        for kid in file.get(element, "K").as_array().unwrap() {
            match kid {
                Object::Integer(mark) => assert!(reached.insert((page.unwrap(), *mark), id).is_none()),
                Object::Reference(kid) => {
                    assert_eq!(file.0.get_dictionary(*kid).unwrap().get(b"P").unwrap().as_reference().unwrap(), id);
                    open.push(*kid);
                }
                other if other.as_dict().unwrap().has(b"MCID") => {
                    let mark = other.as_dict().unwrap();
                    let page = mark.get(b"Pg").unwrap().as_reference().unwrap();
                    reached.insert((page, mark.get(b"MCID").unwrap().as_i64().unwrap()), id);
                }
                _ => {}
            }
        }
    }
    let parents = file.parents();
    for (_, page) in file.0.get_pages() {
        let key = file.get(file.0.get_dictionary(page).unwrap(), "StructParents").as_i64().unwrap();
        let marks = file.0.dereference(&parents[&key]).unwrap().1.as_array().unwrap();
        for (number, parent) in (0..).zip(marks) {
            assert_eq!(reached[&(page, number)], parent.as_reference().unwrap());
        }
    }
}

#[test]
fn figures_have_a_text_and_header_cells_a_scope() {
    let file = File::of(Sample::Ordinary);
    let elements = file.elements();
    let of_role = |role: &[u8]| -> Vec<&&Dictionary> {
        elements.iter().filter(|element| element.get(b"S").unwrap().as_name().unwrap() == role).collect()
    };
    assert_eq!(of_role(b"Figure").len(), 2);
    assert!(of_role(b"Figure").iter().all(|figure| figure.has(b"Alt") && figure.has(b"A")));
    assert!(of_role(b"TH").len() > 60);
    assert!(of_role(b"TH").iter().all(|cell| cell.get(b"A").unwrap().as_dict().unwrap().has(b"Scope")));
    assert_eq!(of_role(b"H1").len(), 1);
    assert_eq!(of_role(b"H2").len(), 4, "summary, index, two incidents");
}

#[test]
fn each_row_of_the_index_links_to_its_incident() {
    let file = File::of(Sample::Busy);
    let parents = file.parents();
    let mut targets = Vec::new();
    for (_, page) in file.0.get_pages() {
        let page = file.0.get_dictionary(page).unwrap();
        let Ok(annotations) = page.get(b"Annots") else { continue };
        assert_eq!(page.get(b"Tabs").unwrap().as_name().unwrap(), b"S");
        for annotation in annotations.as_array().unwrap() {
            let link = file.dict(annotation);
            assert!(!link.get(b"Contents").unwrap().as_str().unwrap().is_empty());
            let key = link.get(b"StructParent").unwrap().as_i64().unwrap();
            let element = file.dict(&parents[&key]);
            assert_eq!(element.get(b"S").unwrap().as_name().unwrap(), b"Link");
            targets.push(link.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap());
        }
    }
    assert_eq!(targets.len(), 40);
    let pages: BTreeMap<ObjectId, u32> = file.0.get_pages().into_iter().map(|(number, id)| (id, number)).collect();
    assert!(targets.is_sorted_by_key(|target| pages[target]), "in order of pages");
    targets.dedup();
    assert_eq!(targets.len(), 40, "each to a page of its own");
}

#[test]
fn the_outline_has_a_chapter_for_incidents_with_each_in_it() {
    let file = File::of(Sample::Ordinary);
    let outline = file.dict(file.catalog().get(b"Outlines").unwrap());
    let mut titles = Vec::new();
    let mut open = vec![(0, outline.get(b"First").unwrap())];
    while let Some((depth, entry)) = open.pop() {
        let entry = file.dict(entry);
        let title = lopdf::decode_text_string(entry.get(b"Title").unwrap()).unwrap();
        titles.push(format!("{}{title}", "> ".repeat(depth)));
        open.extend(entry.get(b"Next").ok().map(|next| (depth, next)));
        open.extend(entry.get(b"First").ok().map(|first| (depth + 1, first)));
    }
    assert_eq!(titles, ["Summary", "Incident index", "Incidents", "> Incident 1 · Theft", "> Incident 2 · Theft"]);
}

#[test]
fn the_file_says_what_it_is() {
    let bytes = pdf(&Sample::Hostile.report());
    assert!(bytes.starts_with(b"%PDF-1.7\n%"));
    let file = File(Document::load_mem(&bytes).unwrap());
    let catalog = file.catalog();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");
    assert_eq!(file.dict(catalog.get(b"MarkInfo").unwrap()).get(b"Marked").unwrap(), &Object::Boolean(true));
    let preferences = file.dict(catalog.get(b"ViewerPreferences").unwrap());
    assert_eq!(preferences.get(b"DisplayDocTitle").unwrap(), &Object::Boolean(true));
    let xmp = file.get(catalog, "Metadata").as_stream().unwrap();
    assert!(!xmp.dict.has(b"Filter"), "tools find it without knowing PDF");
    let xmp = std::str::from_utf8(&xmp.content).unwrap();
    for part in [
        "<pdfaid:part>2<",
        "<pdfaid:conformance>A<",
        "<pdfuaid:part>1<",
        "<pdfaSchema:prefix>pdfuaid<",
        "Café “Ω” &lt;script&gt;",
    ] {
        assert!(xmp.contains(part), "{part} in {xmp}");
    }
    let information = file.dict(file.0.trailer.get(b"Info").unwrap());
    let title = lopdf::decode_text_string(information.get(b"Title").unwrap()).unwrap();
    assert!(title.starts_with("Transaction report – Café “Ω” <script>") && !title.contains('\n'), "{title}");
    assert_eq!(information.get(b"CreationDate").unwrap().as_str().unwrap(), b"D:20260329043000Z");
    for object in file.0.objects.values() {
        let Ok(font) = object.as_dict() else { continue };
        if font.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"FontDescriptor") {
            assert!(font.has(b"FontFile2"), "every font is embedded");
        }
        assert!(!font.has(b"SMask") && !font.has(b"JavaScript") && !font.has(b"URI"));
    }
}
