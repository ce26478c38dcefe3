//! Billing keys, connector against simulator: issue, charge, lost answers, money back.

use super::super::charge as charge_of;
use super::*;
use crate::ops::{Buyer, CardInput, Charge, IssuedKey, KeyIssue};
use crate::sim::SimReply;
use crate::{Billing, Settled};

fn billing() -> &'static dyn Billing {
    Inicis.billing().unwrap()
}

/// A channel of the PG's MID for billing tests.
fn billtst() -> Bench {
    let mut bench = Bench::new();
    for (key, value) in
        [("mid", "INIBillTst"), ("api_key", "rKnPljRn5m6J9Mzz"), ("api_iv", "W2KLNKra6Wxc1P==")]
    {
        bench.credentials.set(key, value.into());
    }
    bench
}

fn issue_on(device: Device, amount: &str) -> Order {
    let mut order = on(device, "card");
    order.customer_uid = Some("customer-1".into());
    order.amount = won(amount).unwrap();
    order.param = serde_json::json!({"period": {"from": "20231115", "to": "20241114"}});
    order
}

/// The window's authentication where the buyer picks this card.
fn pick(bench: &Bench, order: &Order, choice: &str) -> (String, String) {
    let opened = bench.open(order);
    let script = InicisSim.script_window();
    let hosts = bench.sim.hosts();
    let step = first(&opened.window, &hosts, script, &order.return_url).unwrap();
    let page = crate::form::decode(&bench.sim.browse(&step).unwrap().body);
    assert!(page.contains(&format!("value=\"{choice}\"")), "{page}");
    let Step::Post { url, body, content_type } = next(step.url(), &page, "approve").unwrap() else {
        panic!("no form")
    };
    let body = String::from_utf8(body).unwrap();
    let body = body.replace("choice=14", &format!("choice={choice}")).into_bytes();
    let step = Step::Post { url, body, content_type };
    let page = crate::form::decode(&bench.sim.browse(&step).unwrap().body);
    let Step::Post { body, .. } = next(step.url(), &page, "").unwrap() else { panic!("no form") };
    let landing = Landing::Returned { query: String::new(), body };
    match bench.read(order, &opened.memo, &landing).unwrap() {
        Outcome::Authorised { auth, .. } => (opened.memo, auth),
        other => panic!("{other:?}"),
    }
}

fn key_of(bench: &Bench, choice: &str) -> IssuedKey {
    let order = issue_on(Device::Pc, "14000");
    let auth = pick(bench, &order, choice);
    bench.approve(&order, &auth).unwrap().issued_key.unwrap()
}

fn with(key: &IssuedKey) -> Charge {
    Charge { key: key.clone(), ..charge_of() }
}

fn charge(bench: &Bench, charge: &Charge) -> Result<Approval, PgError> {
    now(billing().charge(&bench.cx(), charge))
}

fn settle(bench: &Bench, charge: &Charge) -> Settled {
    now(billing().settle_charge(&bench.cx(), charge)).unwrap()
}

#[test]
fn a_key_is_issued_charged_settled_and_partly_refunded() {
    for bench in [Bench::new, billtst] {
        for (device, amount) in [(Device::Pc, "14000"), (Device::Mobile, "0")] {
            let bench = bench();
            let order = issue_on(device, amount);
            let auth = bench.authorise(&order, "approve");
            let issued = bench.approve(&order, &auth).unwrap();
            assert!(issued.tid.starts_with("StdpayBill"), "{}", issued.tid);
            assert_eq!((issued.amount, issued.method.as_deref()), (order.amount, None));
            assert_eq!(issued.at, Some(at()));
            assert_eq!((bench.held(), bench.sim.trades("html5_inicis").len()), (0, 0));
            let key = issued.issued_key.unwrap();
            let issued_card = key.card.clone().unwrap();
            assert_eq!(issued_card.code.as_deref(), Some("366"));
            assert!(issued_card.number.as_deref().unwrap().contains("*********"));

            // Paid at once.
            let mut first = with(&key);
            (first.quota, first.interest_free) = (3, true);
            let paid = charge(&bench, &first).unwrap();
            assert!(paid.tid.starts_with("INIAPICARD"), "{}", paid.tid);
            assert_eq!((paid.amount.minor(), paid.at), (14000, Some(at())));
            let card = paid.card.unwrap();
            assert_eq!((card.quota, card.number), (3, issued_card.number));
            assert!(paid.apply_num.is_some());

            // The answer is lost; the books have it, once.
            let lost = Charge { imp_uid: "imp_000000000003".into(), ..with(&key) };
            bench.sim.fail_next("charge", Fault::LoseAnswer);
            assert!(matches!(charge(&bench, &lost), Err(PgError::Unknown(_))));
            let Settled::Approved(found) = settle(&bench, &lost) else { panic!() };
            assert_eq!(found.amount.minor(), 14000);
            assert_ne!(found.tid, paid.tid);
            assert_eq!(settle(&bench, &lost), Settled::Approved(found.clone()));
            assert_eq!(bench.held(), 28000);

            // Money back of the charge that was found.
            let base = CancelOrder { imp_uid: lost.imp_uid.clone(), ..of(&found, "card") };
            let part = CancelOrder { amount: won("4000").unwrap(), ..base };
            assert_ne!(bench.cancel(&part).unwrap().tid, found.tid);
            assert_eq!(bench.state(&found.tid), ("part_cancelled".into(), 10000));
            let left = won("10000").unwrap();
            let rest = CancelOrder { left, amount: left, earlier: 1, ..part };
            bench.sim.fail_next("cancel", Fault::LoseAnswer);
            assert!(matches!(bench.cancel(&rest), Err(PgError::Unknown(_))));
            assert!(matches!(bench.settle_cancel(&rest), CancelSettled::Done(_)));
            assert_eq!(bench.held(), 14000);
            // Cancelled meanwhile: there is no money to take as paid.
            assert_eq!(settle(&bench, &lost), Settled::Voided);
        }
    }
}

#[test]
fn an_issue_gives_no_money_back() {
    let bench = Bench::new();
    let issued = bench.pay(&issue_on(Device::Pc, "14000"));
    let refused = bench.cancel(&of(&issued, "card"));
    assert!(matches!(refused, Err(PgError::Declined { .. })), "{refused:?}");
    assert_eq!(bench.held(), 0);
}

#[test]
fn buyers_decline_and_give_up_as_in_any_window() {
    for device in DEVICES {
        let bench = Bench::new();
        let order = issue_on(device, "14000");
        let opened = bench.open(&order);
        assert_eq!(bench.press(&order, &opened.window, "cancel"), Landing::Closed);
        let auth = bench.authorise(&order, "decline");
        let result = bench.approve(&order, &auth);
        assert!(matches!(result, Err(PgError::Declined { .. })), "{result:?}");
        assert_eq!(bench.settle(&order, &auth), Ok(Settled::Nothing));
    }
}

#[test]
fn an_issue_without_an_answer_is_undone_with_its_key() {
    for button in ["timeout", "reset"] {
        let bench = Bench::new();
        let order = issue_on(Device::Mobile, "14000");
        let auth = bench.authorise(&order, button);
        assert!(matches!(bench.approve(&order, &auth), Err(PgError::Unknown(_))));
        assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
        assert_eq!(bench.settle(&order, &auth), Ok(Settled::Nothing));
    }
    // The key of an undone issue charges nothing, even if it was seen.
    let bench = Bench::new();
    let order = issue_on(Device::Pc, "14000");
    let auth = bench.authorise(&order, "approve");
    let key = bench.approve(&order, &auth).unwrap().issued_key.unwrap();
    assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
    let refused = charge(&bench, &with(&key));
    assert!(matches!(refused, Err(PgError::Declined { .. })), "{refused:?}");
    // An answer whose key went missing is unknown, and undone.
    let auth = bench.authorise(&order, "approve");
    bench.sim.fail_next("approve", Fault::Replace("CARD_BillKey".into(), "CARD_Other".into()));
    assert!(matches!(bench.approve(&order, &auth), Err(PgError::Unknown(_))));
    assert_eq!(bench.settle(&order, &auth), Ok(Settled::Voided));
    assert_eq!(bench.held(), 0);
}

#[test]
fn test_cards_decline_at_the_charge() {
    for (choice, words) in [("14-limit", "한도초과"), ("06-stopped", "정지카드")] {
        let bench = Bench::new();
        let charged = with(&key_of(&bench, choice));
        let Err(PgError::Declined { code, message }) = charge(&bench, &charged) else { panic!() };
        assert!(code == "01" && message.contains(words), "{code} {message}");
        assert_eq!(settle(&bench, &charged), Settled::Nothing);
        assert_eq!(bench.held(), 0);
    }
}

#[test]
fn test_cards_lose_the_answer_to_the_charge() {
    for choice in ["12-timeout", "17-reset"] {
        let bench = Bench::new();
        let charged = with(&key_of(&bench, choice));
        assert!(matches!(charge(&bench, &charged), Err(PgError::Unknown(_))));
        let settled = settle(&bench, &charged);
        assert!(matches!(settled, Settled::Approved(_)), "{settled:?}");
        assert_eq!(bench.held(), 14000);
    }
}

#[test]
fn charges_lost_on_the_way_leave_nothing() {
    let bench = Bench::new();
    let charged = with(&key_of(&bench, "14"));
    bench.sim.fail_next("charge", Fault::LoseRequest);
    assert!(matches!(charge(&bench, &charged), Err(PgError::Unknown(_))));
    assert_eq!(settle(&bench, &charged), Settled::Nothing);
    bench.sim.fail_next("charge", Fault::NotSent);
    assert!(matches!(charge(&bench, &charged), Err(PgError::Unavailable(_))));
    for fault in [
        Fault::Answer(502, b"<html>bad gateway</html>".to_vec()),
        Fault::Answer(200, Vec::new()),
        Fault::Replace("\"price\"".into(), "\"prise\"".into()),
    ] {
        let bench = Bench::new();
        let charged = with(&key_of(&bench, "14"));
        bench.sim.fail_next("charge", fault);
        assert!(matches!(charge(&bench, &charged), Err(PgError::Unknown(_))));
        bench.sim.fail_next("lookup", Fault::Answer(500, Vec::new()));
        let unsettled = now(billing().settle_charge(&bench.cx(), &charged));
        assert!(matches!(unsettled, Err(PgError::Unknown(_))), "{unsettled:?}");
        assert!(matches!(settle(&bench, &charged), Settled::Approved(_)));
    }
}

#[test]
fn a_found_charge_of_another_price_is_for_a_person() {
    let bench = Bench::new();
    let charged = with(&key_of(&bench, "14"));
    charge(&bench, &charged).unwrap();
    let other = Charge { amount: won("13999").unwrap(), ..charged };
    assert!(matches!(settle(&bench, &other), Settled::CannotTell(_)));
}

#[test]
fn keys_are_good_for_their_own_shop_only() {
    let bench = Bench::new();
    let key = key_of(&bench, "14");
    let unknown = IssuedKey { key: "0".repeat(40), ..key.clone() };
    let Err(PgError::Declined { code, message }) = charge(&bench, &with(&unknown)) else {
        panic!()
    };
    assert!(code == "01" && message.starts_with("[1195]"), "{code} {message}");
    let other = Bench { sim: bench.sim, ..billtst() };
    let refused = charge(&other, &with(&key));
    assert!(matches!(refused, Err(PgError::Declined { message, .. }) if message.contains("1195")));
    let mut wrong = Bench { sim: other.sim, credentials: credentials() };
    wrong.credentials.set("api_key", "AAAAAAAAAAAAAAAA".into());
    let refused = charge(&wrong, &with(&key));
    assert!(matches!(refused, Err(PgError::Declined { code, .. }) if code == "V801"));
    assert_eq!(wrong.held(), 0);
}

#[test]
fn no_key_from_a_card_and_no_call_to_forget() {
    let bench = Bench::new();
    assert!(billing().has_window() && !billing().has_card_issue());
    let card = CardInput {
        number: String::from("4111111111111111").into(),
        expiry: String::from("3012").into(),
        birth: String::new().into(),
        password: String::new().into(),
    };
    let issue = KeyIssue {
        customer_uid: "customer-1".into(),
        order_no: "key_1".into(),
        card,
        buyer: Buyer::default(),
        client_ip: "127.0.0.1".into(),
    };
    let refused = now(billing().issue(&bench.cx(), &issue));
    assert!(matches!(refused, Err(PgError::Invalid { field: "card_number", .. })));
    let key = charge_of().key;
    assert_eq!(now(billing().forget(&bench.cx(), &key)), Ok(()));
    assert!(bench.sim.sent().is_empty());
}

#[test]
fn the_servers_check_billing_requests() {
    let bench = Bench::new();
    let key = key_of(&bench, "14");
    charge(&bench, &with(&key)).unwrap();
    let good = bench.sim.sent().pop().unwrap();
    let ask = |body: Vec<u8>| -> SimReply {
        let url = "http://sandbox.test/stginiapi.inicis.com/api/v1/billing".into();
        let content_type = "application/x-www-form-urlencoded";
        bench.sim.browse(&Step::Post { url, body, content_type }).unwrap()
    };
    let code = |reply: SimReply| {
        let answer: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        answer["resultCode"].as_str().unwrap().to_owned()
    };
    let body = String::from_utf8(good.body).unwrap();
    for (from, to, expected) in [
        ("buyerName=", "buyerNone=", "ER0102"),
        ("buyerEmail=", "buyerEnail=", "ER0102"),
        ("mid=INIpayTest", "mid=otherMID00", "V013"),
        ("price=14000", "price=13999", "V801"),
        ("billKey=", "billKey=0", "V801"),
        ("authentification=00", "authentification=01", "ER0102"),
        ("cardQuota=00", "cardQuota=3", "ER0102"),
        ("currency=WON", "currency=USD", "ER0102"),
    ] {
        assert!(body.contains(from), "{from}");
        assert_eq!(code(ask(body.replace(from, to).into_bytes())), expected, "{from}");
    }
    for body in [b"".as_slice(), b"{}", b"a=b", b"\xff\xfe=%%%&&="] {
        assert_eq!(code(ask(body.to_vec())), "ER0102");
    }
    assert_eq!(bench.held(), 14000);
}

#[test]
fn windows_refuse_odd_billing_options() {
    let bench = Bench::new();
    let order = issue_on(Device::Pc, "14000");
    for (name, value) in [
        ("acceptmethod", "centerCd(Y):BILLAUTH(HPP)"),
        ("gopaymethod", "VBank"),
        ("offerPeriod", "2023"),
    ] {
        let mut opened = bench.open(&order);
        let Window::Script { fields, .. } = &mut opened.window else { panic!() };
        fields.iter_mut().find(|(known, _)| known == name).unwrap().1 = value.into();
        let landing = bench.press(&order, &opened.window, "approve");
        let outcome = bench.read(&order, &opened.memo, &landing).unwrap();
        assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == "ER0102"), "{name}");
    }
}
