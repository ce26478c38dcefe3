//! 확인이 필요한 항목: what is open, and what was dealt with by whom and when.

use super::super::frame::Frame;
use super::super::show::When;
use super::AttentionItem;
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/attentions.html")]
pub(crate) struct AttentionsPage {
    pub(crate) frame: Frame,
    pub(crate) title: &'static str,
    pub(crate) resolved_title: &'static str,
    pub(crate) by_label: &'static str,
    pub(crate) none: &'static str,
    pub(crate) open: Vec<AttentionItem>,
    pub(crate) resolved: Vec<ResolvedLine>,
}

/// One that was dealt with.
pub(crate) struct ResolvedLine {
    pub(crate) title: String,
    pub(crate) detail: String,
    pub(crate) imp_uid: String,
    /// Who.
    pub(crate) by: String,
    /// When.
    pub(crate) at: When,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::{EVIL, attention, when};
    use super::*;

    pub(crate) fn pages(lang: Lang) -> Vec<AttentionsPage> {
        let line = |imp_uid: &str| ResolvedLine {
            title: EVIL.to_owned(),
            detail: EVIL.to_owned(),
            imp_uid: imp_uid.to_owned(),
            by: EVIL.to_owned(),
            at: when(),
        };
        let page = |busy: bool| AttentionsPage {
            frame: Frame::sample(lang, Section::Home),
            title: lang.pick(("확인이 필요한 항목", "What needs a person")),
            resolved_title: lang.pick(("지난 기록", "What was dealt with")),
            by_label: lang.pick(("처리", "By")),
            none: lang.pick(("처리한 항목이 없습니다.", "Nothing was dealt with yet.")),
            open: if busy { vec![attention(0), attention(1)] } else { Vec::new() },
            resolved: if busy { vec![line("imp_448280090638"), line("")] } else { Vec::new() },
        };
        vec![page(true), page(false)]
    }
}
