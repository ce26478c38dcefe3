//! `GET /console/payments`: the list, its filters, its CSV, and the search box.

use super::form::Form;
use super::frame::{Frame, Section, Wrongs};
use super::show::Lang;
use super::staff::Staff;
use super::views::payments::PaymentsPage;
use super::views::{Choice, Select};
use super::{line, respond, words};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use domain::Millis;
use engine::Result;
use engine::console::{Basis, Cursor, Filter, Found};

/// Rows of a page.
const ROWS: i64 = 50;

/// The list.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    staff.reply(page(&app, &staff).await)
}

async fn page(app: &App, staff: &Staff) -> Result<Response> {
    let (query, lang) = (&staff.visitor.query, staff.lang());
    let (filter, wrongs) = filter(query, lang);
    let after = cursor(query.get("after"));
    let merchant = staff.merchant_id();
    let found = engine::console::list(&app.engine, merchant, &filter, after.as_ref(), ROWS);
    let (rows, next) = found.await?;
    let rows = rows.iter().map(|row| line::payment(lang, row, filter.basis.of(row), staff.now));
    let rows: Vec<_> = rows.collect();
    let path = |query: String| format!("/console/payments{query}");
    let frame = staff.frame(Section::Payments);
    let page = PaymentsPage {
        frame: Frame {
            test: rows.iter().any(|row| row.test),
            query: query.get("q").to_owned(),
            ..frame
        },
        wrongs,
        views: views(query, lang, staff.now),
        selects: selects(query, lang),
        from: query.get("from").to_owned(),
        to: query.get("to").to_owned(),
        q: query.get("q").to_owned(),
        filtered: query.query_with("after", "").len() > 1,
        rows,
        csv_query: query.query_with("after", ""),
        first_href: after.map(|_| path(query.query_with("after", ""))),
        next_href: next.map(|(at, id)| path(query.query_with("after", &format!("{at}.{id}")))),
    };
    Ok(if page.wrongs.any() { staff.again(&page) } else { staff.page(&page) })
}

/// `GET /console/search?q=`: to the payment if exactly one matches, else to the list.
pub(super) async fn search(State(app): State<App>, staff: Staff) -> Response {
    let text = staff.visitor.query.get("q");
    let found = engine::console::find(&app.engine, staff.merchant_id(), text).await;
    staff.reply(found.map(|found| match found {
        Found::One(imp_uid) => respond::see_other(&format!("/console/payments/{imp_uid}")),
        Found::List(text) => {
            let query = Form::default().query_with("q", &text);
            respond::see_other(&format!("/console/payments{query}"))
        }
    }))
}

/// What the address narrows the list to, and what of it cannot be understood.
pub(super) fn filter(query: &Form, lang: Lang) -> (Filter, Wrongs) {
    let t = lang.texts();
    let mut wrongs = Wrongs::default();
    let mut day = |name: &str| {
        let text = query.get(name);
        let moment = (!text.is_empty()).then(|| midnight(text));
        if moment == Some(None) {
            wrongs.0.extend(Wrongs::one(name, t.bad_date).0);
        }
        moment.flatten()
    };
    let (from, to) = (day("from"), day("to"));
    let chosen = query.all("status");
    let chosen = words::states(t).into_iter().filter(|(word, ..)| chosen.iter().any(|c| c == word));
    let mode = query.get("mode");
    let filter = Filter {
        states: chosen.flat_map(|(_, states, _)| states.iter().map(|s| (*s).to_owned())).collect(),
        methods: plain(query.all("method")),
        pgs: plain(query.all("pg")),
        mode: matches!(mode, "test" | "live").then(|| mode.to_owned()),
        basis: if query.get("basis") == "reached" { Basis::Reached } else { Basis::Started },
        from,
        // The last day counts whole.
        to: to.map(|to| to + 86_400_000),
        prefix: Some(query.get("q").to_owned()).filter(|text| !text.is_empty()),
    };
    (filter, wrongs)
}

/// PostgreSQL refuses NUL in a text; no code holds anything but these.
fn plain(values: Vec<String>) -> Vec<String> {
    let code = |value: &String| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    values.into_iter().filter(code).take(50).collect()
}

/// Midnight (KST) at the beginning of a day, milliseconds.
fn midnight(day: &str) -> Option<i64> {
    let written = day.len() == 10 && day.bytes().filter(|byte| *byte == b'-').count() == 2;
    written.then(|| Millis::parse_kst(&format!("{day} 00:00:00"))).flatten().map(|at| at.0)
}

/// `milliseconds.imp_uid`, as `next_href` writes it.
pub(super) fn cursor(text: &str) -> Option<Cursor> {
    let (at, imp_uid) = text.split_once('.')?;
    let imp_uid = domain::ImpUid::parse(imp_uid)?;
    Some((at.parse().ok()?, imp_uid.as_str().to_owned()))
}

/// Ready-made filters: the ones people open every day.
fn views(query: &Form, lang: Lang, now: Millis) -> Vec<Choice> {
    let t = lang.texts();
    let path = |query: String| format!("/console/payments{query}");
    let current = path(query.query_with("after", ""));
    let today = now.kst_text().get(..10).unwrap_or_default().to_owned();
    let mut views =
        vec![(path(String::new()), t.all), (path(format!("?from={today}")), t.view_today)];
    let states = words::states(t).into_iter().filter(|(word, ..)| *word != "ready");
    views.extend(states.map(|(word, _, label)| (path(format!("?status={word}")), label)));
    let views = views.into_iter().map(|(path, label)| Choice::new(&path, label, &current));
    views.collect()
}

fn selects(query: &Form, lang: Lang) -> Vec<Select> {
    let t = lang.texts();
    let select = |name, label, choices: Vec<(String, String)>| {
        let current = query.get(name);
        let mut options = vec![Choice::new("", t.all, current)];
        options.extend(choices.iter().map(|(code, label)| Choice::new(code, label, current)));
        Select { name, label, options }
    };
    let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    let states = words::states(t).into_iter().map(|(word, _, label)| pair(word, label)).collect();
    let methods =
        words::method_codes().map(|code| (code.to_owned(), words::method(lang, code))).collect();
    let pgs = engine::console::pgs().into_iter();
    let pgs = pgs.map(|spec| pair(spec.code, lang.pick((spec.ko, spec.en)))).collect();
    let modes = vec![pair("live", t.mode_live), pair("test", t.mode_test)];
    let current = query.get("basis");
    let basis = Select {
        name: "basis",
        label: t.basis,
        options: vec![
            Choice::new("", t.basis_started, current),
            Choice::new("reached", t.basis_reached, current),
        ],
    };
    vec![
        select("status", t.col_state, states),
        select("method", t.col_method, methods),
        select("pg", t.pg, pgs),
        select("mode", t.mode, modes),
        basis,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_filters() {
        let query = Form::parse(
            b"status=partial&status=paid&method=card&mode=live&from=2026-11-01&to=2026-11-01&q=imp_",
        );
        let (filter, wrongs) = filter(&query, Lang::Ko);
        assert!(!wrongs.any());
        assert_eq!(filter.states, ["paid", "part_cancelled"]);
        assert_eq!(filter.to.zip(filter.from).map(|(to, from)| to - from), Some(86_400_000));
        assert_eq!(filter.prefix.as_deref(), Some("imp_"));
    }

    #[test]
    fn nonsense_in_the_address_is_said_or_ignored() {
        let query = Form::parse(b"status=x&method=a%00b&mode=both&from=2026-13-01&to=tomorrow");
        let (filter, wrongs) = filter(&query, Lang::En);
        assert_eq!(wrongs.0.len(), 2);
        assert!(filter.states.is_empty() && filter.methods.is_empty() && filter.mode.is_none());
        assert_eq!(cursor("123.imp_1"), Some((123, "imp_1".to_owned())));
        for wrong in ["", "x.imp_1", "1.a'b", "1"] {
            assert_eq!(cursor(wrong), None, "{wrong}");
        }
    }
}
