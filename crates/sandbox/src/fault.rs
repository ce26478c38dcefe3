//! The fault switch: what goes wrong, where, and how often.

use crate::{lock, writer::mix};
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

/// The words of [`Fault::fault`], each with what it does.
pub const FAULTS: &[(&str, &str)] = &[
    ("down", "the connection is closed without an answer; nothing is booked"),
    ("timeout_before", "nothing is booked and no answer comes"),
    ("reset_before", "nothing is booked and the answer is cut in the middle"),
    ("server_error", "nothing is booked and the answer is an HTML page with HTTP 500"),
    ("timeout_after", "booked, then no answer comes"),
    ("reset_after", "booked, then the answer is cut in the middle"),
    ("server_error_after", "booked, then the answer is an HTML page with HTTP 500"),
    ("garbage", "booked; the body is random bytes"),
    ("wrong_charset", "booked; the body is EUC-KR where it should be UTF-8 and the reverse"),
    ("wrong_amount", "booked; amounts in the body are one minor unit more"),
    ("forged_signature", "booked; signatures in the body are changed"),
    ("late:<ms>", "booked; the answer comes this many milliseconds late"),
    ("duplicate_notice", "the notice is sent twice"),
    ("no_notice", "the notice is never sent and cannot be resent"),
    ("late_notice", "the notice is kept until it is resent by hand"),
];

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
    /// One of [`FAULTS`].
    pub fault: String,
    /// How often it strikes before it is gone, -1 for ever. Left out: once, or for ever with a
    /// `rate`. A fault that finds nothing to damage (no signature in the body) did not strike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<i64>,
    /// The share of matching requests it strikes, over 0 up to 1, drawn from the sandbox's seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
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
    Garbage,
    WrongCharset,
    WrongAmount,
    ForgedSignature,
    /// Milliseconds.
    Late(u64),
    DuplicateNotice,
    NoNotice,
    LateNotice,
}

impl Kind {
    fn parse(word: &str) -> Result<Self, String> {
        if let Some(ms) = word.strip_prefix("late:") {
            let ms = ms.parse().ok().filter(|ms| *ms <= LATEST);
            return ms.map(Self::Late).ok_or_else(|| {
                format!("fault: {word:?}: late: takes milliseconds from 0 to {LATEST}")
            });
        }
        Ok(match word {
            "down" => Self::Down,
            "timeout_before" => Self::TimeoutBefore,
            "reset_before" => Self::ResetBefore,
            "server_error" => Self::ServerError,
            "timeout_after" => Self::TimeoutAfter,
            "reset_after" => Self::ResetAfter,
            "server_error_after" => Self::ServerErrorAfter,
            "garbage" => Self::Garbage,
            "wrong_charset" => Self::WrongCharset,
            "wrong_amount" => Self::WrongAmount,
            "forged_signature" => Self::ForgedSignature,
            "duplicate_notice" => Self::DuplicateNotice,
            "no_notice" => Self::NoNotice,
            "late_notice" => Self::LateNotice,
            _ => {
                let words = FAULTS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
                return Err(format!("fault: {word:?} is unknown; allowed: {words}"));
            }
        })
    }

    fn only_notices(self) -> bool {
        matches!(self, Self::DuplicateNotice | Self::NoNotice | Self::LateNotice)
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
}

impl Switch {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, state: Mutex::default() }
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
            let fits = |word: &str| Kind::parse(word).is_ok_and(Kind::fits_notices);
            let mut words: Vec<_> = FAULTS.iter().map(|(w, _)| *w).filter(|w| fits(w)).collect();
            words.push("late:<ms>");
            let words = words.join(", ");
            let word = fault.fault;
            return Err(format!("fault: {word:?} cannot happen to a notice; allowed: {words}"));
        }
        if fault.rate.is_some_and(|rate| !(rate > 0.0 && rate <= 1.0)) {
            return Err("rate: must be over 0 and at most 1".to_owned());
        }
        let left = fault.times.unwrap_or(if fault.rate.is_some() { -1 } else { 1 });
        if left == 0 || left < -1 {
            return Err("times: must be 1 or more, or -1 for ever".to_owned());
        }
        let mut state = lock(&self.state);
        state.added += 1;
        let number = state.added;
        state.armed.push(Armed { number, fault, kind, left, tried: 0 });
        Ok(())
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        let state = lock(&self.state);
        let armed = state.armed.iter().filter(|armed| armed.left != 0);
        armed.map(|armed| Fault { times: Some(armed.left), ..armed.fault.clone() }).collect()
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
        if let Some(armed) = mine.filter(|armed| armed.left >= 0) {
            armed.left += 1;
        }
    }

    /// The first fault that matches and, by its rate, strikes.
    fn take(&self, matches: impl Fn(&Armed) -> bool) -> Option<Strike> {
        let mut state = lock(&self.state);
        let mut candidates =
            state.armed.iter_mut().filter(|armed| armed.left != 0 && matches(armed));
        let armed = candidates.find_map(|armed| armed.rolls(self.seed).then_some(armed))?;
        if armed.left > 0 {
            armed.left -= 1;
        }
        Some(Strike { kind: armed.kind, number: armed.number })
    }
}

impl Armed {
    fn on(&self, pg: &str) -> bool {
        self.fault.pg == "*" || self.fault.pg == pg
    }

    /// Whether it strikes this time: the same answers for the same seed and the same requests.
    fn rolls(&mut self, seed: u64) -> bool {
        let Some(rate) = self.fault.rate else { return true };
        self.tried += 1;
        let bits = mix(seed ^ mix(self.number, 0), self.tried) >> 11;
        // 53 bits are exact in a double.
        (bits as f64) < rate * (1_u64 << 53) as f64
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn fault(operation: &str, word: &str, times: Option<i64>) -> Fault {
        let (operation, fault) = (operation.to_owned(), word.to_owned());
        Fault { pg: "*".into(), operation, fault, times, rate: None }
    }

    #[test]
    fn every_word_of_the_list_is_understood() {
        for (word, _) in FAULTS {
            Kind::parse(&word.replace("<ms>", "250")).unwrap();
        }
        assert_eq!(Kind::parse("late:250"), Ok(Kind::Late(250)));
    }

    #[test]
    fn refusals_say_what_is_allowed() {
        let switch = Switch::new(1);
        let refused = |fault| switch.add(fault).unwrap_err();
        let unknown = refused(fault("*", "explode", None));
        assert!(unknown.contains("explode") && unknown.contains("wrong_charset"), "{unknown}");
        let unknown = refused(fault("refund", "down", None));
        assert!(unknown.contains("refund") && unknown.contains("net_cancel"), "{unknown}");
        let unfit = refused(fault("notice", "down", None));
        assert!(unfit.contains("notice") && unfit.contains("late_notice"), "{unfit}");
        for times in [0, -2] {
            assert!(refused(fault("*", "down", Some(times))).contains("times"));
        }
        for late in ["late:", "late:-1", "late:600001", "late:x"] {
            assert!(refused(fault("*", late, None)).contains("late"), "{late}");
        }
        for rate in [0.0, -0.1, 1.1, f64::NAN] {
            let fault = Fault { rate: Some(rate), ..fault("*", "down", None) };
            assert!(refused(fault).contains("rate"), "{rate}");
        }
        assert!(switch.list().is_empty());
    }

    #[test]
    fn times_run_out_and_strikes_without_effect_come_back() {
        let switch = Switch::new(1);
        switch.add(fault("approve", "garbage", Some(2))).unwrap();
        assert!(switch.request("kicc", "lookup").is_none());
        let first = switch.request("kicc", "approve").unwrap();
        switch.struck(first);
        assert_eq!(switch.list()[0].times, Some(1));
        let second = switch.request("kicc", "approve").unwrap();
        assert!(switch.request("kicc", "approve").is_none(), "in use");
        switch.give_back(second);
        assert_eq!(switch.list()[0].times, Some(1));
        switch.struck(switch.request("kicc", "approve").unwrap());
        assert!(switch.list().is_empty());
        switch.add(fault("*", "down", Some(-1))).unwrap();
        for _ in 0..5 {
            switch.struck(switch.request("nice", "cancel").unwrap());
        }
        switch.clear();
        assert!(switch.request("nice", "cancel").is_none());
    }

    #[test]
    fn rates_are_drawn_from_the_seed() {
        let draw = |seed| {
            let switch = Switch::new(seed);
            switch.add(Fault { rate: Some(0.3), ..fault("*", "down", None) }).unwrap();
            (0..1000).map(|_| switch.request("kicc", "cancel").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let hits = draw(7).into_iter().filter(|hit| *hit).count();
        assert!((200..400).contains(&hits), "{hits}");
    }

    #[test]
    fn faults_of_notices_leave_answers_alone_and_the_reverse() {
        let switch = Switch::new(1);
        switch.add(fault("*", "no_notice", Some(-1))).unwrap();
        switch.add(fault("notice", "garbage", Some(-1))).unwrap();
        assert!(switch.request("kicc", "approve").is_none());
        assert_eq!(switch.notice("kicc", "deposit").unwrap().kind, Kind::NoNotice);
        switch.clear();
        switch.add(fault("*", "garbage", Some(-1))).unwrap();
        assert!(switch.notice("kicc", "deposit").is_none());
        switch.add(fault("approve", "late_notice", None)).unwrap();
        assert!(switch.notice("kicc", "deposit").is_none());
        assert_eq!(switch.notice("kicc", "approve").unwrap().kind, Kind::LateNotice);
    }

    #[test]
    fn json_reads_and_writes() {
        let read: Fault = serde_json::from_str(r#"{"fault":"down","rate":0.1}"#).unwrap();
        assert_eq!((read.pg.as_str(), read.operation.as_str(), read.times), ("*", "*", None));
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&written).unwrap(), read);
        let wrong = serde_json::from_str::<Fault>(r#"{"fault":"down","time":1}"#).unwrap_err();
        assert!(wrong.to_string().contains("time"), "{wrong}");
    }
}
