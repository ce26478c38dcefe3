//! One process of the real program: started, waited for, killed.

use crate::home::Home;
use serde_json::Value;
use std::fs::OpenOptions;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing that is waited for takes this long, also on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(300);

/// The program: `IEUM_BIN`, so that a long run stands apart from the next build, or cargo's.
pub(crate) fn program() -> String {
    std::env::var("IEUM_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_ieum").to_owned())
}

/// `ieum serve`; killed when dropped.
pub(crate) struct Hub {
    child: Child,
    out: Option<ChildStdout>,
    pub(crate) started: Instant,
}

/// How a hub is started.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// Its configuration.
    pub(crate) config: String,
    /// Where its errors go.
    pub(crate) log: String,
    /// A write past a limit on files fails, as on a full disk, instead of ending the program.
    pub(crate) files_may_end: bool,
}

impl Hub {
    pub(crate) fn start(launch: &Launch) -> Self {
        let program = &program();
        let words = ["serve", "--config", &launch.config];
        let mut command = Command::new(if launch.files_may_end { "sh" } else { program });
        if launch.files_may_end {
            command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program]);
        }
        let log = OpenOptions::new().create(true).append(true).open(&launch.log).unwrap();
        command.args(words).env("IEUM_LOG", "error").stdin(Stdio::null());
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let out = child.stdout.take();
        Self { child, out, started }
    }

    /// Waits for the line that says it answers.
    pub(crate) async fn ready(&mut self) -> Result<(), String> {
        let out = self.out.take().ok_or("asked twice")?;
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(out).read_line(&mut line).map(|_| line)
        });
        match tokio::time::timeout(PATIENCE, line).await {
            Ok(Ok(Ok(line))) if line.contains("listens on") => Ok(()),
            Ok(other) => Err(format!("it ended instead of answering: {other:?}")),
            Err(_) => Err("it does not answer".into()),
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Memory it has in use, KiB, as Linux says.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Whether it ended by itself.
    pub(crate) fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The merchant the load is for.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) user_code: String,
    pub(crate) imp_key: String,
    pub(crate) imp_secret: String,
}

/// Sets up a merchant with channels of every PG: `ieum demo` does, once.
pub(crate) async fn set_up(home: &Home) -> Shop {
    let ready = home.file("ready.json");
    let free = "127.0.0.1:0";
    let mut command = Command::new(program());
    command.args(["demo", "--listen", free, "--sandbox-listen", free, "--shop-listen", free]);
    command.args(["--data", &home.text("data"), "--db", &home.url()]);
    command.args(["--ready-file", &home.text("ready.json")]);
    command.env("IEUM_LOG", "error").stdin(Stdio::null()).stdout(Stdio::null());
    let child = command.spawn().unwrap();
    let mut demo = Hub { child, out: None, started: Instant::now() };
    let begun = Instant::now();
    let text = loop {
        if let Ok(text) = std::fs::read_to_string(&ready) {
            break text;
        }
        assert!(!demo.ended() && begun.elapsed() < PATIENCE, "the merchant is not set up");
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    demo.kill();
    let ready: Value = serde_json::from_str(&text).unwrap();
    let text = |key: &str| ready[key].as_str().unwrap().to_owned();
    Shop { user_code: text("imp_code"), imp_key: text("imp_key"), imp_secret: text("imp_secret") }
}

/// Writes a hub's configuration; its file.
pub(crate) fn configure(home: &Home, name: &str, port: u16, url: &str, sandbox: &str) -> String {
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{url}\"\n\n\
         [database]\nurl = \"{}\"\n\n\
         [secrets]\nmaster_key_file = \"data/master.key\"\n\n\
         [sandbox]\npublic_url = \"{sandbox}\"\n\n\
         [pg]\ntimeout_ms = 3000\nsettle_grace_seconds = 3\n\n\
         [webhook]\ntimeout_ms = 3000\nallow_private = true\n",
        home.url()
    );
    std::fs::write(home.file(name), text).unwrap();
    home.text(name)
}
