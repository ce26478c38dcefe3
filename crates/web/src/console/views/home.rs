//! 홈: what happened today and what needs a person.

use super::super::frame::Frame;
use super::webhooks::HookLine;
use super::{AttentionItem, PaymentLine};
use askama::Template;

/// The home page.
#[derive(Template)]
#[template(path = "console/home.html")]
pub(crate) struct HomePage {
    pub(crate) frame: Frame,
    /// Live payments are shown; test payments otherwise.
    pub(crate) live: bool,
    /// There was never a payment.
    pub(crate) empty: bool,
    pub(crate) attentions: Vec<AttentionItem>,
    /// How many there are in all, as words of a link.
    pub(crate) more: Option<String>,
    /// Payments whose outcome the PG has not told.
    pub(crate) unknown: Vec<PaymentLine>,
    pub(crate) failing: Vec<HookLine>,
    pub(crate) figures: Vec<Figure>,
    /// By PG, by method.
    pub(crate) tables: Vec<ShareTable>,
    /// One for each currency.
    pub(crate) charts: Vec<Chart>,
}

/// A large number with its name.
pub(crate) struct Figure {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// Today by one property.
pub(crate) struct ShareTable {
    pub(crate) title: &'static str,
    pub(crate) column: &'static str,
    pub(crate) rows: Vec<ShareRow>,
}

/// A line of it.
pub(crate) struct ShareRow {
    pub(crate) label: String,
    pub(crate) volume: String,
    pub(crate) count: String,
    pub(crate) success: String,
    /// 0 to 100, for the meter.
    pub(crate) percent: i64,
}

/// A bar chart, drawn into 720 × 200.
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) bars: Vec<Bar>,
}

/// A horizontal line with its amount.
pub(crate) struct Tick {
    pub(crate) y: i64,
    pub(crate) text: String,
}

/// A day.
pub(crate) struct Bar {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
    /// Day and amount, on hover.
    pub(crate) title: String,
    /// Under every fifth bar.
    pub(crate) label: String,
}

/// Height of the chart's area in its units, and where its floor is.
const AREA: i64 = 160;
const FLOOR: i64 = 180;

impl Chart {
    /// Draws sums of days, oldest first: (label, amount in words, minor units). `title` and
    /// `summary` are whole sentences; `words` puts a sum into words.
    pub(crate) fn draw(
        title: String,
        summary: String,
        days: &[(String, i64)],
        words: impl Fn(i64) -> String,
    ) -> Self {
        let most = days.iter().map(|(_, sum)| *sum).max().unwrap_or(0).max(1);
        let top = round_up(most);
        let scaled = |sum: i64| {
            let tall = i128::from(sum.max(0)) * i128::from(AREA) / i128::from(top);
            i64::try_from(tall).unwrap_or(AREA)
        };
        let ticks = [top, top / 2, 0].map(|sum| Tick { y: FLOOR - scaled(sum), text: words(sum) });
        let bars = days.iter().zip(0..).map(|((day, sum), index): (_, i64)| {
            // What is not nothing is always seen.
            let height = if *sum > 0 { scaled(*sum).max(2) } else { 0 };
            Bar {
                x: index * 21 + 84,
                y: FLOOR - height,
                height,
                title: format!("{day} {}", words(*sum)),
                label: if index % 5 == 0 { day.clone() } else { String::new() },
            }
        });
        Self { title, summary, ticks: Vec::from(ticks), bars: bars.collect() }
    }
}

/// The next of 1, 2, 5 × a power of ten.
fn round_up(most: i64) -> i64 {
    let mut scale = 1_i64;
    loop {
        for step in [1, 2, 5] {
            let top = scale.saturating_mul(step);
            if top >= most {
                return top;
            }
        }
        scale = scale.saturating_mul(10);
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::super::super::frame::Section;
    use super::super::super::show::Lang;
    use super::super::sample::{EVIL, attention, line};
    use super::super::webhooks::samples::hook;
    use super::*;

    pub(crate) fn pages(lang: Lang) -> Vec<HomePage> {
        let t = lang.texts();
        let page = |empty: bool, busy: bool| HomePage {
            frame: Frame { test: busy, ..Frame::sample(lang, Section::Home) },
            live: !busy,
            empty,
            more: busy.then(|| EVIL.to_owned()),
            attentions: if busy { vec![attention(0), attention(1)] } else { Vec::new() },
            unknown: if busy { vec![line(5)] } else { Vec::new() },
            failing: if busy { vec![hook(1)] } else { Vec::new() },
            figures: vec![
                Figure { label: t.col_volume, value: "1,234,000원".to_owned() },
                Figure { label: t.col_count, value: "42".to_owned() },
                Figure { label: t.col_success, value: "97.6%".to_owned() },
            ],
            tables: vec![ShareTable {
                title: t.by_pg,
                column: "PG",
                rows: vec![ShareRow {
                    label: EVIL.to_owned(),
                    volume: "14,000원".to_owned(),
                    count: "1".to_owned(),
                    success: "100.0%".to_owned(),
                    percent: 100,
                }],
            }],
            charts: vec![Chart::draw(
                "최근 30일 (KRW)".to_owned(),
                "30일 합계 1,234,000원".to_owned(),
                &(0..30).map(|n| (format!("11-{n:02}"), n * n * 1_000)).collect::<Vec<_>>(),
                |sum| format!("{sum}원"),
            )],
        };
        vec![page(false, true), page(false, false), page(true, false)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stay_inside_and_show_what_is_little() {
        let days = [("01".to_owned(), 0), ("02".to_owned(), 1), ("03".to_owned(), i64::MAX)];
        let chart = Chart::draw(String::new(), String::new(), &days, |sum| sum.to_string());
        let heights: Vec<i64> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights[..2], [0, 2]);
        assert!(chart.bars.iter().all(|bar| bar.y >= 0 && bar.height <= AREA));
        assert_eq!((round_up(1), round_up(3), round_up(1_999)), (1, 5, 2_000));
    }
}
