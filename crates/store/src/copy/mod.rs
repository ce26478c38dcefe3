//! Copies everything from one database into an empty one, whichever they are, and proves it.
//!
//! Rows are read by stretches of their key, so that memory stays small however large a table is,
//! and written in one transaction: a copy that is interrupted leaves nothing. What is written is
//! read back before it is committed, and its hash must be that of what was read.

pub(crate) mod hash;
pub(crate) mod tables;

use self::{hash::Sum, tables::Table};
use crate::{Arg, CommitError, Db, DbError, Transaction, migrate};

/// Rows read, and written, at a time.
const ROWS: usize = 500;

/// The table that says which migrations ran; each database writes its own.
const HISTORY: &str = "schema_migrations";

/// What a table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Its name.
    pub table: String,
    /// How many rows.
    pub rows: i64,
    /// 64 hex characters that are the same for the same rows, in whatever order and on whichever
    /// database. Against accidents; somebody who may choose the rows could find others.
    pub hash: String,
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The last migration the source had.
    pub migration: i64,
    /// Every table of ours, in the order they can be filled.
    pub tables: Vec<Contents>,
    /// Tables of the source that are not ours and were left where they are.
    pub left: Vec<String>,
}

/// Why nothing was copied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// The target has rows.
    #[error("the target is not empty, nothing was changed; it has {0}")]
    NotEmpty(String),
    /// The target's schema is newer than the source's.
    #[error(
        "the target has the schema of migration {target}, what is to be copied that of {origin}: \
         give a target without tables"
    )]
    Newer {
        /// Its last migration.
        target: i64,
        /// That of the source.
        origin: i64,
    },
    /// Something is not as our migrations make it.
    #[error("{0}")]
    Shape(String),
    /// What was read back is not what was written.
    #[error("{table}: {wanted} rows were copied and {found} read back, or not the same ones")]
    Differs {
        /// The table.
        table: String,
        /// Rows of the source.
        wanted: i64,
        /// Rows read back.
        found: i64,
    },
    /// A file is not what it should be.
    #[error("{0}")]
    File(String),
    /// The target's last commit failed; look whether it is still empty.
    #[error(transparent)]
    Commit(CommitError),
    /// The database said no.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<CommitError> for CopyError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Db(error) => Self::Db(error),
            other => Self::Commit(other),
        }
    }
}

/// Copies what `from` sees into the empty database behind `to`, and brings that up to this
/// program's schema. `to` is created if it is a SQLite file; a PostgreSQL database must be there.
///
/// # Errors
/// [`CopyError`]; the target is then as empty as before.
pub async fn copy(from: &mut Transaction, to: &str) -> Result<Copied, CopyError> {
    let mut target = prepare(from, to).await?;
    let copied = fill(from, &mut target).await?;
    compare(&copied.tables, &contents(&mut target).await?)?;
    target.commit().await?;
    let db = Db::open(to).await?;
    let migrated = db.migrate().await;
    db.close().await;
    migrated?;
    Ok(copied)
}

/// Every table of ours that `held` sees.
///
/// # Errors
/// [`CopyError::Shape`] if a column is of a type no migration makes.
pub async fn contents(held: &mut Transaction) -> Result<Vec<Contents>, CopyError> {
    let mut all = Vec::new();
    for table in tables::ours(held).await? {
        all.push(summed(held, &table).await?);
    }
    Ok(all)
}

/// Refuses what is not equal, naming the first table.
///
/// # Errors
/// [`CopyError::Differs`].
pub fn compare(wanted: &[Contents], found: &[Contents]) -> Result<(), CopyError> {
    for one in wanted {
        let other = found.iter().find(|other| other.table == one.table);
        if other != Some(one) {
            return Err(CopyError::Differs {
                table: one.table.clone(),
                wanted: one.rows,
                found: other.map_or(0, |other| other.rows),
            });
        }
    }
    match found.iter().find(|other| wanted.iter().all(|one| one.table != other.table)) {
        None => Ok(()),
        Some(other) => Err(CopyError::Shape(format!("{} is one table too many", other.table))),
    }
}

/// A target with the tables of the source and nothing in them. Refuses before changing anything.
pub(crate) async fn prepare(from: &mut Transaction, to: &str) -> Result<Transaction, CopyError> {
    if !tables::exist(from).await? {
        return Err(CopyError::Shape("this is no database of Ieum: it has no tables".to_owned()));
    }
    let origin = migrate::level(from).await?;
    let mut target = Transaction::fill(to).await?;
    empty(&mut target).await?;
    if tables::exist(&mut target).await? {
        let level = migrate::level(&mut target).await?;
        if level > origin {
            return Err(CopyError::Newer { target: level, origin });
        }
    }
    drop(target);
    let db = Db::open(to).await?;
    let migrated = migrate::up_to(&db, origin).await;
    db.close().await;
    migrated?;
    let mut target = Transaction::fill(to).await?;
    // Somebody may have come in between.
    empty(&mut target).await?;
    Ok(target)
}

async fn empty(target: &mut Transaction) -> Result<(), CopyError> {
    let mut found = Vec::new();
    for table in tables::all(target).await? {
        if table == HISTORY {
            continue;
        }
        let sql = format!("select count(*) as n from {}", tables::quoted(&table));
        let rows = target.rows(&sql, &[]).await?;
        let count = rows.first().map_or(Ok(0), |row| row.int("n"))?;
        if count > 0 {
            found.push(format!("{count} rows in {table}"));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(CopyError::NotEmpty(found.join(", "))) }
}

/// Writes every row `from` sees into the empty tables of `target`.
pub(crate) async fn fill(
    from: &mut Transaction,
    target: &mut Transaction,
) -> Result<Copied, CopyError> {
    let migration = migrate::level(from).await?;
    let ours = tables::ours(target).await?;
    let theirs = tables::ours(from).await?;
    let mut copied = Vec::with_capacity(ours.len());
    for table in &ours {
        // Columns by name: what was added to an older table stands elsewhere than in a new one.
        if !theirs.iter().any(|other| other.same_as(table)) {
            return Err(CopyError::Shape(format!(
                "{} is not as our migrations make it",
                table.name
            )));
        }
        copied.push(one(from, target, table).await?);
    }
    let left = theirs.into_iter().filter(|other| ours.iter().all(|own| own.name != other.name));
    Ok(Copied { migration, tables: copied, left: left.map(|table| table.name).collect() })
}

async fn one(
    from: &mut Transaction,
    target: &mut Transaction,
    table: &Table,
) -> Result<Contents, CopyError> {
    let insert = table.insert();
    let mut sum = Sum::new(table);
    let mut after = None;
    loop {
        let lines = stretch(from, table, after.as_deref()).await?;
        let Some(last) = lines.last() else { break };
        after = Some(table.key_of(last));
        lines.iter().for_each(|line| sum.add(line));
        target.write(&insert, &lines).await?;
        if lines.len() < ROWS {
            break;
        }
    }
    Ok(sum.contents())
}

async fn summed(held: &mut Transaction, table: &Table) -> Result<Contents, CopyError> {
    let mut sum = Sum::new(table);
    let mut after = None;
    loop {
        let lines = stretch(held, table, after.as_deref()).await?;
        let Some(last) = lines.last() else { break };
        after = Some(table.key_of(last));
        lines.iter().for_each(|line| sum.add(line));
        if lines.len() < ROWS {
            break;
        }
    }
    Ok(sum.contents())
}

/// The next rows in the order of the key, which is whatever order the database gives texts.
async fn stretch(
    held: &mut Transaction,
    table: &Table,
    after: Option<&[Arg]>,
) -> Result<Vec<Vec<Arg>>, CopyError> {
    let sql = table.select(after.is_some(), ROWS);
    let rows = held.rows(&sql, after.unwrap_or_default()).await?;
    let kinds = table.kinds();
    let lines = rows.iter().map(|row| row.arguments(&kinds)).collect::<Result<Vec<_>, _>>()?;
    // On SQLite nothing above waits: others get their turn here.
    tokio::task::yield_now().await;
    Ok(lines)
}
