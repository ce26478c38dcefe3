//! The fault switch: what goes wrong, where, and how often.

use crate::{catalogue::CATALOGUE, lock, writer::mix};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

/// Operations a fault can be thrown at: the simulators' words, `notice` for what the PG posts to
/// the hub, and `*` for every operation.
pub const OPERATIONS: &[&str] = &[
    "register",
    "window",
    "script",
    "approve",
    "issue",
    "charge",
    "forget",
    "account",
    "receipt",
    "escrow",
    "net_cancel",
    "cancel",
    "lookup",
    "errand",
    "query",
    "other",
    "notice",
    "*",
];

/// The largest seed: numbers up to it mean the same to every reader of JSON.
const LARGEST_SEED: u64 = (1 << 53) - 1;

/// The longest `late:<ms>`: ten minutes.
const LATEST: u64 = 600_000;

/// Something that shall go wrong. Read and written as JSON; unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A PG code played here, or `*`.
    #[serde(default = "any")]
    pub pg: String,
    /// One of [`OPERATIONS`]. Faults of notices thrown at another operation meet the notices that
    /// operation causes; faults of answers thrown at `notice` meet the notice's body.
    #[serde(default = "any")]
    pub operation: String,
    /// A word of [`crate::CATALOGUE`].
    pub fault: String,
    /// How often it strikes before it is gone, -1 for ever. Left out: once, or for ever with a
    /// `rate`. A fault that finds nothing to damage (no signature in the body) did not strike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<i64>,
    /// The share of matching requests it strikes, over 0 up to 1, drawn from `seed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// With a `rate`, what is drawn follows from this alone and from how many matching requests
    /// there were: the same seed strikes the same requests. Up to 2^53 - 1. Left out: one that
    /// follows from the sandbox's seed; the list of faults in force shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// A fault in force, with what became of it so far.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmedFault {
    /// Its number, for [`crate::Sandbox::remove_fault`]. Never used again.
    pub id: u64,
    /// As it was thrown, with what is left of `times`, and with its `seed` where there is a rate.
    #[serde(flatten)]
    pub fault: Fault,
    /// Matching requests so far.
    pub met: u64,
    /// How many of them it struck.
    pub struck: u64,
}

fn any() -> String {
    "*".to_owned()
}

/// A fault's word, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Down,
    TimeoutBefore,
    ResetBefore,
    ServerError,
    TimeoutAfter,
    ResetAfter,
    ServerErrorAfter,
    AnsweredTwice,
    HandledTwice,
    Garbage,
    WrongCharset,
    WrongAmount,
    ForgedSignature,
    /// Milliseconds.
    Late(u64),
    DuplicateNotice,
    NoNotice,
    LateNotice,
    OvertakenNotice,
}

impl Kind {
    fn parse(word: &str) -> Result<Self, String> {
        if let Some(ms) = word.strip_prefix("late:") {
            let ms = ms.parse().ok().filter(|ms| *ms <= LATEST);
            return ms.map(Self::Late).ok_or_else(|| {
                format!("fault: {word:?}: late: takes milliseconds from 0 to {LATEST}")
            });
        }
        // `late:<ms>` itself is no word: it wants its number.
        let found = CATALOGUE.iter().find(|entry| entry.word == word && !word.contains(':'));
        found.map(|entry| entry.kind).ok_or_else(|| {
            let words = CATALOGUE.iter().map(|entry| entry.word).collect::<Vec<_>>().join(", ");
            format!("fault: {word:?} is unknown; allowed: {words}")
        })
    }

    fn only_notices(self) -> bool {
        matches!(
            self,
            Self::DuplicateNotice | Self::NoNotice | Self::LateNotice | Self::OvertakenNotice
        )
    }

    fn fits_notices(self) -> bool {
        self.only_notices()
            || matches!(
                self,
                Self::Garbage
                    | Self::WrongCharset
                    | Self::WrongAmount
                    | Self::ForgedSignature
                    | Self::Late(_)
            )
    }
}

/// A fault that strikes now. Give it back if it turned out to change nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    pub(crate) kind: Kind,
    number: u64,
}

/// The faults in force.
pub(crate) struct Switch {
    seed: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    added: u64,
    armed: Vec<Armed>,
}

struct Armed {
    number: u64,
    fault: Fault,
    kind: Kind,
    /// -1 for ever. 0 only while a strike may still come back.
    left: i64,
    /// Requests it was tried against, for the rate.
    tried: u64,
    /// How many it struck.
    struck: u64,
    /// What its rate is drawn from.
    seed: u64,
}

impl Switch {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, state: Mutex::default() }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The PG's code is the caller's to check.
    pub(crate) fn add(&self, fault: Fault) -> Result<(), String> {
        let operation = fault.operation.as_str();
        if !OPERATIONS.contains(&operation) {
            let words = OPERATIONS.join(", ");
            return Err(format!("operation: {operation:?} is unknown; allowed: {words}"));
        }
        let kind = Kind::parse(&fault.fault)?;
        if operation == "notice" && !kind.fits_notices() {
            let fits = CATALOGUE.iter().filter(|entry| entry.kind.fits_notices());
            let words = fits.map(|entry| entry.word).collect::<Vec<_>>().join(", ");
            let word = fault.fault;
            return Err(format!("fault: {word:?} cannot happen to a notice; allowed: {words}"));
        }
        if fault.rate.is_some_and(|rate| !(rate > 0.0 && rate <= 1.0)) {
            return Err("rate: must be over 0 and at most 1".to_owned());
        }
        if fault.seed.is_some_and(|seed| fault.rate.is_none() || seed > LARGEST_SEED) {
            return Err(format!("seed: goes with a rate and is at most {LARGEST_SEED}"));
        }
        let left = fault.times.unwrap_or(if fault.rate.is_some() { -1 } else { 1 });
        if left == 0 || left < -1 {
            return Err("times: must be 1 or more, or -1 for ever".to_owned());
        }
        let mut state = lock(&self.state);
        state.added += 1;
        let number = state.added;
        let seed = fault.seed.unwrap_or_else(|| mix(self.seed, number) & LARGEST_SEED);
        state.armed.push(Armed { number, fault, kind, left, tried: 0, struck: 0, seed });
        Ok(())
    }

    pub(crate) fn list(&self) -> Vec<ArmedFault> {
        let state = lock(&self.state);
        let armed = state.armed.iter().filter(|armed| armed.left != 0);
        armed.map(Armed::shown).collect()
    }

    /// False if there is none with this number.
    pub(crate) fn remove(&self, number: u64) -> bool {
        let mut state = lock(&self.state);
        let before = state.armed.len();
        state.armed.retain(|armed| armed.number != number);
        state.armed.len() < before
    }

    pub(crate) fn clear(&self) {
        lock(&self.state).armed.clear();
    }

    /// What strikes a request.
    pub(crate) fn request(&self, pg: &str, operation: &str) -> Option<Strike> {
        self.take(|armed| {
            armed.on(pg)
                && (armed.fault.operation == "*" || armed.fault.operation == operation)
                && !armed.kind.only_notices()
        })
    }

    /// What strikes a notice that an operation (or a `deposit`) caused.
    pub(crate) fn notice(&self, pg: &str, cause: &str) -> Option<Strike> {
        self.take(|armed| {
            let caused = armed.fault.operation == "*" || armed.fault.operation == cause;
            armed.on(pg)
                && (armed.fault.operation == "notice" || (caused && armed.kind.only_notices()))
        })
    }

    /// It struck: forget it if that was its last time.
    pub(crate) fn struck(&self, strike: Strike) {
        lock(&self.state).armed.retain(|armed| armed.number != strike.number || armed.left != 0);
    }

    /// It changed nothing, so it does not count.
    pub(crate) fn give_back(&self, strike: Strike) {
        let mut state = lock(&self.state);
        let mine = state.armed.iter_mut().find(|armed| armed.number == strike.number);
        if let Some(armed) = mine {
            armed.struck = armed.struck.saturating_sub(1);
            armed.left += i64::from(armed.left >= 0);
        }
    }

    /// The first fault that matches and, by its rate, strikes.
    fn take(&self, matches: impl Fn(&Armed) -> bool) -> Option<Strike> {
        let mut state = lock(&self.state);
        let mut candidates =
            state.armed.iter_mut().filter(|armed| armed.left != 0 && matches(armed));
        let armed = candidates.find_map(|armed| armed.rolls().then_some(armed))?;
        if armed.left > 0 {
            armed.left -= 1;
        }
        armed.struck += 1;
        Some(Strike { kind: armed.kind, number: armed.number })
    }
}

impl Armed {
    fn shown(&self) -> ArmedFault {
        let seed = self.fault.rate.map(|_| self.seed);
        let fault = Fault { times: Some(self.left), seed, ..self.fault.clone() };
        ArmedFault { id: self.number, fault, met: self.tried, struck: self.struck }
    }

    fn on(&self, pg: &str) -> bool {
        self.fault.pg == "*" || self.fault.pg == pg
    }

    /// Whether it strikes this time: the same answers for the same seed and the same requests.
    fn rolls(&mut self) -> bool {
        self.tried += 1;
        let Some(rate) = self.fault.rate else { return true };
        let bits = mix(self.seed, self.tried) >> 11;
        // 53 bits are exact in a double.
        (bits as f64) < rate * (1_u64 << 53) as f64
    }
}

#[cfg(test)]
#[path = "fault_tests.rs"]
mod tests;
