//! A running hub: engine, jobs, listeners, and the way to stop them.

use crate::elsewhere::Elsewhere;
use crate::outbound::HttpOutbound;
use crate::sandbox_port::{Notices, Port};
use crate::system::{SystemClock, SystemRandom};
use anyhow::Context as _;
use axum::Router;
use engine::{Clock as _, Db, Engine, Parts, SandboxPort, Settings};
use sandbox::Sandbox;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What a hub is started from.
pub(crate) struct Plan {
    pub(crate) listener: TcpListener,
    pub(crate) database_url: String,
    pub(crate) master_key: [u8; 32],
    pub(crate) settings: Settings,
    pub(crate) allow_private_webhooks: bool,
    pub(crate) trusted_proxies: Vec<std::net::IpAddr>,
    pub(crate) sandbox: Option<SandboxPlan>,
}

/// Where its sandbox is.
pub(crate) enum SandboxPlan {
    /// In this process.
    Here(Here),
    /// In another one, at this origin.
    Elsewhere { public_url: String },
}

/// What a sandbox in this process is started from.
pub(crate) struct Here {
    pub(crate) listener: TcpListener,
    pub(crate) public_url: String,
    pub(crate) books: PathBuf,
    pub(crate) seed: u64,
    pub(crate) any_card: bool,
}

/// A hub that answers.
pub(crate) struct Running {
    pub(crate) engine: Engine,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Opens the database and starts to answer.
pub(crate) async fn start(plan: Plan) -> anyhow::Result<Running> {
    let db = Db::open(&plan.database_url).await.context("cannot open the database")?;
    db.migrate().await.context("cannot bring the database up to date")?;
    let outbound = Arc::new(HttpOutbound::new(plan.allow_private_webhooks)?);
    let (stop, _) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let port: Option<Arc<dyn SandboxPort>> = match plan.sandbox {
        None => None,
        Some(SandboxPlan::Elsewhere { public_url }) => Some(Arc::new(Elsewhere(public_url))),
        Some(SandboxPlan::Here(here)) => {
            let notice_url = format!("{}/callback/{{pg}}/notice", plan.settings.public_url);
            // Notices go to this hub, wherever it listens.
            let notifier = Arc::new(Notices(Arc::new(HttpOutbound::new(true)?)));
            let sandbox = open_sandbox(&here, notice_url, notifier)?;
            serve(&mut tasks, &stop, here.listener, sandbox.router());
            spawn(&mut tasks, resend_notices(Arc::clone(&sandbox), stop.subscribe()));
            Some(Arc::new(Port::new(sandbox, here.public_url)))
        }
    };
    let secure_cookies = plan.settings.public_url.starts_with("https://");
    let engine = Engine::new(Parts {
        db,
        outbound,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        sandbox: port,
        settings: plan.settings,
        keyring: engine::seal::Keyring::new(&plan.master_key),
        ids: engine::ids::Ids::default(),
        locks: engine::ids::Locks::default(),
        wake: tokio::sync::Notify::new(),
        ledger: engine::ledger::Floor::default(),
        strangers: engine::staff::Strangers::default(),
    });
    let options = web::app::Options { trusted_proxies: plan.trusted_proxies, secure_cookies };
    let app = web::App { engine: engine.clone(), options: Arc::new(options) };
    serve(&mut tasks, &stop, plan.listener, web::router(app));
    spawn(&mut tasks, tend_ledger(engine.clone(), stop.subscribe()));
    let mut stopped = stop.subscribe();
    let jobs = engine.clone();
    spawn(&mut tasks, async move {
        engine::jobs::run_forever(jobs, async move {
            drop(stopped.wait_for(|stop| *stop).await);
        })
        .await;
    });
    Ok(Running { engine, stop, tasks })
}

fn open_sandbox(
    plan: &Here,
    notice_url: String,
    notifier: Arc<Notices>,
) -> anyhow::Result<Arc<Sandbox>> {
    let options = sandbox::Options {
        books: plan.books.clone(),
        origin: plan.public_url.clone(),
        notice_url,
        seed: plan.seed,
        any_card: plan.any_card,
        now: Arc::new(|| SystemClock.now()),
        notifier,
        simulators: sandbox::simulators(),
    };
    let seed = plan.seed;
    tracing::info!(seed, "the sandbox: faults drawn by a rate follow this seed");
    Ok(Sandbox::open(options)?)
}

/// A PG sends a notice again that was not taken.
async fn resend_notices(sandbox: Arc<Sandbox>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(5)) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = sandbox.retry_notices(SystemClock.now()).await {
            tracing::error!(%error, "the sandbox's notices cannot be sent again");
        }
    }
}

/// Payments older than the ledger are opened, entries are sealed. In the background: payments do
/// not wait for it.
async fn tend_ledger(engine: Engine, mut stopped: watch::Receiver<bool>) {
    loop {
        if let Err(error) = engine::ledger::tend(&engine).await {
            tracing::error!(%error, "the ledger could not be tended to and will be");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}

fn serve(tasks: &mut JoinSet<()>, stop: &watch::Sender<bool>, listener: TcpListener, app: Router) {
    let mut stopped = stop.subscribe();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    spawn(tasks, async move {
        let shutdown = async move {
            drop(stopped.wait_for(|stop| *stop).await);
        };
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(shutdown).await {
            tracing::error!(%error, "a listener failed");
        }
    });
}

fn spawn(tasks: &mut JoinSet<()>, work: impl Future<Output = ()> + Send + 'static) {
    tasks.spawn(work);
}

impl Running {
    /// Serves one more origin until the hub stops.
    pub(crate) fn also(&mut self, listener: TcpListener, app: Router) {
        serve(&mut self.tasks, &self.stop, listener, app);
    }

    /// Finishes what was begun, for at most a few seconds, and closes the database.
    pub(crate) async fn stop(mut self) {
        // Fails only if nobody is left to be told.
        let _ = self.stop.send(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_secs(5), all).await.is_err() {
            // Connections that hang on purpose, or a PG that does not answer: jobs settle it later.
            self.tasks.abort_all();
        }
        self.engine.db.clone().close().await;
    }
}
