//! The table in the folder's `README.md` is the code's.

use super::table::{Act, REFUSALS};
use super::table_tests::{reached, shown};
use std::path::Path;

/// Every standing by every step: the number of the standing it leads to, or the refusal's letter.
fn page() -> String {
    let standings = reached();
    let mut page = String::from("| # | standing |");
    for act in Act::ALL {
        page.push_str(&format!(" {} |", act.word()));
    }
    page.push_str(&format!("\n|---|---|{}\n", "---|".repeat(Act::ALL.len())));
    for (number, standing) in standings.iter().enumerate() {
        page.push_str(&format!("| {} | {} |", number + 1, shown(*standing)));
        for act in Act::ALL {
            let cell = match standing.after(act) {
                Ok(next) => {
                    standings.iter().position(|it| *it == next).map_or(0, |at| at + 1).to_string()
                }
                Err(refused) => letter(refused),
            };
            page.push_str(&format!(" {cell} |"));
        }
        page.push('\n');
    }
    page.push_str("\n| | code | told |\n|---|---|---|\n");
    for refused in REFUSALS {
        page.push_str(&format!("| {} | `{}` | {} |\n", letter(refused), refused.0, refused.1));
    }
    page
}

fn letter(refused: (&str, &str)) -> String {
    let at = REFUSALS.iter().position(|it| *it == refused).unwrap_or_default();
    u8::try_from(at).map_or_else(|_| String::new(), |at| char::from(b'a' + at).to_string())
}

#[test]
#[expect(clippy::unwrap_used, reason = "tests")]
fn the_readme_has_the_table() {
    const MARKS: [&str; 2] = ["<!-- the table -->\n", "<!-- its end -->"];
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sandbox_only/naver/README.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(MARKS[0]).unwrap();
    let (written, after) = rest.split_once(MARKS[1]).unwrap();
    if std::env::var_os("IEUM_WRITE_STATES").is_some() {
        let page = page();
        std::fs::write(&file, format!("{before}{}{page}{}{after}", MARKS[0], MARKS[1])).unwrap();
        return;
    }
    assert!(written == page(), "README.md is old: IEUM_WRITE_STATES=1 cargo test -p ieum-pg");
}
