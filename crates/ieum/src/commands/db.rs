//! `ieum db copy`: everything into another, empty database, proven by hashes.

use super::backup::{left, table};
use crate::config::Config;
use crate::system::say;
use anyhow::{Context as _, ensure};
use std::path::PathBuf;
use store::Transaction;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Db {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Copies the hub's database into an empty one. Every hub must be stopped; while it copies,
    /// none can write.
    Copy {
        /// The configuration file of the hub: where to copy from.
        #[arg(long, default_value = "ieum.toml")]
        config: PathBuf,
        /// Where to, as in `database.url`: sqlite:PATH or postgres://user@host/database.
        #[arg(long)]
        to: String,
    },
}

impl Db {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let Command::Copy { config, to } = self.command;
        let config = Config::read(&config)?;
        ensure!(to != config.database.url, "--to is where it would be copied from");
        let from = Transaction::still(&config.database.url).await;
        let mut from = from.context("nothing was copied: cannot hold the hub's database still")?;
        let copied = store::copy::copy(&mut from, &to).await.context("nothing was copied")?;
        table(&copied.tables);
        left(&copied.left);
        let rows: i64 = copied.tables.iter().map(|one| one.rows).sum();
        say(&format!("copied {rows} rows, schema {}, read back and equal", copied.migration));
        say("now put the new url into database.url and start the hub; never start one on the old \
             database again: both would charge and notify");
        Ok(())
    }
}
