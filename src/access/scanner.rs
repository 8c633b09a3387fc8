//! Scanners: what is known of a request for a mail's link becomes whether a person made it, or a program that looks at
//! mail on its way. A guess, for a log that people read: nobody is let in or turned away by it.

use chrono::TimeDelta;

/// Words by which programs that are no browser call themselves, in lower case.
const WORDS: [&str; 44] = [
    "aiohttp",
    "axios",
    "barracuda",
    "bingpreview",
    "bot",
    "cloudmark",
    "crawl",
    "curl/",
    "facebookexternalhit",
    "feedfetcher",
    "fireeye",
    "forcepoint",
    "go-http-client",
    "googleimageproxy",
    "headlesschrome",
    "httpclient",
    "httpx",
    "ironport",
    "java/",
    "libwww",
    "mailguard",
    "mimecast",
    "ms-office",
    "node-fetch",
    "okhttp",
    "phantomjs",
    "postman",
    "preview",
    "proofpoint",
    "python",
    "reqwest",
    "safelinks",
    "scan",
    "skypeuri",
    "slurp",
    "sophos",
    "spider",
    "symantec",
    "trendmicro",
    "urlcheck",
    "wget",
    "whatsapp",
    "yahoomailproxy",
    "zscaler",
];
/// Nobody has opened a mail and found a link in it so soon after it left.
const TOO_SOON: TimeDelta = TimeDelta::seconds(3);
/// So many different links of one mail within a second are no person's.
const TOO_MANY: u64 = 4;

/// What is known of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Glance<'a> {
    /// It asked for the headers alone.
    pub head: bool,
    /// What the program calls itself.
    pub agent: &'a str,
    /// Whether it said which languages it reads; browsers do.
    pub has_language: bool,
    /// Whether it said that it fetches ahead of a person.
    pub ahead: bool,
    /// How long ago the mail had left; none where that is not known.
    pub since_sent: Option<TimeDelta>,
    /// How many other links of the same mail were opened in the second before.
    pub others: u64,
}

/// Whether it was likely a program.
#[must_use]
pub fn is_scanner(glance: &Glance<'_>) -> bool {
    let agent = glance.agent.to_lowercase();
    let too_soon = glance.since_sent.is_some_and(|since| since < TOO_SOON);
    let named = agent.trim().is_empty() || WORDS.iter().any(|word| agent.contains(word));
    glance.head || glance.ahead || !glance.has_language || too_soon || glance.others >= TOO_MANY || named
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    fn person() -> Glance<'static> {
        Glance { agent: FIREFOX, has_language: true, since_sent: Some(TimeDelta::minutes(3)), ..Glance::default() }
    }

    #[test]
    fn a_person_with_a_browser_is_none() {
        assert!(!is_scanner(&person()));
        assert!(!is_scanner(&Glance { since_sent: None, others: 3, ..person() }));
        for agent in [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/144.0.0.0 Safari/537.36 Edg/144.0.0.0",
        ] {
            assert!(!is_scanner(&Glance { agent, ..person() }), "{agent}");
        }
    }

    #[test]
    fn each_sign_alone_gives_a_program_away() {
        for sign in [
            Glance { head: true, ..person() },
            Glance { has_language: false, ..person() },
            Glance { ahead: true, ..person() },
            Glance { since_sent: Some(TimeDelta::seconds(1)), ..person() },
            Glance { since_sent: Some(TimeDelta::seconds(-1)), ..person() },
            Glance { others: 4, ..person() },
            Glance { agent: " ", ..person() },
        ] {
            assert!(is_scanner(&sign), "{sign:?}");
        }
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1)",
            "curl/8.5.0",
            "Mozilla/5.0 BingPreview/1.0b",
            "python-requests/2",
        ] {
            assert!(is_scanner(&Glance { agent, ..person() }), "{agent}");
        }
    }
}
