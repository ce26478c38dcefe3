//! `ieum restore`: fills an empty database from a backup, or only looks through one.

use super::backup::table;
use crate::config::{Config, master_key};
use crate::system::say;
use anyhow::{Context as _, bail};
use engine::backups::{Key, key_of};
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Restore {
    /// The configuration file of the hub.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
    /// The backup.
    #[arg(long)]
    from: PathBuf,
    /// The empty database to fill, as in `database.url`; without it, the configuration's.
    #[arg(long)]
    to: Option<String>,
    /// Only reads the backup and says whether it is whole; changes nothing.
    #[arg(long, conflicts_with = "to")]
    check: bool,
    /// Goes on although the master key is not the one the backup was made with. What is sealed in
    /// it (PG credentials, billing keys) cannot be used then and must be entered again.
    #[arg(long)]
    other_master_key: bool,
}

impl Restore {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.config)?;
        let saved = store::backup::check(&self.from).await.context("nothing was restored")?;
        let mut from = store::backup::open(&self.from).await?;
        self.key(&config, &mut from).await?;
        table(&saved.copied.tables);
        let migration = saved.copied.migration;
        say(&format!("sha256 {}", saved.sha256));
        if self.check {
            say(&format!("{} is whole, schema {migration}", self.from.display()));
            return Ok(());
        }
        let to = self.to.as_ref().unwrap_or(&config.database.url);
        store::copy::copy(&mut from, to).await.context("nothing was restored")?;
        say(&format!("restored from schema {migration}, read back and equal"));
        Ok(())
    }

    /// Before anything is written: a hub with another key would start and fail at its first
    /// payment.
    async fn key(&self, config: &Config, from: &mut store::Transaction) -> anyhow::Result<()> {
        let file = &config.secrets.master_key_file;
        let keyring = engine::seal::Keyring::new(&master_key(file)?);
        match key_of(&keyring, from).await? {
            Key::Fits => say("the master key opens what is sealed in the backup"),
            Key::Untold => say("nothing in the backup was sealed with a master key"),
            Key::Another if self.other_master_key => {
                say("the master key is ANOTHER one: what is sealed in the backup stays sealed");
            }
            Key::Another => bail!(
                "{} is not the master key this backup was made with; nothing was changed. Bring \
                 the right one, or go on without what is sealed by --other-master-key",
                file.display()
            ),
        }
        Ok(())
    }
}
