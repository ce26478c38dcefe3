//! How much: the short form, or what `cargo xtask torture` was told.

use std::io::Write as _;

/// Read from `IEUM_TORTURE`, words such as `kills=5000 seed=7`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Per database.
    pub(crate) kills: u32,
    /// Of every choice.
    pub(crate) seed: u64,
    /// Hubs side by side per database.
    pub(crate) lanes: u32,
    /// Kills between two comparisons.
    pub(crate) check_every: u32,
}

/// A hundred and twenty kills over both databases, compared once at the end.
const SHORT: Settings = Settings { kills: 60, seed: 1, lanes: 1, check_every: 250 };

impl Settings {
    pub(crate) fn read() -> Self {
        let mut settings = SHORT;
        let words = std::env::var("IEUM_TORTURE").unwrap_or_default();
        for word in words.split_whitespace() {
            let (key, value) = word.split_once('=').unwrap_or((word, ""));
            let number: u64 = value.parse().unwrap_or_else(|_| panic!("IEUM_TORTURE: {word}"));
            let small = || u32::try_from(number).unwrap().max(1);
            match key {
                "kills" => settings.kills = small(),
                "seed" => settings.seed = number,
                "lanes" => settings.lanes = small(),
                "check_every" => settings.check_every = small(),
                other => panic!("IEUM_TORTURE: {other}: kills, seed, lanes or check_every"),
            }
        }
        settings
    }
}

/// The developer asked for no PostgreSQL, and is told what that leaves out.
pub(crate) fn without_postgres() -> bool {
    let none = std::env::var("IEUM_TEST_POSTGRES").is_ok_and(|value| value == "none");
    if none {
        say("IEUM_TEST_POSTGRES=none: NOT killing on PostgreSQL");
    }
    none
}

/// Past the test harness, which would keep it to itself.
pub(crate) fn say(line: &str) {
    let told = writeln!(std::io::stderr(), "torture: {line}");
    assert!(told.is_ok(), "nobody can read: {line}");
}
