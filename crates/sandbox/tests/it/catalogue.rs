//! The catalogue of faults: its page is what the code says, and every entry can be thrown.

use crate::bench::Bench;
use sandbox::{CATALOGUE, Fault, NOTICE_BODIES, PERSON, When};
use std::path::Path;

#[test]
fn the_page_is_the_catalogue() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
    if std::env::var_os("IEUM_WRITE_FAULTS").is_some() {
        std::fs::write(&file, sandbox::catalogue_page()).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written == sandbox::catalogue_page(), "docs/faults.md is old: cargo xtask faults");
}

#[test]
fn every_entry_can_be_thrown_and_says_all_in_both_languages() {
    let bench = Bench::new();
    for entry in CATALOGUE {
        let operation = if entry.when == When::Notice { "notice" } else { "approve" };
        let fault = Fault {
            pg: "fakepay".into(),
            operation: operation.into(),
            fault: entry.word.replace("<ms>", "5"),
            times: None,
            rate: None,
            seed: None,
        };
        bench.sandbox.add_fault(fault).unwrap();
        for (ko, en) in [entry.does, entry.hub, entry.shop] {
            assert!(ko.chars().any(|c| ('가'..='힣').contains(&c)), "{}: {ko}", entry.word);
            assert!(en.is_ascii() && !en.is_empty(), "{}: {en}", entry.word);
        }
    }
    let words: Vec<_> = CATALOGUE.iter().map(|entry| entry.word).collect();
    assert!(NOTICE_BODIES.iter().all(|(word, ..)| words.contains(word)));
    assert!(PERSON.iter().all(|(pg, ..)| pg::find(pg).is_some()));
}
