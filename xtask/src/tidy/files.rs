//! Files nobody compiles, tests nobody runs, and traces of the machine the work was done on.

use super::{
    Finding, lex,
    tree::{File, Tree},
};

/// Rust files that no `mod` line reaches.
pub(super) fn dead(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let Some(parents) = parents(&file.path) else { continue };
        let name = module(&file.path);
        let declares = |parent: &String| {
            tree.find(parent).is_some_and(|file| {
                let code = lex::code(&file.text);
                code.split(';').any(|item| item.trim_end().ends_with(&format!("mod {name}")))
            })
        };
        if !parents.iter().any(declares) && !named_by_path(tree, &file.path) {
            let text = format!("no `mod {name};` in {}", parents.join(" or "));
            found.push(Finding::new(&file.path, 1, text));
        }
    }
    found
}

/// `#[path = "..."]` in a file of the same crate.
fn named_by_path(tree: &Tree, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let crate_of = |path: &str| path.split('/').take(2).collect::<Vec<_>>().join("/");
    let same = |file: &&File| crate_of(&file.path) == crate_of(path);
    tree.rust().filter(same).any(|file| {
        file.text
            .lines()
            .any(|line| line.trim_start().starts_with("#[path =") && line.contains(name))
    })
}

fn module(path: &str) -> &str {
    let path = path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
    path.rsplit('/').next().unwrap_or(path)
}

/// Where a file may be declared; `None` for the root of a target.
fn parents(path: &str) -> Option<Vec<String>> {
    let (package, inside) = ["/src/", "/tests/", "/benches/", "/examples/"]
        .iter()
        .find_map(|folder| path.find(folder).map(|at| path.split_at(at + folder.len())))?;
    let root = match package.ends_with("/src/") {
        true => ["lib.rs", "main.rs"].contains(&inside) || inside.starts_with("bin/"),
        // A file beside the folder `tests`' own is a target, and so is `main.rs` in a folder.
        false => !inside.contains('/') || inside.ends_with("/main.rs"),
    };
    if root {
        return None;
    }
    let inside = inside.trim_end_matches("/mod.rs");
    Some(match inside.rsplit_once('/') {
        None => vec![format!("{package}lib.rs"), format!("{package}main.rs")],
        Some((folder, _)) => ["/mod.rs", ".rs", "/main.rs"]
            .map(|ending| format!("{package}{folder}{ending}"))
            .to_vec(),
    })
}

/// `#[ignore]` without a reason.
pub(super) fn ignored(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let code = lex::code(&file.text);
        for (at, _) in code.match_indices("#[ignore]") {
            let text = "`#[ignore]` without a reason".to_owned();
            found.push(Finding::new(&file.path, lex::line_of(&code, at), text));
        }
    }
    found
}

/// Absolute paths of a developer's machine and addresses of package mirrors.
pub(super) fn machine(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &tree.files {
        for (number, line) in file.lines() {
            if let Some(trace) = trace(&file.path, line) {
                found.push(Finding::new(&file.path, number, format!("{trace} of one machine")));
            }
        }
    }
    found
}

fn trace(path: &str, line: &str) -> Option<String> {
    // Put together, so that this file is not found.
    let folders =
        [["/wo", "rk"], ["/ro", "ot"], ["/ho", "me"], ["/fa", "rm"]].map(|it| it.concat());
    for folder in &folders {
        for (at, _) in line.match_indices(folder.as_str()) {
            let before = line[..at].chars().next_back();
            let inside = before.is_some_and(|it| it.is_alphanumeric() || "._-)}]/".contains(it));
            let rest = &line.as_bytes()[at + folder.len()..];
            let deeper = rest.first() == Some(&b'/')
                && rest.get(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
            if !inside && deeper {
                return Some(format!("the path `{folder}/`"));
            }
        }
    }
    let lock = path.ends_with("Cargo.lock");
    if lock && line.starts_with("source = ") && !line.contains("github.com/rust-lang/crates.io-") {
        return Some("a package source".into());
    }
    let settings = [["\"resolved\": \"", "http"], ["registry", "=http"], ["index-", "url"]];
    let settings = settings.map(|parts| parts.concat());
    let setting = settings.iter().find(|setting| line.contains(setting.as_str()))?;
    Some(format!("the setting `{setting}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_nobody_declares_are_found() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "pub mod b;\n#[cfg(test)]\nmod tests;\n// mod e;\n"),
            ("crates/a/src/b/mod.rs", "mod c;\n"),
            ("crates/a/src/b/c.rs", ""),
            ("crates/a/src/b/d.rs", ""),
            ("crates/a/src/e.rs", ""),
            ("crates/a/src/tests.rs", ""),
            ("crates/a/tests/it/main.rs", "mod f;\n"),
            ("crates/a/tests/it/f.rs", ""),
            ("crates/a/tests/it/g.rs", ""),
            ("crates/a/tests/h.rs", ""),
        ]);
        let found: Vec<_> = dead(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["crates/a/src/b/d.rs", "crates/a/src/e.rs", "crates/a/tests/it/g.rs"]);
    }

    #[test]
    fn ignored_tests_have_a_reason() {
        let tree = Tree::of(&[("a.rs", "#[test]\n#[ignore]\nfn a() {}\n")]);
        assert_eq!(ignored(&tree)[0].line, 2);
        let tree = Tree::of(&[("a.rs", "#[ignore = \"why\"]\n// #[ignore]\n")]);
        assert_eq!(ignored(&tree).len(), 0);
    }

    #[test]
    fn traces_of_a_machine_are_found() {
        let (path, mirror) = (["see /wo", "rk/x"].concat(), ["registry", "=http://a"].concat());
        let resolved = ["  \"resolved\": \"", "https://a/b.tgz\""].concat();
        for line in [path.as_str(), &mirror, &resolved, &["(/ro", "ot/.x)"].concat()] {
            assert_eq!(machine(&Tree::of(&[("a.md", line)])).len(), 1, "{line}");
        }
        let lock = "source = \"registry+https://mirror.example/index\"";
        assert_eq!(machine(&Tree::of(&[("Cargo.lock", lock)])).len(), 1);
        for line in ["/works", "net/work/x", "{}/root/x", "work/x", "/root"] {
            assert_eq!(machine(&Tree::of(&[("a.md", line)])).len(), 0, "{line}");
        }
    }
}
