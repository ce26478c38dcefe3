//! Runs a test on both databases.

use store::{Db, Kind};
use tempfile::TempDir;

use crate::postgres::Database;

/// A database that only one test knows. It goes when this is dropped.
pub struct TestDb {
    /// The open handle.
    pub db: Db,
    /// Where it is, for tests that open it again.
    pub url: String,
    /// Which database it is.
    pub kind: Kind,
    _home: Home,
}

/// What the database lives in. Dropped after `db`, as fields drop in order.
#[expect(dead_code, reason = "held to be dropped")]
enum Home {
    Folder(TempDir),
    Server(Database),
}

/// Runs `test` with a migrated SQLite file, then with a migrated PostgreSQL database.
///
/// # Panics
/// When either cannot be made, and when the test does.
pub async fn on_both<F, Fut>(test: F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    announce(Kind::Sqlite);
    test(sqlite().await).await;
    if let Some(postgres) = postgres().await {
        announce(Kind::Postgres);
        test(postgres).await;
    }
}

/// As [`on_both`], without any table.
///
/// # Panics
/// When either cannot be made, and when the test does.
pub async fn on_both_empty<F, Fut>(test: F)
where
    F: Fn(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    announce(Kind::Sqlite);
    test(file().await).await;
    if let Some(database) = Database::empty().await {
        announce(Kind::Postgres);
        test(TestDb::on(database).await).await;
    }
}

/// A migrated SQLite file in a folder of its own.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite() -> TestDb {
    let test = file().await;
    match test.db.migrate().await {
        Ok(()) => test,
        Err(error) => panic!("migrating SQLite: {error}"),
    }
}

/// A migrated PostgreSQL database, unless `IEUM_TEST_POSTGRES=none`.
///
/// # Panics
/// When it cannot be made.
pub async fn postgres() -> Option<TestDb> {
    Some(TestDb::on(Database::migrated().await?).await)
}

async fn file() -> TestDb {
    let folder = match tempfile::Builder::new().prefix("ieum-test-").tempdir() {
        Ok(folder) => folder,
        Err(error) => panic!("a temporary folder: {error}"),
    };
    let url = format!("sqlite:{}", folder.path().join("ieum.db").display());
    TestDb { db: open(&url).await, url, kind: Kind::Sqlite, _home: Home::Folder(folder) }
}

impl TestDb {
    async fn on(database: Database) -> Self {
        let url = database.url.clone();
        Self { db: open(&url).await, url, kind: Kind::Postgres, _home: Home::Server(database) }
    }
}

async fn open(url: &str) -> Db {
    match Db::open(url).await {
        Ok(db) => db,
        Err(error) => panic!("opening the test's database: {error}"),
    }
}

/// A failing test shows its output, and with it which database it was on.
#[expect(clippy::print_stderr, reason = "read only when the test fails")]
fn announce(kind: Kind) {
    eprintln!("on {kind:?}");
}
