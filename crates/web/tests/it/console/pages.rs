//! What holds for every page: headers, addresses, other merchants.

use super::client::Client;
use crate::hub::Hub;
use testkit::dbs::on_both;

/// Pages a signed-in person opens.
pub(super) const PAGES: [&str; 15] = [
    "/console/reconciliation",
    "/console",
    "/console?mode=live",
    "/console/payments",
    "/console/payments/imp_000000000001",
    "/console/accounts",
    "/console/webhooks",
    "/console/channels",
    "/console/attentions",
    "/console/faults",
    "/console/tiers",
    "/console/channels/new?pg=alipay",
    "/console/developer",
    "/console/developer?books=kicc",
    "/console/profile",
];

#[tokio::test]
async fn every_page_is_ours_alone_and_kept_by_nobody() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        hub.paid("imp_000000000001", "order-1", 10).await;
        let client = Client::owner(&hub).await;
        for path in PAGES {
            let page = client.get(path).await;
            page.is(200);
            assert_eq!(page.path, path);
            let header = |name: &str| page.answer.headers[name].to_str().unwrap();
            assert_eq!(header("cache-control"), "no-store", "{path}");
            assert_eq!(header("x-frame-options"), "DENY", "{path}");
            let policy = header("content-security-policy");
            let nonce = policy.split_once("script-src 'nonce-").unwrap().1.split('\'').next();
            page.says(&format!("nonce=\"{}\"", nonce.unwrap()));
            for part in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe"), "{policy}");
            let again = client.get(path).await;
            let second = again.answer.headers["content-security-policy"].clone();
            assert_ne!(second, policy, "{path}: a nonce is used once");
        }
    })
    .await;
}

#[tokio::test]
async fn style_sheet_and_script_are_kept_for_ever_by_their_own_address() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::new(&hub);
        let page = client.get("/console/sign-in").await;
        for kind in ["css", "js"] {
            let found = page.text.split('"').find(|text| text.contains(&format!(".{kind}?v=")));
            let address = found.unwrap();
            let file = client.send("GET", address, b"").await;
            assert_eq!(file.status.as_u16(), 200);
            assert!(file.headers["cache-control"].to_str().unwrap().contains("immutable"));
            let bare = address.split('?').next().unwrap();
            let file = client.send("GET", bare, b"").await;
            assert_eq!(file.headers["cache-control"], "no-cache");
            let stale = client.send("GET", &format!("{bare}?v=0"), b"").await;
            assert_eq!(stale.headers["cache-control"], "no-cache");
        }
    })
    .await;
}

#[tokio::test]
async fn another_merchants_things_are_not_there() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let row = hub.paid("imp_000000000001", "order-1", 10).await;
        let other = hub.test.merchant("other").await;
        let client = Client::new(&hub);
        client.sign_in("other", other.owner.password.expose()).await.is(200);
        client.get("/console/payments/imp_000000000001").await.is(404).hides("14,000");
        client.get("/console/payments").await.is(200).hides("order-1").says("아직 결제가 없습니다");
        let page = client.get("/console/search?q=order-1").await;
        page.hides("imp_000000000001");
        let channel = format!("/console/channels/{}", row.channel_id);
        client.get(&channel).await.is(404);
        let fields = [("amount", "14000"), ("reason", "x")];
        let act = "/console/payments/imp_000000000001/cancel";
        client.post(act, &fields).await.is(404);
        for act in ["check", "default", "delete"] {
            let page = client.post(&format!("{channel}/{act}"), &[("reason", "x")]).await;
            page.is(404);
        }
        let fields = [("mode", "test"), ("name", "mine")];
        client.post(&channel, &fields).await.is(404);
        assert!(hub.test.outbound.sent().is_empty());
    })
    .await;
}

#[tokio::test]
async fn pages_that_only_take_forms_lead_back_when_opened() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        hub.paid("imp_000000000001", "order-1", 10).await;
        let client = Client::owner(&hub).await;
        let payment = "/console/payments/imp_000000000001";
        for (from, to) in [
            ("/console/payments/imp_000000000001/cancel", payment),
            ("/console/payments/imp_000000000001/cancel/confirm", payment),
            ("/console/webhooks/test", "/console/webhooks"),
            ("/console/developer/reissue", "/console/developer"),
            ("/console/attentions/resolve", "/console/attentions"),
            ("/console/sign-out", "/console"),
        ] {
            assert_eq!(client.get(from).await.path, to);
        }
    })
    .await;
}
