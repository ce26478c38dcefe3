//! What everybody in a storm shares: who waits where, which process lives, what was promised.

use crate::promise::Promises;
use crate::trace::Trace;
use domain::Millis;
use sandbox::Sandbox;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use testkit::clock::MockClock;
use testkit::merchant::Shop;
use tokio::sync::{Notify, oneshot};

/// Where somebody waits for the scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// A batch is about to be sent to the database.
    Commit,
    /// The database has answered, the process has not heard it yet.
    Committed,
    /// A request is about to leave for a PG.
    Ask,
    /// The PG has answered, the process has not heard it yet.
    Answered,
    /// A request that its sender has given up on is still on its way to the PG.
    Stray,
    /// A webhook is about to leave.
    Tell,
    /// A client is about to do something.
    Client,
    /// A PG is about to post a notice.
    Notice,
}

/// What the scheduler lets happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on.
    Go,
    /// The connection is refused, or the database says no.
    Refused,
    /// No answer comes; the other side never heard.
    Unheard,
    /// No answer comes now; the other side hears later.
    Late,
    /// No answer comes, though the other side has done it.
    Unanswered,
    /// The other side hears it twice.
    Twice,
}

/// One process of the hub, from its start to its death.
pub(crate) struct Life {
    /// Which replica.
    pub(crate) replica: usize,
    /// How often that replica was started before.
    pub(crate) number: u64,
    dead: AtomicBool,
    died: Notify,
}

impl Life {
    pub(crate) fn new(replica: usize, number: u64) -> Arc<Self> {
        let (dead, died) = (AtomicBool::new(false), Notify::new());
        Arc::new(Self { replica, number, dead, died })
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub(crate) fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_waiters();
    }

    /// Runs something that ends with this process: `None` if that dies before.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut died = std::pin::pin!(self.died.notified());
        died.as_mut().enable();
        if self.is_dead() {
            return None;
        }
        tokio::select! {
            biased;
            () = died => None,
            done = work => Some(done),
        }
    }
}

/// Somebody who waits.
pub(crate) struct Waiter {
    /// In the order they came.
    pub(crate) number: u64,
    pub(crate) point: Point,
    /// What it is about, for the trace.
    pub(crate) what: String,
    /// The process it belongs to; none for what is outside of all of them.
    pub(crate) life: Option<Arc<Life>>,
    /// By the clock.
    pub(crate) since: Millis,
    /// The step it came in.
    pub(crate) step: u64,
    pub(crate) go: oneshot::Sender<Verdict>,
}

#[derive(Default)]
struct Queue {
    next: u64,
    step: u64,
    waiting: Vec<Waiter>,
}

/// Everything shared.
pub(crate) struct World {
    pub(crate) clock: Arc<MockClock>,
    pub(crate) sandbox: OnceLock<Arc<Sandbox>>,
    pub(crate) shop: OnceLock<Shop>,
    pub(crate) hubs: Mutex<Vec<Hub>>,
    pub(crate) trace: Mutex<Trace>,
    pub(crate) promises: Mutex<Promises>,
    /// What broke, first one first.
    broken: Mutex<Vec<String>>,
    /// The database was made to fail somewhere: an HTTP 5xx is then a fair answer.
    pub(crate) excused: AtomicBool,
    /// Clients under way.
    pub(crate) clients: AtomicI64,
    queue: Mutex<Queue>,
    calls: AtomicI64,
    still: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

/// A living process: its engine and its routes.
#[derive(Clone)]
pub(crate) struct Hub {
    pub(crate) life: Arc<Life>,
    pub(crate) engine: engine::Engine,
    pub(crate) router: axum::Router,
}

/// A mutex here guards plain data; a panic elsewhere does not spoil it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub(crate) fn new(clock: Arc<MockClock>, trace: Trace) -> Arc<Self> {
        Arc::new(Self {
            clock,
            sandbox: OnceLock::new(),
            shop: OnceLock::new(),
            hubs: Mutex::default(),
            trace: Mutex::new(trace),
            promises: Mutex::default(),
            broken: Mutex::default(),
            excused: AtomicBool::new(false),
            clients: AtomicI64::new(0),
            queue: Mutex::default(),
            calls: AtomicI64::new(0),
            still: AtomicBool::new(false),
            waker: Mutex::default(),
        })
    }

    /// Waits for the scheduler. Who belongs to a dead process waits for ever.
    pub(crate) async fn pass(
        &self,
        point: Point,
        what: String,
        life: Option<&Arc<Life>>,
    ) -> Verdict {
        if life.is_some_and(|life| life.is_dead()) {
            std::future::pending::<()>().await;
        }
        match self.queue(point, what, life).await {
            Ok(verdict) => verdict,
            // The scheduler forgot us: our process died.
            Err(_) => std::future::pending().await,
        }
    }

    /// A place in the queue.
    pub(crate) fn queue(
        &self,
        point: Point,
        what: String,
        life: Option<&Arc<Life>>,
    ) -> oneshot::Receiver<Verdict> {
        let (go, gone) = oneshot::channel();
        let mut queue = lock(&self.queue);
        queue.next += 1;
        let (number, step) = (queue.next, queue.step);
        let (since, life) = (self.clock.read(), life.cloned());
        queue.waiting.push(Waiter { number, point, what, life, since, step, go });
        gone
    }

    /// Looks at who waits; the order is that of their coming.
    pub(crate) fn waiting<T>(&self, look: impl FnOnce(&mut Vec<Waiter>) -> T) -> T {
        look(&mut lock(&self.queue).waiting)
    }

    /// The scheduler's next step begins.
    pub(crate) fn begin(&self, step: u64) {
        lock(&self.queue).step = step;
    }

    /// Something that must never be.
    pub(crate) fn broke(&self, why: impl Into<String>) {
        lock(&self.broken).push(why.into());
    }

    /// The first thing that broke.
    pub(crate) fn broken(&self) -> Option<String> {
        lock(&self.broken).first().cloned()
    }

    pub(crate) fn busy(&self, change: i64) {
        self.calls.fetch_add(change, Ordering::SeqCst);
    }

    /// The runtime has nothing to do: either a thread is still working for us, or all stands still.
    pub(crate) fn parked(&self) {
        let booking = self.sandbox.get().map_or(0, |sandbox| sandbox.booking());
        if self.calls.load(Ordering::SeqCst) == 0 && booking == 0 {
            self.still.store(true, Ordering::SeqCst);
            if let Some(waker) = lock(&self.waker).take() {
                waker.wake();
            }
        }
    }

    /// Until nobody can go on by himself.
    pub(crate) async fn still(&self) {
        self.still.store(false, Ordering::SeqCst);
        std::future::poll_fn(|cx| {
            if self.still.swap(false, Ordering::SeqCst) {
                return std::task::Poll::Ready(());
            }
            *lock(&self.waker) = Some(cx.waker().clone());
            std::task::Poll::Pending
        })
        .await;
    }

    pub(crate) fn hub(&self, replica: usize) -> Hub {
        lock(&self.hubs)[replica].clone()
    }

    pub(crate) fn replicas(&self) -> usize {
        lock(&self.hubs).len()
    }

    #[expect(clippy::expect_used, reason = "set before the first client")]
    pub(crate) fn sandbox(&self) -> &Arc<Sandbox> {
        self.sandbox.get().expect("the sandbox is open")
    }

    #[expect(clippy::expect_used, reason = "set before the first client")]
    pub(crate) fn shop(&self) -> &Shop {
        self.shop.get().expect("the shop is open")
    }
}
