//! The one who decides: at each step somebody who waits goes on, or a client comes, the clock
//! moves, jobs are looked for, something is made to fail, or a process dies.

use crate::clients;
use crate::draw::Draw;
use crate::start;
use crate::world::{Point, Verdict, Waiter, World, lock};
use domain::Millis;
use sandbox::Fault;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Db;

/// The longest anybody is left to wait, in steps: the sandbox gives a notice up by the real clock.
const PATIENCE: u64 = 400;

/// How long a call may take by the clock before it is pushed on, where processes do not stall.
const PROMPT_MS: i64 = 10_000;

/// How wild a seed is; drawn from it.
#[derive(Clone, Debug)]
pub(crate) struct Weather {
    /// Faults of a PG's answer, in a thousand calls.
    pub(crate) wire: u64,
    /// Crashes, in a thousand steps.
    pub(crate) crash: u64,
    /// Lost commits, in a thousand commits.
    pub(crate) database: u64,
    /// Webhooks that fail, in a thousand.
    pub(crate) hooks: u64,
    /// Processes may stand still for longer than any time-out.
    pub(crate) stalls: bool,
    /// Faults armed at the PGs' side, in a thousand idle steps.
    pub(crate) faults: u64,
    /// At most so many clients at once.
    pub(crate) clients: i64,
}

impl Weather {
    pub(crate) fn of(draw: &mut Draw) -> Self {
        Self {
            wire: draw.pick(&[0, 20, 60, 150, 300]),
            crash: draw.pick(&[0, 1, 3, 8, 15]),
            database: draw.pick(&[0, 0, 0, 5, 20]),
            hooks: draw.pick(&[0, 50, 200, 500]),
            stalls: draw.chance(200),
            faults: draw.pick(&[0, 30, 100, 200]),
            clients: draw.pick(&[3, 6, 12, 20]),
        }
    }
}

/// Runs the steps of one seed.
pub(crate) struct Scheduler {
    pub(crate) world: Arc<World>,
    pub(crate) db: Db,
    pub(crate) draw: Draw,
    pub(crate) weather: Weather,
    pub(crate) seed: u64,
    pub(crate) step: u64,
    lives: u64,
    /// Milliseconds the clock goes on once nobody is in the middle of something.
    leap: Option<i64>,
    /// Looks for jobs under way.
    looking: Arc<AtomicI64>,
}

impl Scheduler {
    pub(crate) fn new(world: Arc<World>, db: Db, seed: u64) -> Self {
        let mut draw = Draw::new(seed);
        let weather = Weather::of(&mut draw);
        let looking = Arc::new(AtomicI64::new(0));
        Self { world, db, draw, weather, seed, step: 0, lives: 0, leap: None, looking }
    }

    /// Starts this many processes.
    pub(crate) fn boot(&mut self, replicas: usize) {
        for replica in 0..replicas {
            self.start(replica);
        }
    }

    fn start(&mut self, replica: usize) {
        self.lives += 1;
        start::replica(&self.world, &self.db, replica, self.lives, self.seed);
    }

    /// So many steps, or up to the first thing that breaks.
    pub(crate) async fn storm(&mut self, steps: u64) {
        let text = format!("{:?}", self.weather);
        lock(&self.world.trace).line(text);
        while self.step < steps && self.world.broken().is_none() {
            self.world.still().await;
            self.begin();
            self.decide();
        }
        self.world.still().await;
    }

    fn begin(&mut self) {
        self.step += 1;
        self.world.begin(self.step);
    }

    fn decide(&mut self) {
        if self.leap.is_some() {
            return self.towards_leap();
        }
        let waiting = self.world.waiting(|all| all.len());
        if waiting > 0 && self.draw.chance(850) {
            return self.let_one_go();
        }
        match self.draw.below(1_000) {
            0..420 => self.client(),
            420..700 => self.look_for_jobs(),
            700..850 => self.tick(),
            850..870 => self.plan_leap(),
            870..900 => self.notices(),
            _ => self.mishap(),
        }
    }

    /// Something else than letting somebody go.
    fn mishap(&mut self) {
        // A mishap is tried in about 15 of a thousand steps.
        if self.draw.chance((self.weather.crash * 60).min(900)) {
            return self.crash();
        }
        if self.draw.chance(self.weather.faults * 3) {
            return self.arm();
        }
        self.client();
    }

    fn say(&self, kind: &'static str, text: &str) {
        let now = self.world.clock.read().0;
        let mut trace = lock(&self.world.trace);
        trace.count(kind);
        trace.line(format!("{:>6} {now} {kind} {text}", self.step));
    }

    fn client(&mut self) {
        if self.world.clients.load(Ordering::SeqCst) >= self.weather.clients {
            if self.world.waiting(|all| all.is_empty()) {
                return self.tick();
            }
            return self.let_one_go();
        }
        let name = clients::start(&self.world, self.draw.next());
        self.say("client", name);
    }

    /// A process looks for jobs, as it does four times a second.
    fn look_for_jobs(&mut self) {
        let replica = self.draw.below(self.world.replicas());
        if self.looking.load(Ordering::SeqCst) > 5 {
            return self.tick();
        }
        self.look(replica);
    }

    fn look(&mut self, replica: usize) {
        let hub = self.world.hub(replica);
        let looking = Looking::new(&self.looking);
        self.say("jobs", &format!("r{replica}.{}", hub.life.number));
        tokio::spawn(async move {
            let _looking = looking;
            let engine = hub.engine.clone();
            // Who dies over it is replaced by whoever looks next.
            hub.life.within(engine::jobs::run_once(&engine)).await;
        });
    }

    /// A few seconds at most.
    fn tick(&mut self) {
        let ms = self.draw.between(1, 4_000);
        if let Some(number) = self.late(ms) {
            return self.release(number);
        }
        self.advance(ms);
    }

    fn advance(&mut self, ms: i64) {
        self.world.clock.advance_ms(ms);
        self.say("clock", &format!("+{ms} ms"));
    }

    /// Who would have waited too long after so many milliseconds more.
    fn late(&self, ms: i64) -> Option<u64> {
        let now = self.world.clock.read();
        let end = Millis(now.0 + ms - PROMPT_MS);
        let late = |one: &&Waiter| self.hurries(one.point) && one.since <= end;
        self.world.waiting(|all| all.iter().find(late).map(|one| one.number))
    }

    fn plan_leap(&mut self) {
        let minutes = self.draw.pick(&[1, 2, 5, 10, 30, 60, 180, 600, 1_500]);
        let ms = minutes * 60_000 + self.draw.between(0, 59_999);
        self.leap = Some(ms);
        self.towards_leap();
    }

    /// Who must not wait for long by the clock. Buyers may, and so may a process that stands still;
    /// what is on its way to a PG arrives in the time calls have, or never.
    fn hurries(&self, point: Point) -> bool {
        match point {
            Point::Client => false,
            Point::Ask | Point::Stray => true,
            _ => !self.weather.stalls,
        }
    }

    /// Everybody who must not wait finishes what he is doing; then the clock leaps.
    fn towards_leap(&mut self) {
        let busy = |one: &&Waiter| self.hurries(one.point);
        let next = self.world.waiting(|all| all.iter().find(busy).map(|one| one.number));
        match (next, self.leap.take()) {
            (Some(number), leap) => {
                self.leap = leap;
                self.release(number);
            }
            (None, leap) => {
                self.world.clock.advance_ms(leap.unwrap_or(0));
                self.say("leap", &format!("+{} s", leap.unwrap_or(0) / 1_000));
            }
        }
    }

    fn notices(&mut self) {
        let sandbox = self.world.sandbox().clone();
        let now = self.world.clock.read();
        self.say("notices", "due");
        tokio::spawn(async move {
            drop(sandbox.retry_notices(now).await);
        });
    }

    fn arm(&mut self) {
        const OPERATIONS: [&str; 9] = [
            "approve",
            "approve",
            "cancel",
            "cancel",
            "lookup",
            "net_cancel",
            "charge",
            "issue",
            "account",
        ];
        const FAULTS: [&str; 9] = [
            "timeout_before",
            "reset_before",
            "server_error",
            "timeout_after",
            "server_error_after",
            "garbage",
            "wrong_charset",
            "wrong_amount",
            "forged_signature",
        ];
        let (operation, fault) = if self.draw.chance(150) {
            ("notice", self.draw.pick(&["duplicate_notice", "late_notice"]))
        } else {
            (self.draw.pick(&OPERATIONS), self.draw.pick(&FAULTS))
        };
        let pg = self.draw.pick(&["kicc", "html5_inicis", "nice"]);
        let times = self.draw.between(1, 2);
        let armed = Fault {
            pg: pg.to_owned(),
            operation: operation.to_owned(),
            fault: fault.to_owned(),
            times: Some(times),
            rate: None,
            seed: None,
        };
        if let Err(why) = self.world.sandbox().add_fault(armed) {
            self.world.broke(why);
        }
        self.say("fault", &format!("{pg} {operation} {fault} x{times}"));
    }

    /// A process dies: its tasks never go on, its memory is gone, and another one starts.
    fn crash(&mut self) {
        let replica = self.draw.below(self.world.replicas());
        let hub = self.world.hub(replica);
        let died = hub.life.number;
        hub.life.die();
        let dead = |one: &Waiter| one.life.as_ref().is_some_and(|life| life.is_dead());
        let lost = self.world.waiting(|all| {
            let before = all.len();
            all.retain(|one| !dead(one));
            before - all.len()
        });
        self.start(replica);
        self.say("crash", &format!("r{replica}.{died} with {lost} under way"));
    }

    fn let_one_go(&mut self) {
        let step = self.step;
        let old = self.world.waiting(|all| {
            all.first().filter(|one| one.step + PATIENCE < step).map(|one| one.number)
        });
        let number = old.unwrap_or_else(|| {
            let count = self.world.waiting(|all| all.len());
            let index = self.draw.below(count);
            self.world.waiting(|all| all[index].number)
        });
        self.release(number);
    }

    /// Somebody who waits goes on, with what happens to him.
    pub(crate) fn release(&mut self, number: u64) {
        let found = self.world.waiting(|all| {
            let index = all.iter().position(|one| one.number == number)?;
            Some(all.remove(index))
        });
        let Some(one) = found else { return };
        let verdict = self.verdict(one.point);
        let life = one
            .life
            .as_ref()
            .map_or(String::new(), |life| format!(" r{}.{}", life.replica, life.number));
        let word = match verdict {
            Verdict::Go => String::new(),
            other => format!(" {other:?}"),
        };
        self.say(kind(one.point), &format!("#{number}{life} {}{word}", one.what));
        // Nobody listens any more where a client was dropped.
        let _ = one.go.send(verdict);
    }

    fn verdict(&mut self, point: Point) -> Verdict {
        use Verdict::{Go, Late, Refused, Twice, Unanswered, Unheard};
        let weather = self.weather.clone();
        match point {
            Point::Commit if self.draw.chance(weather.database) => {
                self.world.excused.store(true, Ordering::SeqCst);
                self.draw.pick(&[Refused, Unheard])
            }
            Point::Committed if self.draw.chance(weather.database) => {
                self.world.excused.store(true, Ordering::SeqCst);
                Unanswered
            }
            Point::Ask if self.draw.chance(weather.wire) => {
                self.draw.pick(&[Refused, Unheard, Unheard, Late, Late, Twice])
            }
            Point::Answered if self.draw.chance(weather.wire) => Unanswered,
            Point::Tell if self.draw.chance(weather.hooks) => {
                self.draw.pick(&[Refused, Unheard, Twice, Unanswered])
            }
            Point::Notice if self.draw.chance(weather.wire) => {
                self.draw.pick(&[Refused, Unheard, Twice, Unanswered])
            }
            _ => Go,
        }
    }

    /// The storm is over: nothing fails any more, clients finish, jobs are done, days pass.
    pub(crate) async fn calm(&mut self) {
        self.weather = Weather {
            wire: 0,
            crash: 0,
            database: 0,
            hooks: 0,
            stalls: false,
            faults: 0,
            clients: 0,
        };
        self.world.sandbox().clear_faults();
        self.drain().await;
        let mut seconds = 1;
        let end = self.world.clock.read().plus_seconds(5 * 86_400);
        while self.world.clock.read() < end && self.world.broken().is_none() {
            self.world.clock.advance_ms(seconds * 1_000);
            seconds = (seconds * 2).min(3_600);
            self.notices();
            for replica in 0..self.world.replicas() {
                self.look(replica);
            }
            self.drain().await;
            self.resend().await;
        }
    }

    /// Until nobody waits.
    async fn drain(&mut self) {
        loop {
            self.world.still().await;
            let first = self.world.waiting(|all| all.first().map(|one| one.number));
            let Some(number) = first else { return };
            self.begin();
            self.release(number);
        }
    }

    /// Notices kept back or given up are sent by hand until each is taken.
    async fn resend(&mut self) {
        for simulator in pg::sim::ALL {
            let books = self.world.sandbox().books(simulator.pg()).ok().flatten();
            let Some(books) = books else { continue };
            let Some(notices) = books["notices"].as_array() else { continue };
            let held =
                notices.iter().filter(|one| one["state"] == "held" || one["state"] == "failed");
            for id in held.filter_map(|one| one["id"].as_i64()) {
                let sandbox = self.world.sandbox().clone();
                tokio::spawn(async move {
                    drop(sandbox.resend_notice(id).await);
                });
                self.drain().await;
            }
        }
    }
}

/// Counts a look for jobs.
struct Looking(Arc<AtomicI64>);

impl Looking {
    fn new(count: &Arc<AtomicI64>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count.clone())
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The word for the trace and the counts.
const fn kind(point: Point) -> &'static str {
    match point {
        Point::Commit => "commit",
        Point::Committed => "committed",
        Point::Ask => "ask",
        Point::Answered => "answered",
        Point::Stray => "stray",
        Point::Tell => "tell",
        Point::Client => "act",
        Point::Notice => "notice",
    }
}
