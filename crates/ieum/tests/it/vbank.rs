//! Virtual accounts: issued, deposited, refunded, closed; and every lie a notice can tell.

use crate::ways::{Way, by_deposit, pgs};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::{Moment, TestHub};

/// An account waiting for its deposit.
pub(crate) async fn issued(hub: &TestHub, way: Way, order: &str) -> Value {
    assert!(hub.pay(&way.param(order), way.device, "approve").await.is_success(), "{order}");
    let payment = hub.order(order).await;
    assert_eq!(payment["status"], "ready", "{order}");
    payment
}

pub(crate) fn text<'a>(payment: &'a Value, key: &str) -> &'a str {
    payment[key].as_str().unwrap()
}

pub(crate) fn refund(payment: &Value) -> Value {
    json!({
        "imp_uid": payment["imp_uid"], "refund_holder": "홍길동", "refund_bank": "004",
        "refund_account": "123-456-789012", "refund_tel": "010-1234-5678",
    })
}

#[tokio::test]
async fn a_deposit_is_paid_and_told_once_however_often_the_pg_says_so() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            hub.run_jobs().await;
            hub.clock().advance(3_600);
            let paid = hub.deposit(imp_uid, json!({"depositor": "임꺽정"})).await.ok();
            assert_eq!(paid["status"], "paid", "{order}");
            let at = paid["paid_at"].as_i64().unwrap();
            assert_eq!(at, hub.clock().read().seconds(), "{order}");
            assert!(paid["receipt_url"].as_str().is_some(), "{order}");
            assert_eq!(paid["vbank_num"], payment["vbank_num"]);
            for notice in hub.notices(way.pg, imp_uid) {
                assert_eq!(hub.resend(&notice).await, "taken", "{order}");
            }
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid), ["ready", "paid"], "{order}");
            assert_eq!(hub.payment(imp_uid).await, paid, "{order}");
            assert_eq!(hub.attentions(imp_uid).await, [""; 0], "{order}");
            let again = hub.open(&way.param(&order), way.device).await;
            assert_eq!(again["rsp"]["error_code"], "F1002", "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn the_bank_takes_the_exact_amount_before_the_deadline_only() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            for amount in [json!(1), json!(13_999), json!(14_001), json!(140_000), json!(0)] {
                let refused = hub.deposit(imp_uid, json!({"amount": amount})).await.refusal();
                assert_eq!((refused.0, refused.1), (200, 1), "{order} {amount}");
                assert!(!refused.2.is_empty());
            }
            for amount in [json!(-1), json!("x"), json!(1.5), json!([1])] {
                let refused = hub.deposit(imp_uid, json!({"amount": amount})).await.refusal();
                assert_eq!(refused.0, 400, "{order} {amount}: {}", refused.2);
            }
            assert_eq!(hub.payment(imp_uid).await, payment, "{order}");
        }
        let mut param = by_deposit()[0].param("due");
        param["vbank_due"] = "20231116".into();
        hub.pay(&param, pg::Device::Pc, "approve").await;
        let payment = hub.order("due").await;
        let due = domain::Millis::parse_kst("20231116235959").unwrap().seconds();
        assert_eq!(payment["vbank_date"], due);
        hub.clock().advance(3 * 86_400);
        let (_, code, _) = hub.deposit(text(&payment, "imp_uid"), json!({})).await.refusal();
        assert_eq!(code, 1, "too late");
        assert_eq!(hub.order("due").await["status"], "ready", "nothing visible changes");
        hub.settled().await;
    })
    .await;
}

/// Holds the notice of the next deposit back.
fn keep_notice(hub: &TestHub, way: Way) {
    hub.fault(way.books(), "notice", "late_notice");
}

/// The deposit the bank has while the hub was not told: its notice.
pub(crate) async fn deposited_untold(hub: &TestHub, way: Way, payment: &Value) -> Value {
    let imp_uid = text(payment, "imp_uid");
    keep_notice(hub, way);
    let after = hub.deposit(imp_uid, json!({})).await.ok();
    assert_eq!(after["status"], "ready", "the notice was held back");
    let mut held = hub.notices(way.pg, imp_uid);
    held.retain(|notice| notice["state"] == "held");
    assert_eq!(held.len(), 1);
    held.remove(0)
}

pub(crate) const LOCAL: [u8; 4] = [127, 0, 0, 1];

#[tokio::test]
async fn forged_notices_change_nothing_and_the_genuine_one_still_counts() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let notice = deposited_untold(&hub, way, &payment).await;
            let (body, kind) = (text(&notice, "body"), text(&notice, "content_type"));
            let wanted = text(&notice, "wanted");
            let reversed = |key: &str| text(&payment, key).chars().rev().collect::<String>();
            for (from, to) in [
                (text(&payment, "pg_tid"), reversed("pg_tid")),
                (text(&payment, "imp_uid"), "imp_999999999999".to_owned()),
                (text(&payment, "pg_id"), reversed("pg_id")),
                (text(&payment, "vbank_num"), reversed("vbank_num")),
                ("14000", "1400".to_owned()),
                ("14000", "140000".to_owned()),
            ] {
                let forged = body.replace(from, &to);
                assert_ne!(forged, body, "{order}: the notice does not carry {from}");
                let (_, reply) = hub.notice(way.pg, LOCAL, kind, &forged).await;
                assert!(!reply.contains(wanted), "{order}: {from} as {to} was taken: {reply}");
                assert_eq!(hub.order(&order).await, payment, "{order}: {from} as {to}");
            }
            for stranger in [[8, 8, 8, 8], [10, 0, 0, 1], [127, 0, 0, 1]] {
                // The right words from a wrong address; and, from the right one, for another PG.
                let pg = if stranger == LOCAL { other(way) } else { way.pg };
                let (_, reply) = hub.notice(pg, stranger, kind, body).await;
                assert!(!reply.contains(wanted), "{order} from {stranger:?}: {reply}");
                assert_eq!(hub.order(&order).await, payment, "{order} from {stranger:?}");
            }
            for junk in ["", "{}", "a=b", "\0", "<xml/>", &body[..body.len() / 2]] {
                let (status, _) = hub.notice(way.pg, LOCAL, kind, junk).await;
                assert!(status < 500, "{order}: {junk:?}");
                assert_eq!(hub.order(&order).await, payment, "{order}: {junk:?}");
            }
            assert_eq!(hub.resend(&notice).await, "taken", "{order}");
            assert_eq!(hub.order(&order).await["status"], "paid", "{order}");
        }
        hub.settled().await;
    })
    .await;
}

fn other(way: Way) -> &'static str {
    if way.pg == "kicc" { "nice" } else { "kicc" }
}

#[tokio::test]
async fn a_forged_signature_is_seen_where_there_is_one() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut signed = 0;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let notice = deposited_untold(&hub, way, &payment).await;
            let body = text(&notice, "body");
            if let Some((before, after)) = body.split_once("Signature=") {
                signed += 1;
                let other = if after.starts_with('0') { "1" } else { "0" };
                let forged = format!("{before}Signature={other}{}", &after[1..]);
                let (_, reply) =
                    hub.notice(way.pg, LOCAL, text(&notice, "content_type"), &forged).await;
                assert!(!reply.contains(text(&notice, "wanted")), "{order}: {reply}");
                assert_eq!(hub.order(&order).await["status"], "ready", "{order}");
            }
            assert_eq!(hub.resend(&notice).await, "taken", "{order}");
        }
        assert!(signed > 0, "no PG signs its notices");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn notices_come_from_the_pgs_published_addresses_and_the_operators() {
    on_both(async |test| {
        let operators = [10, 9, 8, 7];
        let hub = TestHub::with(test, |parts| {
            parts.settings.notice_sources = vec![operators.into()];
        })
        .await;
        for way in by_deposit() {
            let published = pg::find(way.pg).unwrap().spec().notice_sources;
            let published: std::net::Ipv4Addr = published[0].parse().unwrap();
            for (index, from) in [published.octets(), operators].into_iter().enumerate() {
                let order = format!("{}-{index}", way.name());
                let payment = issued(&hub, way, &order).await;
                let notice = deposited_untold(&hub, way, &payment).await;
                let (kind, body) = (text(&notice, "content_type"), text(&notice, "body"));
                let (_, reply) = hub.notice(way.pg, [10, 9, 8, 6], kind, body).await;
                assert!(!reply.contains(text(&notice, "wanted")), "{order}: {reply}");
                let (_, reply) = hub.notice(way.pg, from, kind, body).await;
                assert!(reply.contains(text(&notice, "wanted")), "{order}: {reply}");
                assert_eq!(hub.order(&order).await["status"], "paid", "{order}");
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_unpaid_account_is_closed_whole_and_takes_no_deposit() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            let (status, code, why) =
                hub.cancel(json!({"imp_uid": imp_uid, "amount": 1_000})).await.refusal();
            assert_eq!((status, code), (200, 1), "{order}: {why}");
            assert_eq!(hub.payment(imp_uid).await, payment, "a part of nothing");
            let closed = hub.cancel(json!({"imp_uid": imp_uid, "reason": "변심"})).await.ok();
            assert_eq!(closed["status"], "cancelled", "{order}");
            assert_eq!(closed["cancel_amount"].to_string(), "14000", "{order}");
            assert_eq!((&closed["paid_at"], &closed["cancel_reason"]), (&json!(0), &json!("변심")));
            let (_, code, _) = hub.deposit(imp_uid, json!({})).await.refusal();
            assert_eq!(code, 1, "{order}: the bank refuses");
            let (_, code, why) = hub.cancel(json!({"imp_uid": imp_uid})).await.refusal();
            assert_eq!((code, why.as_str()), (1, "이미 전액취소된 주문입니다."), "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_deposit_that_was_on_its_way_when_the_account_closed_is_shown_to_a_person() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
            hub.run_jobs().await;
            let before = hub.payment(imp_uid).await;
            // The words of another account's notice, about this one.
            let other = issued(&hub, way, &format!("{order}-other")).await;
            let notice = deposited_untold(&hub, way, &other).await;
            let mut body = text(&notice, "body").to_owned();
            for key in ["pg_tid", "imp_uid", "vbank_num"] {
                body = body.replace(text(&other, key), text(&payment, key));
            }
            let body = unsigned(&body);
            for _ in 0..2 {
                let kind = text(&notice, "content_type");
                let (_, reply) = hub.notice(way.pg, LOCAL, kind, &body).await;
                assert!(reply.contains(text(&notice, "wanted")), "{order}: {reply}");
            }
            assert_eq!(hub.attentions(imp_uid).await, ["deposit_after_cancel"], "{order}");
            let after = hub.payment(imp_uid).await;
            assert_eq!(after["status"], "cancelled", "{order}");
            assert_eq!(after["cancel_history"], before["cancel_history"], "{order}");
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid), ["ready"], "{order}: nothing is told as paid");
            assert_eq!(hub.resend(&notice).await, "taken");
        }
        hub.settled().await;
    })
    .await;
}

/// A form without the signature older notices do not have.
fn unsigned(body: &str) -> String {
    let fields = body.split('&').filter(|field| !field.starts_with("Signature="));
    fields.collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn a_deposit_goes_back_only_to_an_account_somebody_named() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let needed = "가상계좌 취소는 계좌번호, 예금주, 은행명을 입력해야 합니다.";
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            hub.deposit(imp_uid, json!({})).await.ok();
            for missing in ["refund_holder", "refund_bank", "refund_account"] {
                let mut request = refund(&payment);
                request.as_object_mut().unwrap().remove(missing);
                let refused = hub.cancel(request).await.refusal();
                assert_eq!(refused, (200, 1, needed.to_owned()), "{order}: {missing}");
            }
            let mut nowhere = refund(&payment);
            nowhere["refund_bank"] = "no such bank".into();
            let (_, code, why) = hub.cancel(nowhere).await.refusal();
            assert!(code == 1 && why.contains("refund_bank"), "{order}: {why}");
            assert_eq!(hub.held(way.books(), imp_uid), 14_000, "{order}: nothing moved");
            let cancelled = hub.cancel(refund(&payment)).await.ok();
            assert_eq!(cancelled["status"], "cancelled", "{order}");
            assert_eq!(hub.held(way.books(), imp_uid), 0, "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_deposit_that_meets_the_closing_of_its_account_is_never_lost() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            // The bank has the deposit, the notice waits, and the merchant closes the account.
            let notice = deposited_untold(&hub, way, &payment).await;
            let (_, code, why) = hub.cancel(json!({"imp_uid": imp_uid})).await.refusal();
            assert_eq!(code, -1, "{order}: the PG refuses to close it: {why}");
            assert_eq!(hub.resend(&notice).await, "taken", "{order}");
            assert_eq!(hub.payment(imp_uid).await["status"], "paid", "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_arrives_while_the_account_is_being_closed_waits_for_the_outcome() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            let notice = deposited_untold(&hub, way, &payment).await;
            let gate = hub.hold("cancel", Moment::Before);
            let telling = async {
                gate.arrived().await;
                let told = hub.resend(&notice);
                gate.open();
                told.await
            };
            let (refused, _) = tokio::join!(hub.cancel(json!({"imp_uid": imp_uid})), telling);
            assert_ne!(refused.code, 0, "{order}");
            // The PG goes on telling until it is heard.
            hub.resend(&notice).await;
            assert_eq!(hub.payment(imp_uid).await["status"], "paid", "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_open_account_and_a_card_of_one_order_both_count_and_a_person_is_told() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (vbank, card) = (by_deposit()[0], pgs()[0]);
        let account = issued(&hub, vbank, "order").await;
        let rsp = hub.pay(&card.param("order"), card.device, "approve").await.rsp();
        assert_eq!(rsp["status"], "paid");
        let imp_uid = text(&account, "imp_uid");
        let deposited = hub.deposit(imp_uid, json!({})).await.ok();
        assert_eq!(deposited["status"], "paid", "the money is there");
        assert_eq!(hub.attentions(imp_uid).await, ["order_paid_twice"]);
        hub.settled().await;
    })
    .await;
}
