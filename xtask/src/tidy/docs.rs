//! Documents name only what exists: files, folders, crates, commands and links; the map of
//! `ARCHITECTURE.md` is the folders of `crates/`; `CHANGELOG.md` has an open section.

use super::{
    Finding, lex,
    tree::{File, Tree},
};

/// Folders at the root: a word in backticks that starts with one is a path.
const ROOTS: &[&str] = &["crates/", "sdk/", "e2e/", "xtask/", "docs/", "bench/", ".ci/", ".cargo/"];

/// Paths that exist only after something ran, and what makes them.
const MADE: &[(&str, &str)] = &[("e2e/out", "written by the browser tests")];

/// Everything documents and comments name exists.
pub(super) fn names(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.is(".md")) {
        for (number, line) in file.lines() {
            let spans = spans(line).filter_map(|span| missing(tree, file, span));
            let links = links(line).filter(|link| !tree.has(&beside(&file.path, link)));
            let links = links.map(|link| format!("the link to `{link}` leads nowhere"));
            let wrong = spans.chain(links).chain(commands(line));
            found.extend(wrong.map(|text| Finding::new(&file.path, number, text)));
        }
    }
    for file in tree.rust().filter(|file| !file.path.starts_with("xtask/src/tidy/")) {
        for (index, line) in lex::comments(&file.text).lines().enumerate() {
            let spans = spans(line).filter(|span| ROOTS.iter().any(|it| span.starts_with(it)));
            let wrong = spans.filter_map(|span| missing(tree, file, span));
            found.extend(wrong.map(|text| Finding::new(&file.path, index + 1, text)));
        }
    }
    found
}

/// What is between backticks on one line.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of links to files of ours, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split_once(')')?.0;
        let path = target.split('#').next()?;
        (!path.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
            .then_some(path)
    })
}

fn missing(tree: &Tree, file: &File, span: &str) -> Option<String> {
    let span = span.trim_start_matches("./");
    let plain = |it: char| it.is_ascii_alphanumeric() || "_./-".contains(it);
    if !span.chars().all(plain) || span.starts_with('/') || span.is_empty() {
        return None;
    }
    let rooted = ROOTS.iter().any(|root| span.starts_with(root));
    let source = [".rs", ".sql"].iter().any(|ending| span.ends_with(ending));
    let document = span.ends_with(".md") && !span.contains('/');
    if !(rooted || source || document) || span.contains("NAME") || span.starts_with('.') && source {
        return None;
    }
    let beside = beside(&file.path, span);
    let made = MADE.iter().any(|(path, _)| span.starts_with(path));
    let there = tree.has(span) || tree.has(&beside) || (source && tree.has_ending(span)) || made;
    (!there).then(|| format!("`{span}` does not exist"))
}

/// The path as seen from the document's folder.
fn beside(document: &str, path: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// `cargo xtask` commands that do not exist.
fn commands(line: &str) -> impl Iterator<Item = String> {
    line.split("cargo xtask ").skip(1).filter_map(|rest| {
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '-');
        let name = &rest[..end.unwrap_or(rest.len())];
        let known = crate::COMMANDS.iter().any(|command| command.name == name);
        (!known && !name.is_empty()).then(|| format!("there is no `cargo xtask {name}`"))
    })
}

/// The table of crates and the folders are the same list.
pub(super) fn map(tree: &Tree) -> Vec<Finding> {
    let path = "ARCHITECTURE.md";
    let Some(file) = tree.find(path) else {
        return vec![Finding::new(path, 1, "does not exist".into())];
    };
    let rows = file.lines().filter_map(|(number, line)| {
        let cell = line.trim().strip_prefix('|')?.split('|').next()?.trim();
        let name = cell.strip_prefix("`crates/")?.strip_suffix('`')?;
        Some((number, name))
    });
    let rows: Vec<_> = rows.collect();
    let folders = tree.crates();
    let gone = rows.iter().filter(|(_, name)| !folders.contains(name));
    let gone = gone.map(|(line, name)| {
        Finding::new(path, *line, format!("the map has `crates/{name}`, the folder has not"))
    });
    let unknown = folders.iter().filter(|name| !rows.iter().any(|(_, row)| row == *name));
    let unknown = unknown.map(|name| {
        Finding::new(path, 1, format!("the map has no row for the folder `crates/{name}`"))
    });
    gone.chain(unknown).collect()
}

/// The change log has a place for the next change.
pub(super) fn changelog(tree: &Tree) -> Vec<Finding> {
    let path = "CHANGELOG.md";
    let open = |file: &File| file.lines().any(|(_, line)| line.trim() == "## Unreleased");
    match tree.find(path).is_some_and(open) {
        true => Vec::new(),
        false => vec![Finding::new(path, 1, "has no section `## Unreleased`".into())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: (&str, &str) = ("crates/pg/src/nice/cancel.rs", "");

    #[track_caller]
    fn check(path: &str, text: &str, expected: usize) {
        let tree = Tree::of(&[CODE, ("docs/a.md", ""), (path, text)]);
        let found = names(&tree);
        assert_eq!(found.len(), expected, "{text}: {found:?}");
    }

    #[test]
    fn documents_name_what_exists() {
        check("README.md", "`crates/pg`, `crates/pg/src/`, `nice/cancel.rs`, `cancel.rs`", 0);
        check("README.md", "`/payments/cancel`, `crates/pg/src/<name>/x.rs`, `.rs`, `a/b`", 0);
        check("README.md", "run `cargo xtask test` or cargo xtask tidy.", 0);
        check("README.md", "[a](docs/a.md#part) [b](https://x.y/z.md)", 0);
        check("docs/b.md", "[a](a.md) and `../crates/pg`, their `common/code.md`", 0);
    }

    #[test]
    fn names_of_nothing_are_found() {
        check("README.md", "`crates/no`", 1);
        check("README.md", "`refund.rs` and `ice/cancel.rs`", 2);
        check("README.md", "`cargo xtask nothing`", 1);
        check("docs/b.md", "[a](c.md)", 1);
        check("crates/pg/src/lib.rs", "//! See `docs/none.md`, `a.rs`.\nlet a = \"`docs/b`\";", 1);
    }

    #[test]
    fn the_map_is_the_folders() {
        let (one, two) = (("crates/a/Cargo.toml", ""), ("crates/b/Cargo.toml", ""));
        let both = ("ARCHITECTURE.md", "| crate | is |\n| `crates/a` | x |\n| `crates/b` | y |\n");
        assert_eq!(map(&Tree::of(&[one, two, both])).len(), 0);
        assert_eq!(map(&Tree::of(&[one, both])).len(), 1);
        assert_eq!(map(&Tree::of(&[one, two, ("ARCHITECTURE.md", "| `crates/a` |")])).len(), 1);
        assert_eq!(map(&Tree::of(&[one])).len(), 1);
    }

    #[test]
    fn the_change_log_is_open() {
        assert_eq!(changelog(&Tree::of(&[("CHANGELOG.md", "# Log\n\n## Unreleased\n")])).len(), 0);
        assert_eq!(changelog(&Tree::of(&[("CHANGELOG.md", "## 1.0\n")])).len(), 1);
    }
}
