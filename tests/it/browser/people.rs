//! People: who they are, how they come in, and how the one browser passes from hand to hand.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use daybreak::clock::Clock;
use serde_json::{Value, json};

use super::house::House;
use super::mail::Mail;
use super::teller::Teller;
use super::{Told, north};

/// What staff and operations choose as their password.
pub(super) const PASSWORD: &str = "herring lantern seven pier";

/// Somebody with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) address: &'static str,
    pub(super) name: &'static str,
    pub(super) role: &'static str,
    /// One of their branches; none where they are ours.
    branch: &'static str,
}

/// Of the team of the branch of [`north`].
pub(super) const ANNA: Person =
    Person { address: "anna@northside.example.com", name: "Anna Berg", role: "branch", branch: "northside" };
/// An operator.
pub(super) const STAN: Person =
    Person { address: "stan@daybreak.example.com", name: "Stan Fox", role: "staff", branch: "" };
/// Operations.
pub(super) const OPAL: Person =
    Person { address: "opal@daybreak.example.com", name: "Opal Reyes", role: "operations", branch: "" };

/// Of the branch whose feed is hostile ([`super::hostile`]); his own name is no better.
pub(super) const HARRY: Person = Person {
    address: "harry@hostile.example.com",
    name: "Harry \"'><img src=x onerror=window.hostile=8>{{1337*3}}",
    role: "branch",
    branch: "hostile",
};

/// The cookies of one person's browser.
#[derive(Debug, Clone)]
pub(super) struct Jar(Vec<Value>);

/// Makes accounts for all of them; each gets a letter once somebody works.
pub(super) fn invite(house: &House) {
    for one in [ANNA, STAN, OPAL, HARRY] {
        let mut arguments = vec!["users", "add", one.address, "--name", one.name, "--role", one.role];
        arguments.extend(["--locale", "en-GB"]);
        if !one.branch.is_empty() {
            arguments.extend(["--branch", one.branch]);
        }
        let ended = house.run(&arguments);
        assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

impl Told {
    /// One's mail as one's mail program shows it, and the click on its link to a page of this kind (see
    /// [`Mail::links`]).
    pub(super) async fn click_in_mail(&self, mail: &Mail, kind: &str) {
        let link = mail.links(kind).into_iter().next();
        let link = link.unwrap_or_else(|| panic!("no link to {kind} in {:?}", mail.subject));
        let file = self.house.folder().join("mail.html");
        std::fs::write(&file, &mail.html).unwrap();
        self.teller.open(&format!("file://{}", file.display())).await;
        self.teller.complaints().await; // pictures that are elsewhere
        self.teller.picture(&format!("mail-to-{kind}")).await;
        let raw = link.replace('"', "\\\"");
        self.teller.click(&format!("a[href=\"{raw}\"]")).await;
        self.teller.arrive(&link[..link.len().min(self.house.base.len() + 12)]).await;
    }

    /// A person sits down before the browser: with the session that they had, or by signing in.
    pub(super) async fn enter(&self, one: &Person) {
        self.teller.forget().await;
        let jar = self.jars.lock().unwrap().get(one.address).cloned();
        if let Some(jar) = jar {
            self.teller.bring(&jar).await;
            self.teller.open(&self.house.address("/me")).await;
            if self.teller.address().await.path() == "/me" {
                return;
            }
        }
        self.teller.open(&self.house.address("/sign-in")).await;
        if one.role == "branch" {
            self.by_letter(one.address).await;
        } else if self.has_password.lock().unwrap().insert(one.address) {
            let letter = self.house.mail(one.address, "Your access to").await;
            self.click_in_mail(&letter, "sign-in").await;
            self.teller.click_within("main", "Sign in").await;
            self.choose_password(PASSWORD).await;
        } else {
            self.by_password(one.address, PASSWORD).await;
        }
        self.teller.click_within("header", one.name).await;
        self.teller.arrive("/me").await;
        self.keep(one).await;
    }

    /// Remembers the session of who sits there.
    pub(super) async fn keep(&self, one: &Person) {
        let jar = self.teller.jar(&self.house.base).await;
        self.jars.lock().unwrap().insert(one.address, jar);
    }

    /// On the page of the sign-in: the letter, its link, its button.
    pub(super) async fn by_letter(&self, address: &str) {
        let letter = self.ask_letter(address).await;
        self.click_in_mail(&letter, "sign-in").await;
        self.teller.click_within("main", "Sign in").await;
        self.teller.see("Sign out").await;
    }

    /// On the page of the sign-in: asks for a letter, and waits until it is in the mailbox.
    pub(super) async fn ask_letter(&self, address: &str) -> Mail {
        let before = self.house.mails(address, "Your sign-in").len();
        self.teller.fill("#address", address).await;
        self.teller.click_within("main", "Send me a link").await;
        self.teller.see("Look into your mailbox").await;
        self.house.mail_after(address, "Your sign-in", before).await
    }

    /// On the page of the sign-in.
    pub(super) async fn by_password(&self, address: &str, password: &str) {
        if self.teller.count("details[open] #user").await == 0 {
            self.teller.click_within("main", "Sign in with a password").await;
        }
        self.teller.fill("#user", address).await;
        self.teller.fill("#password", password).await;
        self.teller.click_within("main details", "Sign in").await;
    }

    /// On the page where a new password is chosen.
    pub(super) async fn choose_password(&self, password: &str) {
        self.teller.see("Choose your password").await;
        self.audit("choose a password").await;
        self.teller.fill("#password", password).await;
        self.teller.fill("#again", password).await;
        self.teller.click_within("main", "Save and sign in").await;
        self.teller.see("Sign out").await;
    }

    /// The answer before was a refusal, on purpose: the browser's word about it is no complaint.
    pub(super) async fn refused(&self, status: u16) {
        let word = format!("status of {status}");
        let said = self.teller.complaints().await;
        assert!(said.iter().any(|line| line.contains(&word)), "an answer of {status}: {said:?}");
        let real: Vec<&String> = said.iter().filter(|line| !line.contains(&word)).collect();
        assert!(real.is_empty(), "{real:?}");
    }

    /// The first clip of the page that is not in a closed fold plays on; `within` is a CSS selector.
    pub(super) async fn plays(&self, within: &str) {
        let css = format!("{within} video");
        let moves = "const video = [...document.querySelectorAll(arguments[0])].find(one => one.checkVisibility()); \
            if (video?.paused) video.play().catch(() => {}); return video?.currentTime > 0.4;";
        self.teller.until(&format!("a clip plays in {within}"), moves, &[css.clone().into()]).await;
        let stop = "for (const one of document.querySelectorAll('video')) one.pause();";
        self.teller.script(stop, &[]).await;
    }
}

impl Teller {
    /// The browser's cookies for an address.
    pub(super) async fn jar(&self, base: &str) -> Jar {
        let found = self.driver.devtools("Network.getCookies", json!({"urls": [base]})).await;
        Jar(found["cookies"].as_array().cloned().unwrap_or_default())
    }

    /// Puts cookies back.
    pub(super) async fn bring(&self, jar: &Jar) {
        let kept = ["name", "value", "domain", "path", "httpOnly", "secure", "sameSite", "expires"];
        let cookies = jar.0.iter().map(|cookie| {
            let fields = kept.iter().filter(|name| !cookie[**name].is_null() && cookie[**name] != -1);
            fields.map(|name| ((*name).to_owned(), cookie[*name].clone())).collect::<Value>()
        });
        let cookies: Vec<Value> = cookies.collect();
        self.driver.devtools("Network.setCookies", json!({"cookies": cookies})).await;
    }
}

impl Jar {
    /// As a program sends it.
    pub(super) fn header(&self) -> String {
        let pairs = self.0.iter().map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            format!("{}={}", text("name"), text("value"))
        });
        format!("Cookie: {}", pairs.collect::<Vec<_>>().join("; "))
    }
}

/// What an authenticator app shows for a secret in Base32, `later` steps from now (RFC 6238).
pub(super) fn one_time_password(secret: &str, later: i64) -> String {
    let mut bits = Vec::new();
    for letter in secret.bytes().filter(u8::is_ascii_alphanumeric) {
        let five = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter.to_ascii_uppercase() - b'A' };
        bits.extend((0..5).rev().map(|place| (five >> place) & 1));
    }
    let bytes: Vec<u8> =
        bits.chunks_exact(8).map(|chunk| chunk.iter().fold(0, |byte, bit| (byte << 1) | bit)).collect();
    let step = Clock::System.now().timestamp() / 30 + later;
    let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes), &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[tag.len() - 1] & 15);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// The address of the busy kiosk's page.
pub(super) fn kiosk() -> String {
    format!("/locations/{}", north::KIOSKS[0])
}
