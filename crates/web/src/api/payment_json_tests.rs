//! The Payment object against the reference payloads of V1 behaviour §9.2.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use domain::payment::{Event, Payment};
use domain::{Currency, Money};

const SLIP: &str = "https://service.example/receipts/imp_123456789012";

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap()
}

fn after(amount: Money, events: &[Event]) -> Payment {
    let step = |payment: Payment, event: &Event| payment.apply(*event).unwrap().0;
    events.iter().fold(Payment::new(amount), step)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// The window is open, nothing more.
fn ready(amount: Money) -> PaymentRow {
    PaymentRow {
        pay_method: some("card"),
        channel: "pc".into(),
        name: some("주문명:결제테스트"),
        buyer_name: some("구매자이름"),
        buyer_email: some("iamport@siot.do"),
        buyer_tel: some("010-1234-5678"),
        buyer_addr: some("서울특별시 강남구 삼성동"),
        buyer_postcode: some("123-456"),
        user_agent: some("Mozilla/5.0 …"),
        ..PaymentRow::new(
            "imp_123456789012",
            1,
            "merchant_1700000000000",
            (1, "kicc", "T5102001", "test"),
            Payment::new(amount),
            1_700_000_000_000,
        )
    }
}

fn paid() -> PaymentRow {
    PaymentRow {
        payment: after(won(14_000), &[Event::ApprovalStarted, Event::Approved(won(14_000))]),
        pg_tid: some("23111512345678"),
        apply_num: some("30008345"),
        card_code: some("366"),
        card_name: some("신한카드"),
        card_number: some("523612*********0"),
        card_type: Some(0),
        paid_at: Some(1_700_000_020_999),
        ..ready(won(14_000))
    }
}

fn cancel(state: &str, amount: i64) -> CancelRow {
    CancelRow {
        cancel_id: "06JC8FVHJTW2WY16FEY0".into(),
        merchant_id: 1,
        imp_uid: "imp_123456789012".into(),
        state: state.into(),
        amount,
        left_before: 14_000,
        asked_at: 1_700_000_999_000,
        done_at: (state == "done").then_some(1_700_001_000_000),
        reason: "부분환불".into(),
        requester: "api".into(),
        tax_free: None,
        vat_amount: None,
        refund_bank: None,
        refund_account: None,
        refund_holder: None,
        refund_tel: None,
        pg_tid: some("23111512345679"),
        message: None,
        settle_attempts: 0,
        webhook_at: None,
        item: None,
    }
}

fn shown(row: PaymentRow, cancels: Vec<CancelRow>) -> Value {
    let slip = row.paid_at.map(|_| SLIP);
    object(&View { row, cancels }, slip, false)
}

/// Every key of the reference has its value, and no key is there that V1 does not document.
fn assert_is(shown: &Value, reference: &str) {
    let reference: Value = serde_json::from_str(reference).unwrap();
    let reference = reference.as_object().unwrap();
    let shown = shown.as_object().unwrap();
    for (key, value) in reference {
        assert_eq!(shown[key], *value, "{key}");
    }
    for (key, value) in shown {
        let known = reference.contains_key(key);
        assert!(known || (NEWER.contains(&key.as_str()) && value.is_null()), "{key}");
    }
}

/// The reference of a paid card.
const PAID: &str = include_str!("testdata/paid.json");

/// The reference of a paid payment with some keys changed.
fn reference(changes: &Value) -> String {
    let mut reference: Value = serde_json::from_str(PAID).unwrap();
    for (key, value) in changes.as_object().unwrap() {
        reference[key] = value.clone();
    }
    reference.to_string()
}

#[test]
fn a_paid_card() {
    assert_is(&shown(paid(), Vec::new()), PAID);
}

#[test]
fn keys_are_alphabetical_and_legacy_mode_has_only_old_ones() {
    let view = View { row: paid(), cancels: vec![cancel("done", 4_000)] };
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let full = keys(&object(&view, None, false));
    assert!(full.is_sorted());
    let legacy = object(&view, None, true);
    let mut old = keys(&serde_json::from_str::<Value>(PAID).unwrap());
    old.retain(|key| key != "sandbox");
    assert_eq!(keys(&legacy), old);
    assert_eq!(full.len(), old.len() + NEWER.len());
    assert!(legacy["cancel_history"][0].get("cancellation_id").is_none());
}

#[test]
fn an_issued_account() {
    let row = PaymentRow {
        payment: after(won(14_000), &[Event::ApprovalStarted, Event::AccountIssued]),
        pay_method: some("vbank"),
        pg_tid: some("23111512345678"),
        vbank_code: some("088"),
        vbank_name: some("신한"),
        vbank_num: some("X3790127821223"),
        vbank_holder: some("회사명"),
        vbank_due_at: Some(1_702_565_999_000),
        vbank_issued_at: Some(1_700_000_010_000),
        ..ready(won(14_000))
    };
    let changes = json!({
        "pay_method": "vbank", "status": "ready", "apply_num": null, "card_code": null,
        "card_name": null, "card_number": null, "card_type": null, "paid_at": 0,
        "receipt_url": null, "vbank_code": "088", "vbank_name": "신한",
        "vbank_num": "X3790127821223", "vbank_holder": "회사명",
        "vbank_date": 1_702_565_999, "vbank_issued_at": 1_700_000_010,
    });
    assert_is(&shown(row, Vec::new()), &reference(&changes));
}

#[test]
fn a_partly_cancelled_card_shows_only_settled_cancels() {
    let mut row = paid();
    row.payment = row.payment.apply(Event::CancelStarted(won(4_000))).unwrap().0;
    row.payment = row.payment.apply(Event::CancelDone).unwrap().0;
    row.cancelled_at = Some(1_700_001_000_000);
    row.cancel_reason = some("부분환불");
    let cancels = vec![cancel("refused", 9_000), cancel("done", 4_000), cancel("asked", 1_000)];
    let changes = json!({
        "status": "cancelled", "cancel_amount": 4_000, "cancelled_at": 1_700_001_000,
        "cancel_reason": "부분환불", "cancel_receipt_urls": [SLIP],
        "cancel_history": [{
            "pg_tid": "23111512345679", "amount": 4_000, "cancelled_at": 1_700_001_000,
            "reason": "부분환불", "receipt_url": SLIP,
            "cancellation_id": "06JC8FVHJTW2WY16FEY0",
        }],
    });
    assert_is(&shown(row, cancels), &reference(&changes));
}

#[test]
fn a_failure() {
    let text = "[결제포기] 사용자가 결제를 취소하셨습니다";
    let row = PaymentRow {
        payment: after(won(14_000), &[Event::Declined]),
        failed_at: Some(1_700_000_030_000),
        fail_reason: some(text),
        ..ready(won(14_000))
    };
    let changes = json!({
        "status": "failed", "failed_at": 1_700_000_030, "paid_at": 0, "fail_reason": text,
        "apply_num": null, "pg_tid": null, "receipt_url": null, "card_code": null,
        "card_name": null, "card_number": null, "card_type": null,
    });
    assert_is(&shown(row, Vec::new()), &reference(&changes));
}

#[test]
fn dollars_and_empty_texts() {
    let amount = Money::new(120, Currency::Usd).unwrap();
    let row = PaymentRow {
        pg: "alipay".into(),
        channel: "mobile".into(),
        mode: "live".into(),
        buyer_name: some(""),
        apply_num: some(""),
        ..ready(amount)
    };
    let shown = shown(row, Vec::new());
    assert_eq!(shown["amount"].to_string(), "1.2");
    assert_eq!(shown["cancel_amount"].to_string(), "0");
    assert_eq!((&shown["currency"], &shown["sandbox"]), (&json!("USD"), &json!(false)));
    assert_eq!((&shown["buyer_name"], &shown["apply_num"]), (&Value::Null, &json!("")));
}

#[test]
fn numbers_are_never_rounded() {
    for text in ["0", "14000", "1.2", "0.01", "999999999999999", "9999999999999.99"] {
        assert_eq!(number(text).to_string(), text);
    }
}
