//! The real program: started on free ports, reached over HTTP, killed without warning.

use pg::Device;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;
use testkit::browser::{Browser, Fetch, Page, Web};
use testkit::postgres::Database;

/// Nothing a test waits for takes this long.
const PATIENCE: Duration = Duration::from_secs(90);

/// The program with these arguments, its output kept away from the test's.
pub(crate) fn ieum(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ieum"));
    command.args(arguments).env("IEUM_LOG", "error").stdin(Stdio::null());
    command
}

/// Runs the program to its end: success, stdout, stderr.
pub(crate) fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = ieum(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none in time.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(answer) => answer,
        Err(_) => panic!("never: {what}"),
    }
}

/// Where the program keeps its things: a SQLite file in the folder, or a PostgreSQL database.
pub(crate) struct Home {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) postgres: Option<Database>,
}

/// Runs a test with the program on SQLite, then on PostgreSQL.
pub(crate) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Home) -> F) {
    test(Home { folder: tempfile::tempdir().unwrap(), postgres: None }).await;
    if let Some(database) = Database::empty().await {
        let folder = tempfile::tempdir().unwrap();
        test(Home { folder, postgres: Some(database) }).await;
    }
}

/// `ieum demo`, running.
pub(crate) struct Demo {
    child: Child,
    ready: Value,
    web: Arc<Http>,
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Demo {
    /// Starts it and waits until it answers.
    pub(crate) async fn start(home: &Home, timeout_ms: u32, grace_seconds: u32) -> Self {
        Self::start_with(home, timeout_ms, grace_seconds, &[]).await
    }

    /// As [`Demo::start`], with more arguments.
    pub(crate) async fn start_with(
        home: &Home,
        timeout_ms: u32,
        grace_seconds: u32,
        more: &[&str],
    ) -> Self {
        let folder = home.folder.path();
        let file = folder.join("ready.json");
        drop(std::fs::remove_file(&file));
        let (data, ready) = (path(&folder.join("data")), path(&file));
        let (timeout, grace) = (timeout_ms.to_string(), grace_seconds.to_string());
        let free = "127.0.0.1:0";
        let mut command = ieum(&[
            "demo",
            "--listen",
            free,
            "--sandbox-listen",
            free,
            "--shop-listen",
            free,
            "--data",
            &data,
            "--ready-file",
            &ready,
            "--pg-timeout-ms",
            &timeout,
            "--settle-grace-seconds",
            &grace,
        ]);
        if let Some(database) = &home.postgres {
            command.args(["--db", &database.url]);
        }
        let child = command.args(more).stdout(Stdio::null()).spawn().unwrap();
        let mut demo = Self { child, ready: Value::Null, web: Arc::new(Http::default()) };
        let ready = until("the ready file", async || {
            assert_eq!(demo.child.try_wait().unwrap(), None, "the program ended");
            std::fs::read_to_string(&file).ok()
        });
        demo.ready = serde_json::from_str(&ready.await).unwrap();
        demo
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap()
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap()
    }

    /// A buyer.
    pub(crate) fn browser(&self, device: Device) -> Browser {
        Browser::new(self.web.clone(), self.text("api"), self.text("sandbox"), device)
    }

    /// The merchant's server calls the REST API with a token.
    pub(crate) async fn rest(&self, method: &str, path: &str, body: Value) -> Value {
        let key = json!({"imp_key": self.text("imp_key"), "imp_secret": self.text("imp_secret")});
        let token = self.call("POST", "/users/getToken", "", &key).await;
        let token = token["response"]["access_token"].as_str().unwrap();
        self.call(method, path, token, &body).await
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> Value {
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if !token.is_empty() {
            headers.push(("authorization", token.to_owned()));
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let url = format!("{}{path}", self.text("api"));
        let page = self.web.fetch(Fetch { method: method.to_owned(), url, headers, body }).await;
        serde_json::from_str(&page.text).unwrap_or_else(|why| panic!("{path}: {why}: {page:?}"))
    }

    /// As [`Demo::rest`], with an `Idempotency-Key`.
    pub(crate) async fn keyed(&self, path: &str, body: &Value, key: &str) -> Value {
        let secret =
            json!({"imp_key": self.text("imp_key"), "imp_secret": self.text("imp_secret")});
        let token = self.call("POST", "/users/getToken", "", &secret).await;
        let token = token["response"]["access_token"].as_str().unwrap().to_owned();
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("authorization", token),
            ("idempotency-key", key.to_owned()),
        ];
        let (url, body) = (format!("{}{path}", self.text("api")), body.to_string().into_bytes());
        let fetch = Fetch { method: "POST".to_owned(), url, headers, body };
        serde_json::from_str(&self.web.fetch(fetch).await.text).unwrap()
    }

    /// As [`Demo::rest`]; nothing if the program dies meanwhile.
    pub(crate) async fn try_rest(&self, method: &str, path: &str, body: Value) -> Option<Value> {
        let key = json!({"imp_key": self.text("imp_key"), "imp_secret": self.text("imp_secret")});
        let token = self.try_call("POST", "/users/getToken", "", key).await?;
        let token = token["response"]["access_token"].as_str()?.to_owned();
        self.try_call(method, path, &token, body).await
    }

    async fn try_call(&self, method: &str, path: &str, token: &str, body: Value) -> Option<Value> {
        let url = format!("{}{path}", self.text("api"));
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("authorization", token.to_owned()),
        ];
        let body = body.to_string().into_bytes();
        let fetch = Fetch { method: method.to_owned(), url, headers, body };
        let page = self.web.try_fetch(fetch).await?;
        serde_json::from_str(&page.text).ok()
    }

    /// Something shall go wrong at every PG so many times.
    pub(crate) async fn fault(&self, operation: &str, fault: &str, times: i64) {
        let body = json!({"pg": "*", "operation": operation, "fault": fault, "times": times});
        assert_eq!(self.rest("POST", "/sandbox/faults", body).await["code"], 0);
    }

    /// Sends a request whose answer nobody waits for.
    pub(crate) fn send(&self, fetch: Fetch) {
        let web = self.web.clone();
        tokio::spawn(async move { web.try_fetch(fetch).await });
    }

    /// What a PG holds of a payment, minor units, and whether it knows of it at all.
    pub(crate) async fn held(&self, pg: &str, imp_uid: &str) -> (i64, bool) {
        let books = self.rest("GET", &format!("/sandbox/books?pg={pg}"), Value::Null).await;
        let trades = books["response"]["trades"].as_array().unwrap();
        let mine: Vec<&Value> =
            trades.iter().filter(|trade| trade["order_no"] == imp_uid).collect();
        let held = mine.iter().filter_map(|trade| trade["held"].as_i64()).sum();
        let moved = mine.iter().any(|trade| trade["state"] != "authorised");
        (held, moved)
    }

    /// The payment as REST shows it.
    pub(crate) async fn payment(&self, imp_uid: &str) -> Value {
        self.rest("GET", &format!("/payments/{imp_uid}"), Value::Null).await["response"].clone()
    }
}

pub(crate) fn path(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// HTTP as a browser or a merchant's server does it.
pub(crate) struct Http(reqwest::Client);

impl Default for Http {
    fn default() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the test stands outside of the program")]
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self(client.unwrap())
    }
}

impl Http {
    /// Nothing if the server went away.
    pub(crate) async fn try_fetch(&self, fetch: Fetch) -> Option<Page> {
        let method = fetch.method.parse().unwrap();
        let mut call = self.0.request(method, &fetch.url).body(fetch.body);
        for (name, value) in fetch.headers {
            call = call.header(name, value);
        }
        let answer = call.send().await.ok()?;
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        let (location, content_type) = (header("location"), header("content-type"));
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.ok()?;
        Some(Page {
            url: fetch.url,
            status,
            location,
            content_type: content_type.unwrap_or_default(),
            text: pg::form::decode(&bytes),
        })
    }
}

#[async_trait::async_trait]
impl Web for Http {
    async fn fetch(&self, fetch: Fetch) -> Page {
        let url = fetch.url.clone();
        self.try_fetch(fetch).await.unwrap_or_else(|| panic!("{url} does not answer"))
    }
}
