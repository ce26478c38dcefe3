//! What tables a database has: read from its own catalogue, so that no list of ours can be old.

use super::{CopyError, HISTORY};
use crate::{Arg, DbError, Transaction, batch::ColumnKind};

/// A table with its columns in the order of their names, which both databases agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: ColumnKind,
    /// In the primary key, from 1; 0 outside of it.
    place: i64,
}

/// A name as SQL takes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Whether it is a database of ours at all.
pub(super) async fn exist(held: &mut Transaction) -> Result<bool, DbError> {
    Ok(all(held).await?.iter().any(|name| name == HISTORY))
}

/// The names of all tables.
pub(crate) async fn all(held: &mut Transaction) -> Result<Vec<String>, DbError> {
    let mut names = Vec::new();
    for row in held.rows(held.columns_sql(), &[]).await? {
        names.push(row.text("t")?);
    }
    names.dedup();
    Ok(names)
}

/// Every table but the history of migrations and those of a backup file, each after those it
/// refers to.
pub(super) async fn ours(held: &mut Transaction) -> Result<Vec<Table>, CopyError> {
    let mut found: Vec<Table> = Vec::new();
    for row in held.rows(held.columns_sql(), &[]).await? {
        let (name, column) = (row.text("t")?, row.text("c")?);
        if name == HISTORY || crate::backup::TABLES.contains(&name.as_str()) {
            continue;
        }
        let kind = match row.str("kind")? {
            "bigint" => ColumnKind::Int,
            "text" => ColumnKind::Text,
            other => {
                let what = format!("{name}.{column} is {other}, which no migration of ours makes");
                return Err(CopyError::Shape(what));
            }
        };
        let column = Column { name: column, kind, place: row.int("place")? };
        match found.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => found.push(Table { name, columns: vec![column] }),
        }
    }
    for table in &mut found {
        table.columns.sort_by(|one, other| one.name.cmp(&other.name));
        if table.columns.iter().all(|column| column.place == 0) {
            return Err(CopyError::Shape(format!("{} has no primary key", table.name)));
        }
    }
    let mut needs = Vec::new();
    for row in held.rows(held.references_sql(), &[]).await? {
        needs.push((row.text("t")?, row.text("needs")?));
    }
    in_order(found, &needs)
}

fn in_order(mut waiting: Vec<Table>, needs: &[(String, String)]) -> Result<Vec<Table>, CopyError> {
    waiting.sort_by(|one, other| one.name.cmp(&other.name));
    let mut done: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let blocked = |table: &Table| {
            needs.iter().any(|(name, other)| {
                *name == table.name
                    && *other != table.name
                    && waiting.iter().any(|waits| waits.name == *other)
            })
        };
        let (later, now): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(blocked);
        if now.is_empty() {
            return Err(CopyError::Shape("tables refer to each other in a circle".to_owned()));
        }
        done.extend(now);
        waiting = later;
    }
    Ok(done)
}

impl Table {
    pub(super) fn same_as(&self, other: &Self) -> bool {
        self == other
    }

    pub(super) fn kinds(&self) -> Vec<ColumnKind> {
        self.columns.iter().map(|column| column.kind).collect()
    }

    pub(super) fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The columns of the primary key and where they stand in a row, first to last.
    fn key(&self) -> Vec<(usize, &Column)> {
        let mut key: Vec<_> =
            self.columns.iter().enumerate().filter(|(_, column)| column.place > 0).collect();
        key.sort_by_key(|(_, column)| column.place);
        key
    }

    /// The key of a row.
    pub(super) fn key_of(&self, line: &[Arg]) -> Vec<Arg> {
        self.key().iter().filter_map(|(index, _)| line.get(*index).cloned()).collect()
    }

    /// The first rows, or those after a key.
    pub(super) fn select(&self, after: bool, rows: usize) -> String {
        let names: Vec<String> = self.column_names().map(quoted).collect();
        let key: Vec<String> = self.key().iter().map(|(_, column)| quoted(&column.name)).collect();
        let (columns, order) = (names.join(", "), key.join(", "));
        let places: Vec<String> = (1..=key.len()).map(|number| format!("${number}")).collect();
        let bound = match after {
            true => format!(" where ({order}) > ({})", places.join(", ")),
            false => String::new(),
        };
        format!("select {columns} from {}{bound} order by {order} limit {rows}", quoted(&self.name))
    }

    pub(super) fn insert(&self) -> String {
        let names: Vec<String> = self.column_names().map(quoted).collect();
        let places: Vec<String> = (1..=names.len()).map(|number| format!("${number}")).collect();
        let (names, places) = (names.join(", "), places.join(", "));
        format!("insert into {} ({names}) values ({places})", quoted(&self.name))
    }
}
