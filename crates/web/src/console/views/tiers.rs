//! 하위 상점: the list, one to add, where webhooks of each go.

use super::super::frame::{Frame, Wrongs};
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/tiers.html")]
pub(crate) struct TiersPage {
    pub(crate) frame: Frame,
    pub(crate) wrongs: Wrongs,
    pub(crate) rows: Vec<TierLine>,
    /// A sub-merchant has none.
    pub(crate) under: bool,
    /// As typed.
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) login: String,
    /// Login and password of the owner just made.
    pub(crate) made: Option<(String, String)>,
}

/// A sub-merchant.
pub(crate) struct TierLine {
    pub(crate) code: String,
    pub(crate) name: String,
    /// `id` of its input.
    pub(crate) field: String,
    pub(crate) url: String,
    pub(crate) form: bool,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::EVIL;
    use super::*;

    pub(crate) fn pages(lang: Lang) -> Vec<TiersPage> {
        let t = lang.texts();
        let line = |code: &str| TierLine {
            code: code.to_owned(),
            name: EVIL.to_owned(),
            field: format!("webhook-{code}"),
            url: format!("https://branch.example.kr/{EVIL}"),
            form: code == "ABC",
        };
        let page = |rows: Vec<TierLine>, under: bool, wrongs: Wrongs| TiersPage {
            frame: Frame::sample(lang, Section::Tiers),
            wrongs,
            made: (!rows.is_empty()).then(|| (EVIL.to_owned(), "p4ss".to_owned())),
            rows,
            under,
            code: EVIL.to_owned(),
            name: EVIL.to_owned(),
            login: EVIL.to_owned(),
        };
        vec![
            page(vec![line("ABC"), line("X09")], false, Wrongs::default()),
            page(Vec::new(), false, Wrongs::one("tier_code", t.tier_code_hint)),
            page(Vec::new(), true, Wrongs::default()),
        ]
    }
}
