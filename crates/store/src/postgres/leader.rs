//! Which of several servers takes writes.
//!
//! A URL may name the servers of a cluster that fails over by itself (Patroni). One ear per server
//! asks every second whether it writes, and on which timeline: promotion begins a new one, so a
//! higher number is a newer leader, and a server that still believes in an older one is passed over
//! however alive it looks. Connections to a leader whose timeline is over are closed at once, which
//! is what ends a wait for a server that hangs.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::AbortHandle, time};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::{failure, url};
use crate::DbError;

/// How often a server is asked.
const PULSE: Duration = Duration::from_secs(1);

/// How soon a server that is away is tried again.
const AGAIN: Duration = Duration::from_millis(250);

/// How long a server may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(3);

/// The timeline being written, as eight hexadecimal digits; empty on a standby.
const TIMELINE: &str = "select case when pg_is_in_recovery() then ''
     else substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end";

/// What the ears heard last.
struct Heard {
    /// The newest timeline any server ever said it writes; 0 before the first word.
    newest: u64,
    /// Per server: the timeline it writes, or why it takes no writes.
    servers: Vec<Result<u64, String>>,
}

impl Heard {
    fn leader(&self) -> Option<(usize, u64)> {
        let newest = self.newest;
        let at = self.servers.iter().position(|said| said.as_ref() == Ok(&newest))?;
        Some((at, newest))
    }

    /// Takes a server's word. True if it is news.
    fn take(&mut self, server: usize, said: Result<u64, String>) -> bool {
        self.newest = said.as_ref().map_or(self.newest, |said| self.newest.max(*said));
        let news = self.servers[server] != said;
        self.servers[server] = said;
        news
    }
}

/// Listens to several servers until dropped.
pub(super) struct Leader {
    servers: Arc<[Config]>,
    heard: watch::Receiver<Heard>,
    ears: Vec<AbortHandle>,
}

/// The leader as it was when it was asked for.
pub(super) struct Led<'a> {
    pub(super) config: &'a Config,
    pub(super) term: Term,
}

/// How long a connection is good for: until a newer timeline is heard of.
#[derive(Clone)]
pub(super) struct Term {
    timeline: u64,
    heard: watch::Receiver<Heard>,
}

impl Leader {
    pub(super) fn listen(servers: &[Config]) -> Self {
        let waiting = Err("has not answered yet".to_owned());
        let heard = Heard { newest: 0, servers: vec![waiting; servers.len()] };
        let (told, heard) = watch::channel(heard);
        let told = Arc::new(told);
        let servers: Arc<[Config]> = servers.into();
        let ear = |server| ear(server, Arc::clone(&servers), Arc::clone(&told));
        let ears = (0..servers.len()).map(|server| tokio::spawn(ear(server)).abort_handle());
        Self { ears: ears.collect(), heard, servers: Arc::clone(&servers) }
    }

    /// The server that takes writes, as soon as there is one.
    pub(super) async fn now(&self) -> Result<Led<'_>, DbError> {
        let mut heard = self.heard.clone();
        let led = heard.wait_for(|heard| heard.leader().is_some()).await;
        let led = led.ok().and_then(|heard| heard.leader());
        let (server, timeline) = led.ok_or(DbError::Closed)?;
        let term = Term { timeline, heard: self.heard.clone() };
        Ok(Led { config: &self.servers[server], term })
    }

    /// Gives the ears time to hear what just happened.
    pub(super) async fn pause(&self) {
        time::sleep(AGAIN).await;
    }

    /// Why there is no leader, server by server.
    pub(super) fn why(&self) -> String {
        let heard = self.heard.borrow();
        let each = self.servers.iter().zip(&heard.servers).map(|(config, said)| match said {
            Ok(timeline) => format!("{} writes timeline {timeline}", url::place(config)),
            Err(why) => format!("{}: {why}", url::place(config)),
        });
        format!("no server takes writes ({})", each.collect::<Vec<_>>().join("; "))
    }

    /// Where the leader is, if there is one, for people.
    pub(super) fn place(&self) -> Option<String> {
        let (server, _) = self.heard.borrow().leader()?;
        Some(url::place(&self.servers[server]))
    }

    /// How many servers there are.
    pub(super) fn count(&self) -> usize {
        self.servers.len()
    }

    /// Listens no more.
    pub(super) fn close(&self) {
        self.ears.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.close();
    }
}

impl Term {
    /// Ends when a newer leader is known; never, if nobody listens any more.
    pub(super) async fn over(mut self) {
        let timeline = self.timeline;
        if self.heard.wait_for(|heard| heard.newest > timeline).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Refuses a server that does not, or not any more, write this term's timeline.
    pub(super) async fn check(&self, client: &Client) -> Result<(), DbError> {
        match timeline(client).await {
            Ok(found) if found == self.timeline => Ok(()),
            Ok(_) => Err(DbError::Unavailable("the leader changed".to_owned())),
            Err(why) => Err(DbError::Unavailable(why)),
        }
    }
}

async fn ear(server: usize, servers: Arc<[Config]>, told: Arc<watch::Sender<Heard>>) {
    loop {
        let why = hear(server, &servers[server], &told).await;
        let place = url::place(&servers[server]);
        told.send_if_modified(|heard| {
            let news = heard.take(server, Err(why.clone()));
            if news {
                tracing::warn!(server = place, why, "a database server is away");
            }
            news
        });
        time::sleep(AGAIN).await;
    }
}

/// Asks one server again and again; gives why that ended.
async fn hear(server: usize, config: &Config, told: &watch::Sender<Heard>) -> String {
    let silent = || "does not answer".to_owned();
    let (client, driver) = match time::timeout(PATIENCE, config.connect(NoTls)).await {
        Ok(Ok(connected)) => connected,
        Ok(Err(error)) => return failure::text(&error),
        Err(_) => return silent(),
    };
    let asking = async {
        loop {
            let said = match time::timeout(PATIENCE, timeline(&client)).await {
                Ok(Ok(0)) => Err("is a standby".to_owned()),
                Ok(Ok(timeline)) => Ok(timeline),
                Ok(Err(why)) => return why,
                Err(_) => return silent(),
            };
            told.send_if_modified(|heard| {
                let news = heard.take(server, said.clone());
                if news && said.is_ok() {
                    tracing::info!(server = url::place(config), ?said, "the database's leader");
                }
                news
            });
            time::sleep(PULSE).await;
        }
    };
    tokio::select! {
        why = asking => why,
        ended = driver => ended.err().map_or_else(silent, |error| failure::text(&error)),
    }
}

/// The timeline this server writes; 0 on a standby.
async fn timeline(client: &Client) -> Result<u64, String> {
    let rows = client.simple_query(TIMELINE).await.map_err(|error| failure::text(&error))?;
    let said = rows.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    match said {
        Some("") => Ok(0),
        Some(digits) => u64::from_str_radix(digits, 16).map_err(|error| error.to_string()),
        None => Err("does not say its timeline".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::Heard;

    fn away() -> Result<u64, String> {
        Err("away".to_owned())
    }

    #[test]
    fn the_newest_timeline_leads_whoever_else_claims_to() {
        let mut heard = Heard { newest: 0, servers: vec![away(), away(), away()] };
        assert_eq!(heard.leader(), None);
        assert!(heard.take(0, Ok(3)));
        assert!(!heard.take(0, Ok(3)), "the same again is no news");
        assert_eq!(heard.leader(), Some((0, 3)));
        heard.take(1, Ok(4));
        assert_eq!(heard.leader(), Some((1, 4)), "promoted while the first still believes");
        heard.take(1, away());
        assert_eq!(heard.leader(), None, "the old one does not come back into its own");
        heard.take(2, Ok(5));
        heard.take(1, Ok(4));
        assert_eq!(heard.leader(), Some((2, 5)));
    }
}
