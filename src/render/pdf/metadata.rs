//! Metadata: title, author, language and dates as the document's information and as XMP, which say the same.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use lopdf::{Dictionary, Object, dictionary};

use super::paint::utf16;
use super::{PdfInput, shown};

/// Who made the file.
const PRODUCER: &str = concat!("Daybreak ", env!("CARGO_PKG_VERSION"));

/// PDF/A wants every property that is not its own described: here the mark of PDF/UA.
const EXTENSION: &str = "<rdf:Description rdf:about=\"\" \
    xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
    xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
    xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n\
    <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n\
    <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\n\
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\n\
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\n\
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\n\
    <pdfaProperty:name>part</pdfaProperty:name>\n\
    <pdfaProperty:valueType>Integer</pdfaProperty:valueType>\n\
    <pdfaProperty:category>internal</pdfaProperty:category>\n\
    <pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>\n\
    </rdf:li></rdf:Seq></pdfaSchema:property>\n\
    </rdf:li></rdf:Bag></pdfaExtension:schemas>\n\
    </rdf:Description>\n";

/// What the file says about itself.
pub(super) struct Metadata {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) subject: String,
    pub(super) language: String,
    pub(super) at: DateTime<Utc>,
    pub(super) identifier: String,
}

impl Metadata {
    /// The metadata of a report.
    pub(super) fn of(input: &PdfInput<'_>) -> Self {
        let (report, words) = (input.report, input.words);
        let night = words.format.date(report.night);
        let one_line = |text: &str| shown(text).split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            title: format!("{} – {} – {night}", words.title, one_line(&report.site.name)),
            author: one_line(&input.brand.name),
            subject: format!("{} · {}", report.night, report.site.location),
            language: words.language.clone(),
            at: report.built_at,
            identifier: format!("{}", report.id),
        }
    }

    /// The document information dictionary.
    pub(super) fn information(&self) -> Dictionary {
        let text = |text: &str| Object::String(utf16(text), lopdf::StringFormat::Hexadecimal);
        let date = Object::string_literal(self.at.format("D:%Y%m%d%H%M%SZ").to_string());
        dictionary! {
            "Title" => text(&self.title),
            "Author" => text(&self.author),
            "Subject" => text(&self.subject),
            "Creator" => text(PRODUCER),
            "Producer" => text(PRODUCER),
            "CreationDate" => date.clone(),
            "ModDate" => date,
        }
    }

    /// The XMP packet: PDF/A-2a, PDF/UA-1.
    pub(super) fn xmp(&self) -> String {
        let date = self.at.format("%Y-%m-%dT%H:%M:%SZ");
        let mut packet = String::from(
            "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
             xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" \
             xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n\
             <pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>A</pdfaid:conformance>\n\
             <pdfuaid:part>1</pdfuaid:part>\n<dc:format>application/pdf</dc:format>\n",
        );
        let (title, author) = (escape(&self.title), escape(&self.author));
        let alternative = |text: &str| format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt>");
        let _ = writeln!(packet, "<dc:title>{}</dc:title>", alternative(&title));
        let _ = writeln!(packet, "<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>");
        let _ = writeln!(packet, "<dc:description>{}</dc:description>", alternative(&escape(&self.subject)));
        let _ = writeln!(
            packet,
            "<dc:language><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></dc:language>",
            escape(&self.language)
        );
        let _ =
            writeln!(packet, "<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>\n<pdf:Producer>{PRODUCER}</pdf:Producer>");
        for name in ["CreateDate", "ModifyDate", "MetadataDate"] {
            let _ = writeln!(packet, "<xmp:{name}>{date}</xmp:{name}>");
        }
        let _ = writeln!(packet, "<xmpMM:DocumentID>uuid:{}</xmpMM:DocumentID>", escape(&self.identifier));
        packet.push_str("</rdf:Description>\n");
        packet.push_str(EXTENSION);
        packet.push_str("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
        packet
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
