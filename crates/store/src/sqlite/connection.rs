//! One SQLite connection that runs the common SQL.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use rusqlite::{
    ErrorCode, OpenFlags, Statement,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    Arg, CommitError, DbError, Row,
    batch::{Columns, Value},
};

/// Statements kept prepared per connection; more than the program has.
const STATEMENTS: usize = 512;

/// How long to wait for a foreign process (a backup, the sqlite3 shell) to let go of the file.
const BUSY: Duration = Duration::from_secs(5);

/// The result codes of a unique index and of a primary key, with and without rowid.
const UNIQUE: [i32; 3] = [
    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
    rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
    rusqlite::ffi::SQLITE_CONSTRAINT_ROWID,
];

pub(super) struct Connection {
    raw: rusqlite::Connection,
    plans: HashMap<Box<str>, Arc<Plan>>,
}

/// What we know of a statement besides its text.
struct Plan {
    /// `$1` first: SQLite's own number for it. SQLite takes `$2` for a name and numbers names as
    /// they appear, so position says nothing.
    places: Box<[usize]>,
    columns: Columns,
    reads_only: bool,
}

/// What one statement did.
pub(super) struct Outcome {
    /// Rows changed, or returned when it returns any.
    pub(super) touched: u64,
    pub(super) rows: Vec<Row>,
}

impl Connection {
    /// The one connection that writes.
    pub(super) fn writer(path: &Path) -> Result<Self, DbError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = rusqlite::Connection::open_with_flags(path, flags).map_err(open)?;
        raw.busy_timeout(BUSY).map_err(open)?;
        let mode: String = raw
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
            .map_err(open)?;
        if mode != "wal" {
            return Err(DbError::Open(format!("the file system allows no WAL (got {mode})")));
        }
        // FULL: the WAL is synced before a commit answers. The size limit cuts the WAL back after
        // a burst.
        raw.execute_batch("pragma synchronous = full; pragma journal_size_limit = 67108864;")
            .map_err(open)?;
        Self::configured(raw)
    }

    /// A connection that cannot write.
    pub(super) fn reader(path: &Path) -> Result<Self, DbError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = rusqlite::Connection::open_with_flags(path, flags).map_err(open)?;
        raw.busy_timeout(BUSY).map_err(open)?;
        raw.execute_batch("pragma query_only = on;").map_err(open)?;
        Self::configured(raw)
    }

    /// Settings that make SQLite read SQL as PostgreSQL does: `like` minds case, and a name in
    /// double quotes that does not exist is an error instead of a string.
    fn configured(raw: rusqlite::Connection) -> Result<Self, DbError> {
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false).map_err(open)?;
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false).map_err(open)?;
        raw.execute_batch("pragma foreign_keys = on; pragma case_sensitive_like = on;")
            .map_err(open)?;
        raw.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self { raw, plans: HashMap::new() })
    }

    /// Runs one statement of the common SQL.
    pub(super) fn run(&mut self, sql: &str, args: &[Arg]) -> Result<Outcome, CommitError> {
        let mut statement = self.raw.prepare_cached(sql).map_err(failure)?;
        let plan = plan(&mut self.plans, sql, &statement)?;
        bind(&mut statement, &plan, args)?;
        if plan.columns.is_empty() && plan.reads_only {
            // `commit` and its like: they would end the transaction of other people's batches.
            return Err(DbError::Sql("a batch holds no transaction commands".to_owned()).into());
        }
        if plan.columns.is_empty() {
            let touched = statement.raw_execute().map_err(failure)? as u64;
            return Ok(Outcome { touched, rows: Vec::new() });
        }
        let rows = collect(&mut statement, &plan.columns)?;
        Ok(Outcome { touched: rows.len() as u64, rows })
    }

    /// Runs one statement that returns rows and changes nothing.
    pub(super) fn read(&mut self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        let mut statement = self.raw.prepare_cached(sql).map_err(db_failure)?;
        let plan = plan(&mut self.plans, sql, &statement)?;
        if !plan.reads_only || plan.columns.is_empty() {
            return Err(DbError::Sql("this statement writes; only commit() may".to_owned()));
        }
        bind(&mut statement, &plan, args)?;
        collect(&mut statement, &plan.columns)
    }

    /// Runs a command without arguments: `begin immediate`, `savepoint`, ...
    pub(super) fn command(&self, sql: &'static str) -> Result<(), CommitError> {
        let mut statement = self.raw.prepare_cached(sql).map_err(failure)?;
        statement.raw_execute().map(drop).map_err(failure)
    }

    /// Runs several statements, as a migration holds them.
    pub(super) fn script(&self, sql: &str) -> Result<(), CommitError> {
        self.raw.execute_batch(sql).map_err(failure)
    }

    /// Whether a transaction is open: a full disk and the like end it without being asked.
    pub(super) fn in_transaction(&self) -> bool {
        !self.raw.is_autocommit()
    }

    /// Forgets prepared statements after the schema changed.
    pub(super) fn forget(&mut self) {
        self.raw.flush_prepared_statement_cache();
        self.plans.clear();
    }

    /// Moves the whole WAL into the database file and empties it.
    pub(super) fn checkpoint(&self) -> Result<(), DbError> {
        self.raw.pragma(None, "wal_checkpoint", "truncate", |_| Ok(())).map_err(db_failure)
    }
}

fn plan(
    plans: &mut HashMap<Box<str>, Arc<Plan>>,
    sql: &str,
    statement: &Statement<'_>,
) -> Result<Arc<Plan>, DbError> {
    if let Some(plan) = plans.get(sql) {
        return Ok(Arc::clone(plan));
    }
    let count = statement.parameter_count();
    let mut places = vec![0; count];
    for index in 1..=count {
        let number = statement
            .parameter_name(index)
            .and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok())
            .and_then(|number| places.get_mut(number.checked_sub(1)?))
            .ok_or_else(|| DbError::Sql("parameters must be $1, $2, ... without gaps".into()))?;
        *number = index;
    }
    let columns = statement.column_names().into_iter().map(Box::from).collect();
    let reads_only = statement.readonly();
    if plans.len() >= STATEMENTS {
        plans.clear();
    }
    let plan = Arc::new(Plan { places: places.into(), columns, reads_only });
    plans.insert(sql.into(), Arc::clone(&plan));
    Ok(plan)
}

fn bind(statement: &mut Statement<'_>, plan: &Plan, args: &[Arg]) -> Result<(), DbError> {
    if plan.places.len() != args.len() {
        let (takes, given) = (plan.places.len(), args.len());
        return Err(DbError::Sql(format!("takes {takes} arguments, {given} given")));
    }
    for (arg, place) in args.iter().zip(&plan.places) {
        let value = match arg {
            Arg::Int(Some(value)) => ValueRef::Integer(*value),
            Arg::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Arg::Int(None) | Arg::Text(None) => ValueRef::Null,
        };
        statement.raw_bind_parameter(*place, ToSqlOutput::Borrowed(value)).map_err(db_failure)?;
    }
    Ok(())
}

/// Steps to the end, which also ends the read transaction.
fn collect(statement: &mut Statement<'_>, columns: &Columns) -> Result<Vec<Row>, DbError> {
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(db_failure)? {
        let mut values = Vec::with_capacity(columns.len());
        for index in 0..columns.len() {
            values.push(value(row.get_ref(index).map_err(db_failure)?));
        }
        found.push(Row::new(Columns::clone(columns), values));
    }
    Ok(found)
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Foreign("text that is not UTF-8".to_owned()),
        },
        ValueRef::Real(_) => Value::Foreign("real".to_owned()),
        ValueRef::Blob(_) => Value::Foreign("blob".to_owned()),
    }
}

fn open(error: rusqlite::Error) -> DbError {
    match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            DbError::Open(message.unwrap_or_else(|| code.to_string()))
        }
        other => DbError::Open(other.to_string()),
    }
}

/// The meaning of an error, for a read or a bind.
fn db_failure(error: rusqlite::Error) -> DbError {
    match failure(error) {
        CommitError::Db(error) => error,
        other => DbError::Sql(other.to_string()),
    }
}

/// The meaning of an error. Constraint messages name tables and columns, never values.
fn failure(error: rusqlite::Error) -> CommitError {
    let (code, message) = match error {
        rusqlite::Error::SqliteFailure(code, message) => (code, message),
        rusqlite::Error::SqlInputError { msg, .. } => return DbError::Sql(msg).into(),
        other => return DbError::Sql(other.to_string()).into(),
    };
    let message = message.unwrap_or_else(|| code.to_string());
    if UNIQUE.contains(&code.extended_code) {
        let columns = message.strip_prefix("UNIQUE constraint failed: ");
        return CommitError::Unique(columns.unwrap_or(&message).to_owned());
    }
    CommitError::Db(match code.code {
        ErrorCode::ConstraintViolation => DbError::Constraint(message),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => {
            DbError::Overloaded("another process holds the database file")
        }
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory => DbError::Unavailable(message),
        _ => DbError::Sql(message),
    })
}
