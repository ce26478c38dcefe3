//! `docs/faults.md`, written from the catalogue.

use crate::catalogue::{CATALOGUE, Entry, NOTICE_BODIES, PERSON, When};
use crate::fault::OPERATIONS;
use std::fmt::Write as _;

/// The page's beginning; `OPERATIONS` stands for the list of them.
const HEAD: &str = include_str!("catalogue_head.md");

/// The page.
#[must_use]
pub fn page() -> String {
    let operations = OPERATIONS.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
    let mut page = HEAD.replace("OPERATIONS", &operations.join(", "));
    let mut list = |title: &str, when: When| {
        let _ = write!(page, "\n## {title}\n\n");
        page.push_str("| fault | what happens | what the hub does | what the shop sees |\n");
        page.push_str("|---|---|---|---|\n");
        for entry in CATALOGUE.iter().filter(|entry| entry.when == when) {
            page.push_str(&row(entry));
        }
    };
    list("The PG does nothing", When::Before);
    list("The PG does what was asked", When::After);
    list("The PG tells", When::Notice);
    page.push_str("\nA notice whose body is damaged is posted again as it should be, ");
    page.push_str("ten seconds later:\n\n");
    page.push_str("| fault | what the hub does | what the shop sees |\n|---|---|---|\n");
    for (word, (_, hub), (_, shop)) in NOTICE_BODIES {
        let _ = writeln!(page, "| `{word}` | {hub} | {shop} |");
    }
    page.push_str("\n## Where only a person can find out\n\n");
    page.push_str("| PG | operation | why |\n|---|---|---|\n");
    for (pg, operation, (_, why)) in PERSON {
        let _ = writeln!(page, "| {pg} | `{operation}` | {why} |");
    }
    page.push_str(include_str!("catalogue_end.md"));
    page
}

fn row(entry: &Entry) -> String {
    let (does, hub, shop) = (entry.does.1, entry.hub.1, entry.shop.1);
    format!("| `{}` | {does} | {hub} | {shop} |\n", entry.word)
}
