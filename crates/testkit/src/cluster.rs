//! A PostgreSQL cluster in a temporary folder, reached over a Unix socket, that can be stopped and
//! started again. A small shell script beside it stops and removes it when this process is gone,
//! however it went.

use std::{
    io::{BufRead, BufReader},
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

/// Starts the cluster and waits for it; then waits for the end of our end of the pipe.
const WATCHDOG: &str = r#"
if "$1/pg_ctl" -D "$2/data" -l "$2/log" -w -s -o "-k $2" start >>"$2/log" 2>&1
then echo ready; else echo failed; fi
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate -s stop >/dev/null 2>&1
rm -rf "$2"
"#;

/// A running cluster. Its user is `ieum`; connections from this machine are trusted.
pub struct Cluster {
    programs: PathBuf,
    home: PathBuf,
    user: Option<(u32, u32)>,
    /// Kept, not read: its pipe closes with this process.
    _watchdog: Child,
}

impl Cluster {
    /// Makes and starts one with these lines at the end of its `postgresql.conf`.
    ///
    /// # Errors
    /// PostgreSQL is not installed or does not start; what to do.
    pub fn start(settings: &str) -> Result<Self> {
        let programs = programs()?;
        let home = tempfile::Builder::new().prefix("ieum-pg-").tempdir_in(short_temp())?.keep();
        let user = unprivileged(&home)?;
        initialise(&programs, &home, user, settings)?;
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
        Ok(Self { programs, home, user, _watchdog: watchdog })
    }

    /// `postgres://user@host/`, without a database.
    #[must_use]
    pub fn before(&self) -> String {
        format!("postgres://ieum@{}/", self.home.to_string_lossy().replace('/', "%2F"))
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// What the server says.
    pub async fn create(&self, name: &str) -> Result<()> {
        let url = format!("{}postgres", self.before());
        let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
        let driver = tokio::spawn(connection);
        let sql = format!("create database {name} encoding 'UTF8' template template0");
        client.batch_execute(&sql).await.with_context(|| sql.clone())?;
        drop(client);
        driver.await??;
        Ok(())
    }

    /// Stops it as if it had crashed: no checkpoint, every connection cut.
    ///
    /// # Errors
    /// What `pg_ctl` says.
    pub fn crash(&self) -> Result<()> {
        self.control(&["-m", "immediate", "stop"])
    }

    /// Starts it again and waits until it has recovered.
    ///
    /// # Errors
    /// What `pg_ctl` says.
    pub fn start_again(&self) -> Result<()> {
        let socket = format!("-k {}", self.home.display());
        self.control(&["-o", &socket, "start"])
    }

    fn control(&self, words: &[&str]) -> Result<()> {
        let mut command = Command::new(self.programs.join("pg_ctl"));
        command.arg("-D").arg(self.home.join("data")).arg("-l").arg(self.home.join("log"));
        command.args(["-w", "-s"]).args(words).current_dir(&self.home);
        // Its children keep what they inherit: nobody waits for the end of our pipes.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = become_user(&mut command, self.user).status().context("pg_ctl")?;
        ensure!(status.success(), "pg_ctl {words:?}: {status}");
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

fn initialise(programs: &Path, home: &Path, user: Option<(u32, u32)>, more: &str) -> Result<()> {
    let mut initdb = Command::new(programs.join("initdb"));
    initdb.args(["-U", "ieum", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
    initdb.arg(home.join("data")).current_dir(home);
    let ran = become_user(&mut initdb, user).output().context("initdb")?;
    ensure!(ran.status.success(), "initdb: {}", String::from_utf8_lossy(&ran.stderr));
    let file = home.join("data/postgresql.conf");
    let settings = std::fs::read_to_string(&file)? + more;
    std::fs::write(&file, settings).context("postgresql.conf")
}
