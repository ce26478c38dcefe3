//! Which crate may use which: ours by the arrows of `ARCHITECTURE.md`, others' by where they
//! belong; and versions only in the root.

use super::{Finding, tree::Tree};
use toml::{Table, Value};

/// `A → B`: the folder of `crates/` and the crates of ours it may use. `domain` is the language all
/// of them speak.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("pg", &["domain"]),
    ("store", &["domain"]),
    ("engine", &["domain", "pg", "store"]),
    ("web", &["domain", "engine"]),
    ("sandbox", &["domain", "pg"]),
    ("ieum", &["domain", "pg", "store", "engine", "web", "sandbox"]),
    ("testkit", &["domain", "pg", "store", "engine", "web", "sandbox"]),
    ("storm", &["domain", "pg", "store", "engine", "web", "sandbox", "testkit"]),
];

/// Features that must never be in the binary, and the only crate that may ask for them.
const STORMY: (&[&str], &str) = (&["gates", "planted"], "storm");

/// Crates of others that would let a room do what it must not, and the only rooms that may.
const ROOMS: &[(&str, &[&str])] = &[
    ("reqwest", &["ieum"]),
    ("getrandom", &["ieum"]),
    ("clap", &["ieum"]),
    ("anyhow", &["ieum", "testkit", "storm", "xtask"]),
    ("toml", &["ieum", "xtask"]),
    ("axum", &["ieum", "web", "sandbox", "testkit", "storm"]),
    ("askama", &["web"]),
    ("rusqlite", &["store", "sandbox"]),
    ("tokio-postgres", &["store", "testkit"]),
    ("tracing-subscriber", &["ieum"]),
    ("argon2", &["engine"]),
    ("chacha20poly1305", &["engine"]),
];

/// What `domain` may use at all: it is pure.
const DOMAIN: &[&str] = &["thiserror", "time"];

/// Every manifest against the tables.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for name in tree.crates() {
        found.extend(check_crate(tree, &format!("crates/{name}/Cargo.toml"), name));
    }
    found.extend(check_crate(tree, "xtask/Cargo.toml", "xtask"));
    found
}

fn check_crate(tree: &Tree, path: &str, name: &str) -> Vec<Finding> {
    let Some(file) = tree.find(path) else { return Vec::new() };
    let manifest: Table = match file.text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::new(path, 1, format!("is no TOML: {error}"))],
    };
    let Some(ours) = arrows_of(name) else {
        let text = format!("`{name}` has no line in the table of arrows (tidy/arrows.rs)");
        return vec![Finding::new(path, 1, text)];
    };
    let mut texts = Vec::new();
    for (key, value) in tables(&manifest, "dependencies") {
        let used = real_name(&key, &value);
        texts.extend(wrong_version(&used, &value));
        if let Some(target) = our_crate(&used) {
            if !ours.contains(&target) {
                texts.push(format!("the arrow {name} → {target} is not drawn"));
            }
            if target == "pg" && has_sim(&value) && !["sandbox", "testkit", "storm"].contains(&name)
            {
                texts.push(format!("{name} uses pg's simulators (feature `sim`)"));
            }
        } else if let Some(text) = wrong_room(&used, name) {
            texts.push(text);
        }
    }
    texts.extend(stormy(&manifest, name));
    for (key, value) in tables(&manifest, "dev-dependencies") {
        texts.extend(wrong_version(&real_name(&key, &value), &value));
    }
    texts.into_iter().map(|text| Finding::new(path, 1, text)).collect()
}

/// Gates and planted bugs, asked for by a dependency or by a default.
fn stormy(manifest: &Table, name: &str) -> Vec<String> {
    let (features, only) = STORMY;
    let mut asked = Vec::new();
    for kind in ["dependencies", "dev-dependencies"] {
        for (_, value) in tables(manifest, kind) {
            let list = value.get("features").and_then(Value::as_array).cloned();
            asked.extend(list.unwrap_or_default());
        }
    }
    let default = manifest.get("features").and_then(|features| features.get("default"));
    asked.extend(default.and_then(Value::as_array).cloned().unwrap_or_default());
    let asked = asked.iter().filter_map(Value::as_str);
    let named = asked
        .filter(|asked| features.iter().any(|feature| asked.rsplit('/').next() == Some(*feature)));
    let wrong = named.filter(|_| name != only);
    wrong.map(|feature| format!("{name} asks for `{feature}`, which only {only} may")).collect()
}

fn arrows_of(name: &str) -> Option<&'static [&'static str]> {
    if name == "xtask" {
        return Some(&[]);
    }
    ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

/// Dependencies of this kind, build scripts' and targets' own included.
fn tables(manifest: &Table, kind: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let places = targets.filter_map(|(_, place)| place.as_table()).chain([manifest]);
    for place in places {
        let kinds = match kind {
            "dependencies" => vec!["dependencies", "build-dependencies"],
            other => vec![other],
        };
        for table in kinds.into_iter().filter_map(|kind| place.get(kind)?.as_table()) {
            found.extend(table.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
    }
    found
}

fn real_name(key: &str, value: &Value) -> String {
    value.get("package").and_then(Value::as_str).unwrap_or(key).to_owned()
}

/// `domain` and `ieum-domain` are both `domain`.
fn our_crate(used: &str) -> Option<&'static str> {
    let used = used.strip_prefix("ieum-").unwrap_or(used);
    ARROWS.iter().map(|(name, _)| *name).find(|name| *name == used)
}

fn has_sim(value: &Value) -> bool {
    let features = value.get("features").and_then(Value::as_array).into_iter().flatten();
    features.into_iter().any(|feature| feature.as_str() == Some("sim"))
}

fn wrong_room(used: &str, name: &str) -> Option<String> {
    if name == "domain" && !DOMAIN.contains(&used) {
        return Some(format!("domain is pure and may use {DOMAIN:?} only, not `{used}`"));
    }
    let (_, rooms) = ROOMS.iter().find(|(other, _)| *other == used)?;
    (!rooms.contains(&name)).then(|| format!("`{used}` belongs to {rooms:?}, not to {name}"))
}

/// Versions live in the root. A path of our own is no version.
fn wrong_version(used: &str, value: &Value) -> Option<String> {
    let from_root = value.get("workspace").and_then(Value::as_bool) == Some(true);
    let our_path = our_crate(used).is_some() && value.get("path").is_some();
    (!from_root && !our_path).then(|| format!("`{used}` must be `workspace = true`"))
}

/// Every outside dependency of the root has a comment that says why, and somebody who uses it.
pub(super) fn root(tree: &Tree) -> Vec<Finding> {
    let Some(file) = tree.find("Cargo.toml") else { return Vec::new() };
    let manifests: Vec<_> =
        tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml")).collect();
    let mut found = Vec::new();
    let mut inside = false;
    // How many more lines the last comment speaks for.
    let mut speaks = 0_usize;
    for (number, line) in file.lines() {
        let line = line.trim();
        if line.starts_with('[') && line.ends_with(']') && !line.contains('=') {
            inside = line == "[workspace.dependencies]";
            speaks = 0;
        } else if line.is_empty() {
            speaks = 0;
        } else if line.starts_with('#') {
            speaks = 6;
        } else if let Some((name, rest)) = line.split_once('=').filter(|_| inside) {
            let name = name.trim();
            if speaks == 0 && !rest.contains("path =") {
                let text = format!("`{name}` has no comment above that says why it is here");
                found.push(Finding::new(&file.path, number, text));
            }
            speaks = speaks.saturating_sub(1);
            let uses = |text: &str| {
                text.lines().any(|line| {
                    let rest = line.strip_prefix(name).map(str::trim_start);
                    rest.is_some_and(|rest| rest.starts_with(['.', '=']))
                })
            };
            if !manifests.iter().any(|manifest| uses(&manifest.text)) {
                let text = format!("no crate uses `{name}`");
                found.push(Finding::new(&file.path, number, text));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(name: &str, manifest: &str) -> Vec<String> {
        let path = format!("crates/{name}/Cargo.toml");
        let findings = check(&Tree::of(&[(&path, manifest)]));
        findings.into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn drawn_arrows_pass() {
        let none: [String; 0] = [];
        assert_eq!(found("web", "[dependencies]\nengine.workspace = true\n"), none);
        let sim = "[dependencies]\npg = { workspace = true, features = [\"sim\"] }\n";
        assert_eq!(found("sandbox", sim), none);
        assert_eq!(found("web", "[dev-dependencies]\ntestkit.workspace = true\n"), none);
    }

    #[test]
    fn other_arrows_are_found() {
        for (name, line) in [
            ("domain", "pg.workspace = true"),
            ("pg", "store.workspace = true"),
            ("web", "store = { path = \"../store\" }"),
            ("web", "s = { package = \"ieum-store\", path = \"../store\" }"),
            ("engine", "testkit.workspace = true"),
        ] {
            let texts = found(name, &format!("[dependencies]\n{line}\n"));
            assert!(texts.iter().any(|text| text.contains("is not drawn")), "{name}: {texts:?}");
        }
        assert_eq!(found("web", "[target.'cfg(unix)'.dependencies]\npg.workspace = true").len(), 1);
        assert_eq!(found("web", "[build-dependencies]\nstore.workspace = true").len(), 1);
        assert_eq!(found("new", "").len(), 1, "a crate nobody drew");
    }

    #[test]
    fn rooms_keep_what_is_theirs() {
        assert_eq!(found("web", "[dependencies]\nreqwest.workspace = true").len(), 1);
        assert_eq!(found("ieum", "[dependencies]\nreqwest.workspace = true").len(), 0);
        assert_eq!(found("domain", "[dependencies]\nserde.workspace = true").len(), 1);
        let sim = "[dependencies]\npg = { workspace = true, features = [\"sim\"] }\n";
        assert_eq!(found("engine", sim).len(), 1);
    }

    #[test]
    fn gates_and_planted_bugs_are_for_the_storm() {
        let gated = "[dependencies]\nstore = { workspace = true, features = [\"gates\"] }\n";
        assert_eq!(found("storm", gated).len(), 0);
        assert_eq!(found("ieum", gated).len(), 1);
        assert_eq!(found("ieum", &gated.replace("[dep", "[dev-dep")).len(), 1);
        assert_eq!(found("engine", "[features]\ndefault = [\"planted\"]\n").len(), 1);
    }

    #[test]
    fn versions_live_in_the_root() {
        assert_eq!(found("web", "[dependencies]\nurl = \"2\"").len(), 1);
        assert_eq!(found("web", "[dev-dependencies]\nurl = { version = \"2\" }").len(), 1);
        assert_eq!(found("web", "[dependencies]\nurl = { workspace = true }").len(), 0);
    }

    #[test]
    fn a_dependency_says_why_and_is_used() {
        let user = ("crates/a/Cargo.toml", "[dependencies]\nurl.workspace = true\n");
        let good = "[workspace.dependencies]\n# Addresses.\nurl = \"2\"\n";
        assert_eq!(root(&Tree::of(&[("Cargo.toml", good), user])).len(), 0);
        let silent = "[workspace.dependencies]\na = { path = \"a\" }\n\nurl = \"2\"\n";
        let texts = root(&Tree::of(&[("Cargo.toml", silent), user]));
        assert_eq!(texts.len(), 2, "{texts:?}"); // no comment; and nobody uses `a`
    }
}
