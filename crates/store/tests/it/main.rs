//! The waist between us and both databases, tried on both.

#![expect(clippy::unwrap_used, reason = "tests")]

// The name every other crate knows it by.
extern crate ieum_store as store;

mod backup;
mod commit;
mod concurrency;
mod copy;
mod leader;
mod migrate;
mod postgres;
mod read;
mod sqlite;

use store::{Batch, Db, Row, args};

/// The table most tests use.
async fn notes(db: &Db) {
    let mut batch = Batch::new();
    batch.push(
        "create table notes (id text primary key, number bigint, version bigint not null)",
        [],
    );
    batch.push("create unique index notes_number on notes (number)", []);
    db.commit(batch).await.unwrap();
}

const INSERT: &str = "insert into notes (id, number, version) values ($1, $2, $3)";

async fn insert(db: &Db, id: &str, number: Option<i64>) {
    let mut batch = Batch::new();
    batch.push(INSERT, args![id, number, 1]);
    db.commit(batch).await.unwrap();
}

async fn count(db: &Db) -> i64 {
    one(db, "select count(*) as n from notes").await.int("n").unwrap()
}

async fn one(db: &Db, sql: &str) -> Row {
    db.row(sql, &[]).await.unwrap().unwrap()
}
