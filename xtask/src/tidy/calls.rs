//! Calls that only listed places may make. What no place but one may call (the wall clock, the
//! system's randomness, HTTP clients) is in `clippy.toml`; here is what a few places need.

use super::{
    Finding,
    lex::{self, Class},
    tree::Tree,
};

struct Ban {
    call: &'static str,
    instead: &'static str,
    /// Folders (with a slash at the end) and files that may, and why.
    allowed: &'static [(&'static str, &'static str)],
}

const BINARY: (&str, &str) = ("crates/ieum/", "the binary is where the outside comes in");
const TESTKIT: (&str, &str) = ("crates/testkit/", "tests only");
const XTASK: (&str, &str) = ("xtask/", "a tool for developers");

const BANS: &[Ban] = &[
    Ban {
        call: "Instant::now",
        instead: "take the time as a parameter, or ask `engine::Clock`",
        allowed: &[BINARY, TESTKIT, XTASK],
    },
    Ban {
        call: "env::var",
        instead: "read the configuration in crates/ieum and pass the value",
        allowed: &[BINARY, TESTKIT, XTASK],
    },
    Ban {
        call: "tokio::spawn",
        instead: "`engine::detached`, or a job",
        allowed: &[
            BINARY,
            TESTKIT,
            ("crates/engine/src/lib.rs", "`detached` itself"),
            ("crates/engine/src/jobs/runner.rs", "the runner"),
            ("crates/store/src/postgres/connection.rs", "drives the connection"),
            ("crates/store/src/postgres/leader.rs", "listens to each server"),
            ("crates/sandbox/src/handle.rs", "notices leave after the answer"),
        ],
    },
    Ban {
        call: "spawn_blocking",
        instead: "nothing here should block",
        allowed: &[
            BINARY,
            ("crates/engine/src/staff/password.rs", "argon2 takes its time by design"),
            ("crates/store/src/sqlite/readers.rs", "SQLite reads block"),
        ],
    },
    Ban {
        call: "thread::",
        instead: "a task or a job",
        allowed: &[
            BINARY,
            TESTKIT,
            XTASK,
            ("crates/store/src/sqlite/writer.rs", "the one writer of the database"),
            ("crates/sandbox/src/writer.rs", "the one writer of the books"),
        ],
    },
    Ban {
        call: "time::sleep",
        instead: "a job with `run_at`",
        allowed: &[
            BINARY,
            TESTKIT,
            ("crates/engine/src/jobs/runner.rs", "waits for the next job"),
            ("crates/store/src/postgres/leader.rs", "asks each server again and again"),
            ("crates/sandbox/src/handle.rs", "plays a PG that answers late"),
            ("crates/sandbox/src/http.rs", "plays a PG that never answers"),
        ],
    },
    Ban {
        call: "fs::",
        instead: "files belong to the binary and the databases",
        allowed: &[
            BINARY,
            TESTKIT,
            XTASK,
            ("crates/store/", "a database is a file"),
            ("crates/sandbox/", "the books are a file"),
        ],
    },
    Ban { call: "Command::new", instead: "the hub starts no programs", allowed: &[TESTKIT, XTASK] },
];

/// Banned calls in product code outside their places, and places that no longer exist.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let code = lex::product(&file.text, &[Class::Code]);
        for ban in BANS {
            let allowed = |(place, _): &(&str, &str)| match place.ends_with('/') {
                true => file.path.starts_with(place),
                false => file.path == *place,
            };
            if ban.allowed.iter().any(allowed) {
                continue;
            }
            for (at, _) in code.match_indices(ban.call).filter(|(at, _)| begins(&code, *at)) {
                let text = format!("`{}` is not for this file: {}", ban.call, ban.instead);
                found.push(Finding::new(&file.path, lex::line_of(&code, at), text));
            }
        }
    }
    found.extend(stale(tree));
    found
}

/// `fs::` is not the end of `prefs::`.
fn begins(code: &str, at: usize) -> bool {
    let before = code[..at].chars().next_back();
    !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
}

fn stale(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for ban in BANS {
        for (place, _) in ban.allowed.iter().filter(|(place, _)| place.ends_with(".rs")) {
            let used = tree.find(place).is_some_and(|file| file.text.contains(ban.call));
            if !used && tree.find("xtask/src/tidy/calls.rs").is_some() {
                let text = format!("{place} may call `{}` but does not", ban.call);
                found.push(Finding::new("xtask/src/tidy/calls.rs", 1, text));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_one(path: &str, text: &str, expected: usize) {
        let found = check(&Tree::of(&[(path, text)]));
        assert_eq!(found.len(), expected, "{path}: {text}: {found:?}");
    }

    #[test]
    fn banned_calls_are_found() {
        check_one("crates/web/src/a.rs", "tokio::spawn(async {});", 1);
        check_one("crates/engine/src/a.rs", "let t = std::time::Instant::now();", 1);
        check_one("crates/store/src/a.rs", "std::env::var(\"X\")", 1);
        check_one("crates/pg/src/a.rs", "std::fs::read(x)", 1);
    }

    #[test]
    fn places_comments_and_tests_may() {
        check_one("crates/engine/src/lib.rs", "tokio::spawn(x)", 0);
        check_one("crates/ieum/src/config.rs", "env::var(\"X\")", 0);
        check_one("crates/web/src/a.rs", "// tokio::spawn\nlet a = \"fs::\"; prefs::a()", 0);
        check_one("crates/web/src/a.rs", "#[cfg(test)]\nmod tests { tokio::spawn(x) }", 0);
        check_one("crates/web/tests/it/a.rs", "tokio::spawn(x)", 0);
    }

    #[test]
    fn a_place_that_needs_nothing_is_found() {
        assert_eq!(stale(&Tree::of(&[("a.rs", "")])).len(), 0);
        let all = stale(&Tree::of(&[("xtask/src/tidy/calls.rs", "")])).len();
        let lib = ("crates/engine/src/lib.rs", "tokio::spawn");
        let one_less = stale(&Tree::of(&[("xtask/src/tidy/calls.rs", ""), lib])).len();
        assert_eq!(one_less, all - 1);
    }
}
