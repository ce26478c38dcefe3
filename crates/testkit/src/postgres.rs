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
    io::{BufRead, BufReader, Write},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use anyhow::{Context, Result, bail, ensure};
use tokio_postgres::NoTls;

/// Starts the cluster and waits for it; then waits for the end of our end of the pipe.
const WATCHDOG: &str = r#"
if "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -s -o "-k $2" start >>"$2/log" 2>&1
then echo ready; else echo failed; fi
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate -s stop >/dev/null 2>&1
rm -rf "$2"
"#;

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
        if server.watchdog.is_some() {
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
        if let Some(server) = SERVER.as_ref().filter(|server| server.watchdog.is_none()) {
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
    /// Ours to stop. Kept, not read: its pipe closes with this process.
    watchdog: Option<Child>,
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
        Ok(Self { before: format!("{}/", &server[..end]), after, watchdog: None })
    }

    fn start() -> Result<Self> {
        let programs = programs()?;
        let home = tempfile::Builder::new().prefix("ieum-pg-").tempdir_in(short_temp())?.keep();
        let user = unprivileged(&home)?;
        initialise(&programs, &home, user)?;
        let mut script = Command::new("sh");
        script.args(["-c", WATCHDOG, "watchdog"]).arg(&programs).arg(&home).current_dir(&home);
        // A group of its own: what kills the tests must not kill who cleans up after them.
        script.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut watchdog = become_user(&mut script, user).spawn().context("sh")?;
        let mut line = String::new();
        let out = watchdog.stdout.take().context("the watchdog's output")?;
        BufReader::new(out).read_line(&mut line)?;
        if line != "ready\n" {
            let log = std::fs::read_to_string(home.join("log")).unwrap_or_default();
            bail!("the cluster in {} did not start:\n{log}", home.display());
        }
        let host = home.to_string_lossy().replace('/', "%2F");
        Ok(Self {
            before: format!("postgres://ieum@{host}/"),
            after: String::new(),
            watchdog: Some(watchdog),
        })
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

/// The folder with `initdb` and `pg_ctl`: on the `PATH`, or where Debian and its children put it.
fn programs() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    let mut folders = std::env::split_paths(&path).chain(debian.into_iter().rev());
    let complete =
        |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    folders.find(complete).context(
        "initdb and pg_ctl are neither on the PATH nor in /usr/lib/postgresql/*/bin; install \
         PostgreSQL, or set IEUM_TEST_POSTGRES to a server's url, or to `none` to leave it out",
    )
}

/// A socket's path has room for about 100 bytes, which the folder of macOS nearly fills.
fn short_temp() -> PathBuf {
    let folder = std::env::temp_dir();
    if folder.as_os_str().len() > 60 { PathBuf::from("/tmp") } else { folder }
}

/// PostgreSQL refuses to run as root: then `home` is given to `postgres`, or else to `nobody`.
fn unprivileged(home: &Path) -> Result<Option<(u32, u32)>> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(home)?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse::<u32>().ok()?, fields.next()?.parse::<u32>().ok()?))
    };
    let (uid, gid) = find("postgres")
        .or_else(|| find("nobody"))
        .context("running as root, and /etc/passwd has neither postgres nor nobody")?;
    chown(home, Some(uid), Some(gid))?;
    Ok(Some((uid, gid)))
}

fn become_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.uid(uid).gid(gid),
        None => command,
    }
}

fn initialise(programs: &Path, home: &Path, user: Option<(u32, u32)>) -> Result<()> {
    let mut initdb = Command::new(programs.join("initdb"));
    initdb.args(["-U", "ieum", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
    initdb.arg(home.join("data")).current_dir(home);
    let ran = become_user(&mut initdb, user).output().context("initdb")?;
    ensure!(ran.status.success(), "initdb: {}", String::from_utf8_lossy(&ran.stderr));
    let file = home.join("data/postgresql.conf");
    let settings = std::fs::read_to_string(&file)? + SETTINGS;
    std::fs::write(&file, settings).context("postgresql.conf")
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
