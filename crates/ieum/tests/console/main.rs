//! The console over a whole hub: real windows, the PGs' own books, webhooks that are taken or not.
#![expect(clippy::unwrap_used, reason = "tests")]

mod browser;

use browser::Staff;
use pg::{Device, Response};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

fn param(pg: &str, method: &str, order: &str) -> Value {
    json!({
        "pg": pg, "pay_method": method, "merchant_uid": order, "name": "주문명:<b>결제</b>",
        "amount": if pg == "alipay" { json!(1.2) } else { json!(14_000) },
        "buyer_name": "구매자이름", "buyer_tel": "010-1234-5678",
        "m_redirect_url": "https://shop.test/complete",
    })
}

async fn paid(hub: &TestHub, pg: &str, method: &str, order: &str) -> String {
    assert!(hub.pay(&param(pg, method, order), Device::Pc, "approve").await.is_success());
    hub.run_jobs().await;
    hub.order(order).await["imp_uid"].as_str().unwrap().to_owned()
}

/// Cancels through both pages; gives the last one.
async fn cancel(staff: &Staff, imp_uid: &str, fields: &[(&str, &str)]) -> browser::Page {
    let path = format!("/console/payments/{imp_uid}/cancel");
    let page = staff.post(&format!("{path}/confirm"), fields).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let hidden = page.hidden();
    let hidden: Vec<_> = hidden.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    staff.post(&path, &hidden).await
}

#[tokio::test]
async fn a_cancel_repeats_its_amount_and_happens_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        let imp_uid = paid(&hub, "kicc", "card", "order-1").await;
        let path = format!("/console/payments/{imp_uid}");
        let page = staff.get(&path).await;
        for text in
            ["14,000원", "결제완료", "value=\"14000\"", "value=\"관리자페이지취소\"", "TEST"]
        {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(!page.text.contains("<b>결제"));
        let confirm = format!("{path}/cancel/confirm");
        for (amount, wrong) in [
            ("0", "0보다"),
            ("14001", "넘습니다"),
            ("x", "숫자로"),
            ("-1", "숫자로"),
            ("1.5", "최소"),
        ] {
            let page = staff.post(&confirm, &[("amount", amount), ("reason", "변심")]).await;
            assert_eq!(page.status, 422);
            assert!(page.text.contains(wrong), "{amount}");
            assert!(
                page.text.contains(&format!("name=\"amount\" type=\"text\" value=\"{amount}\""))
            );
        }
        let page = staff.post(&confirm, &[("amount", "4,000"), ("reason", "변심")]).await;
        assert!(page.text.contains("4,000원 취소할까요?") && page.text.contains("10,000원"));
        assert_eq!(hub.held("kicc", &imp_uid), 14_000, "asking moves nothing");
        let hidden = page.hidden();
        let hidden: Vec<_> = hidden.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let act = format!("{path}/cancel");
        let page = staff.post(&act, &hidden).await;
        assert!(page.path.ends_with("done=cancelled"));
        assert!(page.text.contains("부분취소") && page.text.contains("변심"));
        hub.run_jobs().await;
        // The same form again, as from a second tab or by the back button.
        let page = staff.post(&act, &hidden).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("바뀌었습니다"));
        assert_eq!(hub.held("kicc", &imp_uid), 10_000);
        let page = cancel(&staff, &imp_uid, &[("amount", "10000"), ("reason", "나머지")]).await;
        assert!(page.text.contains("취소 완료") && !page.text.contains("/cancel/confirm"));
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["paid", "cancelled", "cancelled"]);
        let page = staff.post(&act, &[("amount", "1"), ("reason", "x")]).await;
        assert_eq!(page.status, 409);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn dollars_are_cancelled_to_the_cent() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        let imp_uid = paid(&hub, "alipay", "card", "order-1").await;
        let page = staff.get(&format!("/console/payments/{imp_uid}")).await;
        assert!(page.text.contains("$1.20") && page.text.contains("value=\"1.2\""));
        let page = cancel(&staff, &imp_uid, &[("amount", "0.45"), ("reason", "x")]).await;
        assert!(page.text.contains("취소 $0.45 · 남은 금액 $0.75"), "{}", page.text);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_virtual_account_is_deposited_and_refunded_from_its_page() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        let imp_uid = paid(&hub, "kicc", "vbank", "order-1").await;
        let page = staff.get("/console/accounts").await;
        assert!(page.text.contains(&imp_uid) && page.text.contains("입금 기한"));
        let path = format!("/console/payments/{imp_uid}");
        let page = staff.get(&path).await;
        assert!(page.text.contains("입금대기") && page.text.contains("14,000원 입금 처리"));
        let page = staff.post(&format!("{path}/deposit"), &[("depositor", "임꺽정")]).await;
        assert!(page.path.ends_with("done=deposited"));
        for text in ["결제완료", "입금 확인", "임꺽정", "입금 통보"] {
            assert!(page.text.contains(text), "{text}");
        }
        let page = staff.post(&format!("{path}/deposit"), &[("depositor", "또")]).await;
        assert_eq!(page.status, 409);
        hub.run_jobs().await;
        let none = staff.get("/console/accounts").await;
        assert!(none.text.contains("입금을 기다리는 계좌가 없습니다"));
        // Money of an account goes back to an account.
        let confirm = format!("{path}/cancel/confirm");
        let page = staff.post(&confirm, &[("amount", "14000"), ("reason", "환불")]).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.text.matches("class=\"wrong\"").count(), 3);
        let fields = [
            ("amount", "14000"),
            ("reason", "환불"),
            ("refund_bank", "004"),
            ("refund_account", "123-456-789012"),
            ("refund_holder", "홍길동"),
            ("refund_tel", "010-1234-5678"),
        ];
        let page = cancel(&staff, &imp_uid, &fields).await;
        assert!(page.path.ends_with("done=cancelled"), "{}", page.text);
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready", "paid", "cancelled"]);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_the_pg_does_not_answer_is_shown_as_unknown_and_home_says_so() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        for (operation, fault) in
            [("approve", "timeout_after"), ("lookup", "down"), ("net_cancel", "down")]
        {
            hub.faults("kicc", operation, fault, -1);
        }
        hub.pay(&param("kicc", "card", "order-1"), Device::Pc, "approve").await;
        let imp_uid = hub.order("order-1").await["imp_uid"].as_str().unwrap().to_owned();
        assert_eq!(hub.state(&imp_uid).await, "unknown");
        let page = staff.get(&format!("/console/payments/{imp_uid}")).await;
        assert!(page.text.contains("결과 확인 중") && page.text.contains("다시 결제하지 마세요"));
        assert!(page.text.contains("응답 없음") && !page.text.contains("/cancel/confirm"));
        let home = staff.get("/console").await;
        assert!(home.text.contains("결과를 확인 중인 결제") && home.text.contains(&imp_uid));
        hub.sandbox.clear_faults();
        hub.advance(7_200).await;
        let home = staff.get("/console").await;
        assert!(!home.text.contains("결과를 확인 중인 결제"));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn webhooks_that_fail_are_shown_and_sent_again_from_the_payment() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        hub.receive(|_| Ok(Response { status: 500, ..Response::text("<i>broken</i>") }));
        let imp_uid = paid(&hub, "kicc", "card", "order-1").await;
        let home = staff.get("/console").await;
        assert!(home.text.contains("전달되지 않는 웹훅") && home.text.contains(&imp_uid));
        let path = format!("/console/payments/{imp_uid}");
        let page = staff.get(&path).await;
        assert!(page.text.contains("1번째 시도 · HTTP 500"), "{}", page.text);
        assert!(page.text.contains("&#60;i&#62;broken"));
        hub.receive(|_| Ok(Response::text("ok")));
        let (before, after) = page.text.split_once("/console/webhooks/resend").unwrap();
        assert!(before.contains("웹훅 paid"));
        let id = after.split_once("name=\"id\" value=\"").unwrap().1.split('"').next().unwrap();
        let page = staff.post("/console/webhooks/resend", &[("id", id), ("back", &path)]).await;
        assert!(page.path.ends_with("?done=resent"));
        hub.run_jobs().await;
        let page = staff.get(&path).await;
        assert!(page.text.contains("2번째 시도 · HTTP 200") && page.text.contains("전달됨"));
        assert!(!staff.get("/console").await.text.contains("전달되지 않는 웹훅"));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn the_timeline_tells_everything_but_secrets() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        for pg in ["kicc", "html5_inicis", "nice", "alipay"] {
            let imp_uid = paid(&hub, pg, if pg == "alipay" { "alipay" } else { "card" }, pg).await;
            let page = staff.get(&format!("/console/payments/{imp_uid}")).await;
            for text in ["결제 요청", "승인 시작", "승인 요청", "결제 완료", "웹훅 paid", "전달됨"]
            {
                assert!(page.text.contains(text), "{pg}: {text}");
            }
            let spec = pg::find(pg).unwrap().spec();
            let secret = spec.fields.iter().filter(|field| field.secret);
            for value in secret.map(|field| spec.test_credentials().get(field.key).to_owned()) {
                assert!(value.len() < 7 || !page.text.contains(&value), "{pg} shows a secret");
            }
            let order = |text: &str| page.text.find(&format!("class=\"what\">{text}")).unwrap();
            assert!(order("승인 시작") < order("승인 요청"), "{pg}");
            assert!(order("승인 요청") < order("결제 완료"), "{pg}");
            assert!(order("결제 완료") < order("웹훅 paid"), "{pg}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_needs_a_person_is_resolved_with_a_reason() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        let imp_uid = paid(&hub, "kicc", "card", "order-1").await;
        let row = store::attentions::AttentionRow {
            id: format!("cancel_unknown:{imp_uid}"),
            merchant_id: hub.shop.id.0,
            imp_uid: imp_uid.clone(),
            at: hub.clock().read().0,
            kind: "cancel_unknown".to_owned(),
            detail: "PG사에 물어볼 수 없습니다.".to_owned(),
            resolved_at: None,
            resolved_by: None,
        };
        let mut batch = store::Batch::new();
        store::attentions::raise(&mut batch, &row);
        hub.engine().db.commit(batch).await.unwrap();
        let home = staff.get("/console").await;
        assert!(home.text.contains("취소 결과를 알 수 없음"));
        let resolve = "/console/attentions/resolve";
        let page = staff.post(resolve, &[("id", &row.id), ("back", "/console")]).await;
        assert_eq!(page.status, 422);
        let fields =
            [("id", row.id.as_str()), ("reason", "PG 관리자에서 확인"), ("back", "/console")];
        let page = staff.post(resolve, &fields).await;
        assert!(page.path.ends_with("?done=resolved"));
        assert!(!page.text.contains("취소 결과를 알 수 없음"));
        let page = staff.post(resolve, &fields).await;
        assert_eq!(page.status, 404);
        let audits = store::audits::list(&hub.engine().db, hub.shop.id, i64::MAX, 5).await.unwrap();
        assert!(audits.iter().any(|line| line.detail.contains("PG 관리자에서 확인")));
    })
    .await;
}

#[tokio::test]
async fn faults_are_armed_from_the_page_and_books_are_shown() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let staff = Staff::sign_in(&hub).await;
        staff.get("/console/developer").await;
        let arm = "/console/faults";
        let fault =
            |word| [("pg", "kicc"), ("operation", "approve"), ("fault", word), ("times", "1")];
        let page = staff.post(arm, &fault("explode")).await;
        assert_eq!(page.status, 422);
        let page = staff.post(arm, &fault("server_error")).await;
        assert!(page.path.ends_with("?done=fault"));
        assert!(page.text.contains("<td data-label=\"장애\" class=\"mono\">server_error</td>"));
        let page = staff.post("/console/faults/clear", &[]).await;
        assert!(page.text.contains("걸어 둔 장애가 없습니다"));
        let imp_uid = paid(&hub, "kicc", "card", "order-1").await;
        let page = staff.get("/console/developer?books=kicc").await;
        assert!(page.text.contains(&imp_uid) && page.text.contains("보관 중인 금액: 14,000원"));
    })
    .await;
}
