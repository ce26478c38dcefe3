//! `ieum merchant create`: a shop, its REST key and its owner.

use crate::config::{Config, master_key};
use crate::outbound::HttpOutbound;
use crate::system::{SystemClock, SystemRandom, say};
use anyhow::Context as _;
use engine::merchants::tiers::{self, CreateTier};
use engine::merchants::{CreateMerchant, create};
use engine::{Db, Engine, MerchantId, Parts, SandboxPort};
use serde_json::{Value, json};
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
        /// The owner's login for the console; a sub-merchant may be without.
        #[arg(long, required_unless_present = "tier")]
        login: Option<String>,
        /// Makes a sub-merchant (Tier) of the merchant with this user code.
        #[arg(long, requires = "tier", value_name = "USER_CODE")]
        agency: Option<String>,
        /// The sub-merchant's code: 3 of A-Z and 0-9.
        #[arg(long, requires = "agency")]
        tier: Option<String>,
    },
}

impl Merchant {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let Command::Create { config, name, login, agency, tier } = self.command;
        let config = Config::read(&config)?;
        let engine = offline(&config).await?;
        let login = login.unwrap_or_default();
        let made = match (agency, tier) {
            (Some(agency), Some(code)) => {
                sub_merchant(&engine, &agency, CreateTier { code, name, login }).await
            }
            _ => {
                merchant(&engine, CreateMerchant { name, login, ..CreateMerchant::default() }).await
            }
        };
        engine.db.clone().close().await;
        let mut shown = made?;
        shown["console"] = format!("{}/console", config.server.public_url).into();
        say(&serde_json::to_string_pretty(&shown)?);
        Ok(())
    }
}

async fn merchant(engine: &Engine, new: CreateMerchant) -> anyhow::Result<Value> {
    let made = create(engine, new).await?;
    Ok(json!({
        "user_code": made.merchant.user_code,
        "imp_key": made.key.imp_key,
        "imp_secret": made.key.imp_secret.expose(),
        "console_user": made.owner.login,
        "console_password": made.owner.password.expose(),
    }))
}

async fn sub_merchant(engine: &Engine, agency: &str, new: CreateTier) -> anyhow::Result<Value> {
    let agency = engine::merchants::get_by_user_code(engine, agency).await?;
    let code = new.code.clone();
    let made = tiers::create(engine, MerchantId(agency.id), "cli", new).await?;
    let mut shown = json!({"user_code": agency.user_code, "tier_code": code});
    if let Some(owner) = made.owner {
        shown["console_user"] = owner.login.into();
        shown["console_password"] = owner.password.expose().as_str().into();
    }
    Ok(shown)
}

/// An engine without listeners or jobs, for commands beside a hub.
pub(crate) async fn offline(config: &Config) -> anyhow::Result<Engine> {
    offline_with(config, None).await
}

/// As [`offline`], for commands that ask PGs: the hub's sandbox, if it has one.
pub(crate) async fn offline_with(
    config: &Config,
    sandbox: Option<Arc<dyn SandboxPort>>,
) -> anyhow::Result<Engine> {
    let db = Db::open(&config.database.url).await.context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database up to date")?;
    Ok(Engine::new(Parts {
        db,
        outbound: Arc::new(HttpOutbound::new(false)?),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        sandbox,
        settings: config.settings(),
        keyring: engine::seal::Keyring::new(&master_key(&config.secrets.master_key_file)?),
        ids: engine::ids::Ids::default(),
        locks: engine::ids::Locks::default(),
        wake: tokio::sync::Notify::new(),
        ledger: engine::ledger::Floor::default(),
        strangers: engine::staff::Strangers::default(),
    }))
}
