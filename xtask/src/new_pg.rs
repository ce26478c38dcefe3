//! `cargo xtask new-pg NAME`: copies `crates/pg/src/template/`, a folder that compiles and says no
//! to every payment, under the name of a new PG. The tests of `pg` compile the template itself.

use anyhow::{Context, Result, ensure};
use std::{fs, path::Path};

/// Writes the folder and says what comes next.
///
/// # Errors
/// A name that is no code of a PG, a folder that is there already.
pub(crate) fn create(root: &Path, name: &str) -> Result<()> {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    let begins = name.starts_with(|it: char| it.is_ascii_lowercase());
    ensure!(
        begins && name.chars().all(fits) && name.len() <= 32,
        "NAME: {name:?} is no PG code: a-z, 0-9 and _, a letter first, 32 at most"
    );
    let crate_folder = root.join("crates/pg/src");
    let folder = crate_folder.join(name);
    ensure!(!folder.exists(), "NAME: {} is there already", folder.display());
    let connector = type_name(name);
    copy(&crate_folder.join("template"), &folder, name, &connector)?;
    fs::create_dir_all(folder.join("testdata"))?;
    println!("crates/pg/src/{name}/ is there. Next (docs/adding-a-pg.md):");
    println!("  crates/pg/src/lib.rs      pub mod {name};   and in ALL: &{name}::{connector}");
    println!("  crates/pg/src/sim/mod.rs  in ALL: &crate::{name}::sim::{connector}Sim");
    Ok(())
}

fn copy(from: &Path, to: &Path, name: &str, connector: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target, name, connector)?;
        } else {
            let text = fs::read_to_string(&path)?;
            fs::write(target, text.replace("template", name).replace("Template", connector))?;
        }
    }
    Ok(())
}

/// `kakao_pay` is `KakaoPay`.
fn type_name(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    name.split('_').map(word).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use tempfile::TempDir;

    /// A project with nothing but the template.
    fn project() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        let path = "crates/pg/src/template";
        let template = crate::tidy::root().join(path);
        copy(&template, &root.path().join(path), "template", "Template").unwrap();
        root
    }

    #[test]
    fn the_folder_is_complete_and_named() {
        let root = project();
        create(root.path(), "kakao_pay").unwrap();
        let folder = root.path().join("crates/pg/src/kakao_pay");
        let module = fs::read_to_string(folder.join("mod.rs")).unwrap();
        assert!(module.contains("pub struct KakaoPay;"));
        for file in ["mod.rs", "spec.rs", "sim/mod.rs", "README.md"] {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            assert!(!text.to_lowercase().contains("template"), "{file}");
        }
        for line in module.lines().filter_map(|line| line.strip_prefix("mod ")) {
            let file = line.replace(';', ".rs");
            assert!(folder.join(&file).is_file(), "{file}");
        }
    }

    #[test]
    fn names_that_are_no_codes_are_refused() {
        let root = project();
        for name in ["", "Kakao", "../a", "1a", "a-b", &"a".repeat(33)] {
            assert!(create(root.path(), name).is_err(), "{name}");
        }
        create(root.path(), "one").unwrap();
        assert!(create(root.path(), "one").is_err(), "twice");
    }
}
