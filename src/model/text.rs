//! Hostile text: what people and cameras wrote, made fit to be shown.

/// A text as it may be shown in a mail, a header, a PDF or a page. The record keeps the original; this
/// drops what would act instead of being read:
///
/// * control characters but line feed and tab (CR LF becomes LF), which break headers, XML and terminals;
/// * bidirectional embeddings, overrides and isolates, and stray marks that reorder their surroundings
///   (Unicode TR 36, "Trojan source"); direction is set by the markup instead;
/// * noncharacters, which the renderer uses as slots of its own, and private-use tags;
/// * invisible fillers that only serve to disguise a text.
#[must_use]
pub fn clean(raw: &str) -> String {
    let mut shown = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    shown.push('\n');
                }
            }
            '\n' | '\t' => shown.push(character),
            _ if character.is_control() || acts(character) => {}
            '\u{2028}' | '\u{2029}' => shown.push('\n'),
            _ => shown.push(character),
        }
    }
    shown
}

/// Whether a character changes how its neighbours are shown, or is none at all.
fn acts(character: char) -> bool {
    matches!(u32::from(character),
        0x200E | 0x200F | 0x061C | 0x202A..=0x202E | 0x2066..=0x206F
        | 0xFEFF | 0xFDD0..=0xFDEF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
        || u32::from(character) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_dropped_and_what_is_read_stays() {
        assert_eq!(clean("a\r\nb\rc\u{0}\u{1b}[31m"), "a\nb\nc[31m");
        assert_eq!(clean("exe\u{202E}fdp.\u{2066}x\u{2069}"), "exefdp.x");
        assert_eq!(clean("\u{FDD0}slot\u{FDD1}\u{FFFE}"), "slot");
        assert_eq!(clean("Ωμέγα\tمحمد 佐藤 👩‍👩‍👧"), "Ωμέγα\tمحمد 佐藤 👩‍👩‍👧");
    }
}
