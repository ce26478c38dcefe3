//! Billing keys: issued in a window or from a card, charged again and again, never twice for one
//! intent.

use crate::lost::{nonsense, unknown};
use crate::stage::{Check, PRICE, Ready, Stage, ensure, everywhere, run};
use pg::sim::headless::{self, Step};
use pg::sim::transport::Fault;
use pg::{
    Approval, Billing, CardInput, Charge, IssuedKey, KeyIssue, Order, Outcome, PgError, Settled,
};

/// The card number everybody tests with.
const NUMBER: &str = "4111111111111111";

/// Ways to pay by card with a PG that has keys.
fn with_keys(stage: &Stage) -> bool {
    let gives = |billing: &dyn Billing| billing.has_window() || billing.has_card_issue();
    stage.method == "card" && stage.pg.billing().is_some_and(gives)
}

fn in_a_window(stage: &Stage) -> bool {
    with_keys(stage) && billing(stage).has_window()
}

/// Windows that charge when they issue.
fn charging(stage: &Stage) -> bool {
    in_a_window(stage) && billing(stage).charges_at_issue()
}

fn billing(stage: &Stage) -> &'static dyn Billing {
    stage.pg.billing().unwrap()
}

fn refusal(error: &PgError) -> bool {
    matches!(error, PgError::Declined { .. } | PgError::Invalid { .. })
}

/// An order whose window issues a key and charges nothing: where a window charges, it is for zero.
fn key_order(stage: &Stage) -> Order {
    let order = Order { customer_uid: Some("customer-1".into()), ..stage.order() };
    match billing(stage).charges_at_issue() {
        true => Order { amount: stage.money(0), ..order },
        false => order,
    }
}

/// What approving an issuing window gave; no money may have moved.
fn issued(stage: &Stage, ready: &Ready) -> Result<Approval, PgError> {
    let approval = stage.approve(ready)?;
    // V1 shows the order's amount; nothing was charged.
    stage.add(-approval.amount.minor());
    Ok(approval)
}

fn window_key(stage: &Stage) -> Result<IssuedKey, String> {
    let (ready, outcome) = stage.window(key_order(stage), "approve")?;
    ensure!(matches!(outcome, Outcome::Authorised { .. }), "pressed approve and got {outcome:?}");
    let approval = issued(stage, &ready).map_err(|error| format!("issue: {error}"))?;
    ensure!(approval.amount == ready.order.amount, "issued for {:?}", approval.amount);
    let key = approval.issued_key.ok_or("the window issued no key")?;
    is_a_key(stage, &key)?;
    Ok(key)
}

fn key_issue(stage: &Stage) -> KeyIssue {
    let order = stage.order();
    let text = |text: &str| text.to_owned().into();
    KeyIssue {
        customer_uid: "customer-1".into(),
        order_no: order.imp_uid,
        card: CardInput {
            number: text(NUMBER),
            expiry: text("3012"),
            birth: text("880101"),
            password: text("12"),
        },
        buyer: order.buyer,
        client_ip: order.client_ip,
    }
}

fn card_key(stage: &Stage) -> Result<IssuedKey, String> {
    let issue = key_issue(stage);
    let cx = stage.cx(&issue.order_no);
    let key = run(billing(stage).issue(&cx, &issue));
    let key = key.map_err(|error| format!("issue from a card: {error}"))?;
    is_a_key(stage, &key)?;
    Ok(key)
}

fn is_a_key(stage: &Stage, key: &IssuedKey) -> Check {
    ensure!(!key.key.is_empty() && key.key != NUMBER, "no key");
    ensure!(!format!("{key:?}").contains(&key.key), "Debug shows the key");
    let card = key.card.as_ref().ok_or("no card behind the key")?;
    let number = card.number.as_deref().unwrap_or("****");
    ensure!(number.contains('*') && number != key.key, "{number} is not masked");
    let code = card.code.as_deref();
    ensure!(code.is_none_or(|code| pg::codes::card_name(code).is_some()), "{code:?} is no V1 card");
    stage.books_agree()
}

/// A key, in whatever way the PG gives one.
fn key(stage: &Stage) -> Result<IssuedKey, String> {
    if billing(stage).has_window() { window_key(stage) } else { card_key(stage) }
}

/// A new charge and the order it belongs to, for cancelling.
fn charge_of(stage: &Stage, key: &IssuedKey) -> (Ready, Charge) {
    let order = stage.order();
    let charge = Charge {
        imp_uid: order.imp_uid.clone(),
        merchant_uid: order.merchant_uid.clone(),
        name: order.name.clone(),
        amount: order.amount,
        tax_free: None,
        vat_amount: None,
        buyer: order.buyer.clone(),
        quota: 0,
        interest_free: false,
        key: key.clone(),
        client_ip: order.client_ip.clone(),
        asked_at: stage.transport.at(),
    };
    (Ready { order, memo: String::new(), auth: String::new() }, charge)
}

/// Charges and adds the money to what was reported.
fn charge(stage: &Stage, charge: &Charge) -> Result<Approval, PgError> {
    let id = format!("{}_c", charge.imp_uid);
    let approval = run(billing(stage).charge(&stage.cx(&id), charge))?;
    stage.add(approval.amount.minor());
    Ok(approval)
}

/// Settles with the same numbers and adds what was found to what was reported.
fn settle(stage: &Stage, charge: &Charge) -> Result<Settled, PgError> {
    let id = format!("{}_c", charge.imp_uid);
    let settled = run(billing(stage).settle_charge(&stage.cx(&id), charge))?;
    if let Settled::Approved(approval) = &settled {
        stage.add(approval.amount.minor());
    }
    Ok(settled)
}

fn charged(stage: &Stage, key: &IssuedKey) -> Result<(Ready, Charge, Approval), String> {
    let (ready, asked) = charge_of(stage, key);
    let approval = charge(stage, &asked).map_err(|error| format!("charge: {error}"))?;
    Ok((ready, asked, approval))
}

/// The next charge goes wrong, whatever its operation is called.
fn spoil_charge(stage: &Stage, fault: &Fault) {
    for operation in ["charge", "approve", "other"] {
        stage.transport.fail_next(operation, fault.clone());
    }
}

/// The books know one live trade of the order, or none.
fn live(stage: &Stage, charge: &Charge) -> usize {
    let trades = stage.transport.trades(stage.sim.pg());
    trades.iter().filter(|t| t.order_no == charge.imp_uid && t.held() > 0).count()
}

/// Settles, later; what was found can be given back.
fn settles(stage: &Stage, ready: &Ready, asked: &Charge, may_be_nothing: bool) -> Check {
    stage.wait(120);
    match settle(stage, asked).map_err(|error| format!("settle: {error}"))? {
        Settled::Approved(approval) => {
            ensure!(approval.amount == asked.amount, "settled {:?}", approval.amount);
            stage.books_agree()?;
            let cancel = stage.cancel_order(ready, &approval, PRICE, (0, 0));
            stage.cancel(&cancel).map_err(|error| format!("cancel after settling: {error}"))?;
        }
        Settled::Voided => {}
        Settled::Nothing if may_be_nothing => {}
        other => return Err(format!("settled as {other:?}")),
    }
    ensure!(live(stage, asked) == 0, "money is left");
    stage.books_agree()
}

#[test]
fn a_window_issues_a_key_and_charges_nothing() {
    everywhere(in_a_window, |stage| {
        let first = window_key(stage)?;
        let second = window_key(stage)?;
        ensure!(first.key != second.key, "two windows, one key");
        ensure!(stage.held_in_all() == 0, "the PG holds money");
        let mut other = key_order(stage);
        if stage.pg.spec().any_method || billing(stage).methods().contains(&"phone") {
            return Ok(());
        }
        other.method = "phone".into();
        match stage.open(&other) {
            Err(PgError::Invalid { .. }) => Ok(()),
            opened => Err(format!("a key for a telephone: {opened:?}")),
        }
    });
}

#[test]
fn a_window_that_charges_takes_the_amount_once_and_gives_it_back() {
    everywhere(charging, |stage| {
        let order = Order { amount: stage.money(PRICE), ..key_order(stage) };
        let (ready, _) = stage.window(order, "approve")?;
        let approval = stage.approve(&ready).map_err(|error| format!("issue: {error}"))?;
        ensure!(approval.issued_key.is_some(), "no key: {approval:?}");
        ensure!(stage.held(&approval.tid) == PRICE, "held {}", stage.held(&approval.tid));
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        stage.cancel(&cancel).map(drop).map_err(|error| format!("cancel: {error}"))
    });
}

#[test]
fn a_buyer_who_gives_up_or_is_refused_gets_no_key() {
    everywhere(in_a_window, |stage| {
        let (_, outcome) = stage.window(key_order(stage), "cancel")?;
        ensure!(matches!(outcome, Outcome::Closed(_)), "{outcome:?}");
        let (ready, outcome) = stage.window(key_order(stage), "decline")?;
        match outcome {
            Outcome::Refused(_) => Ok(()),
            Outcome::Authorised { .. } => match stage.approve(&ready) {
                Err(PgError::Declined { .. }) => Ok(()),
                other => Err(format!("issued after a decline: {other:?}")),
            },
            Outcome::Closed(refusal) => Err(format!("closed: {refusal:?}")),
        }
    });
}

#[test]
fn an_issue_whose_answer_is_lost_moves_no_money_and_may_be_found() {
    everywhere(in_a_window, |stage| {
        let (ready, outcome) = stage.window(key_order(stage), "timeout")?;
        ensure!(matches!(outcome, Outcome::Authorised { .. }), "{outcome:?}");
        match stage.approve(&ready) {
            Err(PgError::Unknown(_)) => {}
            // The window itself brought the key back.
            Ok(approval) => {
                stage.add(-approval.amount.minor());
                ensure!(approval.issued_key.is_some(), "{approval:?}");
                return Ok(());
            }
            other => return Err(format!("{other:?}")),
        }
        stage.wait(120);
        let settled = stage.settle(&ready).map_err(|error| format!("settle: {error}"))?;
        if let Settled::Approved(approval) = settled {
            stage.add(-approval.amount.minor());
            ensure!(approval.amount == ready.order.amount, "settled {:?}", approval.amount);
            let key = approval.issued_key.ok_or("found without its key")?;
            charged(stage, &key)?;
        }
        Ok(())
    });
}

#[test]
fn a_card_gets_a_key_or_the_pg_says_that_it_takes_no_numbers() {
    everywhere(with_keys, |stage| {
        if !billing(stage).has_card_issue() {
            return no_numbers(stage);
        }
        let (first, second) = (card_key(stage)?, card_key(stage)?);
        ensure!(first.key != second.key, "two issues, one key");
        ensure!(stage.held_in_all() == 0, "the PG holds money");
        for request in stage.transport.sent() {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            ensure!(!body.contains(NUMBER), "the card's number was sent in the clear");
        }
        charged(stage, &first).map(drop)
    });
}

fn no_numbers(stage: &Stage) -> Check {
    let issue = key_issue(stage);
    match run(billing(stage).issue(&stage.cx("issue"), &issue)) {
        Err(PgError::Invalid { field, message }) => {
            ensure!(!field.is_empty() && !message.is_empty(), "an empty refusal");
        }
        other => return Err(format!("{other:?}")),
    }
    ensure!(stage.transport.sent().is_empty(), "something was sent");
    Ok(())
}

#[test]
fn a_key_is_charged_for_what_was_asked_again_and_again() {
    everywhere(with_keys, |stage| {
        let key = key(stage)?;
        let mut tids = std::collections::BTreeSet::new();
        for _ in 0..3 {
            let (_, asked, approval) = charged(stage, &key)?;
            ensure!(approval.amount == asked.amount, "charged {:?}", approval.amount);
            ensure!(stage.held(&approval.tid) == PRICE, "held {}", stage.held(&approval.tid));
            ensure!(tids.insert(approval.tid.clone()), "{} twice", approval.tid);
            ensure!(approval.account.is_none() && approval.issued_key.is_none(), "{approval:?}");
            ensure!(approval.apply_num.is_some(), "no approval number");
            let number = approval.card.as_ref().and_then(|card| card.number.as_deref());
            ensure!(number.is_none_or(|number| number.contains('*')), "{number:?} is not masked");
            stage.add(-PRICE);
            match settle(stage, &asked).map_err(|error| format!("settle: {error}"))? {
                Settled::Approved(found) => {
                    ensure!(found.tid == approval.tid, "found {}", found.tid);
                    ensure!(found.amount == approval.amount, "found {:?}", found.amount);
                    ensure!(found.memo == approval.memo, "{} {}", found.memo, approval.memo);
                }
                Settled::Voided => {}
                other => return Err(format!("settled as {other:?}")),
            }
            stage.wait(5);
        }
        Ok(())
    });
}

#[test]
fn a_charge_goes_back_in_parts() {
    everywhere(with_keys, |stage| {
        let (ready, _, approval) = charged(stage, &key(stage)?)?;
        let part = PRICE / 3;
        stage.wait(60);
        let first = stage.cancel_order(&ready, &approval, part, (0, 0));
        stage.cancel(&first).map_err(|error| format!("first part: {error}"))?;
        ensure!(stage.held(&approval.tid) == PRICE - part, "held {}", stage.held(&approval.tid));
        stage.wait(60);
        let rest = stage.cancel_order(&ready, &approval, PRICE - part, (1, part));
        stage.cancel(&rest).map_err(|error| format!("the rest: {error}"))?;
        ensure!(stage.held(&approval.tid) == 0, "held {}", stage.held(&approval.tid));
        Ok(())
    });
}

#[test]
fn a_charge_without_a_usable_answer_is_unknown_and_settled() {
    everywhere(with_keys, |stage| {
        let key = key(stage)?;
        for fault in nonsense().chain([Fault::LoseAnswer]) {
            let (ready, asked) = charge_of(stage, &key);
            spoil_charge(stage, &fault);
            unknown(&format!("{fault:?}"), charge(stage, &asked))?;
            stage.transport.clear_faults();
            ensure!(live(stage, &asked) == 1, "{fault:?}: not charged, so nothing was tried");
            settles(stage, &ready, &asked, false).map_err(|why| format!("{fault:?}: {why}"))?;
        }
        Ok(())
    });
}

#[test]
fn a_charge_that_never_arrived_comes_to_nothing() {
    everywhere(with_keys, |stage| {
        let key = key(stage)?;
        let (_, asked) = charge_of(stage, &key);
        spoil_charge(stage, &Fault::NotSent);
        match charge(stage, &asked) {
            Err(PgError::Unavailable(_)) => {}
            other => return Err(format!("not sent, but {other:?}")),
        }
        stage.transport.clear_faults();
        let (ready, asked) = charge_of(stage, &key);
        spoil_charge(stage, &Fault::LoseRequest);
        unknown("a lost request", charge(stage, &asked))?;
        stage.transport.clear_faults();
        settles(stage, &ready, &asked, true)
    });
}

#[test]
fn settling_a_charge_survives_its_own_accidents() {
    everywhere(with_keys, |stage| {
        let key = key(stage)?;
        for fault in nonsense().chain([Fault::LoseAnswer, Fault::LoseRequest, Fault::NotSent]) {
            let (ready, asked) = charge_of(stage, &key);
            spoil_charge(stage, &Fault::LoseAnswer);
            unknown("a lost answer", charge(stage, &asked))?;
            stage.transport.clear_faults();
            stage.wait(60);
            stage.transport.fail_next("lookup", fault.clone());
            stage.transport.fail_next("net_cancel", fault.clone());
            let settled = settle(stage, &asked);
            stage.transport.clear_faults();
            match settled {
                Err(PgError::Unknown(_) | PgError::Unavailable(_)) => {
                    let why = |why| format!("after {fault:?}: {why}");
                    settles(stage, &ready, &asked, false).map_err(why)?;
                }
                Ok(Settled::Voided) => stage.books_agree()?,
                other => return Err(format!("{fault:?}: settled as {other:?}")),
            }
        }
        Ok(())
    });
}

/// PGs that publish a protection against the same number twice. The engine does not lean on it: a
/// charge that may have left is settled, never sent again.
const DEDUPLICATES: &[&str] = &["kicc"];

#[test]
fn one_intent_is_charged_once_where_the_pg_protects_it() {
    everywhere(with_keys, |stage| {
        if !DEDUPLICATES.contains(&stage.pg.spec().code) {
            return Ok(());
        }
        let key = key(stage)?;
        let (ready, asked, first) = charged(stage, &key)?;
        match charge(stage, &asked) {
            // The first answer again.
            Ok(again) => {
                stage.add(-PRICE);
                ensure!(again.tid == first.tid, "charged as {} and {}", first.tid, again.tid);
            }
            // Declined would have the engine write off money that moved.
            Err(PgError::Unknown(_)) => {}
            Err(error) => return Err(format!("the second try: {error}")),
        }
        ensure!(live(stage, &asked) == 1, "{} charges", live(stage, &asked));
        stage.books_agree()?;
        stage.add(-PRICE);
        settles(stage, &ready, &asked, false)
    });
}

#[test]
fn a_key_the_pg_never_gave_is_refused() {
    everywhere(with_keys, |stage| {
        let mut key = key(stage)?;
        // Same shape, other digits.
        let other = |c: char| c.to_digit(10).and_then(|d| char::from_digit(9 - d, 10)).unwrap_or(c);
        key.key = key.key.chars().map(other).collect();
        let (_, asked) = charge_of(stage, &key);
        match charge(stage, &asked) {
            Err(PgError::Declined { code, message }) => {
                ensure!(!code.is_empty() && !message.is_empty(), "[{code}] {message}");
            }
            other => return Err(format!("{other:?}")),
        }
        ensure!(live(stage, &asked) == 0, "money moved");
        Ok(())
    });
}

#[test]
fn a_forgotten_key_is_no_longer_charged() {
    everywhere(with_keys, |stage| {
        let (key, kept) = (key(stage)?, key(stage)?);
        let (ready, _, approval) = charged(stage, &key)?;
        stage.wait(5);
        let before = stage.transport.sent().len();
        run(billing(stage).forget(&stage.cx("forget_1"), &key))
            .map_err(|error| format!("forget: {error}"))?;
        let told = stage.transport.sent().len() > before;
        let (_, asked) = charge_of(stage, &key);
        match charge(stage, &asked) {
            Err(PgError::Declined { .. }) if told => {}
            // A PG without such a call does not know that the hub dropped its copy.
            Ok(_) if !told => {}
            other => return Err(format!("a charge of a forgotten key: {other:?}")),
        }
        stage.wait(5);
        match run(billing(stage).forget(&stage.cx("forget_2"), &key)) {
            Ok(()) => {}
            Err(error) if refusal(&error) => {}
            Err(error) => return Err(format!("forgetting again: {error}")),
        }
        // Its charges can still be given back, and other keys go on.
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        stage.cancel(&cancel).map_err(|error| format!("cancel: {error}"))?;
        charged(stage, &kept).map(drop)
    });
}

#[test]
fn a_charge_that_cannot_be_put_is_refused_before_anything_is_sent() {
    everywhere(with_keys, |stage| {
        let key = key(stage)?;
        let before = stage.transport.sent().len();
        let invalid = |what: &str, result: Result<Approval, PgError>| match result {
            Err(PgError::Invalid { field, message }) if !message.is_empty() => Ok(field),
            other => Err(format!("{what}: {other:?}")),
        };
        let (_, asked) = charge_of(stage, &key);
        let empty = pg::Credentials::default();
        let mut cx = stage.cx("without");
        cx.credentials = &empty;
        let field = invalid("no credentials", run(billing(stage).charge(&cx, &asked)))?;
        let known = stage.pg.spec().fields.iter().any(|known| known.key == field);
        ensure!(known, "{field} is no field of the settings form");
        let sold = stage.pg.spec().currencies;
        let foreign = domain::Currency::ALL.into_iter().find(|c| !sold.contains(c));
        if let Some(foreign) = foreign {
            let amount = domain::Money::new(PRICE, foreign).map_err(|error| error.to_string())?;
            invalid("currency", charge(stage, &Charge { amount, ..asked.clone() }))?;
        }
        ensure!(stage.transport.sent().len() == before, "something was sent");
        Ok(())
    });
}

/// The values a window's form offers under `choice`.
fn choices(html: &str) -> Vec<String> {
    let select = html.split("name=\"choice\"").nth(1).unwrap_or_default();
    let select = select.split("</select>").next().unwrap_or_default();
    let values = select.split("<option value=\"").skip(1);
    values.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// The page a window opens with and where it is.
fn window_page(stage: &Stage, order: &Order) -> Result<(pg::Opened, String, String), String> {
    let opened = stage.open(order).map_err(|error| format!("open: {error}"))?;
    let hosts = stage.transport.hosts();
    let script = stage.sim.script_window();
    let step = headless::first(&opened.window, &hosts, script, &order.return_url)?;
    let reply = stage.transport.browse(&step)?;
    ensure!(reply.status == 200, "the window answered {}", reply.status);
    Ok((opened, step.url().to_owned(), pg::form::decode(&reply.body)))
}

/// A key of the card with this code in the window; `None` if the window refuses that card.
fn key_of_card(stage: &Stage, card: &str) -> Result<Option<IssuedKey>, String> {
    let order = key_order(stage);
    let (opened, url, html) = window_page(stage, &order)?;
    let pressed = headless::next(&url, &html, "approve")?;
    let Step::Post { url, body, content_type } = pressed else {
        return Err(format!("the window posts nothing: {pressed:?}"));
    };
    let mut form = pg::form::Form::read(&body);
    for (name, value) in &mut form.0 {
        if name == "choice" {
            card.clone_into(value);
        }
    }
    let fields: Vec<_> =
        form.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = pg::form::utf8_body(&fields).into_bytes();
    let reply = stage.transport.browse(&Step::Post { url: url.clone(), body, content_type })?;
    let back = headless::next(&url, &pg::form::decode(&reply.body), "approve")?;
    let Step::Post { body, .. } = back else { return Err(format!("no return: {back:?}")) };
    let outcome = stage.read(&order, &opened.memo, "", &body);
    let Ok(Outcome::Authorised { auth, .. }) = outcome else { return Ok(None) };
    let ready = Ready { order, memo: opened.memo, auth };
    let approval = issued(stage, &ready).map_err(|error| format!("issue: {error}"))?;
    Ok(approval.issued_key)
}

#[test]
fn every_card_of_a_window_pays_or_is_refused_in_words() {
    everywhere(in_a_window, |stage| {
        let (_, _, html) = window_page(stage, &key_order(stage))?;
        let cards = choices(&html);
        let mut paid = 0;
        for card in &cards {
            let Some(key) = key_of_card(stage, card)? else { continue };
            let (ready, asked) = charge_of(stage, &key);
            match charge(stage, &asked) {
                Ok(_) => paid += 1,
                // A card for testing accidents.
                Err(PgError::Unknown(_)) => {
                    settles(stage, &ready, &asked, false)
                        .map_err(|why| format!("{card}: {why}"))?;
                }
                Err(PgError::Declined { code, message }) => {
                    ensure!(!code.is_empty() && !message.is_empty(), "[{code}] {message}");
                    ensure!(live(stage, &asked) == 0, "{card}: money moved");
                    let settled = settle(stage, &asked).map_err(|error| error.to_string())?;
                    let none = matches!(settled, Settled::Nothing | Settled::Voided);
                    ensure!(none, "{card}: a declined charge settled as {settled:?}");
                }
                Err(error) => return Err(format!("{card}: {error}")),
            }
            stage.wait(5);
        }
        ensure!(paid > 0 || cards.is_empty(), "no card of {cards:?} pays");
        ensure!(paid < cards.len(), "no card of {cards:?} lets a charge fail");
        Ok(())
    });
}
