//! A wire to PostgreSQL in the test's hands: it hangs, goes away, loses the answer of a commit, and
//! can make a server look promoted.
#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use crate::dbs::TestDb;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Carries everything.
    Up,
    /// Takes connections and carries nothing, like a server that is stopped.
    Hung,
    /// Broken, and no connection lasts.
    Down,
}

/// What is to happen at a commit.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// At which one, counted from 1.
    at: usize,
    /// Whether the server gets it before the wire breaks.
    delivered: bool,
}

/// A way to a test's database over a port of its own.
#[derive(Clone)]
pub struct Relay(Arc<Inner>);

struct Inner {
    port: u16,
    server: Config,
    line: watch::Sender<Line>,
    cut: Mutex<Option<Cut>>,
    hang: AtomicBool,
    commits: AtomicUsize,
    /// The timeline as the server says it, and as it is told.
    timeline: Mutex<([u8; 8], [u8; 8])>,
}

/// Either kind of socket.
trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

impl Relay {
    /// A way that is up.
    ///
    /// # Panics
    /// When the database is none of PostgreSQL.
    pub async fn to(test: &TestDb) -> Self {
        let sql = "select substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) as timeline";
        let said = test.db.row(sql, &[]).await.unwrap().unwrap().text("timeline").unwrap();
        let said: [u8; 8] = said.as_bytes().try_into().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Inner {
            port: listener.local_addr().unwrap().port(),
            server: test.url.parse().unwrap(),
            line: watch::channel(Line::Up).0,
            cut: Mutex::default(),
            hang: AtomicBool::new(false),
            commits: AtomicUsize::new(0),
            timeline: Mutex::new((said, said)),
        };
        let relay = Self(Arc::new(inner));
        let door = relay.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let relay = door.clone();
                tokio::spawn(async move { relay.carry(client).await });
            }
        });
        relay
    }

    /// One URL over all these ways.
    ///
    /// # Panics
    /// When there is none.
    pub fn url(all: &[&Self]) -> String {
        let server = &all[0].0.server;
        let user = server.get_user().unwrap();
        let password = server.get_password().map(|word| std::str::from_utf8(word).unwrap());
        let password = password.map_or(String::new(), |word| format!(":{word}"));
        let hosts: Vec<_> = all.iter().map(|one| format!("127.0.0.1:{}", one.0.port)).collect();
        let name = server.get_dbname().unwrap();
        format!("postgres://{user}{password}@{}/{name}", hosts.join(","))
    }

    /// Changes the wire.
    pub fn set(&self, line: Line) {
        self.0.line.send_replace(line);
    }

    /// From here on the server seems to write timeline `number`.
    ///
    /// # Panics
    /// Never.
    pub fn promote(&self, number: u32) {
        let digits = format!("{number:08X}");
        self.0.timeline.lock().unwrap().1 = digits.as_bytes().try_into().unwrap();
    }

    /// Breaks the wire once, at the commit number `at` from now on; the server gets it or not.
    ///
    /// # Panics
    /// Never.
    pub fn cut(&self, at: usize, delivered: bool) {
        let at = self.commits() + at;
        *self.0.cut.lock().unwrap() = Some(Cut { at, delivered });
    }

    /// Forgets a cut that was not come to.
    ///
    /// # Panics
    /// Never.
    pub fn mend(&self) {
        *self.0.cut.lock().unwrap() = None;
    }

    /// The wire hangs when the next commit is sent, which the server does not get.
    pub fn hang_at_commit(&self) {
        self.0.hang.store(true, Ordering::SeqCst);
    }

    /// Waits until the wire hangs.
    ///
    /// # Panics
    /// Never.
    pub async fn hung(&self) {
        let mut line = self.0.line.subscribe();
        line.wait_for(|line| *line == Line::Hung).await.unwrap();
    }

    /// Commits seen so far.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.0.commits.load(Ordering::SeqCst)
    }

    async fn server(&self) -> Box<dyn Socket> {
        let server = &self.0.server;
        let port = server.get_ports().first().copied().unwrap_or(5432);
        match &server.get_hosts()[0] {
            Host::Tcp(host) => Box::new(TcpStream::connect((host.as_str(), port)).await.unwrap()),
            Host::Unix(folder) => {
                let socket = folder.join(format!(".s.PGSQL.{port}"));
                Box::new(UnixStream::connect(socket).await.unwrap())
            }
        }
    }

    /// Carries one connection until the wire breaks.
    async fn carry(self, mut client: TcpStream) {
        let mut line = self.0.line.subscribe();
        let mut server = self.server().await;
        let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            let now = *line.borrow_and_update();
            if now == Line::Down {
                return;
            }
            tokio::select! {
                biased;
                changed = line.changed() => changed.unwrap(),
                read = client.read(&mut up), if now == Line::Up => {
                    let Ok(read @ 1..) = read else { return };
                    if !self.sent(&mut *server, &up[..read]).await { return }
                }
                read = server.read(&mut down), if now == Line::Up => {
                    let Ok(read @ 1..) = read else { return };
                    self.retold(&mut down[..read]);
                    if client.write_all(&down[..read]).await.is_err() { return }
                }
            }
        }
    }

    /// Passes a client's bytes on. False if the wire broke at them.
    async fn sent(&self, server: &mut dyn Socket, bytes: &[u8]) -> bool {
        let found = bytes.windows(7).filter(|window| *window == b"commit\0").count();
        let seen = self.0.commits.fetch_add(found, Ordering::SeqCst) + found;
        if found > 0 && self.0.hang.swap(false, Ordering::SeqCst) {
            self.set(Line::Hung);
            return true;
        }
        let mut server = Pin::new(server);
        let due = |cut: &mut Cut| found > 0 && cut.at <= seen;
        let cut = self.0.cut.lock().unwrap().take_if(due);
        if cut.is_none_or(|cut| cut.delivered) && server.write_all(bytes).await.is_err() {
            return false;
        }
        if cut.is_some_and(|cut| cut.delivered) {
            let mut heard = Vec::new();
            while !heard.windows(6).any(|window| window == b"COMMIT") {
                assert!(server.read_buf(&mut heard).await.unwrap() > 0, "the server hung up");
            }
        }
        cut.is_none()
    }

    /// Puts the told timeline in the place of the server's, where that is the whole of a row.
    fn retold(&self, bytes: &mut [u8]) {
        const ROW: [u8; 11] = [b'D', 0, 0, 0, 18, 0, 1, 0, 0, 0, 8];
        let (said, told) = *self.0.timeline.lock().unwrap();
        for at in 0..bytes.len().saturating_sub(ROW.len() + said.len() - 1) {
            let row = &mut bytes[at..at + ROW.len() + said.len()];
            if row.starts_with(&ROW) && row.ends_with(&said) {
                row[ROW.len()..].copy_from_slice(&told);
            }
        }
    }
}
