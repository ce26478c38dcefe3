//! The waist: this file and `transaction.rs` are the only ones that name both databases.

use std::borrow::Cow;

use crate::{
    Arg, Batch, CommitError, DbError, Row, Stmt, migrate, postgres::Postgres, sqlite::Sqlite,
};

/// Which database is behind a [`Db`]. For messages and metrics; SQL does not branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One file, one process.
    Sqlite,
    /// PostgreSQL or what speaks its wire.
    Postgres,
}

/// A handle on the database; cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct Db(Inner);

#[derive(Clone)]
enum Inner {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
    /// Opens the database behind `url`.
    ///
    /// `sqlite:PATH` creates the file (0600) when missing and locks it: one process writes to it.
    /// `postgres://user:password@host/database?pool=16` keeps up to `pool` connections; they are
    /// not encrypted (no TLS yet), so the server belongs on the same machine or a private network.
    /// With several servers, `postgres://user:password@host1,host2,host3/database`, the one that
    /// takes writes is used, and found again when that changes.
    pub async fn open(url: &str) -> Result<Db, DbError> {
        match place(url)? {
            Place::Sqlite(path) => Sqlite::open(path).map(|sqlite| Db(Inner::Sqlite(sqlite))),
            Place::Postgres => {
                Postgres::open(url).await.map(|postgres| Db(Inner::Postgres(postgres)))
            }
        }
    }

    /// Brings the schema up to this program's. See [`migrate`].
    pub async fn migrate(&self) -> Result<(), DbError> {
        migrate::run(self, migrate::MIGRATIONS).await
    }

    /// Commits `batch` whole or not at all. An `Ok` is durable. Gives back, for each statement,
    /// the rows it returned (`returning`, or a select).
    pub async fn commit(&self, batch: Batch) -> Result<Vec<Vec<Row>>, CommitError> {
        for statement in batch.statements() {
            check(&statement.args)?;
        }
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.commit(batch).await,
            Inner::Postgres(postgres) => postgres.commit(&batch).await,
        }
    }

    /// Reads. A statement that would write is refused. On SQLite this runs on the calling task,
    /// without hopping threads: for reads by key or by a short stretch of an index. What may read
    /// thousands of rows goes through [`Db::scan`].
    pub async fn rows(&self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        check(args)?;
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.rows(sql, args),
            Inner::Postgres(postgres) => postgres.rows(sql, args).await,
        }
    }

    /// The first row of [`Db::rows`].
    pub async fn row(&self, sql: &str, args: &[Arg]) -> Result<Option<Row>, DbError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// As [`Db::rows`], for searches, sums and reports: on SQLite it runs on a thread of its own
    /// so that other requests go on meanwhile.
    pub async fn scan(
        &self,
        sql: impl Into<Cow<'static, str>>,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, DbError> {
        check(&args)?;
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.scan(sql.into(), args).await,
            Inner::Postgres(postgres) => postgres.rows(&sql.into(), &args).await,
        }
    }

    /// Which database this is.
    pub fn kind(&self) -> Kind {
        match &self.0 {
            Inner::Sqlite(_) => Kind::Sqlite,
            Inner::Postgres(_) => Kind::Postgres,
        }
    }

    /// Which of several servers leads, and how many there are; `None` where there is but one.
    pub fn leader(&self) -> Option<(String, usize)> {
        match &self.0 {
            Inner::Sqlite(_) => None,
            Inner::Postgres(postgres) => postgres.leader(),
        }
    }

    /// What to append to the inner select of a claim by lease: SQLite has one writer and needs
    /// nothing; on PostgreSQL claimers must pass over rows another one is taking.
    pub fn skip_locked(&self) -> &'static str {
        match &self.0 {
            Inner::Sqlite(_) => "",
            Inner::Postgres(_) => " for update skip locked",
        }
    }

    /// Commits what is queued, folds the WAL into the file and closes. Later calls on clones
    /// answer [`DbError::Closed`].
    pub async fn close(self) {
        match self.0 {
            Inner::Sqlite(sqlite) => sqlite.close().await,
            Inner::Postgres(postgres) => postgres.close(),
        }
    }

    /// Runs `claim` and, only if it touched a row, `script` (several statements) in the same
    /// transaction. Says whether it did. A script without a claim must bear being run twice.
    /// For migrations.
    pub(crate) async fn run_script(
        &self,
        claim: Option<Stmt>,
        script: Cow<'static, str>,
    ) -> Result<bool, DbError> {
        match &self.0 {
            Inner::Sqlite(sqlite) => sqlite.run_script(claim, script).await,
            Inner::Postgres(postgres) => postgres.run_script(claim, &script).await,
        }
    }

    /// SQL for the database's own clock in seconds of the epoch.
    pub(crate) fn now_sql(&self) -> &'static str {
        match &self.0 {
            Inner::Sqlite(_) => "unixepoch()",
            Inner::Postgres(_) => "cast(extract(epoch from now()) as bigint)",
        }
    }
}

/// Where a URL points.
pub(crate) enum Place<'a> {
    /// What follows `sqlite:`.
    Sqlite(&'a str),
    Postgres,
}

/// Reads the part of a URL that says which database it is.
pub(crate) fn place(url: &str) -> Result<Place<'_>, DbError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(Place::Sqlite(path));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Place::Postgres);
    }
    Err(DbError::Url("must start with sqlite: or postgres://".to_owned()))
}

/// The longest text of one statement, together. PostgreSQL's wire ends at 1 GiB a message; here it
/// ends before anything is sent.
const TEXT_BYTES: usize = 64 << 20;

/// Refuses what PostgreSQL cannot hold, on both databases alike.
pub(crate) fn check(args: &[Arg]) -> Result<(), DbError> {
    let mut bytes = 0;
    for (index, arg) in args.iter().enumerate() {
        let Arg::Text(Some(text)) = arg else { continue };
        bytes += text.len();
        let problem = if text.as_bytes().contains(&0) {
            "text must not hold a NUL character"
        } else if bytes > TEXT_BYTES {
            "texts are longer than 64 MiB together"
        } else {
            continue;
        };
        return Err(DbError::Argument { number: index + 1, problem });
    }
    Ok(())
}
