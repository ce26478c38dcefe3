//! The compatibility page, as Markdown.

use super::{By, GROUPS, Group, LEGACY, Operation, operations};
use engine::console::{Can, able, pgs};

/// The whole of `docs/compatibility.md`.
#[must_use]
pub fn page() -> String {
    let all = operations().count();
    let mut page = format!(
        "# Compatibility with V1\n\n\
         <!-- Written by `cargo xtask compatibility`; change crates/web/src/api/catalogue. -->\n\n\
         **All {all} operations of the official REST API answer here.** The list is the \
         official one, method by method; a test asks the router for each, and `cargo xtask test \
         swagger` sends thousands of requests made from the official description, right and \
         wrong ones, where that file is at hand.\n\n"
    );
    page.push_str(FOR_ALL);
    page.push_str(&abilities());
    for group in GROUPS {
        page.push_str(&table(group));
    }
    page.push_str("\n## Beside the official list\n\n| Operation | Why |\n|---|---|\n");
    for (method, path, why) in LEGACY {
        page.push_str(&format!("| `{method} {path}` | {why} |\n"));
    }
    page
}

const FOR_ALL: &str = "\
Everywhere: JSON and forms are equal, a trailing slash changes nothing, every answer is V1's \
envelope in UTF-8. A call that moves money is refused with HTTP 200 and a code, a look-up of \
nothing is 404, a field of the wrong shape is 400 naming the field, a token that does not hold is \
401; an unknown route is 404 and a wrong method 405. Payments of test channels are always found, \
whatever `include_sandbox` says. An `Idempotency-Key` (ours, not V1's) adds 409 and 422 for a key \
used for something else. Switches are keys of [`ieum.toml`](../ieum.toml).\n";

/// What the PGs can do, as their connectors say.
fn abilities() -> String {
    let mut text = String::from("\n## PGs\n\n| PG | `pg` |");
    for can in Can::ALL {
        text.push_str(&format!(" {} |", word(*can)));
    }
    text.push_str(&format!("\n|---|---|{}\n", "---|".repeat(Can::ALL.len())));
    for pg in pgs() {
        let only = if pg.sandbox_only { " (sandbox only)" } else { "" };
        text.push_str(&format!("| {}{only} | `{}` |", pg.en, pg.code));
        for can in Can::ALL {
            let yes = able(*can).iter().any(|spec| spec.code == pg.code);
            text.push_str(if yes { " yes |" } else { " – |" });
        }
        text.push('\n');
    }
    text
}

const fn word(can: Can) -> &'static str {
    match can {
        Can::Pay => "windows, cancels",
        Can::KeyFromWindow => "keys from a window",
        Can::KeyFromCard => "keys from a card",
        Can::Charge => "charges of keys",
        Can::Account => "accounts by API",
        Can::AccountChange => "changed accounts",
        Can::Cvs => "convenience stores",
        Can::QuickPay => "members",
        Can::Points => "points",
        Can::CashReceipt => "cash receipts",
        Can::Escrow => "escrow deliveries",
        Can::EscrowChange => "changed deliveries",
        Can::PartnerReceipt => "sub-merchants' receipts",
        Can::Code => "codes by telephone",
        Can::ProductOrder => "product orders",
        Can::Purchase => "points, confirmation",
        Can::OrderStatus => "order states",
        Can::Delivery => "deliveries",
    }
}

fn table(group: &Group) -> String {
    let mut text = format!(
        "\n## {}\n\n| Operation | Answered by | What it does here | Differs | Switch |\n\
         |---|---|---|---|---|\n",
        group.title
    );
    for row in group.rows {
        let switches = row.switches.iter().map(|key| format!("`{key}`"));
        text.push_str(&format!(
            "| `{} {}` | {} | {} | {} | {} |\n",
            row.method,
            row.path,
            answered_by(row),
            row.what,
            row.differs,
            switches.collect::<Vec<_>>().join(", "),
        ));
    }
    text
}

fn answered_by(row: &Operation) -> String {
    match row.by {
        By::Hub => "the hub".to_owned(),
        By::Pg(Can::Pay) => "every PG".to_owned(),
        By::Pg(can) => {
            let (played, spoken): (Vec<_>, Vec<_>) =
                able(can).into_iter().partition(|pg| pg.sandbox_only);
            let mut names: Vec<_> = spoken.iter().map(|pg| pg.en.to_owned()).collect();
            let codes: Vec<_> = played.iter().map(|pg| format!("`{}`", pg.code)).collect();
            if !codes.is_empty() {
                names.push(format!("in the sandbox {}", codes.join(" ")));
            }
            names.join(", ")
        }
    }
}
