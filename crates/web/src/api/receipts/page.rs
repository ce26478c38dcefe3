//! `GET /receipts/cash/{receipt_id}/{tag}`: the cash receipt a buyer keeps. The tag lets in.

use crate::App;
use crate::api::receipt::{Slip, lang, missing, page};
use crate::console::show::{Lang, money};
use crate::extract::{Fields, Refusal, Two};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{Currency, Millis, Money};
use engine::Error;
use engine::receipts::show::{self as verb, Page};

/// The receipt, or a page that says there is none.
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    path: Result<Two, Refusal>,
    fields: Fields,
) -> Response {
    let lang = lang(&headers, &fields);
    let nonce = format!("{:016x}{:016x}", app.engine.random.u64(), app.engine.random.u64());
    let found = match path {
        Ok(Two(receipt_id, tag)) => verb::page(&app.engine, &receipt_id, &tag).await,
        Err(_) => Err(Error::NotFound("")),
    };
    match found {
        Ok(found) => page(StatusCode::OK, &nonce, slip(&found, lang, nonce.clone()).render()),
        Err(Error::NotFound(_)) => page(StatusCode::NOT_FOUND, &nonce, missing(lang, &nonce)),
        Err(error) => crate::error::Failure(error).into_response(),
    }
}

fn slip(found: &Page, lang: Lang, nonce: String) -> Slip<'_> {
    let row = &found.row;
    Slip {
        nonce,
        title: lang.pick(("현금영수증", "Cash receipt")),
        english: lang == Lang::En,
        test: row.mode == "test",
        shop: &found.merchant.name,
        order: row.name.as_deref().unwrap_or(&row.merchant_uid),
        amount: won(lang, row.amount),
        state: match row.state.as_str() {
            "revoked" => lang.pick(("발급 취소", "Taken back")),
            _ => lang.pick(("발급", "Issued")),
        },
        facts: facts(found, lang),
        partners: Vec::new(),
        cancels: Vec::new(),
        left: None,
    }
}

fn won(lang: Lang, minor: i64) -> String {
    Money::new(minor, Currency::Krw).map(|it| money(lang, it)).unwrap_or_default()
}

fn facts(found: &Page, lang: Lang) -> Vec<(&'static str, String)> {
    let row = &found.row;
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let at =
        |at: Option<i64>| at.map(|at| format!("{} KST", Millis(at).kst_text())).unwrap_or_default();
    let some = |minor: i64| if minor == 0 { String::new() } else { won(lang, minor) };
    let purpose = match row.purpose.as_str() {
        "company" => lang.pick(("지출증빙용", "Proof of expense")),
        _ => lang.pick(("소득공제용", "Income deduction")),
    };
    let pg = found.spec.map_or(row.pg.as_str(), |spec| lang.pick((spec.ko, spec.en)));
    let rows = [
        ("국세청 승인번호", "Tax office's number", known(&row.apply_num)),
        ("용도", "Purpose", purpose.to_owned()),
        ("발급번호", "Issued to", format!("****{}", row.id_tail)),
        ("발급일시", "Issued at", at(row.issued_at)),
        ("취소일시", "Taken back at", at(row.revoked_at)),
        ("공급가액", "Supply value", some(row.amount - row.vat - row.tax_free)),
        ("부가세", "VAT", some(row.vat)),
        ("면세금액", "Tax-free", some(row.tax_free)),
        ("주문번호", "Order number", row.merchant_uid.clone()),
        ("거래번호", "Payment number", known(&row.imp_uid)),
        ("PG사 발행번호", "PG's number", known(&row.receipt_tid)),
        ("PG사", "PG", pg.to_owned()),
    ];
    let rows = rows.into_iter().filter(|(_, _, value)| !value.is_empty());
    rows.map(|(ko, en, value)| (lang.pick((ko, en)), value)).collect()
}
