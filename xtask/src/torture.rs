//! `cargo xtask torture`: the long form of crates/ieum/tests/torture.

use crate::run;
use anyhow::{Context, Result, bail};

/// Over both databases, unless told otherwise.
const KILLS: u64 = 10_000;
/// Hubs side by side on each database.
const LANES: u64 = 2;
/// Kills of a hub between two comparisons.
const CHECK_EVERY: u64 = 500;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    kills: u64,
    seed: u64,
    lanes: u64,
    /// Part of the names of the scenarios to run; empty for all.
    scenario: String,
    release: bool,
}

impl Wanted {
    fn read(arguments: &[String]) -> Result<Self> {
        let (scenario, release) = (String::new(), false);
        let mut wanted = Self { kills: KILLS, seed: 1, lanes: LANES, scenario, release };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} takes a value"));
            let number = |text: &String| {
                text.parse::<u64>().with_context(|| format!("{word} takes a number, not {text}"))
            };
            match word.as_str() {
                "--kills" => wanted.kills = number(value()?)?,
                "--seed" => wanted.seed = number(value()?)?,
                "--lanes" => wanted.lanes = number(value()?)?.max(1),
                // The names are functions: `disk-full` is `disk_full`.
                "--scenario" => wanted.scenario = value()?.replace('-', "_"),
                "--release" => wanted.release = true,
                other => {
                    bail!("no option {other}: --kills, --seed, --lanes, --scenario, --release")
                }
            }
        }
        Ok(wanted)
    }

    /// What the tests read.
    fn settings(&self) -> String {
        let Self { kills, seed, lanes, .. } = self;
        // Half of the kills on each database.
        let each = kills.div_ceil(2);
        format!("kills={each} seed={seed} lanes={lanes} check_every={CHECK_EVERY}")
    }
}

/// Runs the scenarios and prints their figures.
///
/// # Errors
/// Anything lost, doubled or unresolved; books that differ.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let wanted = Wanted::read(arguments)?;
    let commit = run::output("git", &["rev-parse", "--short", "HEAD"]);
    println!("   commit {commit}, {}", wanted.settings());
    let mut words = vec!["test", "--quiet", "--package", "ieum", "--test", "torture"];
    if wanted.release {
        words.push("--release");
    }
    words.extend(["--", &wanted.scenario]);
    words.retain(|word| !word.is_empty());
    run::run(run::cargo(&words).env("IEUM_TORTURE", wanted.settings()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Wanted> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Wanted::read(&words)
    }

    #[test]
    fn half_of_the_kills_go_to_each_database() {
        let wanted = read("--kills 101 --seed 7 --scenario disk-full").ok();
        let wanted = wanted.as_ref().map(|it| (it.settings(), it.scenario.as_str(), it.release));
        let settings = "kills=51 seed=7 lanes=2 check_every=500".to_owned();
        assert_eq!(wanted, Some((settings, "disk_full", false)));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, named) in [("--kils 1", "--kils"), ("--seed", "--seed"), ("--seed x", "x")] {
            let said = read(line).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(named), "{line}: {said}");
        }
    }
}
