//! `cargo xtask storm`: storms from many seeds, or one seed again.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool that talks to the developer"
)]

use anyhow::{Context, Result, bail};
use ieum_storm::{Report, Storm, run};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// What the command line says.
struct Wanted {
    seeds: u64,
    first: u64,
    steps: u64,
    print: bool,
}

fn main() -> ExitCode {
    match wanted().and_then(|wanted| storms(&wanted)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn wanted() -> Result<Wanted> {
    let mut wanted = Wanted { seeds: 10, first: 1, steps: 10_000, print: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut number = || -> Result<u64> {
            let text = arguments.next().with_context(|| format!("{name} takes a number"))?;
            text.parse().with_context(|| format!("{name}: {text:?} is no number"))
        };
        match name.as_str() {
            "--seeds" => wanted.seeds = number()?,
            "--first-seed" => wanted.first = number()?,
            "--steps" => wanted.steps = number()?,
            "--print" => wanted.print = true,
            _ => bail!("{name}: --seeds N, --first-seed N, --steps N or --print"),
        }
    }
    Ok(wanted)
}

/// Runs them one after the other; true if nothing broke.
fn storms(wanted: &Wanted) -> Result<bool> {
    let mut all = Vec::new();
    let mut broken = 0;
    for seed in wanted.first..wanted.first + wanted.seeds {
        let storm = Storm { seed, steps: wanted.steps, print: wanted.print, database: None };
        match run(&storm)? {
            Ok(report) => {
                println!(
                    "seed {seed}: {} steps, {} payments, hash {:016x}, people {:?}",
                    report.steps + report.calm,
                    report.payments,
                    report.hash,
                    report.people
                );
                all.push(report);
            }
            Err(why) => {
                println!("{why}\n");
                broken += 1;
            }
        }
    }
    summary(&all);
    println!("{} seeds green, {broken} broken", all.len());
    Ok(broken == 0)
}

fn summary(all: &[Report]) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, count) in all.iter().flat_map(|report| &report.counts) {
        *counts.entry(kind).or_default() += count;
    }
    let sum = |of: fn(&Report) -> u64| all.iter().map(of).sum::<u64>();
    println!(
        "{} steps of storms, {} of the calm after them, {} payments",
        sum(|one| one.steps),
        sum(|one| one.calm),
        sum(|one| one.payments)
    );
    println!("{counts:?}");
}
