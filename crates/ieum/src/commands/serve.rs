//! `ieum serve`: the hub in production.

use crate::config::{self, Config, master_key};
use crate::running::{Here, Plan, Running, SandboxPlan, start};
use crate::system::{asked_to_stop, say};
use anyhow::Context as _;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Serve {
    /// The configuration file.
    #[arg(long, default_value = "ieum.toml")]
    config: PathBuf,
}

impl Serve {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let config = Config::read(&self.config)?;
        let listen = config.server.listen;
        let running = from_config(&config).await?;
        say(&format!("ieum listens on {listen} as {}", config.server.public_url));
        asked_to_stop().await;
        running.stop().await;
        Ok(())
    }
}

async fn from_config(config: &Config) -> anyhow::Result<Running> {
    let sandbox = match &config.sandbox {
        None => None,
        Some(sandbox) => Some(plan(sandbox).await?),
    };
    start(Plan {
        listener: bind(config.server.listen).await?,
        database_url: config.database.url.clone(),
        master_key: master_key(&config.secrets.master_key_file)?,
        settings: config.settings(),
        allow_private_webhooks: config.webhook.allow_private,
        trusted_proxies: config.server.trusted_proxies.clone(),
        sandbox,
    })
    .await
}

async fn plan(sandbox: &config::Sandbox) -> anyhow::Result<SandboxPlan> {
    let public_url = sandbox.public_url.clone();
    let (Some(listen), Some(books)) = (sandbox.listen, &sandbox.books) else {
        return Ok(SandboxPlan::Elsewhere { public_url });
    };
    Ok(SandboxPlan::Here(Here {
        listener: bind(listen).await?,
        public_url,
        books: books.clone(),
        seed: sandbox.seed,
        any_card: sandbox.accept_any_card,
    }))
}

/// Listens, or says plainly why not.
pub(crate) async fn bind(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}
