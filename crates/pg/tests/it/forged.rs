//! What a dishonest buyer can change on the way: the return, its fields, the amount.

use crate::stage::{Check, PRICE, Ready, Stage, any, ensure, everywhere};
use pg::form::{self, Form};
use pg::sim::transport::{Fault, Landing};
use pg::{Outcome, PgError, Settled};

/// Opens, authenticates and gives what the browser would bring back.
fn landed(stage: &Stage, order: &pg::Order) -> Result<(String, String, Vec<u8>), String> {
    let opened = stage.open(order).map_err(|error| format!("open: {error}"))?;
    match stage.visit(order, &opened, "approve")? {
        Landing::Returned { query, body } => Ok((opened.memo, query, body)),
        Landing::Closed => Err("the window closed instead of returning".into()),
    }
}

fn encode(fields: &[(String, String)]) -> String {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form::utf8_body(&fields)
}

/// Approves with what a forged return gave; the books must agree with whatever it says.
fn try_it(stage: &Stage, ready: &Ready) -> Check {
    match stage.approve(ready) {
        Ok(approval) => {
            ensure!(approval.amount == ready.order.amount, "approved {:?}", approval.amount);
        }
        Err(PgError::Unknown(_)) => {
            if let Ok(Settled::CannotTell(why)) = stage.settle(ready) {
                return Err(format!("cannot tell: {why}"));
            }
        }
        Err(_) => {}
    }
    stage.books_agree()
}

#[test]
fn a_return_of_another_order_is_refused() {
    everywhere(any, |stage| {
        let mut cheap = stage.order();
        cheap.amount = stage.money(PRICE / 10);
        let (_, query, body) = landed(stage, &cheap)?;
        let dear = stage.order();
        let opened = stage.open(&dear).map_err(|error| format!("open: {error}"))?;
        let memo = opened.memo;
        let auth = match stage.read(&dear, &memo, &query, &body) {
            Err(PgError::Forged(_)) | Ok(Outcome::Refused(_)) => return Ok(()),
            // Some returns do not name their order; then the approval has to tell them apart.
            Ok(Outcome::Authorised { auth, .. }) => auth,
            other => return Err(format!("{other:?}")),
        };
        let ready = Ready { order: dear, memo, auth };
        match stage.approve(&ready) {
            Ok(approval) => {
                ensure!(approval.amount == cheap.amount, "{:?} for nothing", approval.amount);
            }
            Err(PgError::Unknown(_)) => {
                stage.settle(&ready).map_err(|error| format!("settle: {error}"))?;
            }
            Err(_) => {}
        }
        Ok(())
    });
}

#[test]
fn a_return_with_any_field_changed_never_yields_wrong_money() {
    everywhere(any, |stage| {
        let (_, query, body) = landed(stage, &stage.order())?;
        let fields = Form::read(&body).0.len();
        let parameters = Form::read(query.as_bytes()).0.len();
        ensure!(fields + parameters > 0, "the PG brings nothing back");
        for index in 0..fields + parameters {
            for changed in [
                |value: &str| format!("{value}1"),
                |value: &str| {
                    let url = value.starts_with("http");
                    if url { "https://evil.example/steal".into() } else { String::new() }
                },
            ] {
                let order = stage.order();
                let (memo, query, body) = landed(stage, &order)?;
                let mut form = Form::read(&body).0;
                let mut parameters = Form::read(query.as_bytes()).0;
                let pair = match index.checked_sub(fields) {
                    None => form.get_mut(index),
                    Some(index) => parameters.get_mut(index),
                };
                let Some((name, value)) = pair else { continue };
                let name = name.clone();
                *value = changed(value);
                let (query, body) = (encode(&parameters), encode(&form));
                let outcome = stage.read(&order, &memo, &query, body.as_bytes());
                if let Ok(Outcome::Authorised { auth, .. }) = outcome {
                    try_it(stage, &Ready { order, memo, auth })
                        .map_err(|why| format!("{name} changed: {why}"))?;
                }
            }
        }
        Ok(())
    });
}

#[test]
fn a_return_that_says_nothing_authorises_nothing() {
    everywhere(any, |stage| {
        let order = stage.order();
        let opened = stage.open(&order).map_err(|error| format!("open: {error}"))?;
        let long = "a=1&".repeat(50_000);
        let senseless: [&[u8]; 6] =
            [b"", b"a=b", b"\xff\xfe\x00", b"{\"a\":1}", b"=&=&%%%", long.as_bytes()];
        for body in senseless {
            for (query, body) in [("", body), (&*String::from_utf8_lossy(body), b"".as_slice())] {
                if let Ok(Outcome::Authorised { .. }) =
                    stage.read(&order, &opened.memo, query, body)
                {
                    return Err(format!("{query} {}", String::from_utf8_lossy(body)));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn an_amount_that_differs_from_the_order_is_seen() {
    everywhere(any, |stage| {
        let mut ready = stage.authorised("approve")?;
        let real = ready.order.amount;
        ready.order.amount = stage.money(PRICE + 1);
        match stage.approve(&ready) {
            Ok(approval) => ensure!(approval.amount == real, "approved {:?}", approval.amount),
            Err(PgError::Unknown(why)) => return Err(format!("unknown: {why}")),
            Err(_) => {}
        }
        Ok(())
    });
}

#[test]
fn an_amount_changed_in_the_answer_is_seen() {
    let won = |stage: &Stage| stage.currency == domain::Currency::Krw;
    everywhere(won, |stage| {
        let ready = stage.authorised("approve")?;
        let (real, false_one) = (PRICE.to_string(), (PRICE + 1).to_string());
        stage.transport.fail_next("approve", Fault::Replace(real, false_one));
        match stage.approve(&ready) {
            Ok(approval) => {
                ensure!(approval.amount != ready.order.amount, "the change went unseen");
                let held = stage.held(&approval.tid);
                let wrong = if approval.account.is_some() { 0 } else { approval.amount.minor() };
                stage.add(held - wrong);
            }
            Err(PgError::Unknown(_) | PgError::Forged(_)) => stage.add(stage.held_in_all()),
            Err(error) => return Err(error.to_string()),
        }
        Ok(())
    });
}
