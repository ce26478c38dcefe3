//! Escrow deliveries: registered for escrow payments only, and never lost with an answer.

use crate::lost::{nonsense, unknown};
use crate::stage::{Ready, Stage, ensure, everywhere, run};
use pg::capability::escrow::{Delivery, DeliverySettled, Escrows, Party, Registered};
use pg::sim::transport::Fault;
use pg::{Approval, PgError};

fn able(stage: &Stage) -> bool {
    stage.method == "trans" && stage.pg.escrows().is_some()
}

fn verbs(stage: &Stage) -> &'static dyn Escrows {
    stage.pg.escrows().unwrap()
}

/// A paid order, under escrow or not.
fn paid(stage: &Stage, escrow: bool) -> Result<(Ready, Approval), String> {
    let mut order = stage.order();
    order.escrow = escrow;
    let (ready, _) = stage.window(order, "approve")?;
    let approval = stage.approve(&ready).map_err(|error| format!("approve: {error}"))?;
    Ok((ready, approval))
}

fn delivery(ready: &Ready, approval: &Approval) -> Delivery {
    let party = |name: &str| Party {
        name: name.into(),
        tel: "010-1234-5678".into(),
        addr: "서울특별시 강남구 삼성동".into(),
        postcode: "06018".into(),
    };
    Delivery {
        imp_uid: ready.order.imp_uid.clone(),
        tid: approval.tid.clone(),
        amount: approval.amount,
        memo: approval.memo.clone(),
        change: false,
        sender: party("판매자"),
        receiver: party("구매자"),
        courier: "CJGLS",
        invoice: "1234567890".into(),
        sent_at: domain::Millis::from_seconds(1_776_999_600),
        send_email: true,
    }
}

fn register(stage: &Stage, delivery: &Delivery) -> Result<Registered, PgError> {
    run(verbs(stage).register(&stage.cx("d1"), delivery))
}

#[test]
fn an_escrow_payment_is_delivered_once_and_changed_where_the_pg_can() {
    everywhere(able, |stage| {
        let (ready, approval) = paid(stage, true)?;
        let mut delivery = delivery(&ready, &approval);
        verbs(stage).check(&delivery).map_err(|error| error.to_string())?;
        register(stage, &delivery).map_err(|error| format!("register: {error}"))?;
        match register(stage, &delivery) {
            Err(PgError::Declined { .. }) => {}
            other => return Err(format!("registered twice: {other:?}")),
        }
        delivery.change = true;
        delivery.invoice = "999".into();
        if verbs(stage).can_change() {
            register(stage, &delivery).map_err(|error| format!("change: {error}"))?;
        }
        Ok(())
    });
}

#[test]
fn other_payments_have_no_deliveries() {
    everywhere(able, |stage| {
        let (ready, approval) = paid(stage, false)?;
        match register(stage, &delivery(&ready, &approval)) {
            Err(PgError::Declined { message, .. }) if !message.is_empty() => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
}

#[test]
fn a_lost_answer_is_settled() {
    everywhere(able, |stage| {
        for fault in nonsense().chain([Fault::LoseAnswer, Fault::LoseRequest]) {
            let (ready, approval) = paid(stage, true)?;
            let delivery = delivery(&ready, &approval);
            stage.transport.fail_next("escrow", fault.clone());
            unknown(&format!("{fault:?}"), register(stage, &delivery))?;
            match run(verbs(stage).settle(&stage.cx("d1"), &delivery)) {
                Ok(DeliverySettled::Registered(_)) => {}
                Ok(DeliverySettled::CannotTell(why)) => ensure!(!why.is_empty(), "no word why"),
                other => return Err(format!("{fault:?}: settled as {other:?}")),
            }
            // Whatever was said, it is there now.
            match register(stage, &delivery) {
                Err(PgError::Declined { .. }) => {}
                other => return Err(format!("{fault:?}: it was not there: {other:?}")),
            }
        }
        Ok(())
    });
}

#[test]
fn what_the_buyer_decides_is_told_where_v1_has_words_for_it() {
    everywhere(
        |stage| able(stage) && stage.pg.escrows().unwrap().event().is_some(),
        |stage| {
            let (ready, approval) = paid(stage, true)?;
            register(stage, &delivery(&ready, &approval)).map_err(|error| error.to_string())?;
            let sent = stage.transport.take_notices();
            let told: Vec<_> = sent
                .iter()
                .filter_map(|sent| verbs(stage).read_simulated(&sent.body).ok())
                .collect();
            ensure!(told.len() == 1 && told[0].status == "2", "{told:?}");
            ensure!(told[0].tid == approval.tid, "of {}", told[0].tid);
            ensure!(told[0].order_no == ready.order.imp_uid, "of {}", told[0].order_no);
            ensure!(told[0].mid == stage.credentials.get("mid"), "of {}", told[0].mid);
            Ok(())
        },
    );
}
