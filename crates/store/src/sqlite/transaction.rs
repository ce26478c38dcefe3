//! A transaction held open on a connection of its own.

use std::{fs::File, path::Path};

use super::{connection::Connection, file};
use crate::{Arg, CommitError, DbError, Row};

/// Every column of every table.
pub(crate) const COLUMNS: &str = "select m.name as t, p.name as c, lower(p.type) as kind,
        p.pk as place
    from sqlite_master m join pragma_table_info(m.name) p
    where m.type = 'table' and substr(m.name, 1, 7) <> 'sqlite_'
    order by m.name, p.cid";

/// Every foreign key.
pub(crate) const REFERENCES: &str = "select m.name as t, f.\"table\" as needs
    from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'";

/// Dropped, it rolls back; then the lock goes.
pub(crate) struct Transaction {
    connection: Connection,
    lock: Option<File>,
}

impl Transaction {
    pub(crate) fn snapshot(path: &str) -> Result<Self, DbError> {
        Self::reading(&file::path(path)?, None)
    }

    pub(crate) fn still(path: &str) -> Result<Self, DbError> {
        let path = file::path(path)?;
        if !path.exists() {
            return Err(DbError::Open(format!("{}: there is no such file", path.display())));
        }
        let lock = file::lock(&path)?;
        Self::reading(&path, Some(lock))
    }

    fn reading(path: &Path, lock: Option<File>) -> Result<Self, DbError> {
        let named = |error: DbError| match error {
            DbError::Open(why) => DbError::Open(format!("{}: {why}", path.display())),
            other => other,
        };
        let mut connection = Connection::reader(path).map_err(named)?;
        connection.command("begin").map_err(read)?;
        // The view is that of the first read, not of `begin`.
        connection.read("select count(*) as n from sqlite_master", &[])?;
        Ok(Self { connection, lock })
    }

    pub(crate) fn fill(path: &str) -> Result<Self, DbError> {
        let path = file::path(path)?;
        let lock = file::lock(&path)?;
        file::create(&path)?;
        let connection = Connection::writer(&path)?;
        connection.command("begin immediate").map_err(read)?;
        Ok(Self { connection, lock: Some(lock) })
    }

    pub(crate) fn rows(&mut self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        self.connection.read(sql, args)
    }

    pub(crate) fn write(&mut self, sql: &str, lines: &[Vec<Arg>]) -> Result<(), CommitError> {
        for line in lines {
            self.connection.run(sql, line)?;
        }
        Ok(())
    }

    /// Commits, and folds the WAL into the file.
    pub(crate) fn commit(self) -> Result<(), CommitError> {
        self.connection.command("commit")?;
        self.connection.checkpoint()?;
        drop(self.connection);
        drop(self.lock);
        Ok(())
    }
}

fn read(error: CommitError) -> DbError {
    match error {
        CommitError::Db(error) => error,
        other => DbError::Sql(other.to_string()),
    }
}
