//! 웹훅: where they go, a test call, and the log.

use super::super::frame::{Frame, Wrongs};
use super::super::show::When;
use super::Pill;
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/webhooks.html")]
pub(crate) struct WebhooksPage {
    pub(crate) frame: Frame,
    pub(crate) wrongs: Wrongs,
    /// As typed or saved.
    pub(crate) url: String,
    pub(crate) json: bool,
    /// What a test call goes to.
    pub(crate) saved: Option<String>,
    /// As typed or saved; empty for the same as `url`.
    pub(crate) test_url: String,
    pub(crate) call: Option<Call>,
    pub(crate) rows: Vec<HookLine>,
    pub(crate) next_href: Option<String>,
    /// Where a re-send comes back to.
    pub(crate) here: String,
}

/// What a test call came to.
pub(crate) struct Call {
    pub(crate) tone: &'static str,
    pub(crate) verdict: String,
    pub(crate) detail: String,
    pub(crate) body: String,
}

/// A webhook.
#[derive(Clone, Debug)]
pub(crate) struct HookLine {
    pub(crate) id: i64,
    pub(crate) imp_uid: String,
    pub(crate) merchant_uid: String,
    /// V1's word.
    pub(crate) event: String,
    pub(crate) url: String,
    pub(crate) attempts: i64,
    pub(crate) state: Pill,
    pub(crate) at: When,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::{EVIL, when};
    use super::*;

    pub(crate) fn hook(n: i64) -> HookLine {
        let state = [("good", "전달됨"), ("bad", "포기"), ("warn", "다시 보낼 예정")];
        let (tone, word) = state[usize::try_from(n % 3).unwrap_or(0)];
        HookLine {
            id: 1_849_000_000_000_000 + n,
            imp_uid: "imp_448280090638".to_owned(),
            merchant_uid: EVIL.to_owned(),
            event: "paid".to_owned(),
            url: format!("https://shop.example.kr/hooks/{n}?q={EVIL}"),
            attempts: n,
            state: Pill::new(tone, word),
            at: when(),
        }
    }

    pub(crate) fn pages(lang: Lang) -> Vec<WebhooksPage> {
        let t = lang.texts();
        let page = |rows: Vec<HookLine>, call: Option<Call>, wrongs: Wrongs| WebhooksPage {
            frame: Frame::sample(lang, Section::Webhooks),
            saved: (!rows.is_empty()).then(|| "https://shop.example.kr/hooks".to_owned()),
            wrongs,
            url: EVIL.to_owned(),
            json: rows.is_empty(),
            test_url: if rows.is_empty() { String::new() } else { EVIL.to_owned() },
            call,
            next_href: (!rows.is_empty()).then(|| "/console/webhooks?before=1".to_owned()),
            rows,
            here: "/console/webhooks".to_owned(),
        };
        let call = Call {
            tone: "bad",
            verdict: t.call_failed.to_owned(),
            detail: EVIL.to_owned(),
            body: EVIL.to_owned(),
        };
        let wrong = Wrongs::one("webhook_url", t.webhook_url_hint);
        vec![
            page((0..20).map(hook).collect(), Some(call), Wrongs::default()),
            page(Vec::new(), None, wrong),
        ]
    }
}
