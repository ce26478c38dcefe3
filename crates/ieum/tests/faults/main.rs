//! One test per fault and PG, made from the catalogue of faults and from what the PGs say of
//! themselves: a new fault or PG is tested by being in its list. `cargo test -p ieum --test faults
//! -- timeout_after kicc` runs those whose name contains a word.
//!
//! All PGs meet a fault in one hub, on SQLite and then on PostgreSQL. In the end nothing is left
//! unknown, no trade is doubled, and the books of every PG and ours agree to the won.
#![expect(clippy::print_stdout, reason = "this is a test runner")]
#![expect(clippy::unwrap_used, reason = "tests")]

mod shop;
mod stories;

use pg::Pg;
use sandbox::{CATALOGUE, Entry, When};
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use testkit::dbs::on_both;

/// What went wrong, by the name of the test.
type Wrong = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

fn name(entry: &Entry, pg: &dyn Pg) -> String {
    format!("{}::{}", stories::word(entry), pg.spec().code)
}

/// Notices are of PGs that post some.
fn fits(entry: &Entry, pg: &dyn Pg) -> bool {
    entry.when != When::Notice || shop::takes_deposits(pg)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(*word));
    let mut cases: Vec<(&'static Entry, Vec<&'static dyn Pg>)> = Vec::new();
    for entry in CATALOGUE {
        let pgs = pg::ALL.iter().copied().filter(|pg| fits(entry, *pg));
        let pgs: Vec<_> = pgs.filter(|pg| wanted(&name(entry, *pg))).collect();
        if !pgs.is_empty() {
            cases.push((entry, pgs));
        }
    }
    let names: Vec<String> =
        cases.iter().flat_map(|(entry, pgs)| pgs.iter().map(|pg| name(entry, *pg))).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        names.iter().for_each(|name| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", names.len());
    let wrong = run(cases);
    let mut failed = 0;
    for name in &names {
        match wrong.get(name) {
            None => println!("test {name} ... ok"),
            Some(why) => {
                failed += 1;
                println!("test {name} ... FAILED\n  {}", why.join("\n  "));
            }
        }
    }
    // What the end of a whole hub shows, and not one PG.
    for (name, why) in wrong.iter().filter(|(name, _)| !names.contains(name)) {
        failed += 1;
        println!("test {name} ... FAILED\n  {}", why.join("\n  "));
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {} passed; {failed} failed\n",
        names.len() - failed.min(names.len())
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Two faults at a time, each in a hub of its own.
fn run(cases: Vec<(&'static Entry, Vec<&'static dyn Pg>)>) -> BTreeMap<String, Vec<String>> {
    let wrong = Wrong::default();
    let queue = Arc::new(Mutex::new(cases.into_iter()));
    let worker = || {
        let (wrong, queue) = (Arc::clone(&wrong), Arc::clone(&queue));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.unwrap();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((entry, pgs)) = next else { break };
                runtime.block_on(on_both(async |test| {
                    let database = format!("{:?}", test.kind);
                    for (name, why) in stories::tell(test, entry, &pgs).await {
                        let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
                        wrong.entry(name).or_default().push(format!("{database}: {why}"));
                    }
                }));
            }
        })
    };
    let workers = [worker(), worker()];
    let died = workers.into_iter().filter_map(|worker| worker.join().err()).count();
    let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if died > 0 {
        wrong.insert("the runner".to_owned(), vec!["a worker died".to_owned()]);
    }
    wrong
}
