//! A throw-away PostgreSQL for the tests of one process.
//!
//! The first test that asks starts a cluster in a temporary folder, reached over a Unix socket;
//! a small shell script beside it stops and removes it when the test process is gone, however it
//! went. Every test gets a database of its own, copied from a migrated template.
//!
//! `IEUM_TEST_POSTGRES=postgres://...` uses that server instead (its user must be allowed to
//! create databases). `IEUM_TEST_POSTGRES=none` tests on SQLite alone and says so. Without either
//! and without PostgreSQL installed, tests fail: a silent skip would look like a pass.

use std::{
    io::Write,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::cluster::Cluster;
use anyhow::{Context, Result, bail};
use tokio_postgres::NoTls;

/// Durability is what these clusters do not need; many small pools are what they do.
const SETTINGS: &str = "
listen_addresses = ''
fsync = off
full_page_writes = off
max_connections = 400
shared_buffers = 32MB
deadlock_timeout = 100ms
autovacuum = off
";

static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
    Server::find().unwrap_or_else(|error| panic!("PostgreSQL for tests: {error:#}"))
});

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A database of its own for one test.
pub struct Database {
    /// Where it is, as `Db::open` takes it.
    pub url: String,
    name: String,
}

impl Database {
    /// A fresh database, copied from one that has every migration. `None` only where
    /// `IEUM_TEST_POSTGRES=none` asks for no PostgreSQL.
    pub async fn migrated() -> Option<Self> {
        let server = SERVER.as_ref()?;
        if server.cluster.is_some() {
            return Some(server.create(&TEMPLATE).await);
        }
        // Nobody would remove a template from somebody else's server.
        let database = server.create("template0").await;
        let migrated = migrate(&database.url).await;
        migrated.unwrap_or_else(|error| panic!("migrating the test's database: {error:#}"));
        Some(database)
    }

    /// A fresh database without any table.
    pub async fn empty() -> Option<Self> {
        Some(SERVER.as_ref()?.create("template0").await)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Our own cluster goes as a whole; somebody else's server is left as it was found.
        if let Some(server) = SERVER.as_ref().filter(|server| server.cluster.is_none()) {
            let sql = format!("drop database if exists {} with (force)", self.name);
            if let Err(error) = blocking(server.admin(sql)) {
                say(&format!("could not drop {}: {error:#}", self.name));
            }
        }
    }
}

/// The name of the migrated template, made by the first test that needs it.
static TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    let made = blocking(async {
        let server = SERVER.as_ref().context("no server")?;
        let name = "ieum_template".to_owned();
        server.admin(format!("create database {name}")).await?;
        migrate(&server.url(&name)).await?;
        anyhow::Ok(name)
    });
    made.unwrap_or_else(|error| panic!("the template database: {error:#}"))
});

async fn migrate(url: &str) -> Result<()> {
    let db = store::Db::open(url).await?;
    db.migrate().await?;
    db.close().await;
    Ok(())
}

struct Server {
    /// `postgres://user@host:port/`, without a database.
    before: String,
    /// `?option=...` or nothing.
    after: String,
    /// Ours to stop.
    cluster: Option<Cluster>,
}

impl Server {
    fn find() -> Result<Option<Self>> {
        match std::env::var("IEUM_TEST_POSTGRES") {
            Ok(none) if none == "none" => {
                say("IEUM_TEST_POSTGRES=none: NOT testing on PostgreSQL, only on SQLite");
                Ok(None)
            }
            Ok(url) => Self::given(&url).map(Some),
            Err(_) => Self::start().map(Some),
        }
    }

    fn given(url: &str) -> Result<Self> {
        let (server, options) = url.split_once('?').unwrap_or((url, ""));
        let scheme = server.find("://").context("IEUM_TEST_POSTGRES must be a postgres:// url")?;
        let host = scheme + "://".len();
        let end = server[host..].find('/').map_or(server.len(), |slash| host + slash);
        let after = if options.is_empty() { String::new() } else { format!("?{options}") };
        Ok(Self { before: format!("{}/", &server[..end]), after, cluster: None })
    }

    fn start() -> Result<Self> {
        let cluster = Cluster::start(SETTINGS)?;
        Ok(Self { before: cluster.before(), after: String::new(), cluster: Some(cluster) })
    }

    fn url(&self, database: &str) -> String {
        format!("{}{database}{}", self.before, self.after)
    }

    async fn create(&self, template: &str) -> Database {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ieum_test_{}_{number}", std::process::id());
        let made = async {
            self.admin(format!("drop database if exists {name}")).await?;
            self.admin(format!("create database {name} encoding 'UTF8' template {template}")).await
        };
        made.await.unwrap_or_else(|error| panic!("a database for the test: {error:#}"));
        Database { url: self.url(&name), name }
    }

    async fn admin(&self, sql: String) -> Result<()> {
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), NoTls).await?;
        let driver = tokio::spawn(connection);
        client.batch_execute(&sql).await.with_context(|| sql.clone())?;
        drop(client);
        driver.await??;
        Ok(())
    }
}

/// Runs `work` to its end on a thread of its own: callers are already inside a runtime.
fn blocking<T: Send>(work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(work)
        });
        thread.join().unwrap_or_else(|_| bail!("the helper thread panicked"))
    })
}

/// Past the test harness, which would keep it to itself.
fn say(line: &str) {
    let told = writeln!(std::io::stderr(), "testkit: {line}");
    assert!(told.is_ok(), "nobody can read: {line}");
}
