//! What survives: the PGs with their books, and the merchant's receiver of webhooks.

use axum::extract::{Request, State};
use axum::middleware::Next;
use sandbox::{Fault, Millis, NoticeReply, Notifier, Outgoing, Sandbox};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Who is played, as the books are kept.
pub(crate) const PGS: [&str; 3] = ["kicc", "html5_inicis", "nice"];

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "the PGs stand outside of the program")]
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Millis(i64::try_from(since.as_millis()).unwrap())
}

/// The PGs of one hub.
pub(crate) struct Pgs {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) origin: String,
    /// How many requests were done, up to the moment before their answers leave.
    pub(crate) answered: watch::Receiver<u64>,
}

impl Pgs {
    /// Plays them; notices go to `hub`.
    pub(crate) async fn play(books: PathBuf, hub: &str, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::open(sandbox::Options {
            books,
            origin: origin.clone(),
            notice_url: format!("{hub}/callback/{{pg}}/notice"),
            seed,
            now: Arc::new(now),
            notifier: Arc::new(Post(client())),
            simulators: sandbox::simulators(),
            any_card: false,
        });
        let sandbox = sandbox.unwrap();
        let (done, answered) = watch::channel(0_u64);
        let count = move |request: Request, next: Next| {
            let done = done.clone();
            async move {
                let answer = next.run(request).await;
                done.send_modify(|count| *count += 1);
                answer
            }
        };
        let app = sandbox.router().layer(axum::middleware::from_fn(count));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { sandbox, origin, answered }
    }

    /// Some answers come late, so that more kills meet a PG that has acted and not answered.
    pub(crate) fn slow(&self) {
        for (operation, late, rate) in
            [("approve", 20, 0.3), ("charge", 20, 0.3), ("cancel", 25, 0.3), ("account", 20, 0.3)]
        {
            let armed = self.sandbox.add_fault(Fault {
                pg: "*".to_owned(),
                operation: operation.to_owned(),
                fault: format!("late:{late}"),
                times: Some(-1),
                rate: Some(rate),
                seed: None,
            });
            armed.unwrap();
        }
    }

    /// What the PG holds of each payment, how much it ever approved and gave back: by imp_uid.
    pub(crate) fn trades(&self, pg: &str) -> BTreeMap<String, i64> {
        let books = self.sandbox.books(pg).unwrap().unwrap();
        let mut held: BTreeMap<String, i64> = BTreeMap::new();
        for trade in books["trades"].as_array().unwrap() {
            let order = trade["order_no"].as_str().unwrap().to_owned();
            *held.entry(order).or_default() += trade["held"].as_i64().unwrap();
        }
        held
    }

    /// Sends every notice again that the hub has not taken. Gives how many are still not taken.
    pub(crate) async fn send_notices(&self) -> usize {
        let far = Millis(now().0 + 86_400_000);
        let sent = self.sandbox.retry_notices(far).await.unwrap();
        sent.iter().filter(|attempt| attempt.state != "taken").count()
    }
}

/// HTTP without proxies and redirects; short of patience with a hub that is dead.
#[expect(clippy::disallowed_methods, reason = "the test stands outside of the program")]
pub(crate) fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    client.no_proxy().timeout(std::time::Duration::from_secs(90)).build().unwrap()
}

struct Post(reqwest::Client);

#[async_trait::async_trait]
impl Notifier for Post {
    async fn post(&self, outgoing: &Outgoing) -> Result<NoticeReply, String> {
        let call = self.0.post(&outgoing.url).body(outgoing.body.clone());
        let call = call.header("content-type", &outgoing.content_type);
        let answer = call.send().await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|error| error.to_string())?;
        Ok(NoticeReply { status, body: body.to_vec() })
    }
}

/// The merchant's server: what it was told, by payment and word.
#[derive(Clone)]
pub(crate) struct Receiver {
    mail: Arc<Mutex<Mail>>,
    /// `/hang` answers.
    released: watch::Sender<bool>,
}

#[derive(Default)]
struct Mail {
    told: BTreeMap<(String, String), usize>,
    /// Kept waiting at `/hang` now.
    hanging: usize,
}

impl Default for Receiver {
    fn default() -> Self {
        Self { mail: Arc::default(), released: watch::channel(false).0 }
    }
}

impl Receiver {
    /// Takes webhooks from now on; its address, without the path.
    pub(crate) async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new()
            .route("/hook", axum::routing::post(take))
            .route("/hang", axum::routing::post(hang))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    pub(crate) fn was_told(&self, imp_uid: &str, status: &str) -> bool {
        let key = (imp_uid.to_owned(), status.to_owned());
        self.mail(|mail| mail.told.contains_key(&key))
    }

    pub(crate) fn hanging(&self) -> usize {
        self.mail(|mail| mail.hanging)
    }

    /// From now on `/hang` answers.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    fn mail<T>(&self, read: impl FnOnce(&mut Mail) -> T) -> T {
        read(&mut self.mail.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn take(State(receiver): State<Receiver>, body: String) -> &'static str {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let key = (text("imp_uid"), text("status"));
    receiver.mail(|mail| *mail.told.entry(key).or_default() += 1);
    "OK"
}

/// Counts who is kept waiting, until they hang up or are answered.
struct Waiting(Receiver);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.mail(|mail| mail.hanging -= 1);
    }
}

/// Takes the connection and does not answer until it is told to.
async fn hang(State(receiver): State<Receiver>, body: String) -> &'static str {
    receiver.mail(|mail| mail.hanging += 1);
    let waiting = Waiting(receiver.clone());
    drop(receiver.released.subscribe().wait_for(|released| *released).await);
    drop(waiting);
    take(State(receiver), body).await
}
