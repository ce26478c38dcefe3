//! Rules of the house that no compiler checks: sizes, arrows between crates, words, documents.
//!
//! Adding a rule: a function from the [`Tree`] to its [`Finding`]s, a line in [`RULES`], and a test
//! with a sample that passes and one that does not. Exceptions are lists beside the rule, each
//! with its reason.

mod arrows;
mod calls;
mod docs;
mod files;
mod format;
mod lex;
mod size;
mod tree;
mod words;

pub(crate) use format::{format, unformatted};
pub(crate) use tree::{Tree, root};

use anyhow::{Result, bail};
use std::fmt;

/// Something that breaks a rule.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    text: String,
}

impl Finding {
    fn new(path: &str, line: usize, text: String) -> Self {
        Self { path: path.to_owned(), line, text }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}: {}", self.path, self.line, self.text)
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

/// Every rule, by the name findings are grouped under.
const RULES: &[(&str, Rule)] = &[
    ("file size", size::files),
    ("function size", size::functions),
    ("line length", size::lines),
    ("opening comment", size::openings),
    ("arrows between crates", arrows::check),
    ("dependencies", arrows::root),
    ("calls in their places", calls::check),
    ("one word per thing", words::synonyms),
    ("money is integers", words::floats),
    ("the core names no PG", words::pg_names),
    ("unfinished work", words::marks),
    ("documents name what exists", docs::names),
    ("the map", docs::map),
    ("change log", docs::changelog),
    ("dead files", files::dead),
    ("ignored tests", files::ignored),
    ("traces of a machine", files::machine),
];

/// What every rule finds, with its name.
pub(crate) fn findings(tree: &Tree) -> Vec<(&'static str, Finding)> {
    let of = |(name, rule): &(&'static str, Rule)| {
        let name = *name;
        rule(tree).into_iter().map(move |finding| (name, finding))
    };
    RULES.iter().flat_map(of).collect()
}

/// Checks the project, formatting included, and prints what is wrong.
///
/// # Errors
/// How many things are wrong.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(&root())?;
    let mut wrong = findings(&tree);
    wrong.extend(unformatted(&tree)?.into_iter().map(|finding| ("formatting", finding)));
    for (rule, finding) in &wrong {
        println!("{finding}  [{rule}]");
    }
    match wrong.len() {
        0 => println!("{} files, {} rules: tidy", tree.files.len(), RULES.len() + 1),
        count => bail!("{count} findings"),
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Formatting is left to `cargo xtask tidy`: it needs rustfmt.
    #[test]
    fn the_project_is_tidy() {
        let found = findings(&Tree::read(&root()).unwrap());
        let lines: Vec<_> = found.iter().map(|(rule, it)| format!("{it}  [{rule}]")).collect();
        assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
    }
}
