//! A write as a value: statements, their arguments and what each must touch.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::DbError;

/// One argument of a statement. `Debug` shows integers, and of text only its length.
#[derive(Clone, PartialEq, Eq)]
pub enum Arg {
    /// A `bigint` or its null.
    Int(Option<i64>),
    /// A `text` or its null. Text holding NUL is refused (PostgreSQL cannot keep it).
    Text(Option<String>),
}

impl fmt::Debug for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(Some(value)) => write!(f, "Int({value})"),
            Self::Int(None) => f.write_str("Int(null)"),
            Self::Text(Some(text)) => write!(f, "Text({} bytes)", text.len()),
            Self::Text(None) => f.write_str("Text(null)"),
        }
    }
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Arg {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Arg {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Option<&str>> for Arg {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

/// Arguments in order: `args![merchant_id, amount, None::<i64>]` is a `Vec<Arg>`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { ::std::vec![$($crate::Arg::from($value)),*] };
}

/// How many rows a statement must touch (or return) for its batch to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Any number, also none.
    Any,
    /// Exactly one, or the batch is rolled back with `CommitError::Expectation(name)`.
    One(&'static str),
    /// At least one, or the batch is rolled back with `CommitError::Expectation(name)`.
    Some(&'static str),
}

impl Expect {
    /// The name of this expectation when `touched` rows do not meet it.
    pub(crate) fn unmet(self, touched: u64) -> Option<&'static str> {
        match self {
            Self::One(name) if touched != 1 => Some(name),
            Self::Some(name) if touched == 0 => Some(name),
            Self::Any | Self::One(_) | Self::Some(_) => None,
        }
    }
}

/// One statement of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stmt {
    /// SQL in the common dialect.
    pub sql: Cow<'static, str>,
    /// `$1` is the first.
    pub args: Vec<Arg>,
    /// What it must touch.
    pub expect: Expect,
}

/// Statements that commit whole or not at all. It is a value: running it again is safe to reason
/// about, and tests read it through [`Batch::statements`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch(Vec<Stmt>);

impl Batch {
    /// Nothing to do yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement that may touch any number of rows.
    pub fn push(
        &mut self,
        sql: impl Into<Cow<'static, str>>,
        args: impl Into<Vec<Arg>>,
    ) -> &mut Self {
        self.add(Expect::Any, sql.into(), args.into())
    }

    /// Adds a statement that must touch (or return) exactly one row.
    pub fn expect_one(
        &mut self,
        name: &'static str,
        sql: impl Into<Cow<'static, str>>,
        args: impl Into<Vec<Arg>>,
    ) -> &mut Self {
        self.add(Expect::One(name), sql.into(), args.into())
    }

    /// Adds a statement that must touch (or return) at least one row.
    pub fn expect_some(
        &mut self,
        name: &'static str,
        sql: impl Into<Cow<'static, str>>,
        args: impl Into<Vec<Arg>>,
    ) -> &mut Self {
        self.add(Expect::Some(name), sql.into(), args.into())
    }

    /// Adds the statements of `other` after ours.
    pub fn extend(&mut self, other: Batch) -> &mut Self {
        self.0.extend(other.0);
        self
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The statements in the order they run.
    pub fn statements(&self) -> &[Stmt] {
        &self.0
    }

    fn add(&mut self, expect: Expect, sql: Cow<'static, str>, args: Vec<Arg>) -> &mut Self {
        self.0.push(Stmt { sql, args, expect });
        self
    }
}

/// The types of the common dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    Int,
    Text,
}

impl ColumnKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Text => "text",
        }
    }
}

/// A value as the database gave it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    /// A type outside the common dialect, by the database's name for it; getters refuse it.
    Foreign(String),
}

impl Value {
    fn kind(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "bigint",
            Self::Text(_) => "text",
            Self::Foreign(name) => name,
        }
    }
}

/// Names of a statement's columns, shared by its rows.
pub(crate) type Columns = Arc<[Box<str>]>;

/// One row that came back. Getters take the column's name; a wrong name or type is a
/// [`DbError::Column`] that says which.
#[derive(Clone)]
pub struct Row {
    columns: Columns,
    values: Vec<Value>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.columns.iter().zip(&self.values).map(|(name, value)| (name, value.kind()));
        f.debug_map().entries(shown).finish()
    }
}

impl Row {
    pub(crate) fn new(columns: Columns, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// A `bigint` that is not null.
    pub fn int(&self, column: &str) -> Result<i64, DbError> {
        self.opt_int(column)?.ok_or_else(|| wrong(column, "bigint", "null"))
    }

    /// A `bigint` or null.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, DbError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(*value)),
            other => Err(wrong(column, "bigint", other.kind())),
        }
    }

    /// A `text` that is not null.
    pub fn text(&self, column: &str) -> Result<String, DbError> {
        self.str(column).map(str::to_owned)
    }

    /// A `text` or null.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, DbError> {
        Ok(self.opt_str(column)?.map(str::to_owned))
    }

    /// A `text` that is not null, borrowed: for parsing without a copy.
    pub fn str(&self, column: &str) -> Result<&str, DbError> {
        self.opt_str(column)?.ok_or_else(|| wrong(column, "text", "null"))
    }

    /// A `text` or null, borrowed.
    pub fn opt_str(&self, column: &str) -> Result<Option<&str>, DbError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(wrong(column, "text", other.kind())),
        }
    }

    /// The values in the order they were selected, as arguments; `kind` says of each what a null
    /// of it is. For copying rows whole.
    pub(crate) fn arguments(&self, kinds: &[ColumnKind]) -> Result<Vec<Arg>, DbError> {
        let named = self.columns.iter().zip(&self.values).zip(kinds);
        named
            .map(|((name, value), kind)| match (value, kind) {
                (Value::Null, ColumnKind::Int) => Ok(Arg::Int(None)),
                (Value::Null, ColumnKind::Text) => Ok(Arg::Text(None)),
                (Value::Int(value), ColumnKind::Int) => Ok(Arg::Int(Some(*value))),
                (Value::Text(text), ColumnKind::Text) => Ok(Arg::Text(Some(text.clone()))),
                (found, kind) => Err(wrong(name, kind.name(), found.kind())),
            })
            .collect()
    }

    fn value(&self, column: &str) -> Result<&Value, DbError> {
        let index = self.columns.iter().position(|name| **name == *column);
        index.and_then(|index| self.values.get(index)).ok_or_else(|| DbError::Column {
            column: column.to_owned(),
            problem: "is not in the result".to_owned(),
        })
    }
}

fn wrong(column: &str, wanted: &str, found: &str) -> DbError {
    DbError::Column {
        column: column.to_owned(),
        problem: format!("wanted {wanted}, found {found}"),
    }
}
