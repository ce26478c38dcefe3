//! `ieum try`: the main job without a browser, over real HTTP, step by step.

use super::demo::Demo;
use crate::system::say;
use crate::trial;
use anyhow::Context as _;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Try {
    /// `sqlite:PATH` or `postgres://…`; a SQLite file that is thrown away by default.
    #[arg(long)]
    db: Option<String>,
}

impl Try {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let free = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let demo = Demo {
            listen: free,
            sandbox_listen: free,
            shop_listen: free,
            data: folder.path().to_owned(),
            db: self.db,
            ready_file: None,
            pg_timeout_ms: 30_000,
            settle_grace_seconds: 60,
            webhook_timeout_ms: 30_000,
            accept_any_card: false,
        };
        let (running, ready) = demo.start(&|_| {}).await?;
        let result = trial::run(&running.engine, &ready).await;
        running.stop().await;
        result?;
        say("\nall well: both payments are paid, their amounts match and the PGs' books agree.");
        Ok(())
    }
}
