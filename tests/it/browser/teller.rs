//! Teller: what a person does in front of a page, and what they see. Everything waits until it is there.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::webdriver::{ELEMENT, WebDriver};
use crate::support::root;

/// How long something may take to appear: pages of a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// A wide window by day.
    Light,
    /// The same by night.
    Dark,
    /// A phone, 390 px wide.
    Phone,
}

/// One browser, driven as a person would.
pub(crate) struct Teller {
    pub(super) driver: WebDriver,
}

impl Teller {
    /// Starts the browser; none where it is not installed, which is said.
    pub(super) async fn start() -> Option<Self> {
        let teller = Self { driver: WebDriver::start().await? };
        teller.look(Look::Light).await;
        Some(teller)
    }

    pub(super) async fn command(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.driver.ask(method, path, Some(&body)).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Opens an address and waits until it has loaded.
    pub(crate) async fn open(&self, address: &str) {
        self.command("POST", "/url", json!({"url": address})).await;
    }

    /// Where the browser is.
    pub(crate) async fn address(&self) -> Url {
        let url = self.driver.ask("GET", "/url", None).await.unwrap();
        Url::parse(url.as_str().unwrap()).unwrap()
    }

    /// Waits until the browser is at an address with this in it: a click returns before the page that it leads to is there.
    pub(crate) async fn arrive(&self, part: &str) {
        let began = Instant::now();
        while !self.address().await.as_str().contains(part) {
            assert!(began.elapsed() < PATIENCE, "an address with {part:?}, not {}", self.address().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs a function's body in the page; `arguments` in it are these.
    pub(crate) async fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.command("POST", "/execute/sync", json!({"script": body, "args": arguments})).await
    }

    /// Waits until a function's body returns something true, and returns it.
    pub(crate) async fn until(&self, what: &str, body: &str, arguments: &[Value]) -> Value {
        let began = Instant::now();
        loop {
            let asked = json!({"script": body, "args": arguments});
            // While a page gives way to the next one, there is none to ask.
            if let Ok(value) = self.driver.ask("POST", "/execute/sync", Some(&asked)).await {
                let none = value.is_null() || value == false || value == 0 || value == "";
                if !none {
                    return value;
                }
            }
            assert!(began.elapsed() < PATIENCE, "{what}: not within {} s", PATIENCE.as_secs());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for an element that can be seen, by a CSS selector; its id for `WebDriver`.
    async fn element(&self, css: &str) -> String {
        const SEEN: &str = "const one = [...document.querySelectorAll(arguments[0])].find(one => \
            one.checkVisibility({visibilityProperty: true})); \
            one?.scrollIntoView({block: 'center', behavior: 'instant'}); return one ?? null;";
        let found = self.until(&format!("an element {css}"), SEEN, &[css.into()]).await;
        found[ELEMENT].as_str().expect("an element").to_owned()
    }

    /// Clicks on the first element of a CSS selector that can be seen.
    pub(crate) async fn click(&self, css: &str) {
        self.on(|| self.element(css), "click", json!({})).await;
    }

    /// Does something with an element. If its page gives way to the next one just then, it is looked for on that one.
    async fn on<F: Future<Output = String>>(&self, find: impl Fn() -> F, what: &str, body: Value) {
        let began = Instant::now();
        loop {
            let path = format!("/element/{}/{what}", find().await);
            match self.driver.ask("POST", &path, Some(&body)).await {
                Ok(_) => return,
                Err(error) if error.starts_with("stale element") && began.elapsed() < PATIENCE => {}
                Err(error) => panic!("{path}: {error}"),
            }
        }
    }

    /// Clicks on the first link, button, label or summary with this text (or with it at its beginning).
    pub(crate) async fn click_on(&self, text: &str) {
        const NAMED: &str = "document.querySelector('[data-told]')?.removeAttribute('data-told'); \
            const one = [...document.querySelectorAll('a, button, label, summary, input[type=submit]')] \
            .filter(one => one.checkVisibility({visibilityProperty: true})) \
            .find(one => (one.innerText ?? one.textContent ?? one.value).trim().startsWith(arguments[0])); \
            one?.setAttribute('data-told', ''); return one !== undefined;";
        self.until(&format!("something to click on that says {text:?}"), NAMED, &[text.into()]).await;
        self.click("[data-told]").await;
    }

    /// Clicks on the link, button, label or summary with exactly this text within a CSS selector, or else with it at its
    /// beginning.
    pub(crate) async fn click_within(&self, css: &str, text: &str) {
        const NAMED: &str = "document.querySelector('[data-told]')?.removeAttribute('data-told'); \
            const all = [...document.querySelectorAll(arguments[0])].flatMap(part => \
            [...part.querySelectorAll('a, button, label, summary')]) \
            .filter(one => one.checkVisibility({visibilityProperty: true})); \
            const says = one => (one.innerText ?? one.textContent).trim(); \
            const one = all.find(one => says(one) === arguments[1]) ?? all.find(one => says(one).startsWith(arguments[1])); \
            one?.setAttribute('data-told', ''); return one !== undefined;";
        let what = format!("something to click on in {css} that says {text:?}");
        self.until(&what, NAMED, &[css.into(), text.into()]).await;
        self.click("[data-told]").await;
    }

    /// Opens an address in a tab of its own and goes there; returns the tab to go back to.
    pub(crate) async fn other_tab(&self, address: &str) -> String {
        let this = self.driver.ask("GET", "/window", None).await.unwrap();
        let new = self.command("POST", "/window/new", json!({"type": "tab"})).await;
        self.tab(new["handle"].as_str().unwrap()).await;
        self.look(Look::Light).await;
        self.open(address).await;
        this.as_str().unwrap().to_owned()
    }

    /// Closes the tab that is open and goes back to another.
    pub(crate) async fn close_tab(&self, back: &str) {
        self.driver.ask("DELETE", "/window", None).await.unwrap();
        self.tab(back).await;
    }

    async fn tab(&self, handle: &str) {
        self.command("POST", "/window", json!({"handle": handle})).await;
    }

    /// Writes into the field of a CSS selector, in the place of what stood there.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        self.on(|| self.element(css), "clear", json!({})).await;
        self.on(|| self.element(css), "value", json!({"text": text})).await;
    }

    /// Chooses a value of a `<select>`.
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        const OPTION: &str = "const list = document.querySelector(arguments[0]); \
            return [...list?.options ?? []].find(one => one.value === arguments[1]) ?? null;";
        // An option of a closed list cannot be seen, and is clicked all the same.
        let option = async || {
            let found = self.until(&format!("{value:?} in {css}"), OPTION, &[css.into(), value.into()]).await;
            found[ELEMENT].as_str().expect("an option").to_owned()
        };
        self.on(option, "click", json!({})).await;
    }

    /// Presses a key, by its name in `WebDriver` (`"Tab"`, `"Enter"`), or types a text, where the focus is.
    pub(crate) async fn press(&self, key: &str) {
        let key = match key {
            "Tab" => "\u{E004}",
            "Enter" => "\u{E007}",
            "Escape" => "\u{E00C}",
            "Space" => " ",
            other => other,
        };
        let strokes: Vec<Value> = key
            .chars()
            .flat_map(|c| [json!({"type": "keyDown", "value": c}), json!({"type": "keyUp", "value": c})])
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]});
        self.command("POST", "/actions", actions).await;
    }

    /// The text of the first element of a CSS selector, once it is there.
    pub(crate) async fn text(&self, css: &str) -> String {
        let said =
            "const one = document.querySelector(arguments[0]); return one && (one.innerText ?? one.textContent) + ' ';";
        let text = self.until(&format!("the text of {css}"), said, &[css.into()]).await;
        text.as_str().unwrap().trim().to_owned()
    }

    /// The page's text as a person reads it.
    pub(crate) async fn page(&self) -> String {
        self.text("body").await
    }

    /// Waits until the page says this.
    pub(crate) async fn see(&self, text: &str) {
        let says = "return document.body?.innerText.includes(arguments[0]);";
        self.until(&format!("a page that says {text:?}"), says, &[text.into()]).await;
    }

    /// How many elements a CSS selector finds now.
    pub(crate) async fn count(&self, css: &str) -> u64 {
        let count = self.script("return document.querySelectorAll(arguments[0]).length;", &[css.into()]).await;
        count.as_u64().unwrap()
    }

    /// Looks at pages by day, by night or on a phone from now on.
    pub(crate) async fn look(&self, look: Look) {
        let (width, height, phone) = if look == Look::Phone { (390, 844, true) } else { (1280, 900, false) };
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone});
        self.driver.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if look == Look::Dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.driver.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Turns scripts off or on for the pages that are opened from now on.
    pub(crate) async fn scripts(&self, on: bool) {
        self.driver.devtools("Emulation.setScriptExecutionDisabled", json!({"value": !on})).await;
    }

    /// Forgets cookies and everything else, as a browser that was never here.
    pub(crate) async fn forget(&self) {
        self.driver.devtools("Network.clearBrowserCookies", json!({})).await;
        self.driver.devtools("Network.clearBrowserCache", json!({})).await;
        self.scripts(true).await;
        self.look(Look::Light).await;
        self.open("about:blank").await;
        self.complaints().await;
    }

    /// What the browser has complained about since it was asked last: errors of scripts, refused contents, answers of
    /// 400 and above.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.command("POST", "/se/log", json!({"type": "browser"})).await;
        let lines = log.as_array().into_iter().flatten().filter(|line| line["level"] == "SEVERE");
        lines.map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The text of a dialog that stands open, if one does.
    pub(crate) async fn dialog(&self) -> Option<String> {
        let text = self.driver.ask("GET", "/alert/text", None).await.ok()?;
        Some(text.as_str().unwrap_or_default().to_owned())
    }

    /// Keeps a picture of the page as `target/browser/NAME.png`; returns where.
    pub(crate) async fn picture(&self, name: &str) -> PathBuf {
        let path = root().join("target/browser").join(format!("{name}.png"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let size = "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight];";
        let size = self.driver.ask("POST", "/execute/sync", Some(&json!({"script": size, "args": []}))).await;
        let size = size.unwrap_or_default();
        let clip = json!({"x": 0, "y": 0, "scale": 1, "width": size[0].as_u64().unwrap_or(1280),
            "height": size[1].as_u64().unwrap_or(900).clamp(1, 8_000)});
        let asked = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let shot = self.driver.devtools("Page.captureScreenshot", asked).await;
        std::fs::write(&path, BASE64_STANDARD.decode(shot["data"].as_str().unwrap_or_default()).unwrap()).unwrap();
        path
    }

    /// The page as it prints, a PDF.
    pub(crate) async fn print(&self) -> Vec<u8> {
        let printed = self.driver.devtools("Page.printToPDF", json!({"preferCSSPageSize": true})).await;
        BASE64_STANDARD.decode(printed["data"].as_str().unwrap()).unwrap()
    }
}
