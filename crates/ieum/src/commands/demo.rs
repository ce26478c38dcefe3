//! `ieum demo`: the hub, the sandbox PGs and a demo shop, with nothing to set up.

use crate::config::master_key_or_new;
use crate::running::{Here, Plan, Running, SandboxPlan, start};
use crate::shop::Shop;
use crate::system::{asked_to_stop, say};
use anyhow::Context as _;
use engine::channels::AddChannel;
use engine::merchants::CreateMerchant;
use engine::merchants::tiers::{self, CreateTier};
use engine::{Engine, MerchantId, Mode, Secret, Settings};
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Arguments: a fixed interface, since scripts and CI use it.
#[derive(clap::Args, Clone)]
pub(crate) struct Demo {
    /// Where the hub listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8890")]
    pub(crate) listen: SocketAddr,
    /// Where the sandbox PGs listen.
    #[arg(long, default_value = "127.0.0.1:8891")]
    pub(crate) sandbox_listen: SocketAddr,
    /// Where the demo shop listens.
    #[arg(long, default_value = "127.0.0.1:8892")]
    pub(crate) shop_listen: SocketAddr,
    /// Where everything is kept.
    #[arg(long, default_value = "ieum-data")]
    pub(crate) data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; a SQLite file in the data folder by default.
    #[arg(long)]
    pub(crate) db: Option<String>,
    /// Written as one JSON object once everything answers.
    #[arg(long)]
    pub(crate) ready_file: Option<PathBuf>,
    /// How long to wait for a PG, milliseconds.
    #[arg(long, default_value_t = 30_000)]
    pub(crate) pg_timeout_ms: u64,
    /// How long a PG's "no such payment" is not believed after asking for an approval, seconds.
    #[arg(long, default_value_t = 60)]
    pub(crate) settle_grace_seconds: i64,
    /// How long to wait for a webhook's receiver, milliseconds.
    #[arg(long, default_value_t = 30_000)]
    pub(crate) webhook_timeout_ms: u64,
    /// The sandbox PGs take card numbers whose check digit is wrong.
    #[arg(long)]
    pub(crate) accept_any_card: bool,
}

/// The demo merchant. The REST key is the one i'mport publishes for trying things out, so that
/// clients written against it work unchanged.
const USER_CODE: &str = "imp00000001";
const IMP_KEY: &str = "imp_apikey";
const IMP_SECRET: &str =
    "ekKoeW8RyKuT0zgaZsUtXXTLQ4AhPFW3ZGseDA6bkA5lamv9OqDMnxyeB9wqOsuO9W3Mx9YSJ4dTqJ3f";
const LOGIN: &str = "demo@example.com";
const PASSWORD: &str = "ieum-demo-1234";
/// A sub-merchant of the demo merchant, for `IMP.agency` and the `Tier` header.
const TIER: &str = "ABC";
/// The channels, the default first.
const CHANNELS: [&str; 4] = ["kicc", "alipay", "html5_inicis", "nice"];
/// Who verifies people.
const CERTIFIER: &str = "danal";

/// What the ready file holds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ready {
    pub(crate) api: String,
    pub(crate) sandbox: String,
    pub(crate) shop: String,
    pub(crate) console: String,
    pub(crate) imp_code: String,
    pub(crate) imp_key: String,
    pub(crate) imp_secret: String,
    pub(crate) console_user: String,
    pub(crate) console_password: String,
}

impl Demo {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let (running, ready) = self.start(&say).await?;
        announce(&ready);
        asked_to_stop().await;
        say("\nstopping…");
        running.stop().await;
        say("stopped.");
        Ok(())
    }

    /// Starts everything; `progress` is told each step.
    pub(crate) async fn start(&self, progress: &dyn Fn(&str)) -> anyhow::Result<(Running, Ready)> {
        std::fs::create_dir_all(&self.data)
            .with_context(|| format!("cannot make the folder {}", self.data.display()))?;
        let api = super::serve::bind(self.listen).await?;
        let sandbox = super::serve::bind(self.sandbox_listen).await?;
        let shop = super::serve::bind(self.shop_listen).await?;
        let origin = |address: SocketAddr| format!("http://{address}");
        let ready = Ready {
            api: origin(api.local_addr()?),
            sandbox: origin(sandbox.local_addr()?),
            shop: origin(shop.local_addr()?),
            console: format!("{}/console", origin(api.local_addr()?)),
            imp_code: USER_CODE.into(),
            imp_key: IMP_KEY.into(),
            imp_secret: IMP_SECRET.into(),
            console_user: LOGIN.into(),
            console_password: PASSWORD.into(),
        };
        let file = format!("sqlite:{}", self.data.join("ieum.db").display());
        let database_url = self.db.clone().unwrap_or(file);
        progress("opening the database…");
        let settings = Settings {
            pg_timeout_ms: self.pg_timeout_ms,
            settle_grace_seconds: self.settle_grace_seconds,
            webhook_timeout_ms: self.webhook_timeout_ms,
            ..Settings::local(&ready.api)
        };
        let mut running = start(Plan {
            listener: api,
            database_url,
            master_key: master_key_or_new(&self.data.join("master.key"))?,
            settings,
            allow_private_webhooks: true,
            trusted_proxies: Vec::new(),
            sandbox: Some(SandboxPlan::Here(Here {
                listener: sandbox,
                public_url: ready.sandbox.clone(),
                books: self.data.join("sandbox.db"),
                seed: 0,
                any_card: self.accept_any_card,
            })),
        })
        .await?;
        progress("setting up the demo merchant…");
        merchant(&running.engine, &ready).await?;
        let demo_shop =
            Shop::new(&ready.api, &ready.shop, &ready.imp_code, &ready.imp_key, &ready.imp_secret)?;
        running.also(shop, demo_shop.router());
        if let Some(path) = &self.ready_file {
            write_whole(path, &serde_json::to_string(&ready)?)?;
        }
        Ok((running, ready))
    }
}

/// The demo merchant, made once; its webhook goes to wherever the shop is this time.
async fn merchant(engine: &Engine, ready: &Ready) -> anyhow::Result<()> {
    let known = engine::merchants::get_by_user_code(engine, USER_CODE).await;
    let id = match known {
        Ok(merchant) => MerchantId(merchant.id),
        Err(engine::Error::NotFound(_)) => {
            let new = CreateMerchant {
                name: "이음 데모 상점".into(),
                login: LOGIN.into(),
                password: Some(Secret::new(PASSWORD.into())),
                user_code: Some(USER_CODE.into()),
                imp_key: Some(IMP_KEY.into()),
                imp_secret: Some(Secret::new(IMP_SECRET.into())),
            };
            MerchantId(engine::merchants::create(engine, new).await?.merchant.id)
        }
        Err(error) => return Err(error.into()),
    };
    channels(engine, id).await?;
    let url = format!("{}/webhook", ready.shop);
    engine::merchants::set_webhook(engine, id, LOGIN, &url, "json").await?;
    let tier = match tiers::get(engine, id, TIER).await {
        Ok(tier) => tier,
        Err(engine::Error::NotFound(_)) => {
            let (code, name) = (TIER.into(), "이음 데모 지점".into());
            let new = CreateTier { code, name, login: String::new() };
            tiers::create(engine, id, LOGIN, new).await?.merchant
        }
        Err(error) => return Err(error.into()),
    };
    channels(engine, MerchantId(tier.id)).await
}

/// The demo's channels. A demo that was killed while it was set up is finished here.
async fn channels(engine: &Engine, id: MerchantId) -> anyhow::Result<()> {
    let channels = engine::channels::list(engine, id).await?;
    let new = |pg: &str| AddChannel {
        pg: pg.into(),
        name: String::new(),
        mode: Mode::Test,
        fields: BTreeMap::new(),
    };
    for pg in CHANNELS {
        if !channels.iter().any(|channel| channel.row.is_payment() && channel.row.pg == pg) {
            engine::channels::add(engine, id, LOGIN, new(pg)).await?;
        }
    }
    if channels.iter().all(|channel| channel.row.is_payment()) {
        engine::channels::add_certification(engine, id, LOGIN, new(CERTIFIER)).await?;
    }
    Ok(())
}

/// Whoever waits for the file must never read half of it.
fn write_whole(path: &Path, text: &str) -> anyhow::Result<()> {
    let part = path.with_extension("part");
    std::fs::write(&part, text).with_context(|| format!("cannot write {}", part.display()))?;
    std::fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display()))
}

fn announce(ready: &Ready) {
    say(&format!(
        "\nIeum is ready.\n\n  \
         demo shop      {}\n  \
         admin console  {}   ({} / {})\n  \
         REST API       {}   (imp_key {}, imp_secret {}…)\n  \
         browser SDK    {}/v1/iamport.js   (IMP.init('{}'))\n  \
         sandbox PGs    {}\n\n\
         Open the demo shop and pay. Ctrl-C stops.",
        ready.shop,
        ready.console,
        ready.console_user,
        ready.console_password,
        ready.api,
        ready.imp_key,
        &ready.imp_secret[..8],
        ready.api,
        ready.imp_code,
        ready.sandbox,
    ));
}
