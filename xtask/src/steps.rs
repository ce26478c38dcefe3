//! The steps of `cargo xtask test` and `cargo xtask ci`, cheapest first, up to the first failure.

use crate::{
    run::{cargo, chromium, command, run},
    tidy::{self, root},
    tools,
};
use anyhow::{Context, Result, bail, ensure};
use std::{path::Path, process::Command, time::Instant};

/// Who runs the steps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A developer, often.
    Developer,
    /// A build server, once, from nothing.
    Server,
}

/// How a step that did not fail ended.
enum Outcome {
    Done,
    Skipped(&'static str),
}

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(Mode) -> Result<Outcome>,
}

const STEPS: &[Step] = &[
    Step {
        name: "tools",
        about: "PostgreSQL, Node.js and Chromium: found, or installed",
        run: |_| tools::provide().map(|()| Outcome::Done),
    },
    Step {
        name: "tidy",
        about: "formatting and the rules of the house",
        run: |_| tidy::run().map(|()| Outcome::Done),
    },
    Step { name: "clippy", about: "lints of all crates, tests included", run: clippy },
    Step { name: "rust", about: "tests of all crates, on both databases", run: rust },
    Step { name: "sdk", about: "the browser SDK: types and tests", run: sdk },
    Step { name: "swagger", about: "the official description against the hub", run: swagger },
    Step { name: "e2e", about: "the hub in a real browser", run: e2e },
];

/// Names of the steps, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Runs the steps up to the first failure and prints how long each took.
fn all(steps: &[&Step], mode: Mode) -> Result<()> {
    let mut summary = Vec::new();
    let begun = Instant::now();
    for (index, step) in steps.iter().enumerate() {
        println!("\n== {}/{} {}: {}", index + 1, steps.len(), step.name, step.about);
        let started = Instant::now();
        let result = (step.run)(mode);
        let seconds = started.elapsed().as_secs_f32();
        let word = match &result {
            Ok(Outcome::Done) => "ok".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(_) => "FAILED".to_owned(),
        };
        println!("   {word} ({seconds:.1} s)");
        summary.push(format!("{:8} {seconds:7.1} s  {word}", step.name));
        if let Err(error) = result {
            let rest = steps[index + 1..].iter().map(|step| format!("{:8} not run", step.name));
            println!("\n{}", summary.into_iter().chain(rest).collect::<Vec<_>>().join("\n"));
            let again = format!("alone: cargo xtask test {}", step.name);
            return Err(error.context(format!("step `{}` failed ({again})", step.name)));
        }
    }
    println!("\n{}", summary.join("\n"));
    println!("{:8} {:7.1} s", "all", begun.elapsed().as_secs_f32());
    Ok(())
}

/// Runs the named steps, or all.
///
/// # Errors
/// An unknown name; the first step that failed.
pub(crate) fn test(names: &[String], mode: Mode) -> Result<()> {
    for name in names {
        let known = STEPS.iter().any(|step| step.name == name);
        ensure!(known, "there is no step `{name}`; steps: {}", self::names().join(", "));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    all(&STEPS.iter().filter(wanted).collect::<Vec<_>>(), mode)
}

/// Cargo with the words of the mode.
fn cargo_in(mode: Mode, arguments: &[&str]) -> Command {
    let (first, rest) = arguments.split_first().unwrap_or((&"help", &[]));
    let mut words = vec![*first];
    if mode == Mode::Server {
        words.push("--locked");
    }
    cargo(&[&words, rest].concat())
}

fn clippy(mode: Mode) -> Result<Outcome> {
    let words = ["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    run(&mut cargo_in(mode, &words))?;
    Ok(Outcome::Done)
}

fn rust(mode: Mode) -> Result<Outcome> {
    let postgres = std::env::var("IEUM_TEST_POSTGRES").unwrap_or_default();
    if mode == Mode::Server && postgres == "none" {
        bail!("IEUM_TEST_POSTGRES=none leaves half of the databases out");
    }
    // The whole workspace at once: one set of features, so nothing is compiled twice.
    run(&mut cargo_in(mode, &["test", "--workspace"]))?;
    Ok(Outcome::Done)
}

/// Apart from the other tests: no other program may be built with the bugs in it.
pub(crate) fn mutants() -> Result<()> {
    let words = ["test", "--package", "ieum-storm", "--features", "planted", "--test", "mutants"];
    run(cargo(&words).args(["--", "--nocapture"]))
}

fn sdk(mode: Mode) -> Result<Outcome> {
    let folder = root().join("sdk");
    if !folder.join("package.json").is_file() {
        return Ok(Outcome::Skipped("there is no sdk/package.json"));
    }
    install(&folder, mode)?;
    for script in ["check", "test"] {
        run(command("npm", &["run", "--silent", script]).current_dir(&folder))?;
    }
    Ok(Outcome::Done)
}

fn swagger(mode: Mode) -> Result<Outcome> {
    let Some(mut npm) = against_the_hub(mode, "swagger")? else { return Ok(NO_E2E) };
    run(&mut npm)?;
    Ok(Outcome::Done)
}

fn e2e(mode: Mode) -> Result<Outcome> {
    let Some(mut npm) = against_the_hub(mode, "test")? else { return Ok(NO_E2E) };
    let browser = chromium().context("no Chromium: cargo xtask test tools")?;
    run(npm.env("CHROMIUM", browser))?;
    Ok(Outcome::Done)
}

const NO_E2E: Outcome = Outcome::Skipped("there is no e2e/package.json");

/// A script of `e2e/package.json`, its packages and the hub's binary made ready.
fn against_the_hub(mode: Mode, script: &str) -> Result<Option<Command>> {
    let folder = root().join("e2e");
    if !folder.join("package.json").is_file() {
        return Ok(None);
    }
    install(&folder, mode)?;
    // Cargo builds the binary for its integration tests, with the features of the step before.
    run(&mut cargo_in(mode, &["test", "--workspace", "--no-run", "--quiet"]))?;
    if !root().join("crates/ieum/tests").is_dir() {
        run(&mut cargo_in(mode, &["build", "--package", "ieum"]))?;
    }
    let binary = std::env::current_exe()?.with_file_name("ieum");
    ensure!(binary.is_file(), "the hub's binary is not beside xtask's");
    let mut npm = command("npm", &["run", "--silent", script]);
    npm.current_dir(&folder).env("IEUM_BIN", binary);
    Ok(Some(npm))
}

/// npm's packages, by the lock file. A developer's are kept while the lock file does not change.
fn install(folder: &Path, mode: Mode) -> Result<()> {
    let changed = |path: &str| folder.join(path).metadata().and_then(|meta| meta.modified()).ok();
    let wanted = changed("package-lock.json");
    let there = changed("node_modules/.package-lock.json");
    if mode == Mode::Developer && there.is_some() && there >= wanted {
        return Ok(());
    }
    let words = ["ci", "--no-audit", "--no-fund"];
    run(command("npm", &words).current_dir(folder))
}
