//! `docs/faults.md`, written from the catalogue.

use crate::catalogue::{CATALOGUE, Entry, NOTICE_BODIES, PERSON, When};
use crate::fault::OPERATIONS;
use std::fmt::Write as _;

const HEAD: &str = "# What can go wrong, and what happens then

<!-- Written by `cargo xtask faults`; change crates/sandbox/src/catalogue.rs. -->

Every PG the sandbox plays can have every accident below: of one operation or of all, once, so many times, or by a
rate that a seed decides. What the hub does about it is tested for every fault and PG, on SQLite and PostgreSQL:
`cargo test -p ieum --test faults` (one test per fault and PG, made from this list; `-- timeout_after kicc` runs those whose
name contains a word). Each ends with the books of the PG equal to ours and with nothing left unknown.
";

const SWITCH: &str = "
## The switch

In the console under 개발자 → 장애 걸기 (`/console/faults`), or by the REST API, with a token:

| call | does |
|---|---|
| `POST /sandbox/faults` | switches one on; answers the list |
| `GET /sandbox/faults` | the faults in force, in the order they are tried |
| `DELETE /sandbox/faults?id=3` | switches one off |
| `DELETE /sandbox/faults` | switches all off |

| field | means | left out |
|---|---|---|
| `fault` | a word of the lists below | it must be there |
| `pg` | a PG's code, or `*` | `*` |
| `operation` | OPERATIONS | `*` |
| `times` | how often it strikes, -1 for ever | once, or for ever with a `rate` |
| `rate` | the share of matching requests it strikes, over 0 up to 1 | every one |
| `seed` | what a `rate` is drawn from, 0 to 2^53 - 1 | follows from the sandbox's own seed |

The list shows each fault with its `id`, what is left of its `times`, its `seed`, how many requests it `met` and how many of
them it `struck`. The same seed strikes the same requests: throw the fault again with the seed the list showed, repeat the
requests in their order, and the same ones fail. The sandbox's own seed is `seed` under `[sandbox]` in `ieum.toml`; it is
written to the log at the start and shown on the console's page.

A PG that is down: `{\"pg\":\"kicc\",\"operation\":\"*\",\"fault\":\"down\",\"times\":-1}`. A day of accidents that can be had again:
`{\"operation\":\"approve\",\"fault\":\"timeout_after\",\"rate\":0.04,\"seed\":42}`.
";

/// The page.
#[must_use]
pub fn page() -> String {
    let operations = OPERATIONS.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>();
    let mut page = HEAD.to_owned();
    page.push_str(&SWITCH.replace("OPERATIONS", &operations.join(", ")));
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
    page.push_str(
        "\nThe console shows it under 확인이 필요합니다; whoever looked says how it ended, with a reason, and \
         who and when is kept.\nA part of a payment that a proxy hands over twice is given back twice by these \
         PGs: they take parts without a number of\nours. The hub sees by the balance in the answer that too little \
         is left, believes nothing, and tells a person.\n",
    );
    page
}

fn row(entry: &Entry) -> String {
    let (does, hub, shop) = (entry.does.1, entry.hub.1, entry.shop.1);
    format!("| `{}` | {does} | {hub} | {shop} |\n", entry.word)
}
