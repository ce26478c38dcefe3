//! SQLite: one writer thread, pooled readers.

use std::borrow::Cow;

use crate::{Arg, Batch, CommitError, DbError, Row, Stmt};

#[derive(Clone)]
pub(crate) struct Sqlite {}

impl Sqlite {
    pub(crate) fn open(_path: &str) -> Result<Self, DbError> {
        Err(DbError::Open("being written".to_owned()))
    }
    pub(crate) async fn commit(&self, _batch: Batch) -> Result<Vec<Vec<Row>>, CommitError> {
        Err(DbError::Closed.into())
    }
    pub(crate) fn rows(&self, _sql: &str, _args: &[Arg]) -> Result<Vec<Row>, DbError> {
        Err(DbError::Closed)
    }
    pub(crate) async fn scan(
        &self,
        _sql: Cow<'static, str>,
        _args: Vec<Arg>,
    ) -> Result<Vec<Row>, DbError> {
        Err(DbError::Closed)
    }
    pub(crate) async fn run_script(
        &self,
        _claim: Option<Stmt>,
        _script: Cow<'static, str>,
    ) -> Result<bool, DbError> {
        Err(DbError::Closed)
    }
    pub(crate) async fn close(self) {}
}
