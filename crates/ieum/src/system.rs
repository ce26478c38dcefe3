//! The real clock, the real randomness, the real terminal: read here and nowhere else.

use engine::{Clock, Millis, Random};
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's randomness.
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // Without randomness every token and session would be guessable: stop at once.
            fail(&anyhow::anyhow!("the operating system gives no randomness: {error}"));
            std::process::abort();
        }
    }
}

/// A fresh 32-byte key.
pub(crate) fn random_key() -> [u8; 32] {
    let mut key = [0_u8; 32];
    SystemRandom.fill(&mut key);
    key
}

/// Prints a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is no reason to die in the middle of something.
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}

/// Prints an error with its causes; the exit code of the process.
pub(crate) fn fail(error: &anyhow::Error) -> std::process::ExitCode {
    drop(writeln!(std::io::stderr(), "ieum: {error:#}"));
    std::process::ExitCode::FAILURE
}

/// Logs go to stderr; `IEUM_LOG` takes filters such as `debug` or `ieum_engine=debug`.
pub(crate) fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("IEUM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .init();
}

/// Resolves when the process is asked to stop (Ctrl-C or SIGTERM).
pub(crate) async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(interrupt.await);
}
