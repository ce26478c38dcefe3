//! `ieum merchant create`: a shop, its REST key and its owner.

use crate::config::{Config, master_key};
use crate::outbound::HttpOutbound;
use crate::system::{SystemClock, SystemRandom, say};
use anyhow::Context as _;
use engine::merchants::{CreateMerchant, create};
use engine::{Db, Engine, Parts};
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Merchant {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Creates a merchant and prints its keys, this once.
    Create {
        /// The configuration file of the hub.
        #[arg(long, default_value = "ieum.toml")]
        config: PathBuf,
        /// The shop's name.
        #[arg(long)]
        name: String,
        /// The owner's login for the console.
        #[arg(long)]
        login: String,
    },
}

impl Merchant {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let Command::Create { config, name, login } = self.command;
        let config = Config::read(&config)?;
        let engine = offline(&config).await?;
        let new = CreateMerchant { name, login, ..CreateMerchant::default() };
        let made = create(&engine, new).await;
        engine.db.clone().close().await;
        let made = made?;
        let shown = serde_json::json!({
            "user_code": made.merchant.user_code,
            "imp_key": made.key.imp_key,
            "imp_secret": made.key.imp_secret.expose(),
            "console": format!("{}/console", config.server.public_url),
            "console_user": made.owner.login,
            "console_password": made.owner.password.expose(),
        });
        say(&serde_json::to_string_pretty(&shown)?);
        Ok(())
    }
}

/// An engine without listeners or jobs, for commands beside a hub.
pub(crate) async fn offline(config: &Config) -> anyhow::Result<Engine> {
    let db = Db::open(&config.database.url).await.context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database up to date")?;
    Ok(Engine::new(Parts {
        db,
        outbound: Arc::new(HttpOutbound::new(false)?),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        sandbox: None,
        settings: config.settings(),
        keyring: engine::seal::Keyring::new(&master_key(&config.secrets.master_key_file)?),
        ids: engine::ids::Ids::default(),
        locks: engine::ids::Locks::default(),
        wake: tokio::sync::Notify::new(),
        strangers: engine::staff::Strangers::default(),
    }))
}
