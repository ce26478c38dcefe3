//! A short storm in every run of the tests: some seeds, byte for byte the same twice, and on both
//! databases. The long form is `cargo xtask storm`.
#![expect(clippy::unwrap_used, reason = "tests")]

use ieum_storm::{Report, Storm, run};

/// Runs one, and prints how to run it again if it breaks something.
fn green(storm: &Storm) -> Report {
    run(storm).unwrap().unwrap_or_else(|broken| panic!("{broken}"))
}

fn storm(seed: u64, steps: u64) -> Storm {
    Storm { seed, steps, print: false, database: None }
}

/// `STORM_SEED` and `STORM_STEPS` replay a seed that failed.
#[test]
fn nothing_is_lost_doubled_or_hidden() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let steps = number("STORM_STEPS").unwrap_or(1_200);
    let seeds = match number("STORM_SEED") {
        Some(seed) => vec![seed],
        None => (1..=6).collect(),
    };
    for seed in seeds {
        let report = green(&storm(seed, steps));
        assert_eq!(report.steps, steps);
        assert!(report.payments > 0, "seed {seed} did nothing");
    }
}

#[test]
fn a_seed_is_the_same_byte_for_byte() {
    let (first, again) = (green(&storm(100, 1_200)), green(&storm(100, 1_200)));
    assert_eq!(first, again);
    assert_ne!(first.hash, green(&storm(101, 1_200)).hash);
}

#[test]
fn postgresql_weathers_it_too() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for seed in [200, 201] {
        let Some(database) = runtime.block_on(testkit::postgres::Database::empty()) else { return };
        let url = Some(database.url.clone());
        let report = green(&Storm { database: url, ..storm(seed, 600) });
        assert!(report.payments > 0, "seed {seed} did nothing");
    }
}
