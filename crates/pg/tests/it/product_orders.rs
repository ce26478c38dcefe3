//! PGs with product orders, and what a few others have besides money: connector and simulator.

use crate::stage::{PRICE, Ready, Stage, at_once, ensure, everywhere, run};
use pg::sim::transport::Fault;
use pg::{
    Approval, CancelSettled, Delivery, DeliveryReport, ErrandSettled, ItemCancel, ItemCancelKind,
    OrderStatus, PgError, ProductOrder, ProductOrders, Requester, ReviewKind, Step,
};
use serde_json::{Value, json};

fn has_product_orders(stage: &Stage) -> bool {
    at_once(stage) && stage.pg.product_orders().is_some()
}

/// Three products of a third each, paid for.
fn sold(stage: &Stage) -> Result<(Ready, Approval, Vec<ProductOrder>), String> {
    let mut order = stage.order();
    let product = |id: &str| json!({"id": id, "name": id, "basePrice": PRICE / 3, "quantity": 1});
    order.param["naverProducts"] = json!([product("a"), product("b"), product("c")]);
    let (ready, _) = stage.window(order, "approve")?;
    let approval = stage.approve(&ready).map_err(|error| error.to_string())?;
    let orders = run(verbs(stage).of_payment(&stage.cx("q1"), &ready.order.imp_uid));
    let orders = orders.map_err(|error| error.to_string())?;
    ensure!(orders.len() == 3, "{} product orders", orders.len());
    let sum: i64 = orders.iter().filter_map(ProductOrder::whole).map(|it| it.minor()).sum();
    ensure!(sum == approval.amount.minor(), "product orders are worth {sum}");
    Ok((ready, approval, orders))
}

fn verbs(stage: &Stage) -> &'static dyn ProductOrders {
    stage.pg.product_orders().unwrap()
}

fn parcel() -> Delivery {
    Delivery {
        method: "DELIVERY".into(),
        company: Some("CJGLS".into()),
        tracking: Some("1".into()),
    }
}

fn steps() -> Vec<Step> {
    let memo = || "메모".to_owned();
    vec![
        Step::Place,
        Step::Ship { delivery: parcel(), at: domain::Millis(1) },
        Step::RequestReturn { delivery: parcel(), reason: "BROKEN".into() },
        Step::RejectReturn { memo: memo() },
        Step::WithholdReturn { reason: "ETC".into(), memo: memo(), extra_charge: 1 },
        Step::ResolveReturn,
        Step::CollectExchanged,
        Step::ShipExchanged { delivery: parcel() },
    ]
}

#[test]
fn every_step_has_an_answer_and_a_refusal_changes_nothing() {
    everywhere(has_product_orders, |stage| {
        let (_, _, orders) = sold(stage)?;
        let mut done = 0;
        for (number, step) in steps().into_iter().chain(steps()).enumerate() {
            let id = &orders[0].id;
            let find = |name: &str| run(verbs(stage).find(&stage.cx(name), id));
            let before = find("before").map_err(|error| error.to_string())?;
            let cx = format!("e{number}");
            match run(verbs(stage).step(&stage.cx(&cx), id, &step)) {
                Ok(after) => {
                    done += 1;
                    ensure!(find("after").ok().flatten() == Some(after), "{step:?}: another now");
                    let settled = run(stage.pg.errands().unwrap().settle(&stage.cx(&cx)));
                    ensure!(settled == Ok(ErrandSettled::Done), "{step:?}: {settled:?}");
                }
                Err(PgError::Declined { .. }) => {
                    ensure!(find("after").ok() == Some(before), "{step:?}: refused and changed");
                    let settled = run(stage.pg.errands().unwrap().settle(&stage.cx(&cx)));
                    ensure!(settled == Ok(ErrandSettled::NotDone), "{step:?}: {settled:?}");
                }
                Err(other) => return Err(format!("{step:?}: {other}")),
            }
        }
        ensure!(done >= 6, "only {done} steps went through");
        let strange = run(verbs(stage).step(&stage.cx("e_strange"), "P0", &Step::Place));
        ensure!(matches!(strange, Err(PgError::Declined { .. })), "{strange:?}");
        let found = run(verbs(stage).find(&stage.cx("q_strange"), "P0"));
        ensure!(found == Ok(None), "{found:?}");
        Ok(())
    });
}

#[test]
fn a_product_order_is_paid_back_once_whatever_becomes_of_the_answer() {
    everywhere(has_product_orders, |stage| {
        let (ready, approval, orders) = sold(stage)?;
        let third = PRICE / 3;
        let item = |index: usize| {
            let kind = ItemCancelKind::Cancel { reason: "SOLD_OUT".into() };
            Some(ItemCancel { id: orders[index].id.clone(), kind })
        };
        let mut cancel = stage.cancel_order(&ready, &approval, third, (0, 0));
        cancel.item = item(0);
        stage.transport.fail_next("cancel", Fault::LoseAnswer);
        let lost = stage.cancel(&cancel);
        ensure!(matches!(lost, Err(PgError::Unknown(_))), "{lost:?}");
        let id = cancel.cancel_id.clone();
        let settled = run(stage.pg.settle_cancel(&stage.cx(&id), &cancel));
        ensure!(matches!(settled, Ok(CancelSettled::Done(_))), "{settled:?}");
        stage.add(-third);
        ensure!(stage.held(&approval.tid) == PRICE - third, "held {}", stage.held(&approval.tid));
        // Again, a wrong amount, another payment's, a step nobody asked for: nothing moves.
        let (other, paid_other, _) = sold(stage)?;
        for (index, amount, kind) in [
            (0, third, ItemCancelKind::Cancel { reason: "SOLD_OUT".into() }),
            (1, third - 1, ItemCancelKind::Cancel { reason: "SOLD_OUT".into() }),
            (1, third, ItemCancelKind::ApproveCancel),
            (1, third, ItemCancelKind::ApproveReturn { memo: String::new() }),
        ] {
            let mut next = stage.cancel_order(&ready, &approval, amount, (1, third));
            next.cancel_id = format!("{}_{}", next.cancel_id, kind.word());
            next.item = Some(ItemCancel { id: orders[index].id.clone(), kind });
            let refused = stage.cancel(&next);
            ensure!(matches!(refused, Err(PgError::Declined { .. })), "{refused:?}");
        }
        let mut theirs = stage.cancel_order(&other, &paid_other, third, (0, 0));
        theirs.item = item(1);
        let refused = stage.cancel(&theirs);
        ensure!(matches!(refused, Err(PgError::Declined { .. })), "{refused:?}");
        ensure!(stage.held(&approval.tid) == PRICE - third, "something moved");
        ensure!(stage.held(&paid_other.tid) == PRICE, "something moved at the other one");
        // The rest in one go.
        let rest = stage.cancel_order(&ready, &approval, PRICE - third, (1, third));
        stage.cancel(&rest).map_err(|error| error.to_string())?;
        let all = run(verbs(stage).of_payment(&stage.cx("q2"), &ready.order.imp_uid));
        ensure!(all.unwrap().iter().all(|it| it.status == "CANCELED"), "one is left");
        Ok(())
    });
}

/// The buyer's side, which no connector has.
fn act(stage: &Stage, action: Value) -> Result<Value, String> {
    let mut books = stage.transport.books();
    let cx = pg::sim::SimCx {
        at: stage.transport.at(),
        random: 1,
        origin: String::new(),
        notice_url: String::new(),
        any_card: false,
    };
    stage.sim.act(&cx, &mut books, &action)
}

#[test]
fn reviews_are_those_of_their_kind_and_time() {
    everywhere(has_product_orders, |stage| {
        let (_, _, orders) = sold(stage)?;
        let early = act(stage, json!({"action": "review", "id": orders[0].id}));
        ensure!(early.is_err(), "{early:?}");
        let none = act(stage, json!({"action": "fly", "id": orders[0].id}));
        ensure!(none.is_err(), "{none:?}");
        for kind in [ReviewKind::General, ReviewKind::Premium] {
            let span = (domain::Millis(0), stage.transport.at());
            let found = run(verbs(stage).reviews(&stage.cx("q3"), span, kind));
            ensure!(found == Ok(Vec::new()), "{found:?}");
        }
        Ok(())
    });
}

#[test]
fn what_follows_a_purchase_happens_once() {
    everywhere(
        |stage| at_once(stage) && stage.pg.purchases().is_some(),
        |stage| {
            let (_, approval) = stage.approved()?;
            let verbs = stage.pg.purchases().unwrap();
            let tid = approval.tid.as_str();
            for number in 0..2 {
                let (points, confirm) = (format!("p{number}"), format!("c{number}"));
                let given = run(verbs.give_points(&stage.cx(&points), tid));
                let by = Requester::Customer;
                let confirmed = run(verbs.confirm(&stage.cx(&confirm), tid, by));
                ensure!(given.is_ok() == (number == 0), "{given:?}");
                ensure!(confirmed.is_ok() == (number == 0), "{confirmed:?}");
            }
            let cash = run(verbs.cash_amount(&stage.cx("q4"), tid));
            let cash = cash.map_err(|error| error.to_string())?;
            let counts = approval.method.as_deref() == Some("point");
            let expected = if counts { PRICE } else { 0 };
            ensure!(cash.total.minor() == expected, "{cash:?}");
            let strange = run(verbs.give_points(&stage.cx("p9"), "S0"));
            ensure!(matches!(strange, Err(PgError::Declined { .. })), "{strange:?}");
            Ok(())
        },
    );
}

#[test]
fn states_of_orders_and_deliveries_move_no_money() {
    everywhere(
        |stage| {
            let some = stage.pg.order_statuses().is_some() || stage.pg.deliveries().is_some();
            at_once(stage) && some
        },
        |stage| {
            let (_, approval) = stage.approved()?;
            let tid = approval.tid.as_str();
            if let Some(verbs) = stage.pg.order_statuses() {
                let done = run(verbs.change(&stage.cx("s1"), tid, OrderStatus::Canceled));
                ensure!(done == Ok(()), "{done:?}");
                let over = run(verbs.change(&stage.cx("s2"), tid, OrderStatus::DeliveryStart));
                ensure!(matches!(over, Err(PgError::Declined { .. })), "{over:?}");
            }
            if let Some(verbs) = stage.pg.deliveries() {
                let mut report = DeliveryReport {
                    kind: "digital".into(),
                    status: "delivering".into(),
                    address: vec![("email".into(), "a@shop.test".into())],
                    ..DeliveryReport::default()
                };
                let told = run(verbs.report(&stage.cx("d1"), tid, &report));
                ensure!(told == Ok(()), "{told:?}");
                report.kind = "physical".into();
                let less = run(verbs.report(&stage.cx("d2"), tid, &report));
                ensure!(matches!(less, Err(PgError::Declined { .. })), "{less:?}");
            }
            ensure!(stage.held(tid) == approval.amount.minor(), "money moved");
            Ok(())
        },
    );
}

#[test]
fn damaged_answers_are_no_answers() {
    everywhere(has_product_orders, |stage| {
        let (_, _, orders) = sold(stage)?;
        for (number, fault) in [
            Fault::LoseAnswer,
            Fault::LoseRequest,
            Fault::Answer(200, b"<html>".to_vec()),
            Fault::Answer(500, Vec::new()),
            Fault::Replace("PAYED".into(), "DELIVERED".into()),
        ]
        .into_iter()
        .enumerate()
        {
            stage.transport.fail_next("errand", fault.clone());
            let cx = format!("e{number}");
            let lost = run(verbs(stage).step(&stage.cx(&cx), &orders[number % 3].id, &Step::Place));
            ensure!(matches!(lost, Err(PgError::Unknown(_))), "{fault:?}: {lost:?}");
            stage.transport.fail_next("query", fault.clone());
            let lost = run(verbs(stage).find(&stage.cx("q"), &orders[0].id));
            ensure!(matches!(lost, Err(PgError::Unknown(_))), "{fault:?}: {lost:?}");
        }
        Ok(())
    });
}
