//! Reads give typed rows and never write.

use store::{Batch, DbError, args};
use testkit::dbs::on_both_empty;

use crate::{count, insert, notes, one};

#[tokio::test]
async fn reads_refuse_to_write() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", Some(1)).await;
        for sql in [
            "delete from notes",
            "delete from notes returning id",
            "insert into notes (id, version) values ('b', 1)",
            "update notes set version = 2 where id = 'a' returning version",
            "create table more (id text)",
            "drop table notes",
        ] {
            let refused = test.db.rows(sql, &[]).await;
            assert!(matches!(refused, Err(DbError::Sql(_))), "{sql}: {refused:?}");
            let refused = test.db.scan(sql, vec![]).await;
            assert!(matches!(refused, Err(DbError::Sql(_))), "{sql}: {refused:?}");
        }
        assert_eq!(one(&test.db, "select version from notes").await.int("version").unwrap(), 1);
        insert(&test.db, "b", None).await;
        assert_eq!(count(&test.db).await, 2);
    })
    .await;
}

#[tokio::test]
async fn getters_name_the_column_they_cannot_give() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", None).await;
        let sql = "select id, number, version, 1 = 1 as same, cast(1.5 as real) as part from notes";
        let row = one(&test.db, sql).await;
        assert_eq!(row.int("same").unwrap(), 1);
        for (error, column) in [
            (row.int("number").unwrap_err(), "number"),
            (row.text("number").unwrap_err(), "number"),
            (row.int("id").unwrap_err(), "id"),
            (row.opt_text("version").unwrap_err(), "version"),
            (row.opt_int("missing").unwrap_err(), "missing"),
            (row.opt_int("part").unwrap_err(), "part"),
        ] {
            match &error {
                DbError::Column { column: named, .. } => assert_eq!(named, column),
                other => panic!("{other:?}"),
            }
            assert!(error.to_string().contains(column));
        }
        assert!(!format!("{row:?}").contains("\"a\""), "Debug shows no values");
    })
    .await;
}

#[tokio::test]
async fn like_minds_case_and_text_sorts_by_its_bytes_on_both() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        for id in ["Abc", "abc", "abd", "가", "힣", "_"] {
            insert(&test.db, id, None).await;
        }
        let like = test.db.rows("select id from notes where id like $1", &args!["ab%"]).await;
        assert_eq!(like.unwrap().len(), 2);
        let sorted = test.db.rows("select id from notes order by id", &[]).await.unwrap();
        let sorted: Vec<_> = sorted.iter().map(|row| row.text("id").unwrap()).collect();
        assert_eq!(sorted, ["Abc", "_", "abc", "abd", "가", "힣"]);
    })
    .await;
}

#[tokio::test]
async fn a_scan_reads_what_a_read_reads() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        let mut batch = Batch::new();
        batch.push(
            "insert into notes (id, number, version)
             with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
             select 'n' || cast(i as text), i, 1 from n",
            [],
        );
        test.db.commit(batch).await.unwrap();
        let sql = "select id, number from notes where number > $1 order by number limit $2";
        let scanned = test.db.scan(sql, args![10, 4000]).await.unwrap();
        assert_eq!(scanned.len(), 4000);
        assert_eq!(scanned[0].text("id").unwrap(), "n11");
        let read = test.db.rows(sql, &args![10, 4000]).await.unwrap();
        assert_eq!(format!("{read:?}"), format!("{scanned:?}"));
    })
    .await;
}

#[tokio::test]
async fn a_closed_database_says_so() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        let clone = test.db.clone();
        insert(&test.db, "a", None).await;
        clone.close().await;
        assert_eq!(test.db.rows("select 1 as one", &[]).await.unwrap_err(), DbError::Closed);
        let mut batch = Batch::new();
        batch.push("delete from notes", []);
        assert_eq!(test.db.commit(batch).await.unwrap_err(), DbError::Closed.into());
        let store::Kind::Postgres = test.kind else { return };
        let again = store::Db::open(&test.url).await.unwrap();
        assert_eq!(count(&again).await, 1);
    })
    .await;
}
