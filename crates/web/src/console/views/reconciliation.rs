//! 대사: breaks, runs, the form that compares; and one break with what people can do about it.

use super::super::frame::{Frame, Wrongs};
use super::super::show::When;
use super::super::texts_reconcile::Texts;
use super::{Choice, Fact, Pill};
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/reconciliation.html")]
pub(crate) struct ReconciliationPage {
    pub(crate) frame: Frame,
    pub(crate) r: &'static Texts,
    pub(crate) wrongs: Wrongs,
    pub(crate) said: Option<String>,
    /// Breaks that are over are shown instead of those to see to.
    pub(crate) over: bool,
    pub(crate) breaks: Vec<BreakLine>,
    /// Where the list goes on.
    pub(crate) next: Option<String>,
    pub(crate) runs: Vec<RunLine>,
    pub(crate) channels: Vec<Choice>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) columns: Option<Columns>,
}

/// How a channel's files are read.
pub(crate) struct Columns {
    pub(crate) channel: String,
    pub(crate) id: i64,
    /// Field and value.
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// A break in the list.
pub(crate) struct BreakLine {
    pub(crate) id: i64,
    pub(crate) kind: &'static str,
    pub(crate) day: String,
    pub(crate) channel: String,
    pub(crate) order: String,
    pub(crate) imp_uid: Option<String>,
    pub(crate) ours: String,
    pub(crate) theirs: String,
    pub(crate) difference: String,
    pub(crate) status: Pill,
}

/// A run in the list.
pub(crate) struct RunLine {
    pub(crate) at: When,
    pub(crate) actor: String,
    pub(crate) channel: String,
    pub(crate) days: String,
    pub(crate) source: &'static str,
    pub(crate) file: String,
    pub(crate) matched: i64,
    pub(crate) found: i64,
    pub(crate) notes: Vec<String>,
}

/// One break.
#[derive(Template)]
#[template(path = "console/break.html")]
pub(crate) struct BreakPage {
    pub(crate) frame: Frame,
    pub(crate) r: &'static Texts,
    pub(crate) wrongs: Wrongs,
    pub(crate) said: Option<&'static str>,
    pub(crate) line: BreakLine,
    pub(crate) why: &'static str,
    pub(crate) ours: Vec<Fact>,
    pub(crate) theirs: Vec<Fact>,
    pub(crate) remedy: Option<Remedy>,
    pub(crate) form: Option<Proposal>,
    pub(crate) proposed: Option<Proposed>,
    pub(crate) can_close: bool,
    /// Who ended it, and what they said.
    pub(crate) ended: Option<(String, String)>,
}

/// What a machine can do about it.
pub(crate) struct Remedy {
    pub(crate) button: &'static str,
    pub(crate) help: &'static str,
}

/// The form of a correction, filled in.
pub(crate) struct Proposal {
    pub(crate) debits: Vec<Choice>,
    pub(crate) credits: Vec<Choice>,
    pub(crate) amount: String,
    pub(crate) reason: String,
}

/// What somebody proposed.
pub(crate) struct Proposed {
    pub(crate) by: String,
    pub(crate) at: When,
    pub(crate) amount: String,
    pub(crate) facts: Vec<Fact>,
    /// Why the person who looks cannot approve it.
    pub(crate) blocked: Option<&'static str>,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::super::texts_reconcile;
    use super::super::sample::{EVIL, LONG, when};
    use super::*;

    fn line(r: &'static Texts, n: i64) -> BreakLine {
        let known = n % 2 == 0;
        BreakLine {
            id: 100 + n,
            kind: [r.kind_missing_at_pg, r.kind_missing_here, r.kind_cancel_amount_differs]
                [usize::try_from(n % 3).unwrap_or(0)],
            day: "2026-11-21".to_owned(),
            channel: LONG.to_owned(),
            order: if known { "imp_448280090638".to_owned() } else { EVIL.to_owned() },
            imp_uid: known.then(|| "imp_448280090638".to_owned()),
            ours: "14,000원".to_owned(),
            theirs: r.nothing.to_owned(),
            difference: "−14,000원".to_owned(),
            status: Pill::new("warn", r.status_open),
        }
    }

    fn page(lang: Lang) -> ReconciliationPage {
        let r = texts_reconcile::of(lang);
        ReconciliationPage {
            frame: Frame::sample(lang, Section::Reconciliation),
            r,
            wrongs: Wrongs::default(),
            said: None,
            over: false,
            breaks: Vec::new(),
            next: None,
            runs: Vec::new(),
            channels: vec![Choice::new("1", EVIL, "1"), Choice::new("2", "nice", "1")],
            from: "2026-11-01".to_owned(),
            to: "2026-11-30".to_owned(),
            columns: None,
        }
    }

    pub(crate) fn pages(lang: Lang) -> Vec<ReconciliationPage> {
        let r = texts_reconcile::of(lang);
        let run = RunLine {
            at: when(),
            actor: EVIL.to_owned(),
            channel: "KICC".to_owned(),
            days: "2026-11-01 ~ 2026-11-30".to_owned(),
            source: r.source_file,
            file: EVIL.to_owned(),
            matched: 99_800,
            found: 200,
            notes: vec![super::super::super::show::fill(r.other_days, &["7"])],
        };
        let full = ReconciliationPage {
            said: Some(EVIL.to_owned()),
            breaks: (0..6).map(|n| line(r, n)).collect(),
            next: Some("/console/reconciliation?before=1".to_owned()),
            runs: vec![run],
            columns: Some(Columns {
                channel: EVIL.to_owned(),
                id: 1,
                fields: vec![("amount", EVIL.to_owned())],
            }),
            ..page(lang)
        };
        let wrong = ReconciliationPage { wrongs: Wrongs::one("file", r.no_file), ..page(lang) };
        let bare = ReconciliationPage { channels: Vec::new(), over: true, ..page(lang) };
        vec![full, wrong, bare]
    }

    pub(crate) fn breaks(lang: Lang) -> Vec<BreakPage> {
        let r = texts_reconcile::of(lang);
        let facts = || vec![Fact::text(r.label_amount, "14,000원"), Fact::id(r.label_tid, EVIL)];
        let page = || BreakPage {
            frame: Frame::sample(lang, Section::Reconciliation),
            r,
            wrongs: Wrongs::default(),
            said: None,
            line: line(r, 0),
            why: r.why_missing_at_pg,
            ours: facts(),
            theirs: Vec::new(),
            remedy: None,
            form: None,
            proposed: None,
            can_close: false,
            ended: None,
        };
        let choices = || vec![Choice::new("correction", "correction", "correction")];
        let open = BreakPage {
            wrongs: Wrongs::one("reason", EVIL),
            remedy: Some(Remedy { button: r.remedy_settle_approval, help: r.remedy_help }),
            form: Some(Proposal {
                debits: choices(),
                credits: choices(),
                amount: "14000".to_owned(),
                reason: EVIL.to_owned(),
            }),
            can_close: true,
            ..page()
        };
        let proposed = |blocked| BreakPage {
            said: Some(r.did_propose),
            proposed: Some(Proposed {
                by: EVIL.to_owned(),
                at: when(),
                amount: "14,000원".to_owned(),
                facts: facts(),
                blocked,
            }),
            ..page()
        };
        let ended = BreakPage { ended: Some((EVIL.to_owned(), EVIL.to_owned())), ..page() };
        vec![open, proposed(None), proposed(Some(r.approve_alone)), ended]
    }
}
