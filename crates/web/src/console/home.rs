//! `GET /console`: 홈.

use super::frame::{Frame, Section};
use super::show::{Lang, fill, grouped, minor, share};
use super::staff::Staff;
use super::views::home::{Chart, Figure, HomePage, ShareRow, ShareTable};
use super::{line, words};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use domain::{Currency, Millis};
use engine::Result;
use engine::console::home::{DAYS, DaySum, Home, Tally};
use std::collections::BTreeMap;

/// The way to everything that needs a person, also what was dealt with.
const MORE: (&str, &str) = ("확인이 필요한 항목 {}건 모두 보기", "All {} that need a person");

/// The page.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    staff.reply(page(&app, &staff).await)
}

async fn page(app: &App, staff: &Staff) -> Result<Response> {
    let merchant = staff.merchant_id();
    let mode = match staff.visitor.query.get("mode") {
        "live" => "live",
        "test" => "test",
        _ => engine::console::mode(&app.engine, merchant).await?,
    };
    let home = engine::console::home(&app.engine, merchant, mode).await?;
    let (lang, t) = (staff.lang(), staff.t());
    let unknown = home.unknown.iter();
    let unknown = unknown.map(|row| line::payment(lang, row, row.started_at, home.now)).collect();
    let attentions = home.attentions.iter().enumerate();
    let attentions =
        attentions.map(|(n, row)| line::attention(lang, n, row, home.now, "/console")).collect();
    let by = |title, column, key: fn(Lang, &Tally) -> String| ShareTable {
        title,
        column,
        rows: shares(lang, &home.today, key),
    };
    let page = HomePage {
        frame: Frame { test: mode == "test" && home.any, ..staff.frame(Section::Home) },
        live: mode == "live",
        empty: !home.any,
        more: (home.waiting > 0).then(|| lang.pick(MORE).replace("{}", &home.waiting.to_string())),
        attentions,
        unknown,
        failing: home.failing.iter().map(|row| line::hook(lang, row, home.now)).collect(),
        figures: figures(lang, &home.today),
        tables: vec![
            by(t.by_pg, t.pg, |lang, tally| words::pg(lang, &tally.pg)),
            by(t.by_method, t.col_method, |lang, tally| words::method(lang, &tally.method)),
        ],
        charts: charts(lang, &home),
    };
    Ok(staff.page(&page))
}

/// Payments, paid ones and sums of one line.
#[derive(Default)]
struct Sum {
    paid: i64,
    /// Paid or failed: what still may become either does not count.
    ended: i64,
    amounts: BTreeMap<String, i64>,
}

impl Sum {
    fn add(&mut self, tally: &Tally) {
        if tally.was_paid {
            self.paid += tally.count;
            let sum = self.amounts.entry(tally.currency.clone()).or_default();
            *sum = sum.saturating_add(tally.amount);
        }
        if tally.was_paid || tally.state == "failed" {
            self.ended += tally.count;
        }
    }

    fn volume(&self, lang: Lang) -> String {
        let sums = self
            .amounts
            .iter()
            .filter_map(|(code, sum)| Some(minor(lang, *sum, Currency::parse(code)?)));
        let sums: Vec<String> = sums.collect();
        if sums.is_empty() { minor(lang, 0, Currency::Krw) } else { sums.join(" + ") }
    }
}

fn figures(lang: Lang, today: &[Tally]) -> Vec<Figure> {
    let t = lang.texts();
    let mut sum = Sum::default();
    today.iter().for_each(|tally| sum.add(tally));
    vec![
        Figure { label: t.col_volume, value: sum.volume(lang) },
        Figure { label: t.col_count, value: grouped(&sum.paid.to_string()) },
        Figure { label: t.col_success, value: share(sum.paid, sum.ended) },
    ]
}

fn shares(lang: Lang, today: &[Tally], key: fn(Lang, &Tally) -> String) -> Vec<ShareRow> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for tally in today {
        sums.entry(key(lang, tally)).or_default().add(tally);
    }
    let rows = sums.into_iter().map(|(label, sum)| ShareRow {
        label,
        volume: sum.volume(lang),
        count: grouped(&sum.paid.to_string()),
        success: share(sum.paid, sum.ended),
        percent: if sum.ended > 0 { sum.paid * 100 / sum.ended } else { 0 },
    });
    rows.collect()
}

/// One chart for each currency that was paid in.
fn charts(lang: Lang, home: &Home) -> Vec<Chart> {
    let mut codes: Vec<&str> = home.days.iter().map(|day| day.currency.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let currencies = codes.into_iter().filter_map(Currency::parse);
    currencies.map(|currency| chart(lang, currency, &home.days, home.last_day)).collect()
}

fn chart(lang: Lang, currency: Currency, sums: &[DaySum], last_day: i64) -> Chart {
    let t = lang.texts();
    let of_day = |day: i64| {
        let found = sums.iter().find(|sum| sum.day == day && sum.currency == currency.code());
        (day_label(day), found.map_or(0, |sum| sum.amount))
    };
    let days: Vec<(String, i64)> = (last_day - DAYS + 1..=last_day).map(of_day).collect();
    let words = |sum: i64| minor(lang, sum, currency);
    let total = days.iter().fold(0_i64, |total, (_, sum)| total.saturating_add(*sum));
    let best = days.iter().max_by_key(|(_, sum)| *sum).cloned().unwrap_or_default();
    let summary = fill(t.last_days_sum, &[&words(total), &best.0, &words(best.1)]);
    Chart::draw(fill(t.last_days, &[currency.code()]), summary, &days, words)
}

/// `11-21` for a day number in KST.
fn day_label(day: i64) -> String {
    let noon = Millis(day.saturating_mul(86_400_000).saturating_add(3 * 3_600_000));
    noon.kst_text().get(5..10).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(state: &str, was_paid: bool, count: i64, amount: i64) -> Tally {
        Tally {
            pg: "kicc".to_owned(),
            method: "card".to_owned(),
            state: state.to_owned(),
            was_paid,
            currency: "KRW".to_owned(),
            count,
            amount,
        }
    }

    #[test]
    fn what_is_undecided_is_no_failure() {
        let today = [
            tally("paid", true, 2, 3_000),
            tally("cancelled", true, 1, 1_000),
            tally("cancelled", false, 5, 9_000),
            tally("failed", false, 1, 500),
            tally("ready", false, 7, 700),
        ];
        let figures = figures(Lang::Ko, &today);
        let values: Vec<&str> = figures.iter().map(|figure| figure.value.as_str()).collect();
        assert_eq!(values, ["4,000원", "3", "75.0%"]);
    }

    #[test]
    fn days_are_korean() {
        // 2023-11-15 07:13:20 KST
        let day = (1_700_000_000 + 9 * 3_600) / 86_400;
        assert_eq!(day_label(day), "11-15");
    }
}
