//! A PG tells of a deposit. Nothing it says is believed before it matches what we know.

use super::line::Line;
use super::settle::{approval_now, attention, attention_about};
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Result};
use domain::ledger::{Kind, Transfer};
use domain::payment::{Event, Illegal};
use domain::{MerchantId, Money};
use pg::{Mode, Notice, NoticeKind, Notices, Pg, Response};
use std::net::IpAddr;
use store::attentions::AttentionRow;
use store::notices::NoticeRow;
use store::payments::PaymentRow;

/// Why a notice is not taken; the PG will send it again.
struct Distrust(String);

/// Takes a notice sent to `/callback/{pg}/notice`. Gives what this PG wants to read.
/// `None` if no PG with notices has this code.
pub async fn notice(
    engine: &Engine,
    code: &str,
    source: IpAddr,
    content_type: &str,
    body: &[u8],
) -> Option<Response> {
    let pg = pg::find(code)?;
    let notices = pg.notices()?;
    let taken = take(engine, pg, notices, source, content_type, body).await;
    Some(match taken {
        Ok(Ok(())) => notices.accepted(),
        Ok(Err(Distrust(why))) => {
            tracing::warn!(pg = code, %source, why, "notice refused");
            notices.refused(&why)
        }
        Err(error) => {
            tracing::error!(pg = code, %error, "notice failed");
            notices.refused("internal error")
        }
    })
}

type Taken = Result<std::result::Result<(), Distrust>>;

async fn take(
    engine: &Engine,
    pg: &'static dyn Pg,
    notices: &dyn Notices,
    source: IpAddr,
    content_type: &str,
    body: &[u8],
) -> Taken {
    let refused = |why: &str| Ok(Err(Distrust(why.to_owned())));
    let read = match notices.read(content_type, body) {
        Ok(read) => read,
        Err(error) => return refused(&error.to_string()),
    };
    let Some(row) = store::payments::find_any(&engine.db, &read.order_no).await? else {
        return refused("no such order");
    };
    let _held = engine.locks.hold(&row.imp_uid).await;
    let row = super::approval::reload(engine, &row).await?;
    if row.pg != pg.spec().code {
        return refused("another PG's order");
    }
    let line = Line::open(engine, &row).await?;
    if !trusted(engine, pg, line.mode, source) {
        return refused("source address not allowed");
    }
    if let Err(error) = notices.verify(&line.credentials, &read) {
        return refused(&error.to_string());
    }
    if read.mid != row.pg_id {
        return refused("mid differs");
    }
    match &read.kind {
        NoticeKind::Other => Ok(Ok(())),
        NoticeKind::MayPay { account, pay_type } => {
            if row.pg_tid.as_deref() != Some(read.tid.as_str())
                || row.vbank_num.as_deref() != Some(account.as_str())
            {
                return refused("transaction or number differs");
            }
            let word = super::cvs::may_pay(engine, &line, &row, pay_type).await?;
            Ok(word.map_err(Distrust))
        }
        NoticeKind::Deposit { amount, account, at, depositor } => {
            let deposit = Deposit {
                amount: *amount,
                account: account.clone(),
                at: at.map_or(line.at.0, |at| at.0),
                depositor: depositor.clone().unwrap_or_default(),
            };
            deposited(engine, &line, row, &read, &deposit).await
        }
    }
}

struct Deposit {
    amount: Money,
    account: Option<String>,
    at: i64,
    depositor: String,
}

/// The PG's published addresses, the operator's, and the embedded sandbox on this machine.
fn trusted(engine: &Engine, pg: &dyn Pg, mode: Mode, source: IpAddr) -> bool {
    let sandbox = engine.sandbox.is_some() && engine.settings.sandbox_tests && mode == Mode::Test;
    let published = |known: &&str| known.parse() == Ok(source);
    pg.spec().notice_sources.iter().any(published)
        || engine.settings.notice_sources.contains(&source)
        || (sandbox && source.is_loopback())
}

async fn deposited(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    read: &Notice,
    deposit: &Deposit,
) -> Taken {
    let mut row = row;
    for _ in 0..super::approval::ROUNDS {
        let mut change = Change::new(engine, row.clone(), Actor::Notice, line.at);
        match change.apply(Event::Deposited(deposit.amount)) {
            Ok(()) => {}
            Err(Conflict::Illegal(Illegal::Repeat)) => {
                return repeated(engine, line, &row, read, deposit).await;
            }
            Err(Conflict::Illegal(Illegal::Amount)) => {
                // The notice was faster than the answer that changed the account.
                if !crate::errands::account_known(engine, line, &row).await? {
                    return distrust("a change of the account is not settled yet");
                }
                let was = row.payment.amount;
                row = super::approval::reload(engine, &row).await?;
                if row.payment.amount != was {
                    continue;
                }
                return suspicious(engine, line, &row, read, deposit).await;
            }
            Err(Conflict::Illegal(Illegal::State)) if row.pg_auth.is_some() => {
                // The notice was faster than the answer that issued the account.
                let checkout = store::checkouts::by_payment(&engine.db, &row.imp_uid).await?;
                let Some(checkout) = checkout else { return distrust("no checkout") };
                let was = row.payment.state;
                row = approval_now(engine, line, &checkout, row).await?.0;
                if row.payment.state == was {
                    return distrust("the account is not settled yet");
                }
                continue;
            }
            Err(Conflict::Illegal(why)) => return distrust(&why.to_string()),
            Err(other) => return Err(other.into()),
        }
        if let Some(why) = mismatch(&row, read, deposit) {
            return distrust(why);
        }
        if change.row.payment.state != row.payment.state {
            change.row.paid_at = Some(deposit.at);
        }
        change.detail("depositor", deposit.depositor.clone());
        change.operation(&read.id);
        if let Some(person) = paid_twice(engine, line, &row).await? {
            store::attentions::raise(&mut change.batch, &person);
        }
        store::notices::insert(&mut change.batch, &notice_row(line, &row, read, "deposited"));
        match change.commit(engine).await {
            Ok(_) | Err(Conflict::NoticeSeen) => return Ok(Ok(())),
            Err(Conflict::Changed) => row = super::approval::reload(engine, &row).await?,
            Err(other) => return Err(other.into()),
        }
    }
    distrust("the payment kept changing")
}

/// The money is there and is written down as such; that the order was paid before by another
/// attempt is for a person to put right.
async fn paid_twice(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
) -> Result<Option<AttentionRow>> {
    let merchant = MerchantId(row.merchant_id);
    let holder = store::history::order_holder(&engine.db, merchant, &row.merchant_uid).await?;
    let other = holder.filter(|holder| *holder != row.imp_uid);
    Ok(other.map(|other| {
        let why = format!("이미 결제된 주문({other})의 가상계좌에 입금되었습니다.");
        attention(row, "order_paid_twice", &why, line.at)
    }))
}

fn distrust(why: &str) -> Taken {
    Ok(Err(Distrust(why.to_owned())))
}

fn mismatch(row: &PaymentRow, read: &Notice, deposit: &Deposit) -> Option<&'static str> {
    if row.pg_tid.as_deref() != Some(read.tid.as_str()) {
        return Some("transaction differs");
    }
    let account = deposit.account.as_deref();
    (account.is_some() && account != row.vbank_num.as_deref()).then_some("account differs")
}

fn notice_row(line: &Line, row: &PaymentRow, read: &Notice, outcome: &str) -> NoticeRow {
    let fields: serde_json::Map<_, _> =
        read.fields.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let shown = serde_json::Value::Object(fields).to_string();
    NoticeRow {
        pg: row.pg.clone(),
        notice_id: read.id.clone(),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        at: line.at.0,
        fields: crate::redact::body(shown.as_bytes(), line.pg.spec().redact, &[]),
        outcome: outcome.to_owned(),
    }
}

/// The payment is paid. The same notice again is fine; another deposit is money too much.
async fn repeated(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    read: &Notice,
    deposit: &Deposit,
) -> Taken {
    if let Some(why) = mismatch(row, read, deposit) {
        return distrust(why);
    }
    let merchant = MerchantId(row.merchant_id);
    let mut row = row.clone();
    for _ in 0..super::approval::ROUNDS {
        let known = store::notices::of_payment(&engine.db, merchant, &row.imp_uid).await?;
        if known.iter().any(|notice| notice.notice_id == read.id) {
            return Ok(Ok(()));
        }
        let mut change = Change::new(engine, row.clone(), Actor::Notice, line.at);
        change.quiet("second_deposit");
        change.detail("amount", deposit.amount.decimal());
        change.operation(&read.id);
        let kind = Kind::SecondDeposit;
        change.moves(Transfer::unexpected(kind, row.channel_id, deposit.amount), "");
        store::notices::insert(&mut change.batch, &notice_row(line, &row, read, "second deposit"));
        let why =
            format!("이미 입금된 가상계좌에 다시 입금되었습니다. ({})", deposit.amount.decimal());
        let about = ("second_deposit", read.id.as_str());
        let person = attention_about(&row, about, &why, line.at);
        store::attentions::raise(&mut change.batch, &person);
        match change.commit(engine).await {
            Ok(_) | Err(Conflict::NoticeSeen) => return Ok(Ok(())),
            Err(Conflict::Changed) => row = super::approval::reload(engine, &row).await?,
            Err(other) => return Err(other.into()),
        }
    }
    distrust("the payment kept changing")
}

/// A notice whose amount is not the order's: refused, and shown to a person.
async fn suspicious(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    read: &Notice,
    deposit: &Deposit,
) -> Taken {
    if mismatch(row, read, deposit).is_none() {
        let mut batch = store::Batch::new();
        let text = format!("입금 통보 금액이 주문과 다릅니다. ({})", deposit.amount.decimal());
        let about = ("wrong_deposit", read.id.as_str());
        store::attentions::raise(&mut batch, &attention_about(row, about, &text, line.at));
        engine.db.commit(batch).await?;
    }
    distrust("amount differs")
}
