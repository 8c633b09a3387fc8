//! Domains: an account's rules and an address become whether something may go there. Asked when an address is saved and
//! again when something is sent, because rules change in between.

use crate::db::domain_rules::DomainRule;
use crate::model::EmailAddress;

/// Whether the rules of an account let something go to an address: a blocked domain is refused always, and where any
/// domain is allowed every other one is, too. A rule holds for its domain and for what is below it.
#[must_use]
pub fn allows(rules: &[DomainRule], address: &str) -> bool {
    let address = EmailAddress::normalized(address);
    let Some((_, domain)) = address.rsplit_once('@') else { return false };
    let covers = |rule: &&DomainRule| {
        domain.strip_suffix(rule.domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if rules.iter().filter(|rule| !rule.allowed).any(|rule| covers(&rule)) {
        return false;
    }
    let mut allowed = rules.iter().filter(|rule| rule.allowed).peekable();
    allowed.peek().is_none() || allowed.any(|rule| covers(&rule))
}

/// A domain as somebody types it, in A-labels; none for what is no name of a domain with a dot in it.
#[must_use]
pub fn parse(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let raw = raw.strip_prefix('@').or_else(|| raw.strip_prefix("*.")).unwrap_or(raw).trim_end_matches('.');
    match url::Host::parse(raw) {
        Ok(url::Host::Domain(domain))
            if domain.contains('.')
                && domain.len() <= 253
                && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) =>
        {
            Some(domain.to_lowercase())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(given: &[(&str, bool)]) -> Vec<DomainRule> {
        let rule = |(domain, allowed): &(&str, bool)| DomainRule {
            domain: parse(domain).unwrap(),
            allowed: *allowed,
            added_at: chrono::DateTime::UNIX_EPOCH,
            added_by: String::new(),
        };
        given.iter().map(rule).collect()
    }

    #[test]
    fn without_rules_everything_may_go_everywhere_and_a_blocked_domain_is_blocked_with_what_is_below_it() {
        assert!(allows(&[], "dana@example.com"));
        assert!(!allows(&[], "no address"));
        let rules = rules(&[("example.com", false)]);
        for address in ["dana@example.com", "Dana@EXAMPLE.com.", "dana@mail.example.com"] {
            assert!(!allows(&rules, address), "{address}");
        }
        for address in ["dana@example.org", "dana@notexample.com", "dana@example.com.example.org"] {
            assert!(allows(&rules, address), "{address}");
        }
    }

    #[test]
    fn where_a_domain_is_allowed_only_allowed_ones_are_and_blocked_ones_never() {
        let rules = rules(&[("example.com", true), ("Exämple.org", true), ("lab.example.com", false)]);
        for address in ["dana@example.com", "dana@a.example.com", "zoë@exämple.org", "dana@xn--exmple-cua.org"] {
            assert!(allows(&rules, address), "{address}");
        }
        for address in ["dana@lab.example.com", "dana@x.lab.example.com", "dana@example.net"] {
            assert!(!allows(&rules, address), "{address}");
        }
    }

    #[test]
    fn a_domain_is_read_as_people_type_it() {
        assert_eq!(parse(" @Example.com. ").as_deref(), Some("example.com"));
        assert_eq!(parse("*.example.com").as_deref(), Some("example.com"));
        for raw in ["", "localhost", "192.0.2.1", "[::1]", "a b.example", "<b>.example", "=1.example"] {
            assert_eq!(parse(raw), None, "{raw}");
        }
    }
}
