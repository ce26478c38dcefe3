//! The only task runner of the project: `cargo xtask <command>`. Nothing to install beside Rust.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool that talks to the developer"
)]

mod new_pg;
mod run;
mod steps;
mod tidy;
mod tools;
mod torture;

use anyhow::{Result, bail, ensure};
use std::process::ExitCode;

/// One thing the task runner does.
struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

/// Every command, in the order `cargo xtask` prints them. Documents are checked against it.
const COMMANDS: &[Command] = &[
    Command {
        name: "dev",
        arguments: "[ARGS]",
        about: "run the demo: hub, sandbox and shop on this machine",
        run: dev,
    },
    Command {
        name: "test",
        arguments: "[STEP..]",
        about: "install what is missing, then check and test everything (or these steps)",
        run: |names| steps::test(names, steps::Mode::Developer),
    },
    Command {
        name: "ci",
        arguments: "[STEP..]",
        about: "`test` as a build server runs it: locked versions, fresh npm packages",
        run: |names| steps::test(names, steps::Mode::Server),
    },
    Command {
        name: "tidy",
        arguments: "",
        about: "check the rules of the house that no compiler checks",
        run: |_| tidy::run(),
    },
    Command {
        name: "fmt",
        arguments: "",
        about: "format every Rust file",
        run: |_| {
            let changed = tidy::format(&tidy::Tree::read(&tidy::root())?)?;
            println!("{changed} files changed");
            Ok(())
        },
    },
    Command {
        name: "compatibility",
        arguments: "",
        about: "write docs/compatibility.md from the list of operations",
        run: |_| {
            let test = ["test", "--quiet", "--package", "ieum-web", "--test", "it", PAGE];
            run::run(run::cargo(&test).env("IEUM_WRITE_COMPATIBILITY", "1"))
        },
    },
    Command {
        name: "storm",
        arguments: "[ARGS]",
        about: "storms from many seeds: --seeds N --first-seed N --steps N --print, or --mutants",
        run: storm,
    },
    Command {
        name: "faults",
        arguments: "",
        about: "write docs/faults.md from the catalogue of faults",
        run: |_| {
            let test = ["test", "--quiet", "--package", "ieum-sandbox", "--test", "it", FAULTS];
            run::run(run::cargo(&test).env("IEUM_WRITE_FAULTS", "1"))
        },
    },
    Command {
        name: "torture",
        arguments: "[--kills N] [--seed S] [--lanes L] [--scenario WORD] [--release]",
        about: "kill the hub under load, again and again, and compare all books",
        run: torture::run,
    },
    Command {
        name: "races",
        arguments: "[TIMES] [SEED]",
        about: "many callers at two processes about the same money; 100 TIMES are 100,000 cancels",
        run: |arguments| {
            let word = |index: usize, other: &str| {
                arguments.get(index).map_or_else(|| other.to_owned(), Clone::clone)
            };
            let test =
                ["test", "--package", "ieum", "--test", "it", "--", "races::", "--nocapture"];
            let mut race = run::cargo(&test);
            run::run(race.env("IEUM_RACES", word(0, "100")).env("IEUM_SEED", word(1, "1")))
        },
    },
    Command {
        name: "reconcile-proof",
        arguments: "",
        about: "plant breaks in a month of 100,000 payments and find them all, on both databases",
        run: |_| {
            let test = ["test", "--quiet", "--package", "ieum-engine", "--test", "it"];
            run::run(run::cargo(&test).args(["--", "--ignored", "--nocapture", "100_000"]))
        },
    },
    Command {
        name: "new-pg",
        arguments: "NAME",
        about: "start the folder of a new PG (docs/adding-a-pg.md)",
        run: |arguments| {
            ensure!(arguments.len() == 1, "usage: cargo xtask new-pg NAME");
            new_pg::create(&tidy::root(), &arguments[0])
        },
    },
];

/// The test that compares the compatibility page, and writes it when told to.
const PAGE: &str = "compatibility::the_page_is_the_catalogue";

/// The same for the page of faults.
const FAULTS: &str = "catalogue::the_page_is_the_catalogue";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without the backtrace: what failed is a program or a rule, not a line of ours.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        usage();
        return Ok(());
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        usage();
        return Ok(());
    }
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(rest),
        None => {
            usage();
            bail!("there is no command `{name}`")
        }
    }
}

fn usage() {
    println!("cargo xtask COMMAND\n");
    for Command { name, arguments, about, .. } in COMMANDS {
        println!("  {:18} {about}", format!("{name} {arguments}"));
    }
    println!("\nSteps of `test` and `ci`: {}", steps::names().join(", "));
}

/// Storms, built to be fast; or whether they find the bugs planted in the engine.
fn storm(arguments: &[String]) -> Result<()> {
    if arguments == ["--mutants"] {
        return steps::mutants();
    }
    let fast = ["run", "--profile", "storm", "--package", "ieum-storm", "--"];
    run::run(run::cargo(&fast).args(arguments))
}

fn dev(arguments: &[String]) -> Result<()> {
    let mut cargo = run::cargo(&["run", "--package", "ieum", "--", "demo"]);
    run::run(cargo.args(arguments))
}
