//! A sandbox on a temporary file with a scripted hub behind it.

use crate::fake::{self, HOST, NOW};
use sandbox::{
    Fault, Handled, Millis, NoticeReply, Notifier, Options, Outgoing, Sandbox, SimReply, SimRequest,
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::mpsc;

/// The hub's side of notices: answers from a script, `OK` when it is empty.
pub(crate) struct Hub {
    script: Mutex<VecDeque<Result<NoticeReply, String>>>,
    got: mpsc::UnboundedSender<Outgoing>,
    /// While set, notices arrive and are never answered.
    pub(crate) hangs: AtomicBool,
}

impl Hub {
    fn new(got: mpsc::UnboundedSender<Outgoing>) -> Self {
        Self { script: Mutex::default(), got, hangs: AtomicBool::new(false) }
    }

    pub(crate) fn will(&self, status: u16, body: &str) {
        let reply = NoticeReply { status, body: body.into() };
        self.script.lock().unwrap().push_back(Ok(reply));
    }

    pub(crate) fn will_fail(&self, why: &str) {
        self.script.lock().unwrap().push_back(Err(why.to_owned()));
    }
}

#[async_trait::async_trait]
impl Notifier for Hub {
    async fn post(&self, outgoing: &Outgoing) -> Result<NoticeReply, String> {
        self.got.send(outgoing.clone()).unwrap();
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let scripted = self.script.lock().unwrap().pop_front();
        scripted.unwrap_or_else(|| Ok(NoticeReply { status: 200, body: "OK".into() }))
    }
}

pub(crate) struct Bench {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) got: mpsc::UnboundedReceiver<Outgoing>,
    pub(crate) clock: Arc<Mutex<Millis>>,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap())
    }

    pub(crate) fn on(folder: tempfile::TempDir) -> Self {
        let (got, inbox) = mpsc::unbounded_channel();
        let hub = Arc::new(Hub::new(got));
        let clock = Arc::new(Mutex::new(NOW));
        let watch = Arc::clone(&clock);
        let options = Options {
            now: Arc::new(move || *watch.lock().unwrap()),
            notifier: Arc::<Hub>::clone(&hub),
            ..options(folder.path())
        };
        let sandbox = Sandbox::open(options).unwrap();
        Self { sandbox, hub, got: inbox, clock, folder }
    }

    /// The same books in a new sandbox.
    pub(crate) fn reopen(self) -> Self {
        let Self { sandbox, folder, .. } = self;
        drop(sandbox);
        Self::on(folder)
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Handled {
        self.sandbox.handle(request("POST", HOST, path, body), None).await
    }

    /// An approval that is answered; its transaction number.
    pub(crate) async fn approve(&self, body: &str) -> String {
        let answer = json(&self.reply("/approve", body).await);
        answer["tid"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn reply(&self, path: &str, body: &str) -> SimReply {
        reply(self.post(path, body).await)
    }

    pub(crate) fn books(&self, pg: &str) -> Value {
        self.sandbox.books(pg).unwrap().unwrap()
    }

    pub(crate) fn trades(&self) -> usize {
        self.books("fakepay")["trades"].as_array().unwrap().len()
    }

    pub(crate) fn fault(&self, pg: &str, operation: &str, word: &str) {
        self.sandbox.add_fault(fault(pg, operation, word)).unwrap();
    }

    pub(crate) fn advance(&self, seconds: i64) -> Millis {
        let mut clock = self.clock.lock().unwrap();
        *clock = clock.plus_seconds(seconds);
        *clock
    }
}

pub(crate) fn options(folder: &Path) -> Options {
    let (got, _) = mpsc::unbounded_channel();
    Options {
        books: folder.join("books.db"),
        origin: "http://127.0.0.1:9001/".to_owned(),
        notice_url: "http://127.0.0.1:9000/notice/{pg}".to_owned(),
        seed: 7,
        now: Arc::new(|| NOW),
        notifier: Arc::new(Hub::new(got)),
        simulators: fake::ALL,
        any_card: false,
    }
}

pub(crate) fn fault(pg: &str, operation: &str, word: &str) -> Fault {
    let (pg, operation, fault) = (pg.to_owned(), operation.to_owned(), word.to_owned());
    Fault { pg, operation, fault, times: None, rate: None, seed: None }
}

pub(crate) fn request(method: &str, host: &str, path: &str, body: &str) -> SimRequest {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    SimRequest {
        method: method.to_owned(),
        host: host.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        body: body.into(),
    }
}

pub(crate) fn reply(handled: Handled) -> SimReply {
    match handled {
        Handled::Reply(reply) => reply,
        other => panic!("no answer: {other:?}"),
    }
}

pub(crate) fn json(reply: &SimReply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}
