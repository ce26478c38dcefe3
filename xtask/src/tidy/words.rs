//! One word per thing, money in integers, and a core that names no PG.

use super::{
    Finding,
    lex::{self, Class},
    tree::{File, Tree},
};

/// Rooms with words of their own: those of the PGs. Everything else speaks one language.
const OUR_WORDS: &[&str] = &["domain", "store", "engine", "web", "ieum"];

/// Rooms money passes through.
const MONEY: &[&str] = &["domain", "pg", "store", "engine", "web"];

/// Rooms that know PGs only as `dyn Pg`.
const CORE: &[&str] = &["domain", "store", "engine", "web"];

/// PGs' names, as parts of names in code and as words in texts.
const PGS: &[&str] = &["kicc", "nice", "alipay", "inicis"];

/// Core files that may use one of these words, and why.
const NAMES_A_PG: &[(&str, &str, &str)] =
    &[("crates/web/src/console/words.rs", "alipay", "V1's pay method, in words for people")];

/// Names that already have another name here.
const SYNONYMS: &[(&str, &str)] = &[
    ("order_id", "merchant_uid"),
    ("payment_id", "imp_uid"),
    ("transaction_id", "imp_uid (ours) or tid (the PG's)"),
    ("gateway", "pg"),
    ("psp", "pg"),
    ("shop_id", "merchant"),
    ("store_id", "merchant"),
    ("notification", "notice (the PG tells us) or webhook (we tell the merchant)"),
];

/// Synonyms in identifiers, and functions named after a refund.
pub(super) fn synonyms(tree: &Tree) -> Vec<Finding> {
    each_word(tree, OUR_WORDS, &[Class::Code], |word, before| {
        // HTTP's own names of two statuses.
        let name = snake(word).replace("bad_gateway", "").replace("gateway_timeout", "");
        if before == "fn" && (name == "refund" || name.starts_with("refund_")) {
            return Some("money given back is a `cancel`".into());
        }
        let synonym = SYNONYMS.iter().find(|(word, _)| contains(&name, word))?;
        Some(format!("`{word}`: the word here is {}", synonym.1))
    })
}

/// Floats where money passes.
pub(super) fn floats(tree: &Tree) -> Vec<Finding> {
    each_word(tree, MONEY, &[Class::Code], |word, _| {
        let float = ["f32", "f64"].iter().any(|float| word.ends_with(float));
        float.then(|| format!("`{word}`: money is integers of minor units, never a float"))
    })
}

/// PGs' names in the core, and exceptions nobody needs.
pub(super) fn pg_names(tree: &Tree) -> Vec<Finding> {
    let name_in = |word: &str| PGS.iter().find(|pg| contains(&snake(word), pg));
    let all = each_word(tree, CORE, &[Class::Code, Class::Text], |word, _| {
        name_in(word).map(|pg| format!("`{pg}` is a PG: what differs between PGs is in `pg::Spec`"))
    });
    let excepted = |finding: &Finding, (path, pg, _): &(&str, &str, &str)| {
        finding.path == *path && finding.text.starts_with(&format!("`{pg}`"))
    };
    let unneeded = NAMES_A_PG.iter().filter(|exception| {
        tree.find(exception.0).is_some() && !all.iter().any(|finding| excepted(finding, exception))
    });
    let unneeded: Vec<_> = unneeded
        .map(|(path, pg, _)| Finding::new(path, 1, format!("no longer needs to name `{pg}`")))
        .collect();
    let others = all
        .into_iter()
        .filter(|finding| !NAMES_A_PG.iter().any(|exception| excepted(finding, exception)));
    others.chain(unneeded).collect()
}

/// Marks of unfinished work in comments.
pub(super) fn marks(tree: &Tree) -> Vec<Finding> {
    // Put together, so that this file is not found.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["HA", "CK"]].map(|parts| parts.concat());
    let mut found = Vec::new();
    let ours = |file: &&File| [".rs", ".js", ".sql"].iter().any(|ending| file.is(ending));
    for file in tree.files.iter().filter(ours) {
        let comments = file.is(".rs").then(|| lex::comments(&file.text));
        let text = comments.as_deref().unwrap_or(&file.text);
        for (index, line) in text.lines().enumerate() {
            let mut words = line.split(|it: char| !it.is_alphanumeric() && it != '_');
            if let Some(mark) = words.find(|word| marks.iter().any(|mark| mark == word)) {
                let text =
                    format!("{mark}: finish it, or write the limit down where users read it");
                found.push(Finding::new(&file.path, index + 1, text));
            }
        }
    }
    found
}

/// Calls `judge` with every word of these crates' product sources and the word before it.
fn each_word(
    tree: &Tree,
    crates: &[&str],
    classes: &[Class],
    judge: impl Fn(&str, &str) -> Option<String>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let inside = |file: &&File| {
        crates.iter().any(|name| file.path.starts_with(&format!("crates/{name}/src/")))
    };
    for file in tree.rust().filter(inside).filter(|file| !file.is_test()) {
        let text = lex::product(&file.text, classes);
        for (index, line) in text.lines().enumerate() {
            let words = line.split(|it: char| !it.is_alphanumeric() && it != '_');
            let mut before = "";
            for word in words.filter(|word| !word.is_empty()) {
                if let Some(text) = judge(word, before) {
                    found.push(Finding::new(&file.path, index + 1, text));
                }
                before = word;
            }
        }
    }
    found
}

/// `OrderId`, `orderId` and `ORDER_ID` are `order_id`.
fn snake(word: &str) -> String {
    let mut name = String::new();
    let mut lower = false;
    for character in word.chars() {
        if character.is_uppercase() && lower {
            name.push('_');
        }
        lower = character.is_lowercase() || character.is_ascii_digit();
        name.extend(character.to_lowercase());
    }
    name
}

/// Whether the parts of `word` follow one another among the parts of `name`.
fn contains(name: &str, word: &str) -> bool {
    format!("_{name}_").contains(&format!("_{word}_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rule = fn(&Tree) -> Vec<Finding>;

    #[track_caller]
    fn check(rule: Rule, path: &str, text: &str, expected: usize) {
        let found = rule(&Tree::of(&[(path, text)]));
        assert_eq!(found.len(), expected, "{path}: {text}: {found:?}");
    }

    #[test]
    fn synonyms_are_found_in_identifiers_only() {
        let engine = "crates/engine/src/a.rs";
        check(synonyms, engine, "let order_id = 1;", 1);
        check(synonyms, engine, "struct PaymentGateway;", 1);
        check(synonyms, engine, "fn refund_part() {}", 1);
        check(synonyms, engine, "let a = \"order_id\"; // gateway\nStatus::BAD_GATEWAY", 0);
        check(synonyms, engine, "let refund_account = border_id;", 0);
        check(synonyms, engine, "#[cfg(test)]\nmod tests { fn refund() {} }", 0);
        check(synonyms, "crates/pg/src/x/a.rs", "let order_id = 1;", 0);
    }

    #[test]
    fn floats_are_found_where_money_passes() {
        check(floats, "crates/pg/src/a.rs", "fn a(x: f64) {}", 1);
        check(floats, "crates/web/src/a.rs", "value.as_f64()", 1);
        check(floats, "crates/domain/src/a.rs", "let x = 1_f32; // f64", 1);
        check(floats, "crates/sandbox/src/a.rs", "fn a(rate: f64) {}", 0);
    }

    #[test]
    fn the_core_names_no_pg() {
        check(pg_names, "crates/engine/src/a.rs", "if pg == \"kicc\" {}", 1);
        check(pg_names, "crates/web/src/a.rs", "use pg::inicis;\nstruct NicePage;", 2);
        check(pg_names, "crates/web/src/a.rs", "// as KICC does\nlet nicely = venice;", 0);
        check(pg_names, "crates/web/src/tests.rs", "let a = \"nice\";", 0);
        check(pg_names, "crates/pg/src/lib.rs", "&kicc::Kicc", 0);
        let excepted = "crates/web/src/console/words.rs";
        check(pg_names, excepted, "let a = \"alipay\";", 0);
        check(pg_names, excepted, "let a = (\"alipay\", \"kicc\");", 1);
        check(pg_names, excepted, "", 1);
    }

    #[test]
    fn marks_are_found() {
        let mark = ["// TO", "DO later"].concat();
        check(marks, "crates/engine/src/a.rs", &mark, 1);
        check(marks, "sdk/a.js", &mark, 1);
        let text = format!("let a = \"{}\"; // to do, method", &mark[3..]);
        check(marks, "crates/engine/src/a.rs", &text, 0);
    }
}
