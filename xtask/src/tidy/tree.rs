//! The files of the project as git sees them: tracked, or new and not ignored.

use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Folders that are never part of the project, for a copy of it that is no git repository.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "ieum-data", ".venv"];

/// One file.
pub(crate) struct File {
    /// From the root, with slashes.
    pub(crate) path: String,
    /// The text; empty for a file that is not UTF-8.
    pub(crate) text: String,
}

impl File {
    /// Whether the path ends so (`.rs`).
    pub(crate) fn is(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    /// Lines with their numbers.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether the file is nothing but tests, or helps only tests.
    pub(crate) fn is_test(&self) -> bool {
        let folders = ["/tests/", "/test/", "/testdata/", "/testkit/"];
        let endings = ["/tests.rs", "_tests.rs", "/samples.rs", "_samples.rs"];
        folders.iter().any(|folder| self.path.contains(folder))
            || endings.iter().any(|ending| self.path.ends_with(ending))
    }
}

/// All files, by path.
pub(crate) struct Tree {
    /// Sorted by path.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the project.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut paths = match from_git(root) {
            Some(paths) => paths,
            None => from_disk(root)?,
        };
        paths.sort();
        let mut files = Vec::new();
        for path in paths {
            let full = root.join(&path);
            // A tracked file may be deleted, and a link may lead anywhere.
            if full.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
                let bytes = fs::read(&full).with_context(|| path.clone())?;
                files.push(File { path, text: String::from_utf8(bytes).unwrap_or_default() });
            }
        }
        Ok(Self { files })
    }

    /// A tree out of paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| File { path: (*path).into(), text: (*text).into() };
        Self { files: files.iter().map(file).collect() }
    }

    /// Every Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is(".rs"))
    }

    /// The file of exactly this path.
    pub(crate) fn find(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is such a file or a folder with files.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let under = |file: &File| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.files.iter().any(under)
    }

    /// Whether some file's path ends with these whole components.
    pub(crate) fn has_ending(&self, path: &str) -> bool {
        let ends = |file: &File| {
            file.path.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        self.files.iter().any(ends)
    }

    /// The folders of `crates/`.
    pub(crate) fn crates(&self) -> Vec<&str> {
        let manifests = self
            .files
            .iter()
            .filter_map(|file| file.path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
        manifests.filter(|name| !name.contains('/')).collect()
    }
}

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

fn from_git(root: &Path) -> Option<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let listed = git.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(listed.stdout).ok()?;
    let paths: Vec<_> = text.split('\0').filter(|path| !path.is_empty()).map(Into::into).collect();
    (!paths.is_empty()).then_some(paths)
}

fn from_disk(root: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !NOT_OURS.contains(&name) {
                folders.push(path);
            } else if path.is_file()
                && let Ok(inside) = path.strip_prefix(root)
            {
                paths.push(inside.to_string_lossy().into_owned());
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_copy_without_git_has_the_same_sources() {
        let git = Tree::read(&root()).unwrap();
        let disk = from_disk(&root()).unwrap();
        assert!(git.files.iter().all(|file| disk.contains(&file.path)));
        assert!(!disk.iter().any(|path| path.starts_with("target/")));
    }

    #[test]
    fn whole_components_only() {
        let tree = Tree::of(&[("crates/pg/src/ops.rs", "")]);
        assert!(tree.has("crates/pg") && tree.has("crates/pg/src/") && !tree.has("crates/p"));
        assert!(tree.has_ending("src/ops.rs") && !tree.has_ending("ps.rs"));
    }
}
