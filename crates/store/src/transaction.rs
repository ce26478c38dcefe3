//! The waist's other half: one transaction held open over many statements, for copying a whole
//! database. The hub never needs one.

use crate::{Arg, CommitError, DbError, Kind, Row, db, postgres, sqlite};

/// A transaction. Dropped without [`Transaction::commit`], nothing of it happened.
pub struct Transaction(Held);

enum Held {
    Sqlite(sqlite::Transaction),
    Postgres(postgres::Transaction),
}

impl Transaction {
    /// Reads what was committed up to now and nothing later, beside running hubs and without
    /// making them wait. On SQLite the WAL cannot shrink while it is held.
    ///
    /// # Errors
    /// [`DbError::Open`] if there is no such database.
    pub async fn snapshot(url: &str) -> Result<Self, DbError> {
        match db::place(url)? {
            db::Place::Sqlite(path) => Ok(Self(Held::Sqlite(sqlite::Transaction::snapshot(path)?))),
            db::Place::Postgres => {
                postgres::Transaction::snapshot(url).await.map(|held| Self(Held::Postgres(held)))
            }
        }
    }

    /// As [`Transaction::snapshot`], and nobody writes until it is dropped: on SQLite by the lock
    /// of the file, which a running hub holds; on PostgreSQL a hub's connections are looked for,
    /// and every table is locked against writers that come later.
    ///
    /// # Errors
    /// [`DbError::InUse`] or [`DbError::Open`] while a hub runs.
    pub async fn still(url: &str) -> Result<Self, DbError> {
        match db::place(url)? {
            db::Place::Sqlite(path) => Ok(Self(Held::Sqlite(sqlite::Transaction::still(path)?))),
            db::Place::Postgres => {
                postgres::Transaction::still(url).await.map(|held| Self(Held::Postgres(held)))
            }
        }
    }

    /// Writes, with every table locked against other writers. A SQLite file is created (0600) if
    /// there is none.
    ///
    /// # Errors
    /// As [`Transaction::still`].
    pub async fn fill(url: &str) -> Result<Self, DbError> {
        match db::place(url)? {
            db::Place::Sqlite(path) => Ok(Self(Held::Sqlite(sqlite::Transaction::fill(path)?))),
            db::Place::Postgres => {
                postgres::Transaction::fill(url).await.map(|held| Self(Held::Postgres(held)))
            }
        }
    }

    /// Runs one statement that returns rows.
    ///
    /// # Errors
    /// Those of the database; the transaction is of no more use then.
    pub async fn rows(&mut self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        match &mut self.0 {
            Held::Sqlite(held) => held.rows(sql, args),
            Held::Postgres(held) => held.rows(sql, args).await,
        }
    }

    /// Runs one statement once for each line of arguments, which are of the same types.
    ///
    /// # Errors
    /// As [`Transaction::rows`].
    pub async fn write(&mut self, sql: &str, lines: &[Vec<Arg>]) -> Result<(), CommitError> {
        for line in lines {
            db::check(line)?;
        }
        match &mut self.0 {
            Held::Sqlite(held) => held.write(sql, lines),
            Held::Postgres(held) => held.write(sql, lines).await,
        }
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// [`CommitError::Unknown`] if the answer was lost.
    pub async fn commit(self) -> Result<(), CommitError> {
        match self.0 {
            Held::Sqlite(held) => held.commit(),
            Held::Postgres(held) => held.commit().await,
        }
    }

    /// Which database it is in.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &self.0 {
            Held::Sqlite(_) => Kind::Sqlite,
            Held::Postgres(_) => Kind::Postgres,
        }
    }

    /// SQL for every column: `t` table, `c` column, `kind` type, `place` in the primary key from
    /// 1, 0 for others.
    pub(crate) fn columns_sql(&self) -> &'static str {
        match &self.0 {
            Held::Sqlite(_) => sqlite::COLUMNS,
            Held::Postgres(_) => postgres::COLUMNS,
        }
    }

    /// SQL for every foreign key: `t` table, `needs` the table it names.
    pub(crate) fn references_sql(&self) -> &'static str {
        match &self.0 {
            Held::Sqlite(_) => sqlite::REFERENCES,
            Held::Postgres(_) => postgres::REFERENCES,
        }
    }
}
