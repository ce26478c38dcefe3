//! A batch commits whole or not at all.

use store::{Arg, Batch, CommitError, DbError, args};
use testkit::dbs::on_both_empty;

use crate::{INSERT, count, insert, notes, one};

#[tokio::test]
async fn every_statement_of_a_batch_commits_and_returns_its_rows() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        let mut batch = Batch::new();
        batch.push(INSERT, args!["a", 10, 1]);
        batch.expect_one(
            "second",
            "insert into notes (id, number, version) values ($1, $2, 1) returning id, number",
            args!["b", None::<i64>],
        );
        batch.expect_some("raise", "update notes set version = version + $1", args![4]);
        batch.push("select id from notes where version = $1 order by id", args![5]);
        let returned = test.db.commit(batch).await.unwrap();
        assert_eq!(returned.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1, 0, 2]);
        assert_eq!(returned[1][0].text("id").unwrap(), "b");
        assert_eq!(returned[1][0].opt_int("number").unwrap(), None);
        assert_eq!(returned[3][1].str("id").unwrap(), "b");
        assert_eq!(test.db.commit(Batch::new()).await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_unmet_expectation_rolls_everything_back() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", Some(1)).await;
        insert(&test.db, "b", Some(2)).await;
        let update = "update notes set version = 9 where version = $1";
        for (wanted, version) in [("none", 7), ("two", 1)] {
            let mut batch = Batch::new();
            batch.push(INSERT, args!["c", 3, 1]);
            batch.expect_one(wanted, update, args![version]);
            batch.push(INSERT, args!["d", 4, 1]);
            let error = test.db.commit(batch).await.unwrap_err();
            assert_eq!(error, CommitError::Expectation(wanted));
        }
        let mut some = Batch::new();
        some.push(INSERT, args!["c", 3, 1]);
        some.expect_some("some", "delete from notes where id = $1 returning id", args!["zz"]);
        assert_eq!(test.db.commit(some).await.unwrap_err(), CommitError::Expectation("some"));
        let mut single = Batch::new();
        single.expect_one("single", update, args![1]);
        assert_eq!(test.db.commit(single).await.unwrap_err(), CommitError::Expectation("single"));
        let left =
            one(&test.db, "select count(*) as n, cast(sum(version) as bigint) as v from notes");
        let left = left.await;
        assert_eq!((left.int("n").unwrap(), left.int("v").unwrap()), (2, 2));
    })
    .await;
}

#[tokio::test]
async fn whichever_fails_first_is_the_reason() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", Some(1)).await;
        // Another writer was faster: the update finds no row, and the history row is there too.
        let mut batch = Batch::new();
        batch.expect_one("changed", "update notes set version = 3 where version = $1", args![2]);
        batch.push(INSERT, args!["a", 2, 1]);
        let error = test.db.commit(batch).await.unwrap_err();
        assert_eq!(error, CommitError::Expectation("changed"));
        let mut batch = Batch::new();
        batch.push(INSERT, args!["a", 2, 1]);
        batch.expect_one("changed", "update notes set version = 3 where version = $1", args![2]);
        let error = test.db.commit(batch).await.unwrap_err();
        assert!(error.is_unique("notes_pkey", "notes.id"), "{error:?}");
        assert_eq!(count(&test.db).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_unique_violation_names_its_constraint_and_undoes_the_batch() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", Some(1)).await;
        for (id, number, constraint, columns) in
            [("a", 5, "notes_pkey", "notes.id"), ("b", 1, "notes_number", "notes.number")]
        {
            for expecting in [false, true] {
                let mut batch = Batch::new();
                batch.push(INSERT, args!["other", 9, 1]);
                match expecting {
                    true => batch.expect_one("inserted", INSERT, args![id, number, 1]),
                    false => batch.push(INSERT, args![id, number, 1]),
                };
                batch.push("delete from notes", []);
                let error = test.db.commit(batch).await.unwrap_err();
                assert!(error.is_unique(constraint, columns), "{error:?}");
                assert!(!error.is_unique("another", "notes.version"));
            }
        }
        assert_eq!(count(&test.db).await, 1);
        let mut upsert = Batch::new();
        upsert.push(
            "insert into notes (id, number, version) values ($1, $2, 1)
             on conflict (id) do update set number = excluded.number, version = notes.version + 1",
            args!["a", 7],
        );
        test.db.commit(upsert).await.unwrap();
        let row = one(&test.db, "select number, version from notes").await;
        assert_eq!((row.int("number").unwrap(), row.int("version").unwrap()), (7, 2));
    })
    .await;
}

#[tokio::test]
async fn another_constraint_is_told_apart_from_unique() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        let mut child = Batch::new();
        child.push("create table children (note_id text not null references notes (id))", []);
        test.db.commit(child).await.unwrap();
        for (sql, args) in [
            (INSERT, args!["a", 1, None::<i64>]),
            ("insert into children (note_id) values ($1)", args!["nobody"]),
        ] {
            let mut batch = Batch::new();
            batch.push(sql, args);
            let error = test.db.commit(batch).await.unwrap_err();
            assert!(matches!(error, CommitError::Db(DbError::Constraint(_))), "{error:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn parameters_repeat_and_come_in_any_order() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        let mut batch = Batch::new();
        // SQLite meets $3 first and would call it number 1.
        batch.push(
            "insert into notes (version, number, id) values ($3, $2 + $3, $1 || '-' || $1)",
            args!["x", 20, 3],
        );
        test.db.commit(batch).await.unwrap();
        let sql = "select id, number, version from notes
                   where $2 = version and (id = $1 or $3 is null) and version = $2 limit $4";
        let row = test.db.row(sql, &args!["x-x", 3, None::<&str>, 1]).await.unwrap().unwrap();
        assert_eq!(row.text("id").unwrap(), "x-x");
        assert_eq!((row.int("number").unwrap(), row.int("version").unwrap()), (23, 3));
    })
    .await;
}

#[tokio::test]
async fn nulls_of_both_types_go_in_and_come_out() {
    on_both_empty(async |test| {
        let mut batch = Batch::new();
        batch.push("create table pairs (t text, n bigint)", []);
        test.db.commit(batch).await.unwrap();
        let mut batch = Batch::new();
        let insert = "insert into pairs (t, n) values ($1, $2)";
        batch.push(insert, args![None::<String>, None::<i64>]);
        batch.push(insert, args!["이음 💳", i64::MIN]);
        batch.push(insert, args!["", i64::MAX]);
        test.db.commit(batch).await.unwrap();
        let sql = "select t, n from pairs
                   where (cast($1 as text) is null or t = $1) and ($2 is null or n = $2)
                   order by case when n is null then 0 else 1 end, n";
        let all = test.db.rows(sql, &args![None::<&str>, None::<i64>]).await.unwrap();
        let all: Vec<_> =
            all.iter().map(|row| (row.opt_text("t").unwrap(), row.opt_int("n").unwrap())).collect();
        assert_eq!(
            all,
            [
                (None, None),
                (Some("이음 💳".to_owned()), Some(i64::MIN)),
                (Some(String::new()), Some(i64::MAX)),
            ]
        );
        let empty = test.db.rows(sql, &args!["", None::<i64>]).await.unwrap();
        assert_eq!(empty.len(), 1, "an empty text is not null");
    })
    .await;
}

#[tokio::test]
async fn text_with_nul_is_refused_before_anything_runs() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        let mut batch = Batch::new();
        batch.push(INSERT, args!["a", 1, 1]);
        batch.push(INSERT, args!["b\0c", 2, 1]);
        let error = test.db.commit(batch).await.unwrap_err();
        assert!(matches!(error, CommitError::Db(DbError::Argument { number: 1, .. })), "{error:?}");
        assert!(!error.to_string().contains('b'.to_string().repeat(2).as_str()));
        let read = test.db.rows("select id from notes where id = $1", &args!["\0"]).await;
        assert!(matches!(read, Err(DbError::Argument { number: 1, .. })));
        assert_eq!(count(&test.db).await, 0);
    })
    .await;
}

#[tokio::test]
async fn wrong_statements_fail_without_hurting_what_follows() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        for (sql, args) in [
            ("insert into nowhere (id) values ($1)", args!["a"]),
            ("insert into notes (id, version) values ($1, $2)", args!["a"]),
            ("insert into notes (id, version) values ($1, 1)", args!["a", 2]),
            ("this is not sql", vec![]),
        ] {
            for expecting in [false, true] {
                let mut batch = Batch::new();
                batch.push(INSERT, args!["before", 1, 1]);
                match expecting {
                    true => batch.expect_one("wrong", sql, args.clone()),
                    false => batch.push(sql, args.clone()),
                };
                batch.push(INSERT, args!["after", 2, 1]);
                let error = test.db.commit(batch).await.unwrap_err();
                assert!(matches!(error, CommitError::Db(DbError::Sql(_))), "{sql}: {error:?}");
            }
        }
        insert(&test.db, "good", None).await;
        assert_eq!(count(&test.db).await, 1);
    })
    .await;
}

#[test]
fn a_batch_is_a_readable_value_that_hides_text() {
    let mut tail = Batch::new();
    tail.expect_one("tail", "delete from notes where id = $1", args!["hunter2"]);
    let mut batch = Batch::new();
    assert!(batch.is_empty());
    batch.push(INSERT, args!["4111111111111111", 5, None::<&str>]).extend(tail);
    assert_eq!(batch.statements().len(), 2);
    assert_eq!(batch.statements()[0].args[1], Arg::Int(Some(5)));
    let shown = format!("{batch:?}");
    assert!(!shown.contains("4111") && !shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("Text(16 bytes)") && shown.contains("Text(null)"), "{shown}");
}
