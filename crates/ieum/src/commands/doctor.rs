//! `ieum doctor`: checks a configuration and what it points to, and says what to do.

use crate::config::{Config, master_key};
use crate::system::say;
use anyhow::bail;
use engine::Db;
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Doctor {
    /// The configuration file.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
}

/// One line of the report.
struct Finding {
    good: bool,
    text: String,
}

impl Doctor {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.config)?;
        let mut findings = vec![good(format!("{} can be read", self.config.display()))];
        findings.push(match master_key(&config.secrets.master_key_file) {
            Ok(_) => good("the master key is there and only its owner can read it"),
            Err(error) => bad(format!("{error:#}")),
        });
        findings.push(database(&config).await);
        findings.extend(cluster(&config).await);
        findings.push(public_url(&config));
        findings.push(listening(config.server.listen).await);
        findings.push(sandbox(&config));
        findings.extend(played_only(&config).await);
        for finding in &findings {
            say(&format!("{} {}", if finding.good { "ok  " } else { "FAIL" }, finding.text));
        }
        match findings.iter().filter(|finding| !finding.good).count() {
            0 => Ok(()),
            failed => bail!("{failed} of {} checks failed", findings.len()),
        }
    }
}

fn good(text: impl Into<String>) -> Finding {
    Finding { good: true, text: text.into() }
}

fn bad(text: impl Into<String>) -> Finding {
    Finding { good: false, text: text.into() }
}

async fn database(config: &Config) -> Finding {
    let kind = if config.database.url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    let db = match Db::open(&config.database.url).await {
        Ok(db) => db,
        Err(error) => return bad(format!("the database ({kind}) cannot be opened: {error}")),
    };
    let migrated = db.migrate().await;
    db.close().await;
    match migrated {
        Ok(()) => good(format!("the database ({kind}) opens and its schema is this version's")),
        Err(error) => bad(format!("the database ({kind}): {error}")),
    }
}

/// Where the URL names several servers: which one leads, and whether what it acknowledges survives
/// it. Says nothing of a database with one server.
async fn cluster(config: &Config) -> Option<Finding> {
    // What is wrong with the database is another finding.
    let db = Db::open(&config.database.url).await.ok()?;
    let (leader, servers) = db.leader()?;
    let sql = "select current_setting('synchronous_standby_names') as names";
    let asked = db.row(sql, &[]).await;
    db.close().await;
    let names = match asked.and_then(|row| row.map_or(Ok(String::new()), |row| row.text("names"))) {
        Ok(names) => names,
        Err(error) => return Some(bad(format!("the database's leader {leader}: {error}"))),
    };
    Some(if names.is_empty() {
        bad(format!(
            "{leader} leads {servers} servers without a synchronous standby: what it acknowledged \
             last is lost with it (Patroni: synchronous_mode and synchronous_mode_strict)"
        ))
    } else {
        good(format!("{leader} leads {servers} servers; commits wait for a standby ({names})"))
    })
}

fn public_url(config: &Config) -> Finding {
    let url = &config.server.public_url;
    let local = url.contains("//127.") || url.contains("//localhost") || url.contains("//[::1]");
    if url.starts_with("https://") || local {
        good(format!("browsers and PGs reach the hub at {url}"))
    } else {
        bad(format!("server.public_url: {url} is not https; buyers' data would cross in the clear"))
    }
}

async fn listening(address: std::net::SocketAddr) -> Finding {
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => good(format!("{address} is free to listen on")),
        Err(error) => {
            bad(format!("{address} cannot be listened on (is the hub running?): {error}"))
        }
    }
}

/// Channels of PGs the hub does not speak to need the sandbox. Says nothing where there are none.
async fn played_only(config: &Config) -> Option<Finding> {
    // What is wrong with the database is another finding.
    let db = Db::open(&config.database.url).await.ok()?;
    let found = engine::channels::sandbox_only(&db).await;
    db.close().await;
    let codes: Vec<&str> = found.ok()?.iter().map(|spec| spec.code).collect();
    if codes.is_empty() {
        return None;
    }
    let codes = codes.join(", ");
    Some(match config.sandbox {
        Some(_) => good(format!("channels only the sandbox plays, for tests: {codes}")),
        None => bad(format!(
            "channels of PGs the hub does not speak to refuse every payment without [sandbox]: \
             {codes}"
        )),
    })
}

fn sandbox(config: &Config) -> Finding {
    match &config.sandbox {
        None => good("no sandbox: channels in test mode talk to the PGs' real test hosts"),
        Some(sandbox) => good(format!(
            "the sandbox is on at {}: channels in test mode never leave this machine",
            sandbox.public_url
        )),
    }
}
