//! Keys: connector and simulator, two independent readings of the manual, must meet.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::fixtures::{self, AT, charge_of_1004, key_issue};
use super::sim::{Plan, SIM, TEST_CARDS};
use super::tests_support::ready;
use super::{Gateway, NICE};
use crate::alipay::ALIPAY;
use crate::capability::billing::Billing;
use crate::error::PgError;
use crate::ops::{
    Approval, CancelDone, CancelOrder, CancelSettled, Charge, IssuedKey, KeyIssue, Settled,
};
use crate::sim::transport::{Fault, SimTransport};
use crate::sim::{Books, Simulator};
use crate::spec::{Credentials, Mode};
use crate::{Cx, Pg};
use domain::{Currency, Millis, Money};

static SIMULATORS: &[&dyn Simulator] = &[&SIM];

/// A shop with customers, and NICE.
struct Shop {
    nice: SimTransport,
    credentials: Credentials,
}

impl Shop {
    fn new() -> Self {
        let credentials = NICE.spec().test_credentials();
        Self { nice: SimTransport::new(SIMULATORS, AT), credentials }
    }

    fn cx<'a>(&'a self, operation_id: &'a str) -> Cx<'a> {
        Cx {
            transport: &self.nice,
            credentials: &self.credentials,
            mode: Mode::Test,
            at: self.nice.at(),
            operation_id,
        }
    }

    fn issue(&self, issue: &KeyIssue) -> Result<IssuedKey, PgError> {
        ready(billing().issue(&self.cx("issue_1"), issue))
    }

    /// A charge of a card's key.
    fn charge_of(&self, number: &str) -> Charge {
        let key = self.issue(&of_card(number)).unwrap();
        Charge { key, asked_at: self.nice.at(), ..charge_of_1004() }
    }

    fn charge(&self, operation_id: &str, charge: &Charge) -> Result<Approval, PgError> {
        ready(billing().charge(&self.cx(operation_id), charge))
    }

    fn settle(&self, operation_id: &str, charge: &Charge) -> Result<Settled, PgError> {
        ready(billing().settle_charge(&self.cx(operation_id), charge))
    }

    fn forget(&self, key: &IssuedKey) -> Result<(), PgError> {
        ready(billing().forget(&self.cx("forget_1"), key))
    }

    fn cancel(&self, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        ready(NICE.cancel(&self.cx(&cancel.cancel_id), cancel))
    }

    /// What the movements say NICE holds for the shop.
    fn ledger(&self) -> i64 {
        let movements = self.nice.books().movements("nice");
        let sign = |kind: &str| if kind == "approve" { 1 } else { -1 };
        movements.iter().map(|movement| sign(&movement.kind) * movement.amount).sum()
    }

    /// A request to NICE that no connector makes.
    fn post(&self, page: &str, change: impl FnOnce(&mut Vec<(String, String)>)) -> String {
        let sent = self.nice.sent();
        let like = sent.iter().find(|request| request.url.ends_with(page)).unwrap();
        let mut form = crate::form::Form::read(&like.body).0;
        change(&mut form);
        let form: Vec<_> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let body = crate::form::euc_kr_body(&form);
        let request = crate::Request::form("x", like.url.clone(), body);
        let answer = ready(crate::Transport::send(&self.nice, request)).unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        answer["ResultCode"].as_str().unwrap().to_owned()
    }
}

fn billing() -> &'static dyn Billing {
    NICE.billing().unwrap()
}

fn of_card(number: &str) -> KeyIssue {
    let mut issue = key_issue();
    number.clone_into(&mut issue.card.number);
    issue
}

fn card(plan: Plan) -> &'static str {
    TEST_CARDS.iter().find(|card| card.plan == plan).unwrap().number
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap()
}

fn cancel_of(approval: &Approval, amount: i64, id: &str) -> CancelOrder {
    CancelOrder {
        cancel_id: id.into(),
        tid: approval.tid.clone(),
        amount: won(amount),
        memo: approval.memo.clone(),
        ..fixtures::cancel_of_1004()
    }
}

fn declined(result: Result<impl std::fmt::Debug, PgError>) -> (String, String) {
    match result {
        Err(PgError::Declined { code, message }) => (code, message),
        other => panic!("{other:?}"),
    }
}

fn set(form: &mut [(String, String)], name: &str, value: &str) {
    let field = form.iter_mut().find(|(known, _)| known == name).unwrap();
    value.clone_into(&mut field.1);
}

#[test]
fn nice_issues_from_cards_only_and_alipay_not_at_all() {
    assert!(billing().has_card_issue() && !billing().has_window());
    assert!(ALIPAY.billing().is_none());
    let shop = Shop::new();
    let order = crate::Order { customer_uid: Some("customer_1".into()), ..fixtures::order() };
    for pg in [&NICE as &Gateway, &ALIPAY] {
        let mut credentials = pg.spec().test_credentials();
        credentials.set("cancel_password", "123456".into());
        let opened = ready(pg.open(&Cx { credentials: &credentials, ..shop.cx("op_1") }, &order));
        assert!(matches!(opened, Err(PgError::Invalid { field: "customer_uid", .. })));
    }
    assert_eq!(shop.nice.sent().len(), 0);
}

#[test]
fn issued_charged_lost_settled_charged_again_and_cancelled_in_parts() {
    let shop = Shop::new();
    let key = shop.issue(&key_issue()).unwrap();
    assert_eq!(key.key.len(), 30);
    let card = key.card.clone().unwrap();
    assert_eq!((card.code.as_deref(), card.kind), (Some("VIS"), Some(0)));
    assert_eq!(card.number.as_deref(), Some("411111******1111"));
    assert_eq!(shop.ledger(), 0, "a key costs nothing");
    let charge = Charge { key, ..charge_of_1004() };

    shop.nice.fail_next("charge", Fault::LoseAnswer);
    assert!(matches!(shop.charge("op_1", &charge), Err(PgError::Unknown(_))));
    assert_eq!(shop.ledger(), 1004, "the customer paid, nobody knows");
    shop.nice.set_at(AT.plus_seconds(600));
    shop.nice.fail_next("cancel", Fault::LoseAnswer);
    assert!(matches!(shop.settle("op_1", &charge), Err(PgError::Unknown(_))));
    assert_eq!(shop.settle("op_1", &charge), Ok(Settled::Voided), "cancelled before");
    assert_eq!(shop.ledger(), 0);

    let approval = shop.charge("op_2", &charge).unwrap();
    assert_eq!((approval.amount, approval.method.clone()), (won(1004), None));
    let paid = approval.card.clone().unwrap();
    assert_eq!((paid.code.as_deref(), paid.quota), (Some("VIS"), 0));
    assert_eq!(paid.number.as_deref(), Some("41111111****1111"));
    let part = shop.cancel(&cancel_of(&approval, 400, "part_1")).unwrap();
    assert_ne!(part.tid, approval.tid);
    assert_eq!(declined(shop.cancel(&cancel_of(&approval, 605, "part_2"))).0, "2032");
    let last = CancelOrder { left: won(604), ..cancel_of(&approval, 604, "part_3") };
    shop.cancel(&last).unwrap();
    assert_eq!(shop.ledger(), 0);
    let states: Vec<_> = shop.nice.trades("nice").into_iter().map(|trade| trade.state).collect();
    assert_eq!(states, ["cancelled", "cancelled"]);
}

#[test]
fn a_whole_cancel_and_its_settling() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Approve));
    let approval = shop.charge("op_1", &charge).unwrap();
    let cancel = cancel_of(&approval, 1004, "cancel_1");
    shop.nice.fail_next("cancel", Fault::LoseAnswer);
    assert!(matches!(shop.cancel(&cancel), Err(PgError::Unknown(_))));
    let settled = ready(NICE.settle_cancel(&shop.cx("cancel_1"), &cancel));
    assert!(matches!(settled, Ok(CancelSettled::Done(_))));
    assert_eq!(shop.ledger(), 0);
}

#[test]
fn a_lost_charge_is_settled_by_what_nice_has() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Approve));
    for fault in [
        Fault::LoseAnswer,
        Fault::Answer(502, b"<html>Bad Gateway</html>".to_vec()),
        Fault::Answer(200, Vec::new()),
        Fault::Replace("imp_123456789012".into(), "imp_999999999999".into()),
    ] {
        let operation = format!("op_{}", shop.nice.trades("nice").len());
        shop.nice.fail_next("charge", fault);
        assert!(matches!(shop.charge(&operation, &charge), Err(PgError::Unknown(_))));
        assert_eq!(shop.ledger(), 1004);
        assert_eq!(shop.settle(&operation, &charge), Ok(Settled::Voided));
        assert_eq!(shop.ledger(), 0);
    }
    shop.nice.fail_next("charge", Fault::LoseRequest);
    assert!(matches!(shop.charge("never", &charge), Err(PgError::Unknown(_))));
    assert_eq!(shop.settle("never", &charge), Ok(Settled::Nothing));
    shop.nice.fail_next("charge", Fault::NotSent);
    assert!(matches!(shop.charge("never", &charge), Err(PgError::Unavailable(_))));
    // What NICE approved under that number is not what was asked: hands off.
    shop.charge("op_x", &charge).unwrap();
    let other = Charge { amount: won(1005), ..charge };
    assert!(matches!(shop.settle("op_x", &other), Ok(Settled::CannotTell(_))));
    assert_eq!(shop.ledger(), 1004);
}

#[test]
fn a_card_whose_charges_are_never_answered() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Silence));
    assert!(matches!(shop.charge("op_1", &charge), Err(PgError::Unknown(_))));
    assert_eq!(shop.ledger(), 1004);
    assert_eq!(shop.settle("op_1", &charge), Ok(Settled::Voided));
    assert_eq!(shop.ledger(), 0);
}

#[test]
fn bad_cards_get_no_key() {
    let shop = Shop::new();
    let unknown = "유효하지않은 카드번호를 입력하셨습니다. (card_bin 없음)".to_owned();
    let luhn = shop.issue(&of_card("4092023012341234"));
    assert_eq!(declined(luhn), ("F112".into(), unknown));
    assert_eq!(declined(shop.issue(&of_card(card(Plan::NoKey)))).0, "F118");
    let mut over = key_issue();
    *over.card.expiry = "2310".into();
    assert_eq!(declined(shop.issue(&over)).0, "F113");
    *over.card.expiry = "2311".into();
    assert!(shop.issue(&over).is_ok(), "good to the end of the month");
    assert_eq!(shop.ledger(), 0);
}

#[test]
fn a_card_over_its_limit_is_declined_when_charged() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Limit));
    let (code, message) = declined(shop.charge("op_1", &charge));
    assert_eq!(code, "3095");
    assert!(message.contains("한도초과"));
    assert_eq!((shop.ledger(), shop.nice.trades("nice").len()), (0, 0));
    assert_eq!(shop.settle("op_1", &charge), Ok(Settled::Nothing));
}

#[test]
fn one_operation_is_charged_once() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Approve));
    let first = shop.charge("op_1", &charge).unwrap();
    assert_eq!(declined(shop.charge("op_1", &charge)).0, "A225");
    assert_eq!(shop.ledger(), 1004);
    let second = shop.charge("op_2", &charge).unwrap();
    assert_ne!(first.tid, second.tid);
    let later = Charge { asked_at: Millis(AT.0 + 1000), ..charge };
    assert_ne!(shop.charge("op_1", &later).unwrap().tid, first.tid);
}

#[test]
fn instalments_start_at_fifty_thousand_won() {
    let shop = Shop::new();
    let charge = Charge { quota: 3, ..shop.charge_of(card(Plan::Approve)) };
    assert_eq!(declined(shop.charge("op_1", &charge)).0, "3024");
    let much = Charge { amount: won(50_000), interest_free: true, ..charge };
    assert_eq!(shop.charge("op_2", &much).unwrap().card.unwrap().quota, 3);
}

#[test]
fn a_forgotten_key_charges_nothing_any_more() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Approve));
    assert_eq!(shop.forget(&charge.key), Ok(()));
    assert_eq!(shop.forget(&charge.key), Ok(()), "gone is gone");
    assert_eq!(declined(shop.charge("op_1", &charge)).0, "A126");
    let unknown = IssuedKey { key: "BIKYnicepay00m2311150713200000".into(), ..charge.key.clone() };
    let unknown = Charge { key: unknown, ..charge };
    assert_eq!(declined(shop.charge("op_2", &unknown)).0, "A124");
    assert_eq!(shop.forget(&unknown.key), Ok(()));
    let mut stranger = Shop::new();
    stranger.credentials.set("key", "not the key of this shop, but long enough".into());
    assert_eq!(declined(stranger.forget(&unknown.key)).0, "A211");
}

#[test]
fn nice_checks_what_it_is_sent() {
    let shop = Shop::new();
    let charge = shop.charge_of(card(Plan::Approve));
    let issue_page = "/billing_regist.jsp";
    assert_eq!(shop.post(issue_page, |f| set(f, "Moid", "another")), "A211");
    assert_eq!(shop.post(issue_page, |f| set(f, "EncData", "00")), "A204");
    assert_eq!(shop.post(issue_page, |f| set(f, "EdiDate", "2023")), "A106");
    assert_eq!(shop.post(issue_page, |f| f.retain(|(name, _)| name != "EncData")), "9000");
    shop.charge("op_1", &charge).unwrap();
    let page = "/billing_approve.jsp";
    assert_eq!(shop.post(page, |_| {}), "A225", "the same once more");
    for name in ["Amt", "Moid", "BID"] {
        assert_eq!(shop.post(page, |f| set(f, name, "1")), "A211", "{name} is signed");
    }
    let tid = |tid: &'static str| shop.post(page, move |f| set(f, "TID", tid));
    assert_eq!(tid("nicepay00m0116"), "A115");
    assert_eq!(tid("nicepay00m01012311150713200001"), "A115", "not of a charge");
    let of_key = shop.nice.books().trades("nice").len();
    assert_eq!(of_key, 1);
    assert_eq!(shop.post(page, |f| f.retain(|(name, _)| name != "CardQuota")), "9000");
    assert_eq!(shop.ledger(), 1004);
}

#[test]
fn no_card_number_is_left_anywhere() {
    let shop = Shop::new();
    for test in TEST_CARDS {
        let issue = of_card(test.number);
        assert!(!format!("{issue:?}").contains(test.number));
        let Ok(key) = shop.issue(&issue) else { continue };
        let charge = Charge { key, ..charge_of_1004() };
        // Whatever comes of it.
        let outcome = shop.charge(&format!("op_{}", &test.number[8..]), &charge);
        for shown in [format!("{charge:?}"), format!("{outcome:?}")] {
            assert!(!shown.contains(test.number) && !shown.contains("BIKY"), "{shown}");
        }
    }
    let books = format!("{:?}", shop.nice.books());
    assert!(books.contains("41111111****1111"), "the books are shown");
    for test in TEST_CARDS {
        // Neither as it is, nor in groups, nor in hex.
        let grouped = test.number.as_bytes().chunks(4).map(String::from_utf8_lossy);
        let grouped = grouped.collect::<Vec<_>>().join("-");
        let hexed = hex::encode(test.number);
        for secret in [test.number, &grouped, &hexed] {
            assert!(!books.contains(secret), "{secret}");
            for request in shop.nice.sent() {
                let body = String::from_utf8(request.body).unwrap();
                assert!(!body.contains(secret) && !request.url.contains(secret), "{body}");
            }
        }
    }
    for name in ["EncData", "BID", "CardNo"] {
        assert!(NICE.spec().redact.contains(&name), "{name}");
    }
}
