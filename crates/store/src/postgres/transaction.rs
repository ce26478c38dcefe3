//! A transaction held open on a connection of its own.

use super::{
    connection::{Connection, Prepared},
    failure::{self, Failure, Step},
    in_order,
    pool::Pool,
    read, url,
};
use crate::{Arg, CommitError, DbError, Row};

/// Every column of every table.
pub(crate) const COLUMNS: &str = "select cast(r.relname as text) as t,
        cast(a.attname as text) as c, cast(format_type(a.atttypid, -1) as text) as kind,
        cast(coalesce(array_position(cast(i.indkey as int2[]), a.attnum) + 1, 0) as bigint)
            as place
    from pg_class r join pg_attribute a on a.attrelid = r.oid
        left join pg_index i on i.indrelid = r.oid and i.indisprimary
    where r.relnamespace = (select oid from pg_namespace where nspname = current_schema())
        and r.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    order by r.relname, a.attnum";

/// Every foreign key.
pub(crate) const REFERENCES: &str = "select cast(r.relname as text) as t,
        cast(n.relname as text) as needs
    from pg_constraint k join pg_class r on r.oid = k.conrelid
        join pg_class n on n.oid = k.confrelid
    where k.contype = 'f' and r.relnamespace =
        (select oid from pg_namespace where nspname = current_schema())";

/// Sessions of hubs: they call themselves as we do.
const HUBS: &str = "select count(*) as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
        and application_name = current_setting('application_name')";

const SNAPSHOT: &str = "begin isolation level repeatable read read only;
    set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";

const FILL: &str = "begin read write;
    set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";

/// Dropped, its connection goes, and the server rolls back.
pub(crate) struct Transaction(Connection);

impl Transaction {
    pub(crate) async fn snapshot(url: &str) -> Result<Self, DbError> {
        let mut held = Self(open(url).await?);
        held.command(SNAPSHOT).await?;
        // The view is that of the first query, not of `begin`.
        held.rows("select 1 as one", &[]).await?;
        Ok(held)
    }

    pub(crate) async fn still(url: &str) -> Result<Self, DbError> {
        let mut held = Self(open(url).await?);
        let hubs = held.rows(HUBS, &[]).await?;
        let hubs = hubs.first().map_or(Ok(0), |row| row.int("n"))?;
        if hubs > 0 {
            return Err(DbError::Open(format!(
                "{hubs} connections of a running hub are open on it; stop every hub first"
            )));
        }
        let tables = held.tables().await?;
        held.command(SNAPSHOT).await?;
        // Before the first query: what the locks waited for is then seen.
        held.lock(&tables, "share").await?;
        held.rows("select 1 as one", &[]).await?;
        Ok(held)
    }

    pub(crate) async fn fill(url: &str) -> Result<Self, DbError> {
        let mut held = Self(open(url).await?);
        held.command(FILL).await?;
        let tables = held.tables().await?;
        held.lock(&tables, "exclusive").await?;
        Ok(held)
    }

    pub(crate) async fn rows(&mut self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        let rows = read(&mut self.0, sql, args).await;
        rows.map_err(|failure| failure::of_read(failure.error))
    }

    /// All lines in one flight.
    pub(crate) async fn write(&mut self, sql: &str, lines: &[Vec<Arg>]) -> Result<(), CommitError> {
        let mut prepared = Vec::with_capacity(lines.len());
        for line in lines {
            let ready: Result<_, Failure> = self.0.prepare(sql, line).await;
            prepared.push(ready.map_err(|failure| failure.error)?);
        }
        let connection = &self.0;
        let flying = lines.iter().zip(&prepared).map(|(line, prepared)| {
            let prepared: &Prepared = prepared;
            let run: super::Flying<'_> = Box::pin(connection.run(prepared, line));
            run
        });
        for landed in in_order(flying.collect()).await {
            landed.map_err(|error| Failure::of(&error, Step::Statement).error)?;
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), CommitError> {
        let committed = self.0.command("commit").await;
        committed.map(drop).map_err(|error| Failure::of(&error, Step::Commit).error)
    }

    async fn command(&self, sql: &str) -> Result<(), DbError> {
        let done = self.0.command(sql).await;
        done.map(drop).map_err(|error| failure::of_read(Failure::of(&error, Step::Statement).error))
    }

    async fn tables(&mut self) -> Result<Vec<String>, DbError> {
        let mut names = Vec::new();
        for row in self.rows(COLUMNS, &[]).await? {
            names.push(row.text("t")?);
        }
        names.dedup();
        Ok(names)
    }

    async fn lock(&self, tables: &[String], mode: &str) -> Result<(), DbError> {
        if tables.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = tables.iter().map(|name| format!("\"{name}\"")).collect();
        self.command(&format!("lock table {} in {mode} mode", names.join(", "))).await
    }
}

async fn open(url: &str) -> Result<Connection, DbError> {
    let opened = Pool::new(url::parse(url)?).one().await;
    opened.map_err(|error| match error {
        DbError::Unavailable(reason) => DbError::Open(reason),
        other => other,
    })
}
