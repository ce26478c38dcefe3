//! 결제 목록.

use super::super::frame::{Frame, Wrongs};
use super::{Choice, PaymentLine, Select};
use askama::Template;

/// The list with its filters.
#[derive(Template)]
#[template(path = "console/payments.html")]
pub(crate) struct PaymentsPage {
    pub(crate) frame: Frame,
    pub(crate) wrongs: Wrongs,
    /// Ready-made filters: addresses and their names.
    pub(crate) views: Vec<Choice>,
    pub(crate) selects: Vec<Select>,
    /// `YYYY-MM-DD` as typed.
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) q: String,
    /// Any filter is set.
    pub(crate) filtered: bool,
    pub(crate) rows: Vec<PaymentLine>,
    /// With its `?`, or empty.
    pub(crate) csv_query: String,
    pub(crate) first_href: Option<String>,
    pub(crate) next_href: Option<String>,
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::{EVIL, line};
    use super::*;

    pub(crate) fn pages(lang: Lang) -> Vec<PaymentsPage> {
        let t = lang.texts();
        let page = |rows: Vec<PaymentLine>, filtered: bool| PaymentsPage {
            frame: Frame {
                test: rows.iter().any(|row| row.test),
                ..Frame::sample(lang, Section::Payments)
            },
            wrongs: if filtered { Wrongs::one("from", t.bad_date) } else { Wrongs::default() },
            views: vec![Choice::new("/console/payments", t.all, "/console/payments")],
            selects: vec![Select {
                name: "status",
                label: t.col_state,
                options: vec![
                    Choice::new("", t.all, "paid"),
                    Choice::new("paid", t.status_paid, "paid"),
                ],
            }],
            from: "2026-11-01".to_owned(),
            to: String::new(),
            q: if filtered { EVIL.to_owned() } else { String::new() },
            filtered,
            next_href: (!rows.is_empty()).then(|| "/console/payments?before=1.imp_1".to_owned()),
            rows,
            csv_query: "?status=paid".to_owned(),
            first_href: filtered.then(|| "/console/payments".to_owned()),
        };
        let full = (0..25).map(line).collect();
        vec![page(full, false), page(Vec::new(), true), page(Vec::new(), false)]
    }
}
