//! Renders every page in every sample state, in both languages, and reads the result as a
//! suspicious browser would. With `IEUM_PAGES=<folder>` the pages are also written there, for
//! looking at.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::assets::CSS_BYTES;
use super::show::Lang;
use super::views::{
    accounts, attentions, channels, developer, faults, home, payment, payments, reconciliation,
    small, tiers, webhooks,
};
use askama::Template;
use std::collections::HashSet;

/// HTML elements that have no end tag, and SVG ones as our templates write them end with `/>`.
const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];
/// Page and style sheet together, bytes.
const HEAVIEST: usize = 50 * 1024;

/// A tag as read from a page.
struct Tag {
    name: String,
    closes: bool,
    own: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

fn all(lang: Lang) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut add = |name: &str, states: Vec<String>| {
        assert!(!states.is_empty(), "{name} has no samples");
        for (n, html) in states.into_iter().enumerate() {
            pages.push((format!("{name}-{n}-{}", lang.code()), html));
        }
    };
    fn render<T: Template>(states: Vec<T>) -> Vec<String> {
        states.iter().map(|state| state.render().unwrap()).collect()
    }
    add("sign_in", render(small::samples::sign_in(lang)));
    add("message", render(small::samples::messages(lang)));
    add("profile", render(small::samples::profile(lang)));
    add("attentions", render(attentions::samples::pages(lang)));
    add("faults", render(faults::samples::pages(lang)));
    add("home", render(home::samples::pages(lang)));
    add("payments", render(payments::samples::pages(lang)));
    add("payment", render(payment::samples::pages(lang)));
    add("cancel", render(vec![payment::samples::cancel_page(lang)]));
    add("accounts", render(accounts::samples::pages(lang)));
    add("webhooks", render(webhooks::samples::pages(lang)));
    add("channels", render(channels::samples::pages(lang)));
    add("channel_delete", render(channels::samples::delete(lang)));
    add("reconciliation", render(reconciliation::samples::pages(lang)));
    add("break", render(reconciliation::samples::breaks(lang)));
    add("tiers", render(tiers::samples::pages(lang)));
    add("developer", render(developer::samples::pages(lang)));
    pages
}

fn tags(page: &str, html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let end = rest.find('>').unwrap_or_else(|| panic!("{page}: a tag without its end"));
        tags.push(tag(page, &rest[..end]));
        rest = &rest[end + 1..];
    }
    tags
}

fn tag(page: &str, text: &str) -> Tag {
    let (closes, text) = match text.strip_prefix('/') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (own, text) = match text.strip_suffix('/') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let name_end = text.find(|c: char| c.is_whitespace()).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(name_end);
    assert!(
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()),
        "{page}: <{text}>"
    );
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').unwrap_or_else(|| panic!("{page}: {key} has no end quote"));
            value = quoted[..end].to_owned();
            rest = &quoted[end + 1..];
            assert!(rest.is_empty() || rest.starts_with(char::is_whitespace), "{page}: <{text}>");
        } else {
            assert!(!rest.starts_with('='), "{page}: {key} is not quoted");
        }
        assert!(
            !attributes.iter().any(|(known, _)| *known == key),
            "{page}: {key} twice: <{text}>"
        );
        attributes.push((key, value));
    }
    Tag { name: name.to_owned(), closes, own, attributes }
}

fn every_page(check: impl Fn(&str, &str, &[Tag])) {
    for lang in Lang::ALL {
        for (page, html) in all(lang) {
            let tags = tags(&page, &html);
            check(&page, &html, &tags);
        }
    }
}

#[test]
fn pages_are_well_formed_and_light() {
    let folder = std::env::var_os("IEUM_PAGES").map(std::path::PathBuf::from);
    every_page(|page, html, tags| {
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{page}.html")), html).unwrap();
        }
        let mut open: Vec<&str> = Vec::new();
        for tag in tags {
            if tag.closes {
                assert_eq!(open.pop(), Some(tag.name.as_str()), "{page}: nesting");
            } else if !tag.own && !VOID.contains(&tag.name.as_str()) {
                open.push(&tag.name);
            }
        }
        assert!(open.is_empty(), "{page}: never closed: {open:?}");
        let weight = html.len() + CSS_BYTES;
        assert!(weight <= HEAVIEST, "{page}: {weight} bytes with its style sheet");
    });
}

#[test]
fn nothing_a_stranger_typed_becomes_markup() {
    every_page(|page, html, _| {
        assert!(!html.contains("<script>alert"), "{page}: unescaped text");
        assert!(!html.contains("javascript:"), "{page}");
    });
}

#[test]
fn scripts_and_styles_are_ours_and_nothing_is_inline() {
    every_page(|page, _, tags| {
        for tag in tags.iter().filter(|tag| !tag.closes) {
            if matches!(tag.name.as_str(), "script" | "style") {
                assert!(tag.has("nonce"), "{page}: <{}> without a nonce", tag.name);
            }
            for (key, value) in &tag.attributes {
                assert!(!key.starts_with("on"), "{page}: {key} handler");
                assert!(key != "style", "{page}: inline style");
                let address = matches!(key.as_str(), "src" | "href" | "action");
                let ours = value.starts_with('/') || value.starts_with('#') || value == "data:,";
                assert!(!address || (ours && !value.starts_with("//")), "{page}: {key}={value}");
            }
        }
    });
}

#[test]
fn every_form_that_changes_something_proves_where_it_comes_from() {
    every_page(|page, _, tags| {
        let mut form: Option<(bool, bool)> = None;
        for tag in tags {
            match (tag.name.as_str(), tag.closes) {
                ("form", false) => {
                    assert!(form.is_none(), "{page}: a form in a form");
                    form = Some((tag.get("method") == Some("post"), false));
                }
                ("input", false) if tag.get("name") == Some("csrf") => {
                    form = form.map(|(post, _)| (post, true));
                }
                ("form", true) => {
                    // In a GET form the token would end in the address bar and in logs.
                    let (post, token) = form.take().unwrap();
                    assert_eq!(post, token, "{page}: csrf belongs into POST forms and only there");
                }
                _ => {}
            }
        }
    });
}

#[test]
fn inputs_have_labels_and_ids_are_unique() {
    every_page(|page, _, tags| {
        let mut ids = HashSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{page}: id {id} twice");
        }
        let labels: HashSet<&str> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .filter_map(|tag| tag.get("for"))
            .collect();
        for tag in tags.iter().filter(|tag| !tag.closes) {
            let asks = matches!(tag.name.as_str(), "input" | "select" | "textarea");
            if !asks || tag.get("type") == Some("hidden") {
                continue;
            }
            let named = tag.get("id").is_some_and(|id| labels.contains(id));
            assert!(named || tag.has("aria-label"), "{page}: {:?} has no label", tag.get("name"));
        }
        for tag in tags.iter().filter(|tag| tag.name == "button" && !tag.closes) {
            assert!(tag.has("type"), "{page}: a button without a type");
        }
        for link in tags.iter().filter_map(|tag| tag.get("href")) {
            let target = link.strip_prefix('#').filter(|target| !target.is_empty());
            assert!(
                target.is_none_or(|target| ids.contains(target)),
                "{page}: {link} leads nowhere"
            );
        }
    });
}

#[test]
fn a_page_that_shows_a_test_channel_says_so() {
    for lang in Lang::ALL {
        let shown = payment::samples::pages(lang);
        for page in shown {
            let band = page.render().unwrap().contains("class=\"test-band\"");
            assert_eq!(band, page.frame.test);
        }
    }
}

#[test]
fn roles_that_may_not_write_are_not_offered_to() {
    for lang in Lang::ALL {
        let viewers = channels::samples::pages(lang).into_iter().filter(|p| !p.frame.owns());
        for html in viewers.map(|page| page.render().unwrap()) {
            assert!(!html.contains("/delete") && !html.contains("/default"));
        }
    }
}
