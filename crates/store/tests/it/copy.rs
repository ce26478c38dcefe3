//! Everything from one database into another, in every direction.

use store::{
    Batch, Db, DbError, Transaction, args,
    copy::{self, CopyError},
    migrate::{self, MIGRATIONS},
};
use testkit::{dbs::on_both, postgres::Database};

/// An empty database of each kind.
pub(crate) struct Targets {
    folder: tempfile::TempDir,
    postgres: Option<Database>,
}

impl Targets {
    pub(crate) async fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), postgres: Database::empty().await }
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        let file = format!("sqlite:{}", self.folder.path().join("target.db").display());
        let server = self.postgres.as_ref().map(|database| database.url.clone());
        [Some(file), server].into_iter().flatten().collect()
    }
}

/// Texts that databases sort each in its own way, and numbers at the ends.
fn names() -> Vec<String> {
    let odd =
        ["", " ", "a", "A", "a b", "a-b", "ab", "ä", "Z", "_", "가", "가나", "힣", "\u{1F600}"];
    let odd = odd.iter().map(|name| (*name).to_owned());
    odd.chain((0..1_400).map(|number| format!("주문 {number}"))).collect()
}

/// Rows in several tables: more than are read at a time, nulls, and one that names another.
pub(crate) async fn write(db: &Db) {
    let mut batch = Batch::new();
    for (index, name) in names().iter().enumerate() {
        let number = i64::try_from(index).unwrap();
        let (currency, at) = match index % 3 {
            0 => (None, i64::MIN + number),
            1 => (Some(""), i64::MAX - number),
            _ => (Some("KRW"), number),
        };
        batch.push(
            "insert into prepares (merchant_id, merchant_uid, amount, currency, created_at,
                updated_at) values ($1, $2, $3, $4, $5, $6)",
            args![number % 2, name, format!("{index}\n\"'\\"), currency, at, number],
        );
    }
    batch.push(
        "insert into merchants (id, user_code, name, clock_offset_ms, webhook_format, created_at,
            version) values ($1, $2, $3, $4, $5, $6, $7)",
        args![7, "imp00000007", "상점", 0, "json", 1, 1],
    );
    batch.push(
        "insert into api_keys (id, merchant_id, imp_key, secret_hash, created_at)
         values ($1, $2, $3, $4, $5)",
        args![8, 7, "key", "hash", 1],
    );
    db.commit(batch).await.unwrap();
}

async fn rows(db: &Db, table: &str) -> i64 {
    super::one(db, &format!("select count(*) as n from {table}")).await.int("n").unwrap()
}

#[tokio::test]
async fn every_row_arrives_in_every_direction() {
    on_both(async |test| {
        write(&test.db).await;
        let wanted = names().len() as i64;
        let targets = Targets::new().await;
        for to in targets.urls() {
            let mut from = Transaction::snapshot(&test.url).await.unwrap();
            let copied = copy::copy(&mut from, &to).await.unwrap();
            assert_eq!(copied.left, Vec::<String>::new());
            let of = |name: &str| copied.tables.iter().find(|one| one.table == name).unwrap();
            assert_eq!((of("prepares").rows, of("merchants").rows), (wanted, 1));
            let mut there = Transaction::snapshot(&to).await.unwrap();
            assert_eq!(copy::contents(&mut there).await.unwrap(), copied.tables);
            drop(there);
            let db = Db::open(&to).await.unwrap();
            db.migrate().await.unwrap();
            assert_eq!(rows(&db, "prepares").await, wanted);
            let sql = "select amount, currency, created_at from prepares
                where merchant_id = $1 and merchant_uid = $2";
            let odd = db.row(sql, &args![0, ""]).await.unwrap().unwrap();
            assert_eq!(odd.text("amount").unwrap(), "0\n\"'\\");
            assert_eq!(odd.opt_text("currency").unwrap(), None);
            assert_eq!(odd.int("created_at").unwrap(), i64::MIN);
            db.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_target_with_rows_is_left_alone_and_told_of() {
    on_both(async |test| {
        write(&test.db).await;
        let targets = Targets::new().await;
        for to in targets.urls() {
            let db = Db::open(&to).await.unwrap();
            db.migrate().await.unwrap();
            let mut batch = Batch::new();
            batch.push(
                "insert into prepares (merchant_id, merchant_uid, amount, created_at, updated_at)
                 values (1, 'mine', '1', 1, 1)",
                [],
            );
            db.commit(batch).await.unwrap();
            db.close().await;
            let mut from = Transaction::snapshot(&test.url).await.unwrap();
            let error = copy::copy(&mut from, &to).await.unwrap_err();
            assert_eq!(error, CopyError::NotEmpty("1 rows in prepares".to_owned()));
            let db = Db::open(&to).await.unwrap();
            assert_eq!((rows(&db, "prepares").await, rows(&db, "merchants").await), (1, 0));
            db.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_migrated_target_without_rows_is_filled() {
    on_both(async |test| {
        write(&test.db).await;
        let targets = Targets::new().await;
        for to in targets.urls() {
            let db = Db::open(&to).await.unwrap();
            db.migrate().await.unwrap();
            db.close().await;
            let mut from = Transaction::snapshot(&test.url).await.unwrap();
            copy::copy(&mut from, &to).await.unwrap();
            let db = Db::open(&to).await.unwrap();
            assert_eq!(rows(&db, "api_keys").await, 1);
            db.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_older_schema_is_brought_up_and_a_newer_one_refused() {
    let origins = Targets::new().await;
    for origin in origins.urls() {
        let db = Db::open(&origin).await.unwrap();
        migrate::run(&db, &MIGRATIONS[..7]).await.unwrap();
        write(&db).await;
        let targets = Targets::new().await;
        for to in targets.urls() {
            let mut from = Transaction::snapshot(&origin).await.unwrap();
            assert_eq!(copy::copy(&mut from, &to).await.unwrap().migration, 7);
            let new = Db::open(&to).await.unwrap();
            new.migrate().await.unwrap();
            assert_eq!(rows(&new, "errands").await, 0, "a table of a later migration is there");
            assert_eq!(rows(&new, "api_keys").await, 1);
            new.close().await;
        }
        // Its schema is newer than the source's: the migrations between would be skipped.
        let targets = Targets::new().await;
        for to in targets.urls() {
            let new = Db::open(&to).await.unwrap();
            new.migrate().await.unwrap();
            new.close().await;
            let mut from = Transaction::snapshot(&origin).await.unwrap();
            let error = copy::copy(&mut from, &to).await.unwrap_err();
            assert!(matches!(error, CopyError::Newer { origin: 7, .. }), "{error}");
        }
        let mut batch = Batch::new();
        let sql = "insert into schema_migrations (number, name, checksum, applied_at)
            values (9999, 'tomorrow', 'x', 1)";
        db.commit(std::mem::take(batch.push(sql, []))).await.unwrap();
        let targets = Targets::new().await;
        for to in targets.urls() {
            let mut from = Transaction::snapshot(&origin).await.unwrap();
            let error = copy::copy(&mut from, &to).await.unwrap_err().to_string();
            assert!(error.contains("tomorrow") && error.contains("newer"), "{error}");
        }
        db.close().await;
    }
}

#[tokio::test]
async fn what_is_no_database_of_ours_is_refused() {
    let origins = Targets::new().await;
    for origin in origins.urls() {
        let db = Db::open(&origin).await.unwrap();
        db.close().await;
        let targets = Targets::new().await;
        for to in targets.urls() {
            let mut from = Transaction::snapshot(&origin).await.unwrap();
            let error = copy::copy(&mut from, &to).await.unwrap_err().to_string();
            assert!(error.contains("no database of Ieum"), "{error}");
        }
    }
    let missing = Transaction::still("sqlite:/nowhere/ieum.db").await.err().unwrap();
    assert!(matches!(missing, DbError::Open(_)), "{missing}");
    let missing = Transaction::snapshot("sqlite:/nowhere/ieum.db").await.err().unwrap();
    assert!(missing.to_string().contains("/nowhere/ieum.db"), "{missing}");
}

#[tokio::test]
async fn tables_that_are_not_ours_stay_where_they_are() {
    on_both(async |test| {
        write(&test.db).await;
        super::notes(&test.db).await;
        let targets = Targets::new().await;
        for to in targets.urls() {
            let mut from = Transaction::snapshot(&test.url).await.unwrap();
            assert_eq!(copy::copy(&mut from, &to).await.unwrap().left, ["notes"]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_runs_is_not_moved_from() {
    let origins = Targets::new().await;
    for origin in origins.urls() {
        let db = Db::open(&origin).await.unwrap();
        db.migrate().await.unwrap();
        write(&db).await;
        let refused = Transaction::still(&origin).await.err().unwrap().to_string();
        assert!(refused.contains("in use") || refused.contains("running hub"), "{refused}");
        db.close().await;
        // The server takes a moment to see that a connection went.
        let mut still = soon(async || Transaction::still(&origin).await.ok()).await;
        assert!(copy::contents(&mut still).await.unwrap().iter().any(|one| one.rows > 1_000));
        // Who comes now waits, or is sent away; nobody writes.
        if let Ok(late) = Db::open(&origin).await {
            let mut batch = Batch::new();
            batch.push("update prepares set amount = '0'", []);
            let commit = late.commit(batch);
            tokio::pin!(commit);
            let seen = copy::contents(&mut still).await.unwrap();
            tokio::select! {
                biased;
                wrote = &mut commit => panic!("{wrote:?} while nobody may write"),
                again = copy::contents(&mut still) => assert_eq!(again.unwrap(), seen),
            }
            drop(still);
            commit.await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_interrupted_copy_leaves_nothing() {
    on_both(async |test| {
        write(&test.db).await;
        let targets = Targets::new().await;
        for (to, polls) in targets
            .urls()
            .into_iter()
            .flat_map(|to| [2, 10, 25, 40, 55].map(|polls| (to.clone(), polls)))
        {
            let mut from = Transaction::snapshot(&test.url).await.unwrap();
            stopped(polls, copy::copy(&mut from, &to)).await;
            let db = soon(async || Db::open(&to).await.ok()).await;
            db.migrate().await.unwrap();
            assert_eq!((rows(&db, "prepares").await, rows(&db, "merchants").await), (0, 0));
            db.close().await;
        }
    })
    .await;
}

/// Drops the work after so many steps, as if the process had died there.
pub(crate) async fn stopped<T>(polls: u32, work: impl Future<Output = T>) {
    let mut work = Box::pin(work);
    let mut left = polls;
    std::future::poll_fn(|context| {
        assert!(work.as_mut().poll(context).is_pending(), "it was stopped before its end");
        left -= 1;
        if left == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

/// Asks until there is an answer.
pub(crate) async fn soon<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..100_000 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::task::yield_now().await;
    }
    panic!("never");
}
