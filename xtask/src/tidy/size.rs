//! Limits: lines of a file, lines of a function, characters of a line; and the opening comment.

use super::{Finding, lex, tree::Tree};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;
const LINE_CHARACTERS: usize = 100;

/// Files with a limit of their own, and why.
const LONGER: &[(&str, usize, &str)] = &[(
    "sdk/iamport.js",
    900,
    "served as the one file merchants' pages name, without a build step",
)];

/// Rust and JavaScript files within their limit; tests and recorded data may be longer.
pub(super) fn files(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.is(".rs") || file.is(".js")) {
        let lines = file.text.lines().count();
        let limit = LONGER.iter().find(|(path, ..)| *path == file.path);
        let limit = limit.map_or(FILE_LINES, |(_, limit, _)| *limit);
        if lines > limit && !file.is_test() {
            let text = format!("{lines} lines; the limit is {limit}: split it by verb");
            found.push(Finding::new(&file.path, limit + 1, text));
        }
    }
    for (path, ..) in LONGER {
        if tree.find(path).is_some_and(|file| file.text.lines().count() <= FILE_LINES) {
            found.push(Finding::new(path, 1, "needs its exception in size.rs no longer".into()));
        }
    }
    found
}

/// Functions within their limit.
pub(super) fn functions(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for function in functions_of(&file.text) {
            if function.lines > FUNCTION_LINES {
                let (name, lines) = (function.name, function.lines);
                let text = format!(
                    "`{name}` has {lines} lines; the limit is {FUNCTION_LINES}: keep the `if`s, \
                     move pure leaves out"
                );
                found.push(Finding::new(&file.path, function.line, text));
            }
        }
    }
    found
}

/// Lines within their limit, but for what no editor can break.
pub(super) fn lines(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for (number, line) in file.lines() {
            let characters = line.chars().count();
            if characters > LINE_CHARACTERS && breakable(line) {
                let text = format!("{characters} characters; the limit is {LINE_CHARACTERS}");
                found.push(Finding::new(&file.path, number, text));
            }
        }
    }
    found
}

/// Every Rust file says first what it is.
pub(super) fn openings(tree: &Tree) -> Vec<Finding> {
    let opens = |text: &str| text.starts_with("//!") || text.starts_with("#!");
    let silent = tree.rust().filter(|file| !opens(&file.text));
    let text = "does not open with a `//!` that says what it is";
    silent.map(|file| Finding::new(&file.path, 1, text.into())).collect()
}

/// A word that fills a line alone (a URL, a vector in hexadecimal) stays as it is.
fn breakable(line: &str) -> bool {
    let indent = line.chars().take_while(|it| it.is_whitespace()).count();
    let longest = line.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    indent + longest <= LINE_CHARACTERS && !line.contains("://")
}

struct Function<'a> {
    name: &'a str,
    line: usize,
    lines: usize,
}

fn functions_of(source: &str) -> Vec<Function<'_>> {
    let code = lex::code(source);
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let joined = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'#';
        if at > 0 && joined(bytes[at - 1]) {
            continue;
        }
        let rest = &source[at + 3..];
        let length = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(0);
        let end = lex::item_end(bytes, at);
        if length > 0 && bytes[end - 1] == b'}' {
            let line = lex::line_of(source, at);
            let lines = lex::line_of(source, end) - line + 1;
            found.push(Function { name: &rest[..length], line, lines });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_found_and_long_tests_are_not() {
        let (long, fits) = ("x\n".repeat(501), "x\n".repeat(500));
        let tree = Tree::of(&[
            ("crates/a/src/b.rs", &long),
            ("crates/a/src/c.rs", &fits),
            ("crates/a/src/tests.rs", &long),
            ("crates/a/tests/it/d.rs", &long),
            ("sdk/iamport.js", &long),
        ]);
        let found = files(&tree);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "crates/a/src/b.rs");
        assert_eq!(files(&Tree::of(&[("sdk/iamport.js", &"x\n".repeat(901))])).len(), 1);
    }

    #[test]
    fn an_exception_nobody_needs_is_found() {
        assert_eq!(files(&Tree::of(&[("sdk/iamport.js", "x\n")])).len(), 1);
    }

    #[test]
    fn long_functions_are_found() {
        let body =
            |lines: usize| format!("fn f(a: [u8; 2]) {{\n{}}}\n", "    \"{\";\n".repeat(lines));
        assert_eq!(functions(&Tree::of(&[("a.rs", &body(68))])).len(), 0);
        let found = functions(&Tree::of(&[("a.rs", &format!("//! fn x\n{}", body(69)))]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].text.starts_with("`f` has 71")), (2, true));
    }

    #[test]
    fn declarations_and_pointers_are_no_functions() {
        let source = "trait T { fn a(&self) -> u8; }\ntype F = fn (u8);\nlet g: fn(u8) = h;\n";
        assert_eq!(functions_of(source).len(), 0);
        let names: Vec<_> = functions_of("const fn a() where X: Y {}\nunsafe fn b<'x>() { { } }")
            .iter()
            .map(|function| function.name.to_owned())
            .collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn long_lines_are_found_unless_one_word_fills_them() {
        let words = "word ".repeat(21);
        let vector = format!("    \"{}\",", "0".repeat(120));
        let url = format!("// see https://example.com/{}", "a ".repeat(60));
        let korean = format!("// {}", "금액 ".repeat(32));
        for (line, expected) in [(words, 1), (vector, 0), (url, 0), (korean, 0)] {
            assert_eq!(lines(&Tree::of(&[("a.rs", &line)])).len(), expected, "{line}");
        }
    }

    #[test]
    fn a_file_says_what_it_is() {
        let tree = Tree::of(&[("a.rs", "//! A.\n"), ("b.rs", "#![x]\n"), ("c.rs", "use a;\n")]);
        assert_eq!(openings(&tree).iter().map(|it| &it.path).collect::<Vec<_>>(), ["c.rs"]);
    }
}
