//! A key's life against the simulator: issued, charged, lost and found, given back, removed.
#![expect(clippy::unwrap_used, reason = "tests")]

use crate::capability::billing::Billing;
use crate::contract::Pg;
use crate::cx::Cx;
use crate::error::PgError;
use crate::kicc::billing::KiccBilling;
use crate::kicc::fixture::{self, run, won};
use crate::kicc::{Kicc, sim::KiccSim};
use crate::ops::{Approval, CancelOrder, Charge, IssuedKey, Order, Outcome, Returned, Settled};
use crate::sim::headless::{self, Step};
use crate::sim::transport::{Fault, SimTransport};
use crate::sim::{Books, Simulator};
use crate::spec::{Credentials, Mode};
use crate::wire::Response;
use domain::Millis;

/// 2026-04-24 12:00 KST.
const NOON: i64 = 1_776_999_600;
static SIMULATORS: &[&dyn Simulator] = &[&KiccSim];

struct Trip {
    transport: SimTransport,
    credentials: Credentials,
}

impl Trip {
    fn new() -> Self {
        let transport = SimTransport::new(SIMULATORS, Millis::from_seconds(NOON));
        Self { transport, credentials: fixture::credentials() }
    }

    fn cx<'a>(&'a self, operation_id: &'a str) -> Cx<'a> {
        let at = self.transport.at();
        let (transport, credentials) = (&self.transport, &self.credentials);
        Cx { transport, credentials, mode: Mode::Test, at, operation_id }
    }

    fn wait(&self, seconds: i64) {
        self.transport.set_at(self.transport.at().plus_seconds(seconds));
    }

    /// Opens a key's window, picks a card and presses a button; gives what approving came to.
    fn issue(&self, number: u32, card: &str, press: &str) -> (Order, String, Attempt) {
        let order = Order {
            imp_uid: format!("imp_{number:012}"),
            customer_uid: Some("customer-1".into()),
            ..fixture::order("card")
        };
        let opened = run(Kicc.open(&self.cx("open"), &order)).unwrap();
        let hosts = self.transport.hosts();
        let step = headless::first(&opened.window, &hosts, None, &order.return_url).unwrap();
        let html = page(&self.transport, &step);
        for shown in ["0원", "출금 없음", "카드 등록하기", "한도초과 카드 8521"] {
            assert!(html.contains(shown), "{shown}");
        }
        let Step::Post { url, body, content_type } =
            headless::next(step.url(), &html, press).unwrap()
        else {
            panic!("no form");
        };
        let body = String::from_utf8(body).unwrap();
        let body = body.replace("choice=0000", &format!("choice={card}")).into_bytes();
        let step = Step::Post { url: url.clone(), body, content_type };
        let html = page(&self.transport, &step);
        let Step::Post { body, .. } = headless::next(&url, &html, press).unwrap() else {
            panic!("no return");
        };
        let back = Returned { order: &order, memo: "", query: "", body: &body };
        let outcome = Kicc.read_return(&self.cx("return"), &back).unwrap();
        let Outcome::Authorised { auth, .. } = outcome else { panic!("{outcome:?}") };
        let id = format!("{}_a", order.imp_uid);
        let attempt = run(Kicc.approve(&self.cx(&id), &order, "", &auth));
        (order, auth, attempt)
    }

    fn key(&self, number: u32, card: &str) -> IssuedKey {
        self.issue(number, card, "approve").2.unwrap().issued_key.unwrap()
    }

    fn asked(&self, number: u32, key: &IssuedKey) -> Charge {
        let imp_uid = format!("imp_{number:012}");
        let asked_at = self.transport.at();
        Charge { imp_uid, key: key.clone(), asked_at, ..fixture::charge() }
    }

    fn charge(&self, charge: &Charge) -> Attempt {
        run(KiccBilling.charge(&self.cx(&format!("{}_c", charge.imp_uid)), charge))
    }

    fn settle(&self, charge: &Charge) -> Result<Settled, PgError> {
        run(KiccBilling.settle_charge(&self.cx(&format!("{}_c", charge.imp_uid)), charge))
    }

    fn held(&self) -> i64 {
        self.transport.trades("kicc").iter().map(crate::sim::Trade::held).sum()
    }
}

type Attempt = Result<Approval, PgError>;

fn page(transport: &SimTransport, step: &Step) -> String {
    let reply = transport.browse(step).unwrap();
    assert_eq!(reply.status, 200);
    String::from_utf8(reply.body).unwrap()
}

#[test]
fn from_the_window_to_the_removal() {
    let trip = Trip::new();
    let key = trip.key(1, "0000");
    assert_eq!(key.key.len(), 20);
    assert!(key.key.starts_with("574880260424BA"), "{}", key.key);
    assert!(trip.transport.trades("kicc").is_empty(), "an issue is no trade");
    assert!(trip.transport.take_notices().is_empty());

    trip.wait(60);
    let asked = trip.asked(2, &key);
    let paid = trip.charge(&asked).unwrap();
    assert_eq!((paid.amount, trip.held()), (won(51_004), 51_004));
    assert_eq!(paid.card.unwrap().number, key.card.as_ref().unwrap().number);

    let lost = trip.asked(3, &key);
    trip.transport.fail_next("charge", Fault::LoseAnswer);
    assert!(matches!(trip.charge(&lost), Err(PgError::Unknown(_))));
    // KICC refuses the number as a duplicate; that is no refusal of the charge.
    assert!(matches!(trip.charge(&lost), Err(PgError::Unknown(_))));
    trip.wait(60);
    let Ok(Settled::Approved(found)) = trip.settle(&lost) else { panic!("not found") };
    assert_eq!(trip.held(), 2 * 51_004, "charged twice");

    let cancel = CancelOrder {
        imp_uid: lost.imp_uid.clone(),
        tid: found.tid.clone(),
        memo: found.memo.clone(),
        ..fixture::cancel("card", 1004)
    };
    run(Kicc.cancel(&trip.cx("can_1"), &cancel)).unwrap();
    assert_eq!(trip.transport.books().trade("kicc", &found.tid).unwrap().held(), 50_000);

    run(KiccBilling.forget(&trip.cx("forget"), &key)).unwrap();
    let refused = trip.charge(&trip.asked(4, &key));
    assert_eq!(refused, Err(PgError::declined("R302", "이미 삭제된 빌키입니다.")));
    assert_eq!(trip.held(), 101_004);
    for notice in trip.transport.take_notices() {
        assert!(
            !String::from_utf8_lossy(&notice.body).contains(&key.key),
            "a notice names the key"
        );
    }
}

#[test]
fn test_cards_fail_at_their_charge_not_at_their_issue() {
    let trip = Trip::new();
    for (number, code, message) in [(1, "8521", "한도초과"), (3, "8035", "잔액부족")] {
        let asked = trip.asked(number + 1, &trip.key(number, code));
        assert_eq!(trip.charge(&asked), Err(PgError::declined(code, message)));
        assert_eq!(trip.settle(&asked), Ok(Settled::Nothing));
    }
    let (_, _, declined) = trip.issue(5, "0000", "decline");
    assert_eq!(declined, Err(PgError::declined("8311", "비밀번호 오류")));
    assert!(trip.transport.trades("kicc").is_empty());
}

#[test]
fn an_issue_without_its_answer_is_found_with_its_key() {
    let trip = Trip::new();
    let (order, auth, lost) = trip.issue(1, "0000", "timeout");
    assert!(matches!(lost, Err(PgError::Unknown(_))));
    trip.wait(60);
    let id = format!("{}_a", order.imp_uid);
    let settle = || run(Kicc.settle_approval(&trip.cx(&id), &order, "", &auth));
    let Ok(Settled::Approved(found)) = settle() else { panic!("not found") };
    assert_eq!(found.amount, order.amount);
    trip.charge(&trip.asked(2, &found.issued_key.unwrap())).unwrap();
    // Should the inquiry hide the key, asking on would not help.
    let masked = Fault::Replace("BA00".into(), "****".into());
    trip.transport.fail_next("lookup", masked);
    let settled = settle();
    assert!(matches!(settled, Ok(Settled::CannotTell(_))), "{settled:?}");
}

#[test]
fn a_removal_without_its_answer_can_be_tried_again() {
    let trip = Trip::new();
    let key = trip.key(1, "0000");
    trip.transport.fail_next("forget", Fault::LoseAnswer);
    let lost = run(KiccBilling.forget(&trip.cx("forget"), &key));
    assert!(matches!(lost, Err(PgError::Unknown(_))), "{lost:?}");
    trip.wait(1);
    assert_eq!(run(KiccBilling.forget(&trip.cx("forget"), &key)), Ok(()));
}

/// A raw request, as written from the manual, and the code of its answer.
fn code(trip: &Trip, path: &str, body: &serde_json::Value) -> String {
    let url = format!("https://testpgapi.easypay.co.kr{path}");
    let request = crate::wire::Request::json("raw", url, body);
    let Response { status, body, .. } = run(trip.cx("raw").transport.send(request)).unwrap();
    assert_eq!(status, 200);
    let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
    answer["resCd"].as_str().unwrap().to_owned()
}

#[test]
fn the_simulator_checks_what_a_key_is_registered_with() {
    let trip = Trip::new();
    let good = serde_json::json!({
        "mallId": "T5102001", "shopOrderNo": "imp_000000000009", "amount": 0, "currency": "00",
        "payMethodTypeCode": "81", "clientTypeCode": "00", "deviceTypeCode": "pc",
        "returnUrl": "https://shop/return", "orderInfo": { "goodsName": "구독" },
        "payMethodInfo": { "billKeyMethodInfo": { "certType": "1" } },
    });
    let path = "/api/ep9/trades/webpay";
    for (field, value, expected) in [
        ("/amount", serde_json::json!(1000), "M104"),
        ("/amount", serde_json::Value::Null, "M104"),
        ("/payMethodTypeCode", "11".into(), "M102"),
        ("/payMethodInfo/billKeyMethodInfo/certType", "3".into(), "M104"),
        ("/payMethodInfo", serde_json::Value::Null, "M102"),
    ] {
        let mut body = good.clone();
        *body.pointer_mut(field).unwrap() = value;
        assert_eq!(code(&trip, path, &body), expected, "{field}");
    }
    assert_eq!(code(&trip, path, &good), "0000");
    trip.key(9, "0000");
    assert_eq!(code(&trip, path, &good), "R101", "the order number has its key");
}

#[test]
fn the_simulator_checks_charges_and_removals_field_by_field() {
    let trip = Trip::new();
    let key = trip.key(1, "0000");
    let good = serde_json::json!({
        "mallId": "T5102001", "shopTransactionId": "C1", "shopOrderNo": "ORD-1",
        "approvalReqDate": "20260424", "amount": 1000, "currency": "00",
        "orderInfo": { "goodsName": "구독" },
        "payMethodInfo": {
            "billKeyMethodInfo": { "batchKey": key.key },
            "cardMethodInfo": { "installmentMonth": 0, "freeInstallmentUsed": false },
        },
    });
    let path = "/api/trades/approval/batch";
    for (field, value, expected) in [
        ("/mallId", serde_json::json!("T0000000"), "M101"),
        ("/approvalReqDate", "20260423".into(), "M105"),
        ("/amount", 0.into(), "M102"),
        ("/amount", "1000".into(), "M104"),
        ("/currency", "01".into(), "M104"),
        ("/orderInfo/goodsName", "".into(), "M102"),
        ("/payMethodInfo/cardMethodInfo/installmentMonth", "0".into(), "M104"),
        ("/payMethodInfo/cardMethodInfo/freeInstallmentUsed", "N".into(), "M104"),
        ("/payMethodInfo/billKeyMethodInfo/batchKey", "".into(), "M102"),
        ("/payMethodInfo/billKeyMethodInfo/batchKey", "574880260424BA999999".into(), "R301"),
    ] {
        let mut body = good.clone();
        *body.pointer_mut(field).unwrap() = value;
        assert_eq!(code(&trip, path, &body), expected, "{field}");
    }
    assert_eq!(trip.held(), 0);
    assert_eq!(code(&trip, path, &good), "0000");
    assert_eq!(code(&trip, path, &good), "R900", "the same number");
    let mut again = good.clone();
    again["shopTransactionId"] = "C2".into();
    assert_eq!(code(&trip, path, &again), "R101", "the same order");
    assert_eq!(trip.held(), 1000);

    let path = "/api/trades/removeBatchKey";
    let mut remove = serde_json::json!({
        "mallId": "T5102001", "shopTransactionId": "D1", "batchKey": key.key,
        "removeReqDate": "20260423",
    });
    assert_eq!(code(&trip, path, &remove), "M105");
    remove["removeReqDate"] = "20260424".into();
    assert_eq!(code(&trip, path, &remove), "0000");
    assert_eq!(code(&trip, path, &remove), "R900");
    remove["shopTransactionId"] = "D2".into();
    assert_eq!(code(&trip, path, &remove), "R302");
}
