//! Virtual accounts: issue, deposit, notice, refund, and everything a notice can lie about.

use crate::stage::{Check, PRICE, Stage, by_deposit, ensure, everywhere, run};
use domain::Money;
use pg::sim::Outgoing;
use pg::sim::transport::replace;
use pg::{AccountChange, Approval, ErrandSettled, Notice, NoticeKind, Notices, PgError};

fn notices(stage: &Stage) -> Result<&'static dyn Notices, String> {
    stage.pg.notices().ok_or_else(|| "virtual accounts without notices".into())
}

/// A customer pays in; the connector believes the one notice of it.
fn deposit(stage: &Stage, approval: &Approval) -> Result<Outgoing, String> {
    let sent = stage.transport.deposit(stage.sim, &approval.tid, PRICE, "홍길동")?;
    let mut deposits = Vec::new();
    for outgoing in sent {
        let notice = read(stage, &outgoing).map_err(|error| format!("notice: {error}"))?;
        if let NoticeKind::Deposit { amount, .. } = notice.kind {
            stage.add(amount.minor());
            deposits.push(outgoing);
        }
    }
    ensure!(deposits.len() == 1, "{} deposit notices", deposits.len());
    deposits.pop().ok_or_else(|| "no deposit notice".into())
}

/// Reads and verifies.
fn read(stage: &Stage, outgoing: &Outgoing) -> Result<Notice, PgError> {
    let notices = notices(stage).map_err(PgError::Unknown)?;
    let notice = notices.read(&outgoing.content_type, &outgoing.body)?;
    notices.verify(&stage.credentials, &notice)?;
    Ok(notice)
}

#[test]
fn an_account_is_issued_and_its_deposit_announced() {
    everywhere(by_deposit, |stage| {
        let (ready, approval) = stage.approved()?;
        let account = approval.account.as_ref().ok_or("no account")?;
        ensure!(approval.amount == ready.order.amount, "to deposit {:?}", approval.amount);
        ensure!(pg::codes::bank_name(&account.bank_code).is_some(), "{account:?}");
        ensure!(!account.number.is_empty() && !account.bank_name.is_empty(), "{account:?}");
        ensure!(account.due > stage.transport.at(), "due in the past: {account:?}");
        ensure!(stage.held(&approval.tid) == 0, "money before the deposit");
        stage.wait(60);
        let outgoing = deposit(stage, &approval)?;
        let notice = read(stage, &outgoing).map_err(|error| error.to_string())?;
        ensure!(notice.mid == stage.credentials.get("mid"), "for {}", notice.mid);
        ensure!(notice.order_no == ready.order.imp_uid, "order {}", notice.order_no);
        ensure!(notice.tid == approval.tid, "{} is not {}", notice.tid, approval.tid);
        ensure!(!notice.id.is_empty(), "the notice has no number");
        let NoticeKind::Deposit { amount, account: number, at, depositor } = notice.kind else {
            return Err("not a deposit".into());
        };
        ensure!(amount == ready.order.amount, "{amount:?} paid in");
        let same = number.as_ref().is_none_or(|number| *number == account.number);
        ensure!(same, "account {number:?}");
        ensure!(at.is_none_or(|at| at.seconds() == stage.transport.at().seconds()), "at {at:?}");
        ensure!(depositor.as_deref().is_none_or(|name| name == "홍길동"), "by {depositor:?}");
        let expected = format!("http://hub.test/notice/{}", stage.pg.spec().code);
        ensure!(outgoing.url == expected, "sent to {}", outgoing.url);
        Ok(())
    });
}

#[test]
fn the_deadline_the_merchant_asked_for_is_the_accounts() {
    everywhere(by_deposit, |stage| {
        let mut order = stage.order();
        let due = stage.transport.at().end_of_kst_day(3);
        order.vbank_due = Some(due);
        let (ready, _) = stage.window(order, "approve")?;
        let approval = stage.approve(&ready).map_err(|error| error.to_string())?;
        let account = approval.account.as_ref().ok_or("no account")?;
        // Some PGs keep minutes only.
        let off = due.seconds() - account.due.seconds();
        ensure!((0..60).contains(&off), "due {}, not {}", account.due.kst14(), due.kst14());
        stage.transport.set_at(due.plus_seconds(60));
        let late = stage.transport.deposit(stage.sim, &approval.tid, PRICE, "홍길동");
        ensure!(late.is_err(), "a late deposit was taken");
        Ok(())
    });
}

#[test]
fn an_open_account_is_changed_where_the_pg_can_and_a_paid_one_nowhere() {
    everywhere(by_deposit, |stage| {
        let Some(verbs) = stage.pg.account_changes() else { return Ok(()) };
        let (_, approval) = stage.approved()?;
        let tid = approval.tid.as_str();
        let change = |number: &str, minor: i64| {
            let amount = Money::new(minor, approval.amount.currency()).ok();
            let wanted = AccountChange { amount, due: None };
            run(verbs.change(&stage.cx(number), tid, &wanted))
        };
        ensure!(change("c1", PRICE - 1) == Ok(()), "not changed");
        let old = stage.transport.deposit(stage.sim, tid, PRICE, "홍길동");
        ensure!(old.is_err(), "the old amount was taken");
        let free = change("c2", 0);
        ensure!(matches!(free, Err(PgError::Declined { .. })), "{free:?}");
        ensure!(change("c3", PRICE) == Ok(()), "not changed back");
        deposit(stage, &approval)?;
        let late = change("c4", 1);
        ensure!(matches!(late, Err(PgError::Declined { .. })), "{late:?}");
        let errands = stage.pg.errands().ok_or("changes, and no word of how they ended")?;
        for (number, ended) in [("c1", ErrandSettled::Done), ("c4", ErrandSettled::NotDone)] {
            let settled = run(errands.settle(&stage.cx(number)));
            ensure!(settled == Ok(ended), "{number}: {settled:?}");
        }
        Ok(())
    });
}

#[test]
fn the_bank_refuses_wrong_amounts_and_second_deposits() {
    everywhere(by_deposit, |stage| {
        let (_, approval) = stage.approved()?;
        for wrong in [0, 1, PRICE - 1, PRICE + 1, -PRICE] {
            let taken = stage.transport.deposit(stage.sim, &approval.tid, wrong, "홍길동");
            ensure!(taken.as_ref().is_err_and(|why| !why.is_empty()), "{wrong}: {taken:?}");
        }
        ensure!(stage.transport.deposit(stage.sim, "no-such-tid", PRICE, "홍길동").is_err(), "?");
        stage.books_agree()?;
        deposit(stage, &approval)?;
        let again = stage.transport.deposit(stage.sim, &approval.tid, PRICE, "홍길동");
        ensure!(again.is_err(), "a second deposit: {again:?}");
        Ok(())
    });
}

#[test]
fn a_notice_sent_again_has_the_same_number_and_another_deposit_another() {
    everywhere(by_deposit, |stage| {
        let (_, approval) = stage.approved()?;
        let first = deposit(stage, &approval)?;
        let (_, other) = stage.approved()?;
        stage.wait(5);
        let other = deposit(stage, &other)?;
        let number = |outgoing: &Outgoing| read(stage, outgoing).map(|notice| notice.id);
        ensure!(number(&first) == number(&first.clone()), "the number changes");
        ensure!(number(&first) != number(&other), "two deposits, one number");
        Ok(())
    });
}

#[test]
fn a_changed_notice_is_refused_or_shows_what_was_changed() {
    everywhere(by_deposit, |stage| {
        let (ready, approval) = stage.approved()?;
        let genuine = deposit(stage, &approval)?;
        let mid = stage.credentials.get("mid").to_owned();
        let changes = [
            (approval.tid.clone(), approval.tid.chars().rev().collect::<String>()),
            (ready.order.imp_uid.clone(), "imp_999999999999".to_owned()),
            (PRICE.to_string(), "1".to_owned()),
            (mid.clone(), mid.chars().rev().collect()),
        ];
        let believed = read(stage, &genuine).map_err(|error| error.to_string())?;
        for (from, to) in changes {
            let body = replace(&genuine.body, from.as_bytes(), to.as_bytes());
            ensure!(body != genuine.body, "the notice does not carry {from}");
            let forged = Outgoing { body, ..genuine.clone() };
            if let Ok(notice) = read(stage, &forged) {
                // No signature in this protocol: the engine compares, so it must be able to see.
                let same = (&notice.mid, &notice.tid, &notice.order_no, &notice.kind)
                    == (&believed.mid, &believed.tid, &believed.order_no, &believed.kind);
                ensure!(!same, "{from} changed to {to} went unseen");
            }
        }
        Ok(())
    });
}

#[test]
fn no_garbage_is_a_deposit() {
    everywhere(by_deposit, |stage| {
        let (_, approval) = stage.approved()?;
        let genuine = deposit(stage, &approval)?;
        let notices = notices(stage)?;
        for kind in ["", "application/json", "application/x-www-form-urlencoded; charset=euc-kr"] {
            for body in [b"".as_slice(), b"{}", b"[]", b"a=b", b"\xff\xfe", b"<html></html>"] {
                if let Ok(Notice { kind: NoticeKind::Deposit { .. }, .. }) =
                    notices.read(kind, body)
                {
                    return Err(format!("{} is a deposit", String::from_utf8_lossy(body)));
                }
            }
        }
        for cut in 0..genuine.body.len() {
            drop(notices.read(&genuine.content_type, &genuine.body[..cut]));
        }
        Ok(())
    });
}

#[test]
fn the_reply_says_taken_or_again_in_the_pgs_own_words() {
    everywhere(by_deposit, |stage| {
        let (_, approval) = stage.approved()?;
        let outgoing = deposit(stage, &approval)?;
        let notices = notices(stage)?;
        let has = |body: &[u8]| String::from_utf8_lossy(body).contains(outgoing.wanted);
        ensure!(!outgoing.wanted.is_empty(), "any answer would do");
        ensure!(has(&notices.accepted().body), "accepted() is not what the PG wants");
        ensure!(!has(&notices.refused("db").body), "refused() reads as accepted");
        Ok(())
    });
}

#[test]
fn an_unpaid_account_is_closed_and_takes_no_deposit() {
    everywhere(by_deposit, |stage| {
        let (ready, approval) = stage.approved()?;
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        ensure!(!cancel.deposited, "deposited too soon");
        stage.cancel(&cancel).map_err(|error| format!("closing: {error}"))?;
        stage.wait(60);
        let taken = stage.transport.deposit(stage.sim, &approval.tid, PRICE, "홍길동");
        ensure!(taken.is_err(), "a closed account took a deposit");
        Ok(())
    });
}

#[test]
fn a_deposit_goes_back_to_the_account_the_merchant_names() {
    everywhere(by_deposit, |stage| {
        let (ready, approval) = stage.approved()?;
        deposit(stage, &approval)?;
        stage.wait(60);
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        let before = stage.transport.sent().len();
        let mut nowhere = cancel.clone();
        nowhere.refund = None;
        match stage.cancel(&nowhere) {
            Err(PgError::Invalid { .. }) => {}
            other => return Err(format!("a refund to nowhere: {other:?}")),
        }
        ensure!(stage.transport.sent().len() == before, "something was sent");
        stage.cancel(&cancel).map_err(|error| format!("refund: {error}"))?;
        ensure!(stage.held(&approval.tid) == 0, "held {}", stage.held(&approval.tid));
        Ok(())
    });
}

/// Whatever else the PG tells, it reads without being taken for a deposit.
#[test]
fn other_notices_are_read_and_change_nothing() {
    everywhere(crate::stage::any, |stage| {
        let (ready, approval) = stage.approved()?;
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        stage.cancel(&cancel).map_err(|error| format!("cancel: {error}"))?;
        others(stage)
    });
}

fn others(stage: &Stage) -> Check {
    for outgoing in stage.transport.take_notices() {
        let notice = read(stage, &outgoing).map_err(|error| format!("notice: {error}"))?;
        ensure!(notice.kind == NoticeKind::Other, "{notice:?}");
    }
    Ok(())
}
