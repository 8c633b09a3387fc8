//! Audit: what must hold of every page, in every look: accessible (axe-core), light, no wider than a phone, with links
//! that are safe, and without a complaint of the browser's.

use serde_json::{Value, json};

use super::teller::Look;
use super::{Told, hostile};

/// What a page may weigh without its pictures and footage, in bytes.
const HEAVIEST: f64 = 100_000.0;

/// Everything but media that the page consists of, unpacked.
const WEIGHT: &str = "const media = ['img', 'video', 'audio', 'image']; \
    const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource') \
    .filter(part => !media.includes(part.initiatorType) && new URL(part.name).origin === location.origin)]; \
    return parts.reduce((sum, part) => sum + part.decodedBodySize, 0);";

/// Addresses that a page's elements lead to or load, which are neither of the web nor a mail's, and handlers in it.
const UNSAFE: &str = "const wrong = []; \
    for (const one of document.querySelectorAll('*')) { \
      for (const at of one.attributes) { \
        if (/^on/i.test(at.name)) wrong.push(`${one.localName} has ${at.name}`); \
        if (['href', 'src', 'action', 'formaction', 'poster'].includes(at.localName)) { \
          let scheme = 'none'; try { scheme = new URL(at.value, location.href).protocol; } catch {} \
          if (!['http:', 'https:', 'mailto:', 'tel:', 'otpauth:'].includes(scheme)) wrong.push(`${one.localName} leads to ${at.value}`); \
        } \
      } \
      if (one.localName === 'script' && new URL(one.src, location.href).origin !== location.origin) wrong.push('a foreign script'); \
      if (one.localName === 'script' && one.src === '') wrong.push('a script within the page'); \
    } return wrong;";

/// The colours of a phone are those of a desk: their contrast, the slowest of all rules, is not asked about again.
const AXE: &str = "const done = arguments[arguments.length - 1]; \
    const rules = {'color-contrast': {enabled: arguments[0]}}; \
    axe.run(document, {resultTypes: ['violations'], elementRef: false, rules}).then(found => done(found.violations \
    .filter(one => ['serious', 'critical'].includes(one.impact)) \
    .map(one => `${one.impact} ${one.id}: ${one.help}: ` + one.nodes.slice(0, 3) \
    .map(node => node.html.slice(0, 160) + ' (' + (node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? '') + ')').join(' | '))), \
    error => done(['axe failed: ' + error]));";

impl Told {
    /// Looks at the page that is open as [the module](self) says, by day, by night and on a phone. What is wrong is told
    /// at the end, with everything else. `target/browser/` has a picture of each.
    pub(crate) async fn audit(&self, name: &str) {
        self.audit_in(name, &[Look::Light, Look::Dark, Look::Phone]).await;
    }

    /// The same in some looks only: a page that is known, in another language.
    pub(super) async fn audit_in(&self, name: &str, looks: &[Look]) {
        let teller = &self.teller;
        let mut wrong = Vec::new();
        let weight = teller.script(WEIGHT, &[]).await;
        if weight.as_f64().unwrap_or_default() > HEAVIEST {
            wrong.push(format!("weighs {weight} bytes"));
        }
        for fault in teller.script(UNSAFE, &[]).await.as_array().into_iter().flatten() {
            wrong.push(fault.as_str().unwrap_or_default().to_owned());
        }
        if let Some(trace) = hostile::trace(teller).await {
            wrong.push(trace);
        }
        for &look in looks {
            teller.look(look).await;
            if look == Look::Phone {
                let width = teller.script("return document.documentElement.scrollWidth;", &[]).await;
                if width.as_u64() > Some(390) {
                    wrong.push(format!("is {width} px wide on a phone of 390"));
                }
            }
            for fault in self.axe(look != Look::Phone).await {
                wrong.push(format!("{look:?}: {fault}"));
            }
            teller.picture(&format!("{name} {look:?}").to_lowercase().replace([' ', '/', ',', '\''], "-")).await;
        }
        teller.look(Look::Light).await;
        wrong.extend(teller.complaints().await);
        println!("  {name}: {weight} bytes, {} complaints", wrong.len());
        self.faults.lock().unwrap().extend(wrong.into_iter().map(|fault| format!("{name}: {fault}")));
    }

    /// What axe-core finds serious or critical.
    async fn axe(&self, with_colors: bool) -> Vec<String> {
        let Some(source) = axe_core() else { return Vec::new() };
        // It stays until the page goes.
        if self.teller.script("return typeof window.axe === 'undefined';", &[]).await == true {
            self.teller.script(&source, &[]).await;
        }
        let asked = json!({"script": AXE, "args": [with_colors]});
        let found = self.teller.driver.ask("POST", "/execute/async", Some(&asked)).await;
        let found = found.unwrap_or_else(|error| Value::from(vec![error]));
        found.as_array().into_iter().flatten().map(|one| one.as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// axe-core's own text, from where `tests/run` put it; without it the audits go on without it, and say so.
fn axe_core() -> Option<String> {
    let told = std::env::var("DAYBREAK_AXE_JS").ok().map(std::path::PathBuf::from);
    // A run of tests/run left it there.
    let kept = std::fs::read_dir(crate::support::root().join("target")).into_iter().flatten().filter_map(|entry| {
        let path = entry.ok()?.path();
        let name = path.file_name()?.to_string_lossy().into_owned();
        name.starts_with("axe-core-").then(|| path.join("node_modules/axe-core/axe.min.js"))
    });
    let found = told.into_iter().chain(kept).find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: axe-core is not there (DAYBREAK_AXE_JS is not set; tests/run fetches it)");
    }
    std::fs::read_to_string(found?).ok()
}
