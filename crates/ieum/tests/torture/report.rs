//! What came of it, in figures.

use crate::settings::say;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Of one lane, or of all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    name: String,
    seed: u64,
    pub(crate) kills: u32,
    /// Of them, before the program answered at all.
    pub(crate) early: u32,
    pub(crate) checks: u32,
    pub(crate) payments: usize,
    pub(crate) acknowledged: u64,
    pub(crate) unanswered: u64,
    /// An answer that is no longer true.
    pub(crate) lost: BTreeSet<String>,
    /// What happened twice.
    pub(crate) doubled: BTreeSet<String>,
    /// What is still under way although everything had its time.
    pub(crate) unresolved: BTreeSet<String>,
    /// Where a PG's books and ours differ.
    pub(crate) books: BTreeSet<String>,
    /// Payments the merchant's receiver never heard of.
    pub(crate) untold: BTreeSet<String>,
    /// What else is wrong.
    pub(crate) wrong: BTreeSet<String>,
    /// What waits for a person, by kind.
    pub(crate) attentions: BTreeMap<String, usize>,
    /// What the PGs hold in the end, minor units.
    pub(crate) held: i64,
    /// From the program's start to its first answer.
    pub(crate) worst_start: Duration,
    /// From the kill until everything is settled.
    pub(crate) worst_settled: Duration,
    pub(crate) other: BTreeMap<String, u64>,
}

impl Report {
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        Self { name: name.to_owned(), seed, ..Self::default() }
    }

    /// Adds another lane's.
    pub(crate) fn add(&mut self, lane: &Self) {
        self.kills += lane.kills;
        self.early += lane.early;
        self.checks += lane.checks;
        self.payments += lane.payments;
        self.acknowledged += lane.acknowledged;
        self.unanswered += lane.unanswered;
        self.held += lane.held;
        self.worst_start = self.worst_start.max(lane.worst_start);
        self.worst_settled = self.worst_settled.max(lane.worst_settled);
        let sets = |report: &Self| {
            let Self { lost, doubled, unresolved, books, untold, wrong, .. } = report.clone();
            [lost, doubled, unresolved, books, untold, wrong]
        };
        for (mine, theirs) in self.sets().into_iter().zip(sets(lane)) {
            mine.extend(theirs);
        }
        for (kind, count) in &lane.attentions {
            *self.attentions.entry(kind.clone()).or_default() += count;
        }
        for (words, count) in &lane.other {
            *self.other.entry(words.clone()).or_default() += count;
        }
    }

    fn sets(&mut self) -> [&mut BTreeSet<String>; 6] {
        [
            &mut self.lost,
            &mut self.doubled,
            &mut self.unresolved,
            &mut self.books,
            &mut self.untold,
            &mut self.wrong,
        ]
    }

    /// Past the test harness.
    pub(crate) fn print(&self) {
        let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
        say(&format!("── {} ──", self.name));
        for (key, value) in [
            ("seed", self.seed.to_string()),
            ("kills", format!("{} ({} before it answered)", self.kills, self.early)),
            ("comparisons", self.checks.to_string()),
            ("payments", self.payments.to_string()),
            ("acknowledged", self.acknowledged.to_string()),
            ("never answered", self.unanswered.to_string()),
            ("lost", self.lost.len().to_string()),
            ("doubled", self.doubled.len().to_string()),
            ("unresolved", self.unresolved.len().to_string()),
            ("books differ", self.books.len().to_string()),
            ("not told", self.untold.len().to_string()),
            ("needs a person", format!("{:?}", self.attentions)),
            ("held by the PGs", self.held.to_string()),
            ("worst start", seconds(self.worst_start)),
            ("worst recovery", seconds(self.worst_settled)),
        ] {
            say(&format!("{key:<16} {value}"));
        }
        if std::env::var_os("IEUM_TORTURE_WORDS").is_some() {
            for (words, count) in &self.other {
                say(&format!("  {count:>5} × {words}"));
            }
        }
    }

    /// # Panics
    /// When anything is wrong, naming it.
    pub(crate) fn assert_good(&self) {
        let mut wrong = Vec::new();
        for set in self.clone().sets() {
            wrong.extend(set.iter().take(20).cloned());
        }
        assert!(wrong.is_empty(), "{} with seed {}:\n{}", self.name, self.seed, wrong.join("\n"));
    }
}
