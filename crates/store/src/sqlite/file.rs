//! The database file: where it is, who may read it, and that only one process writes to it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use crate::DbError;

/// The path in what follows `sqlite:`. `sqlite://data/x.db` means the same as `sqlite:data/x.db`.
pub(super) fn path(rest: &str) -> Result<PathBuf, DbError> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() {
        return Err(DbError::Url("sqlite: must be followed by the path of a file".to_owned()));
    }
    if path.starts_with(":memory:") || path.contains(['?', '\0']) {
        return Err(DbError::Url(
            "sqlite: takes the path of a file, without :memory: and without options".to_owned(),
        ));
    }
    Ok(PathBuf::from(path))
}

/// Takes `PATH.lock` for this process until the file is dropped (or the process dies). The lock is
/// beside the database because SQLite uses locks of its own inside it, and closing any handle on
/// the database file would let go of those.
pub(crate) fn lock(path: &Path) -> Result<File, DbError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = private().open(&name).map_err(|error| cannot_open(Path::new(&name), &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DbError::InUse { path: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(cannot_open(Path::new(&name), &error)),
    }
}

/// Creates the file before SQLite would, so that nobody else may read it. SQLite gives its WAL
/// the same mode.
pub(super) fn create(path: &Path) -> Result<(), DbError> {
    private().open(path).map(drop).map_err(|error| cannot_open(path, &error))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn cannot_open(path: &Path, error: &std::io::Error) -> DbError {
    DbError::Open(format!("{}: {error}", path.display()))
}
