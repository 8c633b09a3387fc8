//! Fields: the groups of a delivery status (RFC 3464 section 2.1) or of a feedback report (RFC 5965 section 3).

/// `name: value` pairs, names in lower case, values unfolded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Group(Vec<(String, String)>);

/// More groups than that stand in no report that a person or server wrote.
const GROUPS: usize = 1_000;

impl Group {
    /// The first value of a field; none where it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, value)| field == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// An address or text that follows a type: `rfc822; someone@example.com`. Some servers leave the type out.
    pub(super) fn typed(&self, name: &str) -> Option<&str> {
        let value = self.get(name)?;
        let value = value.split_once(';').map_or(value, |(_, value)| value).trim();
        (!value.is_empty()).then_some(value)
    }

    /// An address, without angle brackets and xtext (RFC 3461 section 4).
    pub(super) fn address(&self, name: &str) -> Option<String> {
        let value = self.typed(name)?.trim_matches(['<', '>']);
        Some(plain_of_xtext(value.split_whitespace().next()?))
    }
}

/// The groups of a text: they are divided by empty lines, and by the name of the next recipient where a server forgets
/// the line.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let mut groups = vec![Group::default()];
    for line in text.lines() {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            if !group.0.is_empty() && groups.len() < GROUPS {
                groups.push(Group::default());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.0.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim().to_ascii_lowercase();
            let is_next = match name.as_str() {
                "final-recipient" => group.get(&name).is_some(),
                // Some write it before the final recipient, some after; none after what became of it.
                "original-recipient" => group.get("action").or(group.get("status")).is_some(),
                _ => false,
            };
            let begins_anew = is_next && groups.len() < GROUPS;
            let field = (name, value.trim().to_owned());
            if begins_anew {
                groups.push(Group(vec![field]));
            } else if let Some(group) = groups.last_mut() {
                group.0.push(field);
            }
        }
    }
    groups.retain(|group| !group.0.is_empty());
    groups
}

/// `+3D` back to `=`; what is no xtext stays as it is.
pub(super) fn plain_of_xtext(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('+') {
        plain.push_str(before);
        // Upper case only: an address with a plus in it must not be taken for one.
        let code = after.get(..2).filter(|code| code.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b)));
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(u8::is_ascii_graphic) {
            plain.push(char::from(byte));
            rest = &after[2..];
        } else {
            plain.push('+');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_divided_by_lines_or_by_the_next_recipient() {
        let text = "Reporting-MTA: dns; mx.example.com\n\n\nFinal-Recipient: rfc822;<a@example.com>\nAction: failed\n\
            Diagnostic-Code: smtp; 550 no\n  such user\nFinal-Recipient: b@example.com\nnonsense\nAction:\n";
        let found = groups(text);
        assert_eq!(found.len(), 3);
        assert_eq!(found[1].address("final-recipient").as_deref(), Some("a@example.com"));
        assert_eq!(found[1].typed("diagnostic-code"), Some("550 no such user"));
        assert_eq!(found[2].address("final-recipient").as_deref(), Some("b@example.com"));
        assert_eq!(found[2].get("action"), None);
        assert_eq!(groups(""), []);
        assert_eq!(groups(" folded before anything\n\n"), []);
    }

    #[test]
    fn xtext_is_read_and_a_plain_plus_stays() {
        assert_eq!(plain_of_xtext("a+2Bb+3Dc@example.com"), "a+b=c@example.com");
        assert_eq!(plain_of_xtext("nights+tok@example.com"), "nights+tok@example.com");
        assert_eq!(plain_of_xtext("+ż+0A+"), "+ż+0A+");
    }
}
