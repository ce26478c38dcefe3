//! `ieum backup`: the whole database of one moment in one file, beside a running hub.

use crate::config::Config;
use crate::system::{SystemClock, say};
use anyhow::Context as _;
use engine::Clock as _;
use std::path::PathBuf;
use store::Transaction;
use store::copy::Contents;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Backup {
    /// The configuration file of the hub.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
    /// The file to make: a SQLite file, whichever database the hub has.
    #[arg(long)]
    to: PathBuf,
    /// Replaces the file if it exists; the old one stays until the new one is whole.
    #[arg(long)]
    replace: bool,
}

impl Backup {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.config)?;
        let from = Transaction::snapshot(&config.database.url).await;
        let mut from = from.context("cannot read the hub's database")?;
        let now = SystemClock.now().0;
        let saved = store::backup::save(&mut from, &self.to, self.replace, now).await;
        let saved = saved.context("no backup was made")?;
        table(&saved.copied.tables);
        left(&saved.copied.left);
        let migration = saved.copied.migration;
        say(&format!(
            "saved {}: {} bytes, schema {migration}, read back and equal",
            self.to.display(),
            saved.bytes
        ));
        say(&format!("sha256 {}", saved.sha256));
        let key = config.secrets.master_key_file.display();
        say(&format!(
            "not in it: the master key ({key}), without which sealed credentials stay sealed; and \
             {}. Keep both, apart from the backups.",
            self.config.display()
        ));
        if let Some(books) = config.sandbox.as_ref().and_then(|sandbox| sandbox.books.as_ref()) {
            say(&format!("not in it either: the sandbox's books ({})", books.display()));
        }
        Ok(())
    }
}

/// What each table holds, for comparing by eye or by a script.
pub(super) fn table(tables: &[Contents]) {
    let width = tables.iter().map(|one| one.table.len()).max().unwrap_or_default();
    for one in tables {
        say(&format!("{:width$} {:>10} rows {}", one.table, one.rows, one.hash));
    }
}

/// What was not taken along.
pub(super) fn left(left: &[String]) {
    if !left.is_empty() {
        say(&format!("not taken along, not ours: {}", left.join(", ")));
    }
}
