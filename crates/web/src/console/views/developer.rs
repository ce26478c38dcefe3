//! 개발자: keys, how to integrate, and the sandbox's levers.

use super::super::frame::{Frame, Wrongs};
use super::super::show::When;
use super::{Choice, Fact};
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/developer.html")]
pub(crate) struct DeveloperPage {
    pub(crate) frame: Frame,
    /// A secret that was issued just now: shown this once.
    pub(crate) secret: Option<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) keys: Vec<KeyLine>,
    pub(crate) wrongs: Wrongs,
    /// Networks that may call, a line each.
    pub(crate) allowed: String,
    pub(crate) ip_wrongs: Wrongs,
    pub(crate) steps: Vec<CodeStep>,
    pub(crate) sandbox: Option<SandboxPart>,
}

/// A REST API key.
pub(crate) struct KeyLine {
    pub(crate) key: String,
    /// The id of its reason's input.
    pub(crate) field: String,
}

/// Code to copy.
pub(crate) struct CodeStep {
    pub(crate) title: &'static str,
    pub(crate) text: String,
}

/// What only a hub with a sandbox shows.
pub(crate) struct SandboxPart {
    pub(crate) now: When,
    /// How far the clock was moved, in words.
    pub(crate) ahead: Option<String>,
    pub(crate) clock_wrongs: Wrongs,
    /// How many faults are armed.
    pub(crate) faults: usize,
    pub(crate) cards: CardsPart,
    pub(crate) books_links: Vec<Choice>,
    pub(crate) books: Option<BooksPart>,
}

/// Card numbers to test with.
pub(crate) struct CardsPart {
    pub(crate) help: String,
    /// What becomes of any other number.
    pub(crate) others: &'static str,
    pub(crate) cards: Vec<CardLine>,
}

/// A card.
pub(crate) struct CardLine {
    /// In groups of four.
    pub(crate) number: String,
    /// What becomes of it.
    pub(crate) becomes: &'static str,
}

/// A PG's ledger.
pub(crate) struct BooksPart {
    pub(crate) held: String,
    /// Newest first.
    pub(crate) trades: Vec<TradeLine>,
    /// That there are more than are shown.
    pub(crate) more: Option<String>,
}

/// A transaction at the PG.
pub(crate) struct TradeLine {
    pub(crate) tid: String,
    pub(crate) order_no: String,
    pub(crate) state: String,
    pub(crate) amount: String,
    pub(crate) held: String,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::{EVIL, when};
    use super::*;

    fn sandbox(lang: Lang, full: bool) -> SandboxPart {
        let t = lang.texts();
        let trade = || TradeLine {
            tid: "26112114032201234567".to_owned(),
            order_no: "imp_448280090638".to_owned(),
            state: "approved".to_owned(),
            amount: "14,000원".to_owned(),
            held: "14,000원".to_owned(),
        };
        SandboxPart {
            now: when(),
            ahead: full.then(|| "+3 d".to_owned()),
            clock_wrongs: Wrongs::default(),
            faults: usize::from(full),
            cards: CardsPart {
                help: EVIL.to_owned(),
                others: if full { t.cards_any } else { t.cards_checked },
                cards: vec![CardLine {
                    number: "4111-1111-1111-1111".to_owned(),
                    becomes: t.card_approve,
                }],
            },
            books_links: vec![Choice::new("kicc", "KICC", "kicc")],
            books: Some(BooksPart {
                held: "14,000원".to_owned(),
                trades: if full { vec![trade(), trade()] } else { Vec::new() },
                more: full.then(|| "…".to_owned()),
            }),
        }
    }

    pub(crate) fn pages(lang: Lang) -> Vec<DeveloperPage> {
        let t = lang.texts();
        let page = |secret: Option<&str>, sandbox, wrongs| DeveloperPage {
            frame: Frame::sample(lang, Section::Developer),
            secret: secret.map(str::to_owned),
            facts: vec![Fact::id(t.user_code, "imp12345678")],
            keys: vec![KeyLine { key: "imp_apikey".to_owned(), field: "reason-0".to_owned() }],
            allowed: EVIL.to_owned(),
            ip_wrongs: if secret.is_some() {
                Wrongs::one("allowed_ips", EVIL)
            } else {
                Wrongs::default()
            },
            wrongs,
            steps: vec![CodeStep { title: t.step_script, text: EVIL.to_owned() }],
            sandbox,
        };
        vec![
            page(None, None, Wrongs::default()),
            page(Some("ekKoeW8RyKuT0zgaZsUtXXTLQ4AhPFW"), None, Wrongs::default()),
            page(None, Some(sandbox(lang, true)), Wrongs::one("reason-0", t.reason_missing)),
            page(None, Some(sandbox(lang, false)), Wrongs::default()),
        ]
    }
}
