//! rustfmt over every Rust file. `cargo fmt` follows `mod` lines and so skips modules that a macro
//! declares; a text on standard input is formatted by itself.

use super::{
    Finding,
    tree::{File, Tree, root},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    thread,
};

/// Files rustfmt would change.
pub(crate) fn unformatted(tree: &Tree) -> Result<Vec<Finding>> {
    let changed = changed(tree)?.into_iter();
    let text = "is not formatted: cargo xtask fmt";
    Ok(changed.map(|(file, _)| Finding::new(&file.path, 1, text.into())).collect())
}

/// Formats every file and tells how many changed.
pub(crate) fn format(tree: &Tree) -> Result<usize> {
    let changed = changed(tree)?;
    for (file, text) in &changed {
        fs::write(root().join(&file.path), text).with_context(|| file.path.clone())?;
    }
    Ok(changed.len())
}

fn changed(tree: &Tree) -> Result<Vec<(&File, String)>> {
    let files: Vec<_> = tree.rust().collect();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let share = files.len().div_ceil(workers).max(1);
    let mut found = Vec::new();
    thread::scope(|scope| {
        let threads: Vec<_> =
            files.chunks(share).map(|files| scope.spawn(move || changed_of(files))).collect();
        for thread in threads {
            match thread.join() {
                Ok(some) => found.extend(some?),
                Err(_) => bail!("a formatting thread panicked"),
            }
        }
        Ok(found)
    })
}

fn changed_of<'a>(files: &[&'a File]) -> Result<Vec<(&'a File, String)>> {
    let mut found = Vec::new();
    for file in files {
        let text = formatted(&file.text).with_context(|| file.path.clone())?;
        if text != file.text {
            found.push((*file, text));
        }
    }
    Ok(found)
}

/// The text as rustfmt writes it, by the `rustfmt.toml` of the root.
fn formatted(text: &str) -> Result<String> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--emit", "stdout"]).current_dir(root());
    rustfmt.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = rustfmt.spawn().context("rustfmt (rustup component add rustfmt)")?;
    // rustfmt reads everything before it writes, so neither side waits for the other.
    child.stdin.take().context("rustfmt's input")?.write_all(text.as_bytes())?;
    let done = child.wait_with_output()?;
    if !done.status.success() {
        bail!("rustfmt: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8(done.stdout)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn files_out_of_shape_are_found() {
        let good = ("a.rs", "//! A.\nmod missing;\n\nfn a() {}\n");
        let tree = Tree::of(&[good, ("b.rs", "fn b( ){ }\n"), ("c.md", "fn c( ){ }\n")]);
        let found = unformatted(&tree).unwrap();
        assert_eq!(found.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["b.rs"]);
        assert!(unformatted(&Tree::of(&[("d.rs", "fn d( {")])).is_err());
    }
}
