//! How an attempt ended, as the page is told: the callback object (V1 behaviour §5.4, §5.5) and the
//! return address with its query (§5.9).

use crate::App;
use domain::payment::State;
use engine::rows::{CheckoutRow, PaymentRow};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

/// True while nobody can say how it ends: the buyer waits.
#[must_use]
pub fn is_open(row: &PaymentRow) -> bool {
    matches!(row.payment.state, State::Ready | State::Approving | State::Unknown)
}

/// True for money received and for an account issued (§5.4).
#[must_use]
pub fn is_success(row: &PaymentRow) -> bool {
    matches!(
        row.payment.state,
        State::AccountIssued { .. }
            | State::Paid { .. }
            | State::PartCancelled { .. }
            | State::Cancelled
    )
}

/// The callback object, keys in V1's order.
#[must_use]
pub fn rsp(app: &App, row: &PaymentRow, checkout: &CheckoutRow) -> Value {
    if is_success(row) { success(app, row, checkout) } else { failure(row) }
}

fn failure(row: &PaymentRow) -> Value {
    let (code, message) = refusal(row);
    json!({
        "success": false,
        "imp_uid": row.imp_uid,
        "merchant_uid": row.merchant_uid,
        "pay_method": row.pay_method,
        "pg_provider": row.pg,
        "pg_type": "payment",
        "error_code": code,
        "error_msg": message,
    })
}

/// Code and text of a failure; always something (§9-22).
fn refusal(row: &PaymentRow) -> (String, String) {
    let code = row.fail_code.clone().unwrap_or_else(|| "F400".into());
    let text = row.fail_reason.clone();
    (code, text.unwrap_or_else(|| "결제가 완료되지 않았습니다.".into()))
}

fn success(app: &App, row: &PaymentRow, checkout: &CheckoutRow) -> Value {
    let text = |value: &Option<String>| Value::from(value.clone().unwrap_or_default());
    let param: Value = serde_json::from_str(&checkout.param).unwrap_or_default();
    let amount = crate::api::payment_json::number(&row.payment.amount.decimal());
    let mut rsp = Map::new();
    let mut put = |key: &str, value: Value| rsp.insert(key.to_owned(), value);
    put("success", true.into());
    put("imp_uid", row.imp_uid.clone().into());
    put("pay_method", text(&row.pay_method));
    put("merchant_uid", row.merchant_uid.clone().into());
    put("name", text(&row.name));
    put("paid_amount", amount);
    put("currency", row.payment.amount.currency().code().into());
    put("pg_provider", row.pg.clone().into());
    put("pg_type", "payment".into());
    put("pg_tid", text(&row.pg_tid));
    put("apply_num", text(&row.apply_num));
    put("buyer_name", text(&row.buyer_name));
    put("buyer_email", text(&row.buyer_email));
    put("buyer_tel", text(&row.buyer_tel));
    put("buyer_addr", text(&row.buyer_addr));
    put("buyer_postcode", text(&row.buyer_postcode));
    put("custom_data", param.get("custom_data").cloned().unwrap_or_default());
    put("status", row.payment.status().as_str().into());
    put("paid_at", row.paid_at.map_or(0, |at| at.div_euclid(1000)).into());
    put("receipt_url", crate::api::payment_json::receipt_url(&app.engine, row).into());
    put("card_name", row.card_name.clone().into());
    put("bank_name", row.bank_name.clone().into());
    put("card_quota", row.card_quota.into());
    put("card_number", row.card_number.clone().into());
    if let Some(provider) = &row.emb_pg_provider {
        put("emb_pg_provider", provider.clone().into());
    }
    if row.customer_uid_usage.as_deref() == Some("issue") {
        put("customer_uid", row.customer_uid.clone().into());
    }
    if row.vbank_num.is_some() {
        put("vbank_num", row.vbank_num.clone().into());
        put("vbank_name", row.vbank_name.clone().into());
        put("vbank_holder", row.vbank_holder.clone().into());
        put("vbank_date", row.vbank_due_at.map_or(0, |at| at.div_euclid(1000)).into());
    }
    Value::Object(rsp)
}

/// Where the browser goes after a redirect flow.
#[must_use]
pub fn return_url(redirect_url: &str, row: &PaymentRow) -> String {
    let refusal = (!is_success(row)).then(|| refusal(row));
    let error = refusal.as_ref().map(|(code, text)| (code.as_str(), text.as_str()));
    with_query(redirect_url, Some(&row.imp_uid), &row.merchant_uid, error)
}

/// What the return address of a payment calls success.
pub(crate) const FLAG: &str = "imp_success";

/// Appends V1's keys in V1's order; what the address already has (query, fragment) stays.
#[must_use]
pub fn with_query(
    url: &str,
    imp_uid: Option<&str>,
    merchant_uid: &str,
    error: Option<(&str, &str)>,
) -> String {
    with_flag(url, FLAG, imp_uid, merchant_uid, error)
}

/// The same with another word for success.
#[must_use]
pub fn with_flag(
    url: &str,
    flag: &str,
    imp_uid: Option<&str>,
    merchant_uid: &str,
    error: Option<(&str, &str)>,
) -> String {
    let encode = |text: &str| utf8_percent_encode(text, KEEP).to_string();
    let mut pairs = Vec::new();
    if let Some(imp_uid) = imp_uid {
        pairs.push(format!("imp_uid={}", encode(imp_uid)));
    }
    pairs.push(format!("merchant_uid={}", encode(merchant_uid)));
    pairs.push(format!("{flag}={}", error.is_none()));
    if let Some((code, message)) = error {
        pairs.push(format!("error_code={}", encode(code)));
        pairs.push(format!("error_msg={}", encode(message)));
    }
    let (base, fragment) = match url.split_once('#') {
        Some((base, fragment)) => (base, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = match base.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{base}{joint}{}{fragment}", pairs.join("&"))
}

/// What stays as it is in a query value.
const KEEP: &percent_encoding::AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn the_merchants_query_and_fragment_stay() {
        let ok = |url: &str| with_query(url, Some("imp_1"), "m 1", None);
        let tail = "imp_uid=imp_1&merchant_uid=m%201&imp_success=true";
        assert_eq!(ok("https://a.b/c"), format!("https://a.b/c?{tail}"));
        assert_eq!(ok("https://a.b/c?d=e"), format!("https://a.b/c?d=e&{tail}"));
        assert_eq!(ok("https://a.b/c?d=e#f?g"), format!("https://a.b/c?d=e&{tail}#f?g"));
        assert_eq!(ok("app://x?"), format!("app://x?{tail}"));
        let failed = with_query("https://a.b", None, "m", Some(("F400", "한글 &")));
        assert_eq!(
            failed,
            "https://a.b?merchant_uid=m&imp_success=false&error_code=F400\
             &error_msg=%ED%95%9C%EA%B8%80%20%26"
        );
    }
}
