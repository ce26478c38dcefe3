//! Webhook settings, keys and the sandbox's levers.

use super::client::Client;
use crate::hub::{FORM, Hub};
use testkit::dbs::on_both;

#[tokio::test]
async fn webhook_settings_are_checked_kept_and_tried() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let page = client.get("/console/webhooks").await;
        page.is(200).says("먼저 주소를 저장해 주세요").says("아직 보낸 웹훅이 없습니다");
        let save = async |url: &str, format: &str| {
            let fields = [("webhook_url", url), ("webhook_format", format)];
            client.post("/console/webhooks", &fields).await
        };
        let page = save("ftp://shop.test/x", "form").await;
        page.is(422);
        assert_eq!(page.wrongs().len(), 1);
        assert_eq!(page.value("webhook_url").unwrap(), "ftp://shop.test/x");
        save("https://shop.test/hook", "form").await.is(200).says("저장했습니다");
        hub.test.outbound.answer_with(200, "Payment Saved <b>");
        let page = client.post("/console/webhooks/test", &[]).await;
        page.is(200).says("정상 응답").says("HTTP 200").says("Payment Saved &#60;b&#62;");
        let sent = hub.test.outbound.sent();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].request.url, "https://shop.test/hook");
        let body = "imp_uid=imp_1234567890&merchant_uid=merchant_1234567890&status=ready";
        assert_eq!(sent[0].text(), body);
        hub.test.outbound.answer_with(500, "no");
        client.post("/console/webhooks/test", &[]).await.says("받지 못했습니다").says("HTTP 500");
        client.post("/console/webhooks/resend", &[]).await.says("선택해 주세요");
        client.post("/console/webhooks/resend", &[("id", "12345")]).await.is(404);
    })
    .await;
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_the_old_one_dies() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let (key, old) = (&hub.shop.key.imp_key, hub.shop.key.imp_secret.expose());
        let page = client.get("/console/developer").await;
        page.is(200).says(key).says(&hub.shop.merchant.user_code).hides(old);
        page.says("http://hub.test/v1/iamport.js");
        let page = client.post("/console/developer/reissue", &[("imp_key", key)]).await;
        page.is(422);
        assert_eq!(page.wrongs(), ["사유를 입력해 주세요."]);
        let fields = [("imp_key", key.as_str()), ("reason-0", "유출 의심")];
        let page = client.post("/console/developer/reissue", &fields).await;
        page.is(200).says("지금만 볼 수 있습니다");
        let secret = page.text.split("data-copy=\"").find_map(|part| {
            part.split('"').next().filter(|text| text.len() == 80).map(str::to_owned)
        });
        let secret = secret.unwrap();
        client.get("/console/developer").await.hides(&secret);
        let sign = async |secret: &str| {
            let body = format!("imp_key={key}&imp_secret={secret}");
            hub.send("POST", "/users/getToken", &[], FORM, body.as_bytes()).await.status.as_u16()
        };
        assert_eq!((sign(old).await, sign(&secret).await), (401, 200));
        let audits =
            store::audits::list(&hub.engine().db, merchant(&hub), i64::MAX, 10).await.unwrap();
        assert!(
            audits.iter().any(|line| line.detail.contains("유출 의심") && line.actor == "owner")
        );
        assert!(!audits.iter().any(|line| line.detail.contains(&secret)));
    })
    .await;
}

fn merchant(hub: &Hub) -> domain::MerchantId {
    domain::MerchantId(hub.shop.merchant.id)
}

#[tokio::test]
async fn the_clock_moves_forward_only() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let page = client.get("/console/developer").await;
        page.says("2023-11-15 07:13:20 KST").says("4111-1111-1111-1111").says("나이스페이먼츠");
        let advance = async |amount: &str, unit: &str| {
            client.post("/console/developer/clock", &[("amount", amount), ("unit", unit)]).await
        };
        advance("3", "86400")
            .await
            .is(200)
            .says("2023-11-18 07:13:20 KST")
            .says("3일 0시간 0분 앞섬");
        for (amount, unit) in [("-1", "60"), ("0", "60"), ("x", "60"), ("1", "1"), ("9999", "x")] {
            advance(amount, unit).await.is(422);
        }
        advance("9999", "86400").await.is(422);
        client.get("/console/developer").await.says("2023-11-18 07:13:20 KST");
    })
    .await;
}

#[tokio::test]
async fn without_a_sandbox_its_levers_are_gone() {
    on_both(async |test| {
        let hub = Hub::with(test, |parts| parts.sandbox = None).await;
        let client = Client::owner(&hub).await;
        client.get("/console/developer").await.is(200).hides("id=\"clock\"").hides("장애");
        let clock = [("amount", "1"), ("unit", "60")];
        client.post("/console/developer/clock", &clock).await.is(403);
        let fault = [("pg", "*"), ("operation", "*"), ("fault", "down"), ("times", "1")];
        client.post("/console/faults", &fault).await.is(403);
        client.post("/console/faults/clear", &[]).await.is(403);
        hub.paid("imp_000000000001", "order-1", 10).await;
        let deposit = "/console/payments/imp_000000000001/deposit";
        client.post(deposit, &[]).await.is(403);
    })
    .await;
}
