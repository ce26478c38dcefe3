//! A database as one file that can be carried away: no WAL beside it, looked through, on the disk.

use std::{fs::File, path::Path};

use rusqlite::OpenFlags;

use crate::DbError;

/// Makes the closed database at `path` a file that needs no other, and waits until the disk has it.
pub(crate) fn seal(path: &Path) -> Result<(), DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let raw = rusqlite::Connection::open_with_flags(path, flags).map_err(|why| said(path, &why))?;
    let mode: String = raw
        .pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))
        .map_err(|why| said(path, &why))?;
    drop(raw);
    if mode != "delete" {
        return Err(DbError::Open(format!("{}: its WAL cannot be left ({mode})", path.display())));
    }
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| DbError::Unavailable(format!("{}: {error}", path.display())))
}

/// What SQLite itself finds wrong with the file; `None` if nothing.
pub(crate) fn damage(path: &Path) -> Result<Option<String>, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let raw = rusqlite::Connection::open_with_flags(path, flags).map_err(|why| said(path, &why))?;
    let told: String = match raw.query_row("pragma integrity_check(1)", [], |row| row.get(0)) {
        Ok(told) => told,
        Err(why) => return Ok(Some(why.to_string())),
    };
    if told != "ok" {
        return Ok(Some(told));
    }
    let sql = "select \"table\" from pragma_foreign_key_check limit 1";
    match raw.query_row(sql, [], |row| row.get::<_, String>(0)) {
        Ok(table) => Ok(Some(format!("a row of {table} names one that is not there"))),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(why) => Ok(Some(why.to_string())),
    }
}

fn said(path: &Path, error: &rusqlite::Error) -> DbError {
    DbError::Open(format!("{}: {error}", path.display()))
}
