//! What nobody should send, to every page and form: an answer in words, never a fault of ours.

use super::client::{Client, encode};
use super::pages::PAGES;
use crate::hub::Hub;
use testkit::dbs::on_both;

const NASTY: [&str; 9] = [
    "",
    "\0",
    "a\0b",
    "<script>alert(1)</script>\"'",
    "9223372036854775808",
    "-1",
    "' or 1=1 --",
    "\u{202e}\u{ffff}😀",
    "%00%ff",
];

#[tokio::test]
async fn nonsense_in_addresses_is_no_fault() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        hub.paid("imp_000000000001", "order-1", 10).await;
        let client = Client::owner(&hub).await;
        let long = "x".repeat(1_000);
        for value in NASTY.iter().copied().chain([long.as_str()]) {
            let names =
                ["q", "status", "method", "pg", "mode", "basis", "from", "to", "after", "before"];
            let pairs = names.map(|name| (name, value));
            let query = String::from_utf8(encode(&pairs)).unwrap();
            for path in PAGES.iter().copied().chain(["/console/search", "/console/payments.csv"]) {
                let path = path.split('?').next().unwrap();
                let page = client.get(&format!("{path}?{query}")).await;
                assert!(page.status.as_u16() < 500, "{path}?{query}: {}", page.text);
                page.hides("<script>alert");
            }
            let part = String::from_utf8(encode(&[("", value)])).unwrap();
            let part = part.trim_start_matches('=').trim_end_matches('&');
            for path in ["payments", "channels", "reconciliation", "x"] {
                let page = client.get(&format!("/console/{path}/{part}")).await;
                assert!(page.status.as_u16() < 500, "{path}/{part}: {}", page.text);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nonsense_in_forms_is_no_fault() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let row = hub.paid("imp_000000000001", "order-1", 10).await;
        let client = Client::owner(&hub).await;
        let channel = format!("/console/channels/{}", row.channel_id);
        let forms: [(String, &[&str]); 20] = [
            ("/console/webhooks".into(), &["webhook_url", "webhook_format"]),
            ("/console/webhooks/resend".into(), &["id", "back"]),
            ("/console/attentions/resolve".into(), &["id", "reason", "back"]),
            ("/console/channels".into(), &["pg", "mode", "name", "f-mid"]),
            (channel.clone(), &["mode", "name", "f-mid"]),
            (format!("{channel}/check"), &[]),
            (
                "/console/payments/imp_000000000001/cancel/confirm".into(),
                &["amount", "reason", "refund_bank"],
            ),
            ("/console/payments/imp_000000000001/deposit".into(), &["depositor"]),
            ("/console/developer/reissue".into(), &["imp_key", "reason-0"]),
            ("/console/developer/clock".into(), &["amount", "unit"]),
            ("/console/faults".into(), &["pg", "operation", "fault", "times", "rate", "seed"]),
            ("/console/webhooks/test-url".into(), &["webhook_test_url"]),
            ("/console/developer/addresses".into(), &["allowed_ips"]),
            ("/console/tiers".into(), &["tier_code", "tier_name", "login"]),
            ("/console/tiers/ABC/webhook".into(), &["webhook-ABC", "webhook_format"]),
            ("/console/profile".into(), &["password", "again"]),
            ("/console/profile/people".into(), &["login", "role"]),
            ("/console/reconciliation/columns".into(), &["channel", "charset", "amount"]),
            ("/console/reconciliation/1/propose".into(), &["debit", "amount", "reason"]),
            ("/console/reconciliation/1/close".into(), &["note"]),
        ];
        for value in NASTY {
            for (path, names) in &forms {
                let fields: Vec<(&str, &str)> = names.iter().map(|name| (*name, value)).collect();
                let page = client.post(path, &fields).await;
                assert!(page.status.as_u16() < 500, "{path} {value:?}: {}", page.text);
                page.hides("<script>alert");
            }
        }
    })
    .await;
}
