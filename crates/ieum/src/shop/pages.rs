//! The shop's pages. The scripts are the calls a merchant writes; only the script URL, the user
//! code and the return address are filled in.

use super::Shop;
use super::verify::{Outcome, Verdict};
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;

/// What a visitor may choose in the address.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pay_method: String,
    #[serde(default)]
    pg: String,
    #[serde(default)]
    currency: String,
}

impl Choice {
    /// One of the four methods; anything else is a card.
    fn method(&self) -> &'static str {
        let known = ["card", "trans", "vbank", "phone"];
        known.into_iter().find(|method| *method == self.pay_method).unwrap_or("card")
    }

    /// One of the PGs with a mobile page here.
    fn pg(&self) -> &'static str {
        let known = ["kicc", "html5_inicis", "nice"];
        known.into_iter().find(|pg| *pg == self.pg).unwrap_or("html5_inicis")
    }
}

/// The shop window.
pub(super) async fn index(State(shop): State<Shop>) -> Html<String> {
    Html(page(&shop, include_str!("pages/index.html"), &Choice::none()))
}

/// KICC on a PC, with a callback and jQuery.
pub(super) async fn kicc(State(shop): State<Shop>, Query(choice): Query<Choice>) -> Html<String> {
    Html(page(&shop, include_str!("pages/kicc.html"), &choice))
}

/// A mobile page that goes away and comes back.
pub(super) async fn mobile(State(shop): State<Shop>, Query(choice): Query<Choice>) -> Html<String> {
    Html(page(&shop, include_str!("pages/mobile.html"), &choice))
}

/// Alipay: goes away and comes back on every device.
pub(super) async fn alipay(State(shop): State<Shop>, Query(choice): Query<Choice>) -> Html<String> {
    Html(page(&shop, include_str!("pages/alipay.html"), &choice))
}

impl Choice {
    const fn none() -> Self {
        Self { pay_method: String::new(), pg: String::new(), currency: String::new() }
    }
}

fn page(shop: &Shop, content: &str, choice: &Choice) -> String {
    let extra = if choice.currency == "KRW" { "currency : 'KRW'," } else { "" };
    let amount = if choice.currency == "KRW" { "14000" } else { "1.2" };
    include_str!("pages/frame.html")
        .replace("{content}", content)
        .replace("{hub}", &shop.0.hub)
        .replace("{origin}", &shop.0.origin)
        .replace("{user_code}", &shop.0.user_code)
        .replace("{pay_method}", choice.method())
        .replace("{pg}", choice.pg())
        .replace("{currency}", extra)
        .replace("{amount}", amount)
}

/// The page after a payment, from what the hub said.
pub(super) fn result(verdict: &Verdict) -> String {
    let payment = &verdict.payment;
    let text = |key: &str| match &payment[key] {
        serde_json::Value::String(text) => escape(text),
        serde_json::Value::Null => "-".to_owned(),
        other => escape(&other.to_string()),
    };
    let title = match verdict.outcome {
        Outcome::Paid => "주문이 완료되었습니다",
        Outcome::AccountIssued => "가상계좌가 발급되었습니다",
        Outcome::Failed => "결제되지 않았습니다",
    };
    let rows: String = ["imp_uid", "merchant_uid", "status", "amount", "currency", "pay_method"]
        .iter()
        .chain(["pg_provider", "apply_num", "vbank_name", "vbank_num", "fail_reason"].iter())
        .map(|key| format!("<tr><th>{key}</th><td data-testid=\"{key}\">{}</td></tr>", text(key)))
        .collect();
    let content = format!(
        "<h1 data-testid=\"outcome\" data-outcome=\"{}\">{title}</h1>\
         <p>서버가 REST API로 확인한 결과입니다.</p><table>{rows}</table>\
         <p><a class=\"button\" href=\"/\">상점으로</a></p>",
        verdict.outcome.as_str()
    );
    include_str!("pages/frame.html").replace("{content}", &content)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_show_what_the_hub_said_and_nothing_a_visitor_wrote_as_html() {
        let payment = serde_json::json!({ "merchant_uid": "<script>", "amount": 1.2 });
        let html = result(&Verdict { outcome: Outcome::Failed, payment });
        assert!(html.contains("&lt;script&gt;") && html.contains("1.2"));
        assert!(!html.contains("<td data-testid=\"merchant_uid\"><script>"));
    }
}
