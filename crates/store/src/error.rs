//! What can go wrong between us and the database, told so that a caller knows what to do next.

/// A read, an opening or a migration that did not work. Nothing was changed.
///
/// Messages never hold argument values: they may be secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The database URL cannot be understood; the message names the part, never the password.
    #[error("database url: {0}")]
    Url(String),
    /// The database cannot be opened (missing folder, permissions, wrong password, ...).
    #[error("cannot open the database: {0}")]
    Open(String),
    /// Another process (or another `Db`) holds this SQLite file for writing.
    #[error("{path} is in use by another Ieum process (it holds {path}.lock); stop it first")]
    InUse {
        /// The database file.
        path: String,
    },
    /// The write queue is full or no connection became free in time. Nothing happened; try later.
    #[error("the database is overloaded: {0}")]
    Overloaded(&'static str),
    /// The connection was lost and nothing was written. Trying again is safe.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// `close` was called.
    #[error("the database is closed")]
    Closed,
    /// An argument no database may hold; the message names its number, not its value.
    #[error("argument ${number}: {problem}")]
    Argument {
        /// `$number` in the statement.
        number: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A column that is missing or of another type than asked for.
    #[error("column {column}: {problem}")]
    Column {
        /// The column's name.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A constraint other than unique (foreign key, not null, check) refused a row.
    #[error("constraint refused the row: {0}")]
    Constraint(String),
    /// Migrations cannot be applied: changed text, newer database, failing script.
    #[error("migration: {0}")]
    Migration(String),
    /// The database refused the statement.
    #[error("sql: {0}")]
    Sql(String),
}

/// Why a [`Batch`](crate::Batch) did not commit. Except for `Unknown`, nothing of it happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The statement pushed under this name did not touch as many rows as it had to.
    #[error("expectation not met: {0}")]
    Expectation(&'static str),
    /// A unique constraint refused a row: the constraint's name on PostgreSQL,
    /// `table.column, table.column` on SQLite. Compare with [`CommitError::is_unique`].
    #[error("not unique: {0}")]
    Unique(String),
    /// The connection (or the disk) failed while committing: the batch happened or did not.
    /// Read back before trying again.
    #[error("the commit was sent and no answer came: {0}")]
    Unknown(String),
    /// Nothing happened, for this reason.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl CommitError {
    /// Whether this is a unique violation of the constraint named `constraint` (PostgreSQL) over
    /// `columns`, written `table.column, table.column` (SQLite).
    pub fn is_unique(&self, constraint: &str, columns: &str) -> bool {
        matches!(self, Self::Unique(name) if name == constraint || name == columns)
    }
}
