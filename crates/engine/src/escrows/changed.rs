//! A PG tells what became of an escrow: the buyer took the goods, or refused them. The merchant is
//! told by a webhook with a name of its own (V1 behaviour §6.1).
//!
//! No PG here publishes the form of such a notice, so only the sandbox's is read, and only for test
//! channels; in live mode everything is refused with a line in the log.

use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line;
use crate::webhooks::{self, emit};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::capability::escrow::{EscrowChange, Escrows};
use pg::{Mode, Pg, Response};
use serde_json::json;
use std::net::IpAddr;
use store::escrows::{self, EscrowRow};
use store::notices::NoticeRow;

/// Takes a notice sent to `/{pg}_payments/escrow/changed`. `None` if no PG with such notices has
/// this code.
pub async fn changed(engine: &Engine, code: &str, source: IpAddr, body: &[u8]) -> Option<Response> {
    let pg = pg::find(code)?;
    let verbs = pg.escrows()?;
    let event = verbs.event()?;
    Some(match take(engine, pg, verbs, event, source, body).await {
        Ok(Ok(())) => Response::text("OK"),
        Ok(Err(why)) => {
            tracing::warn!(pg = code, %source, why, "escrow notice refused");
            Response::text("FAIL")
        }
        Err(error) => {
            tracing::error!(pg = code, %error, "escrow notice failed");
            Response::text("FAIL")
        }
    })
}

type Taken = Result<std::result::Result<(), String>>;

async fn take(
    engine: &Engine,
    pg: &'static dyn Pg,
    verbs: &dyn Escrows,
    event: &str,
    source: IpAddr,
    body: &[u8],
) -> Taken {
    let refused = |why: &str| Ok(Err(why.to_owned()));
    let change = match verbs.read_simulated(body) {
        Ok(change) => change,
        Err(error) => return refused(&error.to_string()),
    };
    let Some(mut row) = store::payments::find_any(&engine.db, &change.order_no).await? else {
        return refused("no such order");
    };
    let _held = engine.locks.hold(&row.imp_uid).await;
    if row.pg != pg.spec().code || !row.escrow {
        return refused("another PG's order, or no escrow");
    }
    for _ in 0..ROUNDS {
        row = reload(engine, &row).await?;
        let line = Line::open(engine, &row).await?;
        let sandbox = engine.sandbox.is_some() && engine.settings.sandbox_tests;
        if !(sandbox && line.mode == Mode::Test && source.is_loopback()) {
            return refused("not from this hub's sandbox");
        }
        if change.mid != row.pg_id || row.pg_tid.as_deref() != Some(change.tid.as_str()) {
            return refused("mid or transaction differs");
        }
        let mut noted = Change::new(engine, row.clone(), Actor::Notice, line.at);
        noted.note("escrow_changed");
        noted.detail("status", change.status.clone());
        store::notices::insert(&mut noted.batch, &notice(&row.pg, row.merchant_id, &change, &line));
        put(engine, &mut noted, &change).await?;
        let extra = json!({
            "escrow_status": change.status,
            "changed_at": change.at.seconds(),
            "denied_reason": Some(&change.reason).filter(|reason| !reason.is_empty()),
        });
        let event = webhooks::Event { name: event.to_owned(), extra };
        emit::event(engine, &mut noted.batch, &row, &event, line.at).await?;
        match noted.commit(engine).await {
            Ok(_) | Err(Conflict::NoticeSeen) => return Ok(Ok(())),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("the payment kept changing"))
}

/// The delivery, where one was registered here, knows what became of it. Notices overtake each
/// other: what was told late is told on to the merchant, with its own time, and unsettles nothing.
async fn put(engine: &Engine, noted: &mut Change, change: &EscrowChange) -> Result<()> {
    let merchant = MerchantId(noted.row.merchant_id);
    let found = escrows::find(&engine.db, merchant, &change.order_no).await?;
    if let Some(row) = found.filter(|row| change.follows(row.escrow_status.as_deref())) {
        let escrow_status = Some(change.status.clone());
        let version = row.version + 1;
        escrows::put(&mut noted.batch, &EscrowRow { escrow_status, version, ..row });
    }
    Ok(())
}

fn notice(pg: &str, merchant_id: i64, change: &EscrowChange, line: &Line) -> NoticeRow {
    NoticeRow {
        pg: pg.to_owned(),
        notice_id: format!("escrow:{}:{}:{}", change.tid, change.status, change.at.0),
        merchant_id,
        imp_uid: change.order_no.clone(),
        at: line.at.0,
        fields: json!({ "escrow_status": change.status }).to_string(),
        outcome: "escrow".to_owned(),
    }
}
