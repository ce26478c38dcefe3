//! Accounts without a window: connector and simulator must meet, and every account is either told
//! of or closed.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::NICE;
use super::fixtures::{self, AT, account_of_1004};
use super::sim::SIM;
use super::tests_support::ready;
use crate::alipay::ALIPAY;
use crate::capability::accounts::Accounts;
use crate::capability::notices::Notices as _;
use crate::error::PgError;
use crate::ops::{AccountOrder, Approval, CancelDone, CancelOrder, NoticeKind, Settled};
use crate::sim::Simulator;
use crate::sim::transport::{Fault, SimTransport};
use crate::spec::{Credentials, Mode};
use crate::{Cx, Pg};
use domain::{Currency, Millis, Money};

static SIMULATORS: &[&dyn Simulator] = &[&SIM];

/// A shop, and NICE.
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

    fn issue(&self, operation_id: &str, order: &AccountOrder) -> Result<Approval, PgError> {
        ready(accounts().issue(&self.cx(operation_id), order))
    }

    fn settle(&self, operation_id: &str, order: &AccountOrder) -> Result<Settled, PgError> {
        ready(accounts().settle_issue(&self.cx(operation_id), order))
    }

    fn close(&self, approval: &Approval) -> Result<CancelDone, PgError> {
        let cancel = CancelOrder {
            tid: approval.tid.clone(),
            method: "vbank".into(),
            memo: approval.memo.clone(),
            ..fixtures::cancel_of_1004()
        };
        ready(NICE.cancel(&self.cx("close_1"), &cancel))
    }

    fn states(&self) -> Vec<String> {
        self.nice.trades("nice").into_iter().map(|trade| trade.state).collect()
    }

    /// A request to NICE that no connector makes: the last one, changed.
    fn post(&self, change: impl FnOnce(&mut Vec<(String, String)>)) -> String {
        let sent = self.nice.sent();
        let like = sent.iter().find(|request| request.url.ends_with("get_vacount.jsp")).unwrap();
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

fn accounts() -> &'static dyn Accounts {
    NICE.accounts().unwrap()
}

fn declined(result: Result<impl std::fmt::Debug, PgError>) -> String {
    match result {
        Err(PgError::Declined { code, .. }) => code,
        Err(PgError::Unknown(why)) if why.starts_with("[2013]") => "unknown: 2013".into(),
        other => panic!("{other:?}"),
    }
}

fn set(form: &mut [(String, String)], name: &str, value: &str) {
    let field = form.iter_mut().find(|(known, _)| known == name).unwrap();
    value.clone_into(&mut field.1);
}

#[test]
fn a_wallet_has_no_accounts() {
    assert!(ALIPAY.accounts().is_none());
}

#[test]
fn issued_deposited_and_told() {
    let shop = Shop::new();
    let approval = shop.issue("op_1", &account_of_1004()).unwrap();
    let account = approval.account.clone().unwrap();
    assert_eq!((account.bank_code.as_str(), account.bank_name.as_str()), ("088", "신한은행"));
    assert_eq!(account.due.kst14(), "20231130235959");
    assert_eq!(account.holder.as_deref(), Some("회사명"));
    let notices = shop.nice.deposit(&SIM, &approval.tid, 1004, "홍길동").unwrap();
    let notice = NICE.read(&notices[0].content_type, &notices[0].body).unwrap();
    assert_eq!(NICE.verify(&shop.credentials, &notice), Ok(()));
    assert_eq!((notice.order_no.as_str(), &notice.tid), ("imp_123456789012", &approval.tid));
    let NoticeKind::Deposit { amount, account: number, .. } = notice.kind else { panic!() };
    assert_eq!((amount.minor(), number), (1004, Some(account.number)));
    assert_eq!(shop.states(), ["deposited"]);
}

#[test]
fn two_orders_get_two_accounts() {
    let shop = Shop::new();
    let one = shop.issue("op_1", &account_of_1004()).unwrap();
    let other = AccountOrder { imp_uid: "imp_2".into(), ..account_of_1004() };
    let two = shop.issue("op_2", &other).unwrap();
    assert_ne!(one.tid, two.tid);
    assert_ne!(one.account.unwrap().number, two.account.unwrap().number);
}

#[test]
fn a_closed_or_late_account_takes_no_deposit() {
    let shop = Shop::new();
    let approval = shop.issue("op_1", &account_of_1004()).unwrap();
    shop.close(&approval).unwrap();
    let refused = shop.nice.deposit(&SIM, &approval.tid, 1004, "홍길동").unwrap_err();
    assert!(refused.contains("해지"), "{refused}");
    assert_eq!(declined(shop.close(&approval)), "unknown: 2013");

    let minutes = Millis::parse_kst("20231116120000").unwrap();
    let order = AccountOrder { imp_uid: "imp_2".into(), due: minutes, ..account_of_1004() };
    let approval = shop.issue("op_2", &order).unwrap();
    assert_eq!(approval.account.clone().unwrap().due, minutes);
    shop.nice.set_at(minutes.plus_seconds(1));
    let refused = shop.nice.deposit(&SIM, &approval.tid, 1004, "홍길동").unwrap_err();
    assert!(refused.contains("입금 기한"), "{refused}");
    assert_eq!(shop.states(), ["closed", "awaiting_deposit"]);
}

#[test]
fn an_account_lost_on_the_way_is_closed() {
    let shop = Shop::new();
    for (number, fault) in [
        Fault::LoseAnswer,
        Fault::Answer(502, b"<html>Bad Gateway</html>".to_vec()),
        Fault::Answer(200, Vec::new()),
        Fault::Replace("imp_123456789012".into(), "imp_999999999999".into()),
    ]
    .into_iter()
    .enumerate()
    {
        let operation = format!("op_{number}");
        shop.nice.fail_next("account", fault);
        let order = account_of_1004();
        assert!(matches!(shop.issue(&operation, &order), Err(PgError::Unknown(_))));
        shop.nice.fail_next("cancel", Fault::LoseAnswer);
        assert!(matches!(shop.settle(&operation, &order), Err(PgError::Unknown(_))));
        assert_eq!(shop.settle(&operation, &order), Ok(Settled::Voided));
    }
    assert_eq!(shop.states(), ["closed"; 4]);
    shop.nice.fail_next("account", Fault::LoseRequest);
    assert!(matches!(shop.issue("never", &account_of_1004()), Err(PgError::Unknown(_))));
    assert_eq!(shop.settle("never", &account_of_1004()), Ok(Settled::Nothing));
}

#[test]
fn an_account_of_another_amount_is_left_to_a_person() {
    let shop = Shop::new();
    let order = account_of_1004();
    shop.issue("op_1", &order).unwrap();
    let other = AccountOrder { amount: Money::new(1005, Currency::Krw).unwrap(), ..order };
    assert!(matches!(shop.settle("op_1", &other), Ok(Settled::CannotTell(_))));
    assert_eq!(shop.states(), ["awaiting_deposit"]);
}

#[test]
fn nice_checks_what_it_is_sent() {
    let shop = Shop::new();
    let unserved = AccountOrder { bank_code: "002".into(), ..account_of_1004() };
    assert_eq!(declined(shop.issue("op_1", &unserved)), "4117");
    assert_eq!(shop.states().len(), 0);
    let mut stranger = Shop::new();
    stranger.credentials.set("key", "not the key of this shop, but long enough".into());
    assert_eq!(declined(stranger.issue("op_1", &account_of_1004())), "A211");

    let shop = Shop::new();
    shop.issue("op_1", &account_of_1004()).unwrap();
    assert_eq!(shop.post(|_| {}), "A225", "the same once more");
    for name in ["Amt", "Moid", "EdiDate"] {
        assert_ne!(shop.post(|form| set(form, name, "20231115071321")), "4100", "{name} is signed");
    }
    let fresh = |name: &'static str, value: &'static str| {
        shop.post(move |form| {
            set(form, "TID", "nicepay00m03012311150713209999");
            set(form, name, value);
        })
    };
    for (name, value, code) in [
        ("TID", "nicepay00m01012311150713209999", "A115"),
        ("TID", "nicepay00m0301", "A115"),
        ("BankCode", "88", "A212"),
        ("BankCode", "999", "4117"),
        ("VbankAccountName", "", "9000"),
        ("VbankExpDate", "", "9000"),
        ("VbankExpDate", "20231131", "A106"),
        ("VbankExpDate", "2023113012", "A106"),
        ("VbankExpDate", "20231101", "A107"),
        ("CashReceiptType", "3", "A212"),
        ("CashReceiptType", "1", "9000"),
        ("GoodsName", "가나다라마바사아자차카타파하가나다라마바사", "9001"),
    ] {
        assert_eq!(fresh(name, value), code, "{name} {value}");
    }
    assert_eq!(shop.states(), ["awaiting_deposit"]);
}
