//! The whole journey of the connector against the simulator.

mod keys;

use super::super::sim::InicisSim;
use super::super::{Inicis, settle, wire};
use super::{at, cancel_order, credentials, order, won};
use crate::form::{Form, euc_kr_body};
use crate::ops::{
    Approval, CancelOrder, CancelSettled, Device, NoticeKind, Opened, Order, Outcome,
    RefundAccount, Returned, Settled, Window,
};
use crate::sim::headless::{Step, first, next};
use crate::sim::transport::{Fault, Landing, SimTransport};
use crate::sim::{SimRequest, Simulator};
use crate::{Credentials, Cx, Mode, Pg, PgError};
use domain::Millis;

static SIMS: &[&dyn Simulator] = &[&InicisSim];

/// Runs a future that never waits: the transport answers at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

/// The PG in process and one channel.
struct Bench {
    sim: SimTransport,
    credentials: Credentials,
}

impl Bench {
    fn new() -> Self {
        Self { sim: SimTransport::new(SIMS, at()), credentials: credentials() }
    }

    fn cx(&self) -> Cx<'_> {
        let (transport, credentials) = (&self.sim, &self.credentials);
        let at = self.sim.at();
        Cx { transport, credentials, mode: Mode::Test, at, operation_id: "op_1" }
    }

    fn open(&self, order: &Order) -> Opened {
        now(Inicis.open(&self.cx(), order)).unwrap()
    }

    fn press(&self, order: &Order, window: &Window, button: &str) -> Landing {
        let script = InicisSim.script_window();
        self.sim.visit(window, script, &order.return_url, &order.close_url, button).unwrap()
    }

    fn read(&self, order: &Order, memo: &str, landing: &Landing) -> Result<Outcome, PgError> {
        let Landing::Returned { query, body } = landing else { panic!("closed") };
        Inicis.read_return(&self.cx(), &Returned { order, memo, query, body })
    }

    /// Opens, presses and reads: the authentication of an order.
    fn authorise(&self, order: &Order, button: &str) -> (String, String) {
        let opened = self.open(order);
        let landing = self.press(order, &opened.window, button);
        match self.read(order, &opened.memo, &landing).unwrap() {
            Outcome::Authorised { auth, .. } => (opened.memo, auth),
            other => panic!("{other:?}"),
        }
    }

    fn approve(&self, order: &Order, auth: &(String, String)) -> Result<Approval, PgError> {
        now(Inicis.approve(&self.cx(), order, &auth.0, &auth.1))
    }

    fn settle(&self, order: &Order, auth: &(String, String)) -> Result<Settled, PgError> {
        now(Inicis.settle_approval(&self.cx(), order, &auth.0, &auth.1))
    }

    fn pay(&self, order: &Order) -> Approval {
        let auth = self.authorise(order, "approve");
        self.approve(order, &auth).unwrap()
    }

    fn cancel(&self, cancel: &CancelOrder) -> Result<crate::CancelDone, PgError> {
        now(Inicis.cancel(&self.cx(), cancel))
    }

    fn settle_cancel(&self, cancel: &CancelOrder) -> CancelSettled {
        now(Inicis.settle_cancel(&self.cx(), cancel)).unwrap()
    }

    fn state(&self, tid: &str) -> (String, i64) {
        let trades = self.sim.trades("html5_inicis");
        let trade = trades.iter().find(|trade| trade.tid == tid).unwrap();
        (trade.state.clone(), trade.held())
    }

    fn held(&self) -> i64 {
        self.sim.trades("html5_inicis").iter().map(crate::sim::Trade::held).sum()
    }
}

fn on(device: Device, method: &str) -> Order {
    Order { device, ..order(method) }
}

fn of(approval: &Approval, method: &str) -> CancelOrder {
    CancelOrder {
        tid: approval.tid.clone(),
        method: method.into(),
        memo: approval.memo.clone(),
        ..cancel_order()
    }
}

const DEVICES: [Device; 2] = [Device::Pc, Device::Mobile];

#[test]
fn every_method_on_both_devices() {
    for device in DEVICES {
        for (method, pc, mobile) in [
            ("card", "StdpayCARDINIpayTest20231115071320", "INIMX_CARDINIpayTest"),
            ("trans", "StdpayDBNKINIpayTest20231115071320", "INIMX_BANKINIpayTest"),
            ("vbank", "StdpayVBNKINIpayTest20231115071320", "INIMX_VBNKINIpayTest"),
            ("phone", "StdpayHPP_INIpayTest20231115071320", "INIMX_HPP_INIpayTest"),
        ] {
            let bench = Bench::new();
            let approval = bench.pay(&on(device, method));
            let head = if device == Device::Pc { pc } else { mobile };
            assert!(approval.tid.starts_with(head), "{}", approval.tid);
            assert_eq!(approval.tid.len(), 40);
            assert_eq!(approval.amount.minor(), 14000);
            assert_eq!(approval.method, None);
            assert_eq!(approval.at, Some(at()));
            assert_eq!(approval.card.is_some(), method == "card");
            assert_eq!(approval.bank.is_some(), method == "trans");
            assert_eq!(approval.account.is_some(), method == "vbank");
            let held = if method == "vbank" { 0 } else { 14000 };
            assert_eq!(bench.held(), held, "{method}");
        }
    }
}

#[test]
fn details_in_v1s_words() {
    for device in DEVICES {
        let card = Bench::new().pay(&on(device, "card"));
        let used = card.card.unwrap();
        assert_eq!((used.code.as_deref(), used.name.as_deref()), (Some("366"), Some("신한카드")));
        assert_eq!((used.quota, used.kind), (0, Some(0)));
        assert!(used.number.unwrap().contains("*********"));
        assert!(card.apply_num.is_some());
        let bank = Bench::new().pay(&on(device, "trans")).bank.unwrap();
        assert_eq!((bank.code.as_deref(), bank.name.as_deref()), (Some("088"), Some("신한은행")));
        let account = Bench::new().pay(&on(device, "vbank")).account.unwrap();
        assert_eq!(account.bank_code, "088");
        assert_eq!(account.due.kst14(), "20231215235900");
        let mut order = on(device, "vbank");
        order.vbank_due = Millis::parse_kst("20231120");
        assert_eq!(Bench::new().pay(&order).account.unwrap().due.kst14(), "20231120235959");
    }
}

#[test]
fn buyers_who_give_up() {
    let bench = Bench::new();
    let order = on(Device::Pc, "card");
    let opened = bench.open(&order);
    assert_eq!(bench.press(&order, &opened.window, "cancel"), Landing::Closed);
    let order = on(Device::Mobile, "card");
    let opened = bench.open(&order);
    let landing = bench.press(&order, &opened.window, "cancel");
    let Outcome::Closed(refusal) = bench.read(&order, &opened.memo, &landing).unwrap() else {
        panic!()
    };
    assert_eq!(refusal.message, "사용자가 결제를 취소하셨습니다");
    assert_eq!(bench.held(), 0);
}

#[test]
fn the_close_page_goes_exactly_to_the_close_url() {
    let bench = Bench::new();
    let order = on(Device::Pc, "card");
    let opened = bench.open(&order);
    let script = InicisSim.script_window();
    let step = first(&opened.window, &bench.sim.hosts(), script, &order.return_url).unwrap();
    let page = crate::form::decode(&bench.sim.browse(&step).unwrap().body);
    let step = next(step.url(), &page, "cancel").unwrap();
    let page = crate::form::decode(&bench.sim.browse(&step).unwrap().body);
    let step = next(step.url(), &page, "").unwrap();
    assert_eq!(step, Step::Get { url: order.close_url });
    // The message goes to the shop's own origin only.
    assert!(page.contains("},\"https://hub.example\")"), "{page}");
}

#[test]
fn declines() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = on(device, "card");
        let auth = bench.authorise(&order, "decline");
        let result = bench.approve(&order, &auth);
        assert!(matches!(result, Err(PgError::Declined { .. })), "{result:?}");
        assert_eq!(bench.settle(&order, &auth), Ok(Settled::Nothing));
        assert_eq!(bench.held(), 0);
    }
}

#[test]
fn windows_and_authentications_are_used_once() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = on(device, "card");
        let opened = bench.open(&order);
        let script = InicisSim.script_window();
        let hosts = bench.sim.hosts();
        let step = first(&opened.window, &hosts, script, &order.return_url).unwrap();
        let page = crate::form::decode(&bench.sim.browse(&step).unwrap().body);
        let pressed = next(step.url(), &page, "approve").unwrap();
        assert_eq!(bench.sim.browse(&pressed).unwrap().status, 200);
        assert_eq!(bench.sim.browse(&pressed).unwrap().status, 400);
        let auth = bench.authorise(&order, "approve");
        bench.approve(&order, &auth).unwrap();
        // A copy of the request may have been the one that was carried out.
        let again = bench.approve(&order, &auth);
        assert!(matches!(again, Err(PgError::Unknown(_))), "{again:?}");
        assert_eq!(bench.held(), 14000);
    }
}

#[test]
fn approvals_without_an_answer_are_undone() {
    for device in DEVICES {
        for method in ["card", "trans", "vbank", "phone"] {
            for button in ["timeout", "reset"] {
                let bench = Bench::new();
                let order = on(device, method);
                let auth = bench.authorise(&order, button);
                let lost = bench.approve(&order, &auth);
                assert!(matches!(lost, Err(PgError::Unknown(_))), "{lost:?}");
                assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
                assert_eq!(bench.held(), 0);
                // Asked again, the books say that it is undone.
                assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
                assert_eq!(bench.sim.trades("html5_inicis")[0].state, "voided");
            }
        }
    }
}

#[test]
fn requests_lost_on_the_way_leave_nothing() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = on(device, "card");
        let auth = bench.authorise(&order, "approve");
        bench.sim.fail_next("approve", Fault::LoseRequest);
        assert!(matches!(bench.approve(&order, &auth), Err(PgError::Unknown(_))));
        assert_eq!(bench.settle(&order, &auth), Ok(Settled::Nothing));
        bench.sim.fail_next("approve", Fault::NotSent);
        assert!(matches!(bench.approve(&order, &auth), Err(PgError::Unavailable(_))));
    }
}

#[test]
fn net_cancels_without_an_answer_stay_open_until_told() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = on(device, "card");
        let auth = bench.authorise(&order, "timeout");
        assert!(bench.approve(&order, &auth).is_err());
        for fault in [
            Fault::LoseRequest,
            Fault::Answer(502, b"<html>bad gateway</html>".to_vec()),
            Fault::Answer(200, Vec::new()),
        ] {
            bench.sim.fail_next("net_cancel", fault);
            let result = bench.settle(&order, &auth);
            assert!(matches!(result, Err(PgError::Unknown(_))), "{result:?}");
        }
        assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
        assert_eq!(bench.held(), 0);
    }
}

#[test]
fn where_net_cancel_is_refused_the_money_is_given_back() {
    let refusals: [(Device, &[u8]); 2] = [
        (Device::Pc, br#"{"resultCode":"ER0102","resultMsg":"no"}"#),
        (Device::Mobile, b"P_STATUS=01&P_RMESG1=no"),
    ];
    for (device, refusal) in refusals {
        for method in ["card", "vbank"] {
            let bench = Bench::new();
            let order = on(device, method);
            let auth = bench.authorise(&order, "timeout");
            assert!(bench.approve(&order, &auth).is_err());
            // The refusal arrives although the PG never saw the net-cancel.
            let parsed = wire::Auth::read(&auth.1).unwrap();
            let memo = wire::Memo::read(&auth.0).unwrap();
            let refused = crate::wire::Response {
                status: 200,
                content_type: String::new(),
                body: refusal.to_vec(),
            };
            let settled = now(settle::after(&bench.cx(), &order, &memo, &parsed, &refused));
            assert_eq!(settled, Ok(Settled::Voided));
            assert_eq!(bench.held(), 0);
            let state = if method == "vbank" { "closed" } else { "cancelled" };
            assert_eq!(bench.sim.trades("html5_inicis")[0].state, state);
        }
    }
}

#[test]
fn garbled_approvals_are_unknown_and_undone() {
    let faults = [
        Fault::Answer(500, b"{}".to_vec()),
        Fault::Answer(200, b"<html></html>".to_vec()),
        Fault::Answer(200, Vec::new()),
        Fault::LoseAnswer,
        Fault::Replace("imp_000000000001".into(), "imp_000000000002".into()),
    ];
    for device in DEVICES {
        for fault in &faults {
            let bench = Bench::new();
            let order = on(device, "card");
            let auth = bench.authorise(&order, "approve");
            bench.sim.fail_next("approve", fault.clone());
            let result = bench.approve(&order, &auth);
            assert!(matches!(result, Err(PgError::Unknown(_))), "{fault:?}: {result:?}");
            assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
            assert_eq!(bench.held(), 0);
        }
    }
    let bench = Bench::new();
    let order = on(Device::Pc, "card");
    let auth = bench.authorise(&order, "approve");
    let change = Fault::Replace("\"TotPrice\":\"14000\"".into(), "\"TotPrice\":\"1\"".into());
    bench.sim.fail_next("approve", change);
    // The timestamp ends in 0, whose rule covers the amount.
    assert!(matches!(bench.approve(&order, &auth), Err(PgError::Unknown(_))));
}

#[test]
fn forged_returns_send_nothing() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = on(device, "card");
        let opened = bench.open(&order);
        let landing = bench.press(&order, &opened.window, "approve");
        let Landing::Returned { query, body } = landing else { panic!() };
        let body = String::from_utf8(body).unwrap();
        for (from, to) in [
            ("stgstdpay.inicis.com", "evil.example"),
            ("stgmobile.inicis.com", "evil.example"),
            ("idc_name=stg", "idc_name=fc"),
            ("imp_000000000001", "imp_000000000009"),
        ] {
            let body = body.replace(from, to);
            let forged = Landing::Returned { query: query.clone(), body: body.clone().into() };
            let result = bench.read(&order, &opened.memo, &forged);
            let touched = !body.is_empty() && body.contains(to);
            assert!(!touched || matches!(result, Err(PgError::Forged(_))), "{to}: {result:?}");
        }
        // Another buyer's authentication does not pay this order.
        let mut other = on(device, "card");
        other.imp_uid = "imp_000000000002".into();
        let stolen = bench.authorise(&other, "approve");
        let result = bench.approve(&order, &stolen);
        assert!(matches!(result, Err(PgError::Unknown(_))), "{result:?}");
        assert!(bench.sim.sent().iter().all(|request| request.url.contains(".inicis.com/")));
    }
}

#[test]
fn windows_refuse_what_is_not_signed() {
    let bench = Bench::new();
    let order = on(Device::Pc, "card");
    for (name, value, code) in [
        ("signature", "00", "V801"),
        ("verification", "00", "V801"),
        ("mKey", "00", "V801"),
        ("price", "13999", "V801"),
        ("mid", "otherMID00", "V013"),
        ("buyertel", "", "ER0102"),
        ("timestamp", "17", "ER0102"),
    ] {
        let mut opened = bench.open(&order);
        let Window::Script { fields, .. } = &mut opened.window else { panic!() };
        let field = fields.iter_mut().find(|(known, _)| known == name).unwrap();
        field.1 = value.into();
        let landing = bench.press(&order, &opened.window, "approve");
        let Outcome::Refused(refusal) = bench.read(&order, &opened.memo, &landing).unwrap() else {
            panic!("{name}")
        };
        assert_eq!(refusal.code, code, "{name}");
    }
    let mut opened = bench.open(&order);
    let Window::Script { fields, .. } = &mut opened.window else { panic!() };
    fields.push(("pageOrigin".into(), "https://elsewhere.example".into()));
    let landing = bench.press(&order, &opened.window, "approve");
    let outcome = bench.read(&order, &opened.memo, &landing).unwrap();
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == "V023"));
    let order = on(Device::Mobile, "card");
    let mut opened = bench.open(&order);
    let Window::Form { fields, .. } = &mut opened.window else { panic!() };
    fields.retain(|(name, _)| name != "P_UNAME");
    let landing = bench.press(&order, &opened.window, "approve");
    let outcome = bench.read(&order, &opened.memo, &landing).unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
}

#[test]
fn approvals_are_checked_by_the_pg() {
    let bench = Bench::new();
    let order = on(Device::Pc, "card");
    let auth = bench.authorise(&order, "approve");
    let mut cheaper = order.clone();
    cheaper.amount = won("1").unwrap();
    let result = bench.approve(&cheaper, &auth);
    assert!(matches!(result, Err(PgError::Declined { .. })), "{result:?}");
    let mut wrong = Bench::new();
    wrong.credentials.set("sign_key", "another".into());
    wrong.sim = bench.sim;
    let result = wrong.approve(&order, &auth);
    assert!(matches!(result, Err(PgError::Declined { code, .. }) if code == "V801"));
    assert_eq!(wrong.held(), 0);
}

#[test]
fn cancels_whole_and_in_parts() {
    for device in DEVICES {
        for method in ["card", "trans", "phone"] {
            let bench = Bench::new();
            let whole = of(&bench.pay(&on(device, method)), method);
            assert_eq!(bench.settle_cancel(&whole), CancelSettled::NotDone);
            let done = bench.cancel(&whole).unwrap();
            assert_eq!((done.tid.as_str(), done.at), (whole.tid.as_str(), Some(at())));
            assert_eq!(bench.state(&whole.tid), ("cancelled".into(), 0));
            let again = bench.cancel(&whole);
            assert!(matches!(again, Err(PgError::Unknown(why)) if why.contains("500626")));
        }
        let bench = Bench::new();
        let base = of(&bench.pay(&on(device, "card")), "card");
        let first = CancelOrder { amount: won("4000").unwrap(), ..base.clone() };
        let done = bench.cancel(&first).unwrap();
        assert_ne!(done.tid, base.tid);
        assert_eq!(bench.state(&base.tid), ("part_cancelled".into(), 10000));
        // The same request again: the PG's balance no longer fits.
        assert!(matches!(bench.cancel(&first), Err(PgError::Unknown(_))));
        assert!(matches!(bench.cancel(&base), Err(PgError::Declined { .. })));
        let rest = CancelOrder {
            amount: won("10000").unwrap(),
            left: won("10000").unwrap(),
            earlier: 1,
            ..base.clone()
        };
        assert_ne!(bench.cancel(&rest).unwrap().tid, done.tid);
        assert_eq!(bench.state(&base.tid), ("cancelled".into(), 0));
    }
}

#[test]
fn cancels_without_an_answer_are_settled_by_the_books() {
    for fault in [Fault::LoseAnswer, Fault::Answer(200, b"<html>".to_vec())] {
        let bench = Bench::new();
        let whole = of(&bench.pay(&on(Device::Pc, "card")), "card");
        bench.sim.fail_next("cancel", fault.clone());
        assert!(matches!(bench.cancel(&whole), Err(PgError::Unknown(_))));
        let CancelSettled::Done(done) = bench.settle_cancel(&whole) else { panic!() };
        assert_eq!((done.tid.as_str(), done.at), (whole.tid.as_str(), Some(at())));
        let bench = Bench::new();
        let part = of(&bench.pay(&on(Device::Mobile, "card")), "card");
        let part = CancelOrder { amount: won("4000").unwrap(), ..part };
        bench.sim.fail_next("cancel", fault);
        assert!(matches!(bench.cancel(&part), Err(PgError::Unknown(_))));
        let CancelSettled::Done(done) = bench.settle_cancel(&part) else { panic!() };
        assert_ne!(done.tid, part.tid);
        let second = CancelOrder { left: won("10000").unwrap(), earlier: 1, ..part };
        bench.sim.fail_next("cancel", Fault::LoseRequest);
        assert!(matches!(bench.cancel(&second), Err(PgError::Unknown(_))));
        assert_eq!(bench.settle_cancel(&second), CancelSettled::NotDone);
        let CancelSettled::CannotTell(_) =
            bench.settle_cancel(&CancelOrder { tid: "unknown".into(), ..second })
        else {
            panic!()
        };
    }
}

#[test]
fn deposits_and_their_notices() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = on(device, "vbank");
        let approval = bench.pay(&order);
        let issued = bench.sim.take_notices();
        assert_eq!(issued.len(), usize::from(device == Device::Mobile));
        let notices = Inicis.notices().unwrap();
        for notice in issued {
            let read = notices.read(&notice.content_type, &notice.body).unwrap();
            assert_eq!(read.kind, NoticeKind::Other);
        }
        let pay_in = |amount| bench.sim.deposit(&InicisSim, &approval.tid, amount, "홍길동");
        assert!(pay_in(13999).is_err());
        let sent = pay_in(14000).unwrap();
        assert_eq!(sent.len(), 1);
        let url = match device {
            Device::Pc => "http://hub.test/notice/html5_inicis",
            Device::Mobile => "https://hub.example/notice/html5_inicis",
        };
        assert_eq!((sent[0].url.as_str(), sent[0].wanted), (url, "OK"));
        let notice = notices.read(&sent[0].content_type, &sent[0].body).unwrap();
        assert_eq!(notice.mid, "INIpayTest");
        assert_eq!((&notice.order_no, &notice.tid), (&order.imp_uid, &approval.tid));
        notices.verify(&bench.credentials, &notice).unwrap();
        let expected = NoticeKind::Deposit {
            amount: order.amount,
            account: approval.account.map(|account| account.number),
            at: Some(at()),
            depositor: Some("홍길동".into()),
        };
        assert_eq!(notice.kind, expected);
        assert_eq!(bench.state(&approval.tid), ("deposited".into(), 14000));
        assert!(pay_in(14000).unwrap_err().contains("이미"));
        // A refund needs an account, and is then like any other.
        let mut cancel = CancelOrder { deposited: true, ..of(&approval_of(&bench), "vbank") };
        let refused = bench.cancel(&cancel);
        assert!(matches!(refused, Err(PgError::Invalid { field: "refund_account", .. })));
        cancel.refund = Some(RefundAccount {
            bank_code: "004".into(),
            number: "12345678901".into(),
            holder: "홍길동".into(),
            tel: String::new(),
        });
        cancel.amount = won("4000").unwrap();
        bench.cancel(&cancel).unwrap();
        cancel.left = won("10000").unwrap();
        cancel.amount = cancel.left;
        bench.cancel(&cancel).unwrap();
        assert_eq!(bench.held(), 0);
    }
}

/// The last trade as an approval to cancel.
fn approval_of(bench: &Bench) -> Approval {
    let trade = bench.sim.trades("html5_inicis").pop().unwrap();
    Approval {
        tid: trade.tid,
        amount: won(&trade.amount.to_string()).unwrap(),
        account: None,
        apply_num: None,
        at: None,
        method: None,
        emb_pg_provider: None,
        card: None,
        bank: None,
        cash_receipt: false,
        issued_key: None,
        memo: r#"{"way":"pc","ip":"203.0.113.9"}"#.into(),
    }
}

#[test]
fn unpaid_accounts_close_and_stay_closed() {
    for device in DEVICES {
        let bench = Bench::new();
        let cancel = of(&bench.pay(&on(device, "vbank")), "vbank");
        bench.sim.fail_next("cancel", Fault::LoseAnswer);
        assert!(matches!(bench.cancel(&cancel), Err(PgError::Unknown(_))));
        assert!(matches!(bench.settle_cancel(&cancel), CancelSettled::Done(_)));
        assert_eq!(bench.state(&cancel.tid), ("closed".into(), 0));
        let refused = bench.sim.deposit(&InicisSim, &cancel.tid, 14000, "홍길동");
        assert!(refused.unwrap_err().contains("닫힌"));
    }
}

#[test]
fn accounts_close_by_themselves_when_due() {
    let bench = Bench::new();
    let approval = bench.pay(&on(Device::Pc, "vbank"));
    let due = approval.account.unwrap().due;
    bench.sim.set_at(due.plus_seconds(60));
    let late = bench.sim.deposit(&InicisSim, &approval.tid, 14000, "홍길동");
    assert!(late.unwrap_err().contains("기한"));
    bench.sim.set_at(due);
    assert!(bench.sim.deposit(&InicisSim, &approval.tid, 14000, "홍길동").is_ok());
}

#[test]
fn iniapi_refuses_what_is_not_its_own() {
    let mut bench = Bench::new();
    let cancel = of(&bench.pay(&on(Device::Pc, "card")), "card");
    bench.credentials.set("api_key", "AAAAAAAAAAAAAAAA".into());
    let refused = bench.cancel(&cancel);
    assert!(matches!(refused, Err(PgError::Declined { code, .. }) if code == "V801"));
    assert!(matches!(bench.settle_cancel(&cancel), CancelSettled::CannotTell(_)));
    bench.credentials = credentials();
    let other = CancelOrder { tid: "StdpayCARDunknown".into(), ..cancel.clone() };
    assert!(matches!(bench.cancel(&other), Err(PgError::Declined { .. })));
    assert_eq!(bench.state(&cancel.tid), ("approved".into(), 14000));
}

/// The simulator's own manners, asked the way another client might.
#[test]
fn the_servers_never_panic_and_know_their_charsets() {
    let bench = Bench::new();
    let ask = |host: &str, path: &str, body: &[u8]| {
        let step = Step::Post {
            url: format!("http://sandbox.test/{host}.inicis.com{path}"),
            body: body.to_vec(),
            content_type: "application/x-www-form-urlencoded",
        };
        bench.sim.browse(&step).unwrap()
    };
    for (host, path) in [
        ("stgstdpay", "/payMain/pay"),
        ("stgstdpay", "/payMain/result"),
        ("stgstdpay", "/api/payAuth"),
        ("stgstdpay", "/api/netCancel"),
        ("mobile", "/smart/payment/"),
        ("stgmobile", "/smart/payReq.ini"),
        ("stgmobile", "/smart/payNetCancel.ini"),
        ("stginiapi", "/v2/pg/refund"),
        ("stginiapi", "/v2/pg/partialRefund/vacct"),
        ("stginiapi", "/v2/pg/inquiry"),
        ("stginiapi", "/api/v1/refund"),
        ("stginiapi", "/nothing"),
    ] {
        for body in [b"".as_slice(), b"{}", b"[1]", b"a=b", b"\xff\xfe=%%%&&=", b"{\"data\":{}}"] {
            let reply = ask(host, path, body);
            assert!(reply.status < 500 && bench.held() == 0, "{host}{path}");
        }
    }
    let body = euc_kr_body(&[("P_MID", "INIpayTest"), ("P_TID", "x")]);
    let reply = ask("stgmobile", "/smart/payReq.ini", body.as_bytes());
    assert!(reply.content_type.ends_with("euc-kr"));
    assert!(std::str::from_utf8(&reply.body).is_err(), "it is EUC-KR");
    assert_eq!(Form::read(&reply.body).get("P_STATUS"), "01");
    let script = SimRequest {
        method: "GET".into(),
        host: "stgstdpay.inicis.com".into(),
        path: "/stdjs/INIStdPay.js".into(),
        query: String::new(),
        content_type: String::new(),
        body: Vec::new(),
    };
    assert_eq!(InicisSim.operation(&script), "script");
}
