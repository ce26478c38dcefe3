//! `GET /receipts/{imp_uid}/{tag}`: the sales slip a buyer keeps, made to be printed. The tag is
//! what lets in: nothing here opens by imp_uid alone.

use super::payments::balance::Parts;
use crate::App;
use crate::console::show::{Lang, money};
use crate::extract::{Fields, Refusal, Two};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::{Currency, Millis, Money};
use engine::Error;
use engine::partners::Line;
use engine::payments::receipt::{self as verb, Receipt};
use engine::rows::PaymentRow;

#[derive(Template)]
#[template(path = "receipt.html")]
pub(super) struct Slip<'a> {
    pub(super) nonce: String,
    pub(super) title: &'static str,
    pub(super) english: bool,
    pub(super) test: bool,
    pub(super) shop: &'a str,
    pub(super) order: &'a str,
    pub(super) amount: String,
    pub(super) state: &'static str,
    /// Label and value.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) partners: Vec<Partner<'a>>,
    pub(super) cancels: Vec<Cancel<'a>>,
    /// What is left once something was cancelled.
    pub(super) left: Option<String>,
}

/// A shop of the platform that sold a part.
pub(super) struct Partner<'a> {
    name: &'a str,
    number: String,
    amount: String,
    vat: String,
}

pub(super) struct Cancel<'a> {
    at: String,
    amount: String,
    reason: &'a str,
}

#[derive(Template)]
#[template(path = "receipt_missing.html")]
struct Missing {
    nonce: String,
    english: bool,
}

/// The slip, or a page that says there is none.
pub async fn receipt(
    State(app): State<App>,
    headers: HeaderMap,
    path: Result<Two, Refusal>,
    fields: Fields,
) -> Response {
    let lang = lang(&headers, &fields);
    let nonce = format!("{:016x}{:016x}", app.engine.random.u64(), app.engine.random.u64());
    let found = match path {
        Ok(Two(imp_uid, tag)) => verb::receipt(&app.engine, &imp_uid, &tag).await,
        Err(_) => Err(Error::NotFound("")),
    };
    match found {
        Ok(receipt) => page(StatusCode::OK, &nonce, slip(&receipt, lang, nonce.clone()).render()),
        Err(Error::NotFound(_)) => page(StatusCode::NOT_FOUND, &nonce, missing(lang, &nonce)),
        Err(error) => crate::error::Failure(error).into_response(),
    }
}

/// `?lang=`, else the browser's.
pub(super) fn lang(headers: &HeaderMap, fields: &Fields) -> Lang {
    let asked = fields.text("lang").ok().flatten().and_then(|code| Lang::parse(&code));
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    asked.unwrap_or_else(|| Lang::accepted(accepted.unwrap_or_default()))
}

/// The link is the key to the page: it must not travel on as a referrer or stay in a cache.
pub(super) fn page(status: StatusCode, nonce: &str, html: askama::Result<String>) -> Response {
    let html = match html {
        Ok(html) => html,
        Err(error) => return crate::error::Failure(Error::internal(error)).into_response(),
    };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    let mut answer = (status, Html(html)).into_response();
    let fixed = [
        (header::CACHE_CONTROL, "private, no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

pub(super) fn missing(lang: Lang, nonce: &str) -> askama::Result<String> {
    Missing { nonce: nonce.to_owned(), english: lang == Lang::En }.render()
}

fn slip(receipt: &Receipt, lang: Lang, nonce: String) -> Slip<'_> {
    let row = &receipt.view.row;
    let (paid, cancelled) = (row.payment.amount, row.payment.cancelled());
    let done = receipt.view.cancels.iter().filter(|cancel| cancel.state == "done");
    let minor = |minor| Money::new(minor, paid.currency()).map(|it| money(lang, it));
    let cancels = done.map(|cancel| Cancel {
        at: cancel.done_at.map(|at| Millis(at).kst_text()).unwrap_or_default(),
        amount: minor(cancel.amount).unwrap_or_default(),
        reason: &cancel.reason,
    });
    let left = paid.minus(cancelled).map(|it| money(lang, it));
    let state = match (cancelled.is_zero(), cancelled == paid) {
        (true, _) => lang.pick(("결제 완료", "Paid")),
        (false, true) => lang.pick(("전액 취소", "Cancelled")),
        (false, false) => lang.pick(("부분 취소", "Partly cancelled")),
    };
    Slip {
        nonce,
        title: lang.pick(("매출전표", "Sales slip")),
        english: lang == Lang::En,
        test: row.mode == "test",
        shop: &receipt.merchant.name,
        order: row.name.as_deref().unwrap_or(&row.merchant_uid),
        amount: money(lang, paid),
        state,
        facts: facts(receipt, lang),
        partners: receipt.partners.iter().map(|line| partner(line, lang)).collect(),
        cancels: cancels.collect(),
        left: left.ok().filter(|_| !cancelled.is_zero()),
    }
}

fn partner(line: &Line, lang: Lang) -> Partner<'_> {
    let won = |minor| Money::new(minor, Currency::Krw).map(|it| money(lang, it));
    let (start, rest) = line.number.split_at_checked(3).unwrap_or((&line.number, ""));
    let (middle, end) = rest.split_at_checked(2).unwrap_or((rest, ""));
    Partner {
        name: &line.name,
        number: format!("{start}-{middle}-{end}"),
        amount: won(line.amount).unwrap_or_default(),
        vat: won(line.vat).unwrap_or_default(),
    }
}

/// What a sales slip says, without what is not known.
fn facts(receipt: &Receipt, lang: Lang) -> Vec<(&'static str, String)> {
    let row = &receipt.view.row;
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let at = |at: Option<i64>| at.map(|at| format!("{} KST", Millis(at).kst_text()));
    let [supply, vat, tax_free] = taxes(row, lang);
    let quota = match (row.card_code.is_some() || row.card_name.is_some(), row.card_quota) {
        (false, _) => String::new(),
        (true, 0 | 1) => lang.pick(("일시불", "In full")).to_owned(),
        (true, months) => format!("{months}{}", lang.pick(("개월", " months"))),
    };
    let pg = receipt.spec.map_or(row.pg.as_str(), |spec| lang.pick((spec.ko, spec.en))).to_owned();
    let account = [known(&row.vbank_name), known(&row.vbank_num)].join(" ").trim().to_owned();
    let rows = [
        ("결제일시", "Paid at", at(row.paid_at).unwrap_or_default()),
        ("결제수단", "Method", method(receipt, lang)),
        ("카드", "Card", known(&row.card_name)),
        ("카드번호", "Card number", known(&row.card_number)),
        ("할부", "Instalments", quota),
        ("은행", "Bank", known(&row.bank_name)),
        ("가상계좌", "Virtual account", account),
        ("승인번호", "Approval number", known(&row.apply_num)),
        ("공급가액", "Supply value", supply),
        ("부가세", "VAT", vat),
        ("면세금액", "Tax-free", tax_free),
        ("주문번호", "Order number", row.merchant_uid.clone()),
        ("거래번호", "Payment number", row.imp_uid.clone()),
        ("PG사 거래번호", "PG transaction", known(&row.pg_tid)),
        ("PG사", "PG", pg),
    ];
    let rows = rows.into_iter().filter(|(_, _, value)| !value.is_empty());
    rows.map(|(ko, en, value)| (lang.pick((ko, en)), value)).collect()
}

/// Supply value, VAT and the tax-free part; empty where there is none. Foreign money has none.
fn taxes(row: &PaymentRow, lang: Lang) -> [String; 3] {
    let paid = row.payment.amount;
    if paid.currency() != Currency::Krw {
        return Default::default();
    }
    let parts = Parts::of(paid, row.tax_free, row.vat_amount);
    [parts.supply, parts.vat, parts.tax_free].map(|minor| {
        let part = Money::new(minor, paid.currency()).ok().filter(|part| !part.is_zero());
        part.map(|part| money(lang, part)).unwrap_or_default()
    })
}

/// A pay method for people. A PG that is its own method has its own name; what has no word here
/// shows as it is.
fn method(receipt: &Receipt, lang: Lang) -> String {
    let code = receipt.view.row.pay_method.as_deref().unwrap_or_default();
    let words = [
        ("card", "신용카드", "Card"),
        ("trans", "실시간 계좌이체", "Bank transfer"),
        ("vbank", "가상계좌", "Virtual account"),
        ("phone", "휴대폰 소액결제", "Mobile phone"),
        ("point", "포인트", "Points"),
    ];
    let word = words.iter().find(|(known, _, _)| *known == code).map(|(_, ko, en)| (*ko, *en));
    let own = receipt.spec.filter(|spec| spec.code == code).map(|spec| (spec.ko, spec.en));
    word.or(own).map_or(code, |word| lang.pick(word)).to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_switch_wins_over_the_browser() {
        let mut headers = HeaderMap::new();
        let query = |query: &str| Fields::read("", query.as_bytes(), b"").unwrap();
        assert_eq!(lang(&headers, &query("")), Lang::Ko);
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en-US,ko;q=0.5"));
        assert_eq!(lang(&headers, &query("lang=xx")), Lang::En);
        assert_eq!(lang(&headers, &query("lang=ko")), Lang::Ko);
    }

    #[test]
    fn the_page_escapes_what_strangers_wrote() {
        for english in [false, true] {
            let slip = Slip {
                nonce: "n0nce".into(),
                title: "매출전표",
                english,
                test: true,
                shop: "<script>alert(1)</script>",
                order: "주문",
                amount: "14,000원".into(),
                state: "부분 취소",
                facts: vec![("결제일시", "2023-11-15".into())],
                partners: vec![Partner {
                    name: "<script>",
                    number: "120-81-47521".into(),
                    amount: "3,000원".into(),
                    vat: "272원".into(),
                }],
                cancels: vec![Cancel { at: "x".into(), amount: "1원".into(), reason: "<b>" }],
                left: Some("13,999원".into()),
            };
            let html = slip.render().unwrap();
            assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
            assert!(html.contains("TEST") && html.contains("13,999원") && html.contains("n0nce"));
        }
        assert!(missing(Lang::Ko, "n").is_ok());
    }
}
