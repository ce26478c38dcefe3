//! `GET /console/payments.csv`: the filtered list for spreadsheets, streamed page by page.

use super::payments::filter;
use super::show::fill;
use super::staff::Staff;
use crate::App;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::{MerchantId, Millis};
use engine::Engine;
use engine::console::{Cursor, Filter};
use engine::rows::PaymentRow;
use futures_util::stream;

/// Rows at most, and rows read at a time.
const MOST: i64 = 10_000;
const STEP: i64 = 500;

/// Columns by V1's names, so that a file can be matched with API answers.
const COLUMNS: [&str; 24] = [
    "imp_uid",
    "merchant_uid",
    "status",
    "state",
    "name",
    "amount",
    "cancel_amount",
    "currency",
    "pay_method",
    "pg_provider",
    "pg_id",
    "mode",
    "pg_tid",
    "apply_num",
    "card_name",
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "started_at",
    "paid_at",
    "failed_at",
    "cancelled_at",
    "fail_reason",
    "cancel_reason",
];

/// What is left of the export.
struct Export {
    engine: Engine,
    merchant: MerchantId,
    filter: Filter,
    after: Option<Cursor>,
    rows: i64,
    /// The line that says that rows are missing.
    cut: String,
    over: bool,
}

/// The file.
pub(super) async fn download(State(app): State<App>, staff: Staff) -> Response {
    let (filter, wrongs) = filter(&staff.visitor.query, staff.lang());
    if let Some(wrong) = wrongs.0.into_iter().next() {
        return staff.reply(Err(engine::Error::invalid(wrong.field, wrong.text)));
    }
    let export = Export {
        engine: app.engine.clone(),
        merchant: staff.merchant_id(),
        filter,
        after: None,
        rows: 0,
        cut: fill(staff.t().csv_cut, &[&MOST.to_string()]),
        over: false,
    };
    let day = staff.now.kst8();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"payments-{day}.csv\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    // Excel reads UTF-8 only behind a byte order mark.
    let head = format!("\u{feff}{}\r\n", COLUMNS.join(","));
    let begin = stream::iter([Ok::<_, std::io::Error>(head)]);
    let rest = stream::try_unfold(export, next);
    (headers, Body::from_stream(stream::StreamExt::chain(begin, rest))).into_response()
}

/// The next piece. A fault of the database breaks the download off: half a file that looks whole
/// would be worse.
async fn next(mut export: Export) -> std::io::Result<Option<(String, Export)>> {
    if export.over {
        return Ok(None);
    }
    let page = engine::console::list(
        &export.engine,
        export.merchant,
        &export.filter,
        export.after.as_ref(),
        STEP,
    );
    let (rows, after) = page.await.map_err(std::io::Error::other)?;
    let mut text: String = rows.iter().map(record).collect();
    export.rows += i64::try_from(rows.len()).unwrap_or(STEP);
    let more = after.is_some();
    export.after = after;
    export.over = !more || export.rows >= MOST;
    if more && export.over {
        text.push_str(&format!("{}\r\n", cell(&export.cut)));
    }
    Ok(Some((text, export)))
}

fn record(row: &PaymentRow) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let at = |value: Option<i64>| value.map(|at| Millis(at).kst_text()).unwrap_or_default();
    let payment = row.payment;
    let cells = [
        row.imp_uid.clone(),
        row.merchant_uid.clone(),
        payment.status().as_str().to_owned(),
        payment.stored().word.to_owned(),
        text(&row.name),
        payment.amount.decimal(),
        payment.cancelled().decimal(),
        payment.amount.currency().code().to_owned(),
        text(&row.pay_method),
        row.pg.clone(),
        row.pg_id.clone(),
        row.mode.clone(),
        text(&row.pg_tid),
        text(&row.apply_num),
        text(&row.card_name),
        text(&row.buyer_name),
        text(&row.buyer_email),
        text(&row.buyer_tel),
        at(Some(row.started_at)),
        at(row.paid_at),
        at(row.failed_at),
        at(row.cancelled_at),
        text(&row.fail_reason),
        text(&row.cancel_reason),
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell: quoted where needed, and never a formula a buyer smuggled in by an order's name.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells_are_text_and_stay_one_cell() {
        assert_eq!(cell("주문명"), "주문명");
        assert_eq!(cell("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("@x,y"), "\"'@x,y\"");
    }
}
