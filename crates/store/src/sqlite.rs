//! SQLite behind the waist: one writer thread with group commit, pooled read-only connections.

mod connection;
mod file;
mod readers;
pub(crate) mod single;
mod transaction;
mod writer;

use std::{borrow::Cow, fs::File, sync::Arc};

pub(crate) use self::file::lock;
pub(crate) use self::transaction::{COLUMNS, REFERENCES, Transaction};
use self::{connection::Connection, readers::Readers, writer::Writer};
use crate::{Arg, Batch, CommitError, DbError, Row, Stmt};

/// A handle on one database file; clones share it. When the last one goes, the writer finishes
/// what is queued before the file is let go.
#[derive(Clone)]
pub(crate) struct Sqlite(Arc<Shared>);

/// Fields drop in this order: the lock goes last, so nobody opens the file while we still write.
struct Shared {
    writer: Writer,
    readers: Arc<Readers>,
    _lock: File,
}

impl Sqlite {
    /// Opens (or creates, with mode 0600) the file of `sqlite:PATH` and locks it.
    pub(crate) fn open(path: &str) -> Result<Self, DbError> {
        let path = file::path(path)?;
        let lock = file::lock(&path)?;
        file::create(&path)?;
        let connection = Connection::writer(&path)?;
        let writer = Writer::start(connection)?;
        let readers = Arc::new(Readers::new(path));
        Ok(Self(Arc::new(Shared { writer, readers, _lock: lock })))
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<Vec<Vec<Row>>, CommitError> {
        self.0.writer.commit(batch).await
    }

    /// Reads on the calling thread: a read by key takes microseconds, less than a hop.
    pub(crate) fn rows(&self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        self.0.readers.rows(sql, args)
    }

    pub(crate) async fn scan(
        &self,
        sql: Cow<'static, str>,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, DbError> {
        Readers::scan(Arc::clone(&self.0.readers), sql, args).await
    }

    pub(crate) async fn run_script(
        &self,
        claim: Option<Stmt>,
        script: Cow<'static, str>,
    ) -> Result<bool, DbError> {
        let applied = self.0.writer.script(claim, script).await?;
        // What readers remember of statements and their columns may be of the old schema.
        self.0.readers.forget();
        Ok(applied)
    }

    pub(crate) async fn close(self) {
        self.0.readers.close();
        self.0.writer.close().await;
    }
}
