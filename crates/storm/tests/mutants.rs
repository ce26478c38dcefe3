//! Bugs planted on purpose: the storm finds each within ten seeds, or it would find nothing.
#![cfg(feature = "planted")]
#![expect(clippy::unwrap_used, reason = "tests")]

use engine::planted::{Bug, plant};
use ieum_storm::{Storm, run};

/// The first of ten seeds that breaks with the bug planted, and what it breaks. The same seed is
/// green without it.
fn caught(bug: Bug) -> (u64, String) {
    for seed in 1..=10 {
        let storm = Storm { seed, steps: 2_500, print: false, database: None };
        plant(Some(bug));
        let ran = run(&storm).unwrap();
        plant(None);
        let Err(broken) = ran else { continue };
        if let Err(healthy) = run(&storm).unwrap() {
            panic!("without any bug: {healthy}");
        }
        return (seed, broken.why);
    }
    panic!("{bug:?} is not found in ten seeds");
}

#[test]
fn an_intent_committed_after_the_call_is_caught() {
    println!("{:?}", caught(Bug::CommitAfterCall));
}

#[test]
fn a_lookup_that_is_skipped_is_caught() {
    println!("{:?}", caught(Bug::LookupSkipped));
}

#[test]
fn a_version_that_is_not_checked_is_caught() {
    println!("{:?}", caught(Bug::VersionUnchecked));
}
