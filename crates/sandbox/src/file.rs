//! The file of the books: where it is, what is in it, and how SQLite keeps it.

use crate::Error;
use rusqlite::{Connection, OpenFlags};
use std::{fs::OpenOptions, path::Path, time::Duration};

/// Written into the file; a file with a later version is refused, not guessed at.
const VERSION: i64 = 1;

/// How long to wait for another process (a backup, the sqlite3 shell).
const BUSY: Duration = Duration::from_secs(5);

/// Money in minor units, times in milliseconds since 1970 UTC. `seq` is the order of arrival.
const SCHEMA: &str = "
create table if not exists sim_trades (
    seq integer primary key,
    pg text not null, tid text not null,
    mid text not null, order_no text not null, method text not null,
    amount integer not null, currency text not null,
    state text not null, cancelled integer not null,
    created_at integer not null, extra text not null,
    unique (pg, tid)
) strict;
create index if not exists sim_trades_order on sim_trades (pg, order_no);
create table if not exists sim_movements (
    seq integer primary key,
    pg text not null, tid text not null, kind text not null,
    amount integer not null, number text not null, at integer not null
) strict;
create index if not exists sim_movements_pg on sim_movements (pg);
create table if not exists sim_notes (
    pg text not null, key text not null, value text not null,
    primary key (pg, key)
) strict, without rowid;
create table if not exists sim_notices (
    id integer primary key autoincrement,
    pg text not null, cause text not null,
    url text not null, content_type text not null, body blob not null, wanted text not null,
    state text not null, attempts integer not null,
    status integer, answer text, error text,
    created_at integer not null, next_at integer not null
) strict;
create index if not exists sim_notices_due on sim_notices (next_at) where state = 'pending';
create table if not exists sim_draws (next integer not null) strict;
insert into sim_draws select 0 where not exists (select 1 from sim_draws);
";

/// The connection that writes.
pub(crate) fn open(path: &Path) -> Result<Connection, Error> {
    // Created before SQLite would, so that nobody else may read it: names and numbers of buyers.
    private().open(path).map_err(|error| failed(path, &error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| failed(path, &error))?;
    prepare(&connection).map_err(|reason| failed(path, &reason))?;
    Ok(connection)
}

/// A connection that cannot write, for reports.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| failed(path, &error))?;
    connection.busy_timeout(BUSY).map_err(|error| failed(path, &error))?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    connection.busy_timeout(BUSY).map_err(text)?;
    connection.set_prepared_statement_cache_capacity(32);
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(text)?;
    if version > VERSION {
        return Err(format!("written by a newer program (version {version}, known {VERSION})"));
    }
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(text)?;
    if mode != "wal" {
        return Err(format!("the file system allows no WAL (got {mode})"));
    }
    // FULL: a commit answers only when its WAL is on disk.
    connection.pragma_update(None, "synchronous", "full").map_err(text)?;
    let schema = format!("begin immediate;{SCHEMA}pragma user_version = {VERSION};commit;");
    connection.execute_batch(&schema).map_err(text)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn failed(path: &Path, reason: &dyn std::fmt::Display) -> Error {
    Error::Open { path: path.display().to_string(), reason: reason.to_string() }
}
