//! `/console/reconciliation/{id}`: one break, and what people decide about it. Who may decide is
//! the engine's to say; the page only says why a button is missing.

use super::super::form::Form;
use super::super::frame::{Section, Wrongs};
use super::super::respond;
use super::super::show::{When, fill};
use super::super::staff::{Posted, Staff, said};
use super::super::texts_reconcile::{self, Texts};
use super::super::views::reconciliation::{BreakPage, Proposal, Proposed, Remedy};
use super::super::views::{Choice, Fact};
use super::{PAGE, line, payments};
use crate::App;
use crate::extract::One;
use axum::extract::State;
use axum::response::Response;
use domain::Millis;
use engine::reconcile::decide::{self, By};
use engine::reconcile::{self, BreakRow, remedy as remedies};
use engine::staff::Role;
use engine::{Error, Result};

/// The page.
pub(super) async fn show(State(app): State<App>, One(id): One, staff: Staff) -> Response {
    let page = build(&app, &staff, &id, &Form::default(), Wrongs::default()).await;
    staff.reply(page.map(|page| staff.page(&page)))
}

fn number(id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::NotFound("존재하지 않는 불일치 항목입니다."))
}

async fn build(
    app: &App,
    staff: &Staff,
    id: &str,
    typed: &Form,
    wrongs: Wrongs,
) -> Result<BreakPage> {
    let (engine, merchant, lang) = (&app.engine, staff.merchant_id(), staff.lang());
    let r = texts_reconcile::of(lang);
    let row = reconcile::list::one(engine, merchant, number(id)?).await?;
    let channels = payments(app, staff).await?;
    let open = row.status == "open";
    let remedy = remedies::offered(engine, &row).await?.map(|what| button(r, what));
    let mut frame = staff.frame(Section::Reconciliation);
    frame.test = channels.iter().any(|known| known.id == row.channel_id && known.is_test());
    if wrongs.any() {
        frame.here = format!("{PAGE}/{id}");
    }
    let ended = row.decided_login.as_ref().filter(|_| !open && row.status != "proposed");
    let note = row.note.clone().or_else(|| row.reason.clone()).unwrap_or_default();
    Ok(BreakPage {
        frame,
        r,
        wrongs,
        said: told(r, staff.visitor.query.get("did")),
        why: line::kind(r, &row).1,
        ours: line::facts(lang, r, row.ours.as_ref(), staff.now),
        theirs: line::facts(lang, r, row.theirs.as_ref(), staff.now),
        remedy,
        form: if open { form(&row, typed) } else { None },
        proposed: proposed(app, staff, r, &row).await?,
        can_close: open,
        ended: ended.map(|login| (fill(r.ended_by, &[login]), note)),
        line: line::found(lang, r, &row, &channels),
    })
}

fn button(r: &'static Texts, what: remedies::Remedy) -> Remedy {
    match what {
        remedies::Remedy::SettleApproval => {
            Remedy { button: r.remedy_settle_approval, help: r.remedy_help }
        }
        remedies::Remedy::SettleCancel => {
            Remedy { button: r.remedy_settle_cancel, help: r.remedy_help }
        }
        remedies::Remedy::MoneyAfterEnd => {
            Remedy { button: r.remedy_money_after_end, help: r.remedy_money_help }
        }
    }
}

fn told(r: &'static Texts, word: &str) -> Option<&'static str> {
    Some(match word {
        "propose" => r.did_propose,
        "approve" => r.did_approve,
        "reject" => r.did_reject,
        "close" => r.did_close,
        "remedy" => r.did_remedy,
        _ => return None,
    })
}

/// The correction the break suggests, or what was typed.
fn form(row: &BreakRow, typed: &Form) -> Option<Proposal> {
    let suggested = decide::suggested(row)?;
    let or = |name: &str, value: String| match typed.get(name) {
        "" => value,
        typed => typed.to_owned(),
    };
    let accounts = decide::accounts(row.channel_id);
    let choices = |current: &str| {
        accounts.iter().map(|name| Choice::new(name, name.clone(), current)).collect()
    };
    Some(Proposal {
        debits: choices(&or("debit", suggested.debit)),
        credits: choices(&or("credit", suggested.credit)),
        amount: or("amount", suggested.amount.to_string()),
        reason: or("reason", suggested.reason),
    })
}

async fn proposed(
    app: &App,
    staff: &Staff,
    r: &'static Texts,
    row: &BreakRow,
) -> Result<Option<Proposed>> {
    let (Some(debit), Some(credit), Some(amount), Some(reason)) =
        (&row.debit, &row.credit, row.amount, &row.reason)
    else {
        return Ok(None);
    };
    if row.status != "proposed" {
        return Ok(None);
    }
    let people = engine::staff::list(&app.engine, staff.merchant_id()).await?;
    let managers = people.iter().filter(|one| one.role.is_some_and(|role| role >= Role::Manager));
    let blocked = if managers.count() < 2 {
        Some(r.approve_alone)
    } else {
        (row.proposed_by == Some(staff.session.staff_id)).then_some(r.approve_own)
    };
    let login = row.proposed_login.clone().unwrap_or_default();
    let amount = line::amount(staff.lang(), amount, &row.currency);
    let facts = vec![
        Fact::text(r.debit, debit),
        Fact::text(r.credit, credit),
        Fact::text(r.label_amount, &amount),
        Fact::text(staff.t().reason, reason),
    ];
    let at = When::new(Millis(row.proposed_at.unwrap_or(0)), staff.now);
    Ok(Some(Proposed { by: fill(r.proposed_by, &[&login]), at, amount, facts, blocked }))
}

/// Where a decision leads: back to the break, or the form again with what is wrong.
async fn after(
    app: &App,
    staff: Staff,
    id: &str,
    form: &Form,
    did: &str,
    done: Result<BreakRow>,
) -> Response {
    let answer = match done {
        Ok(_) => Ok(respond::see_other(&format!("{PAGE}/{id}?did={did}"))),
        Err(Error::Invalid { field, message }) => {
            let wrongs = Wrongs::one(field, said(staff.lang(), &message));
            build(app, &staff, id, form, wrongs).await.map(|page| staff.again(&page))
        }
        Err(other) => Err(other),
    };
    staff.reply(answer)
}

fn by(staff: &Staff) -> By {
    By { staff_id: staff.session.staff_id }
}

pub(super) async fn propose(State(app): State<App>, One(id): One, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let done = async {
        let amount = form.get("amount").replace(',', "").parse();
        let proposal = decide::Proposal {
            debit: form.get("debit").to_owned(),
            credit: form.get("credit").to_owned(),
            amount: amount.map_err(|_| Error::invalid("amount", "금액이 올바르지 않습니다."))?,
            reason: form.get("reason").to_owned(),
        };
        let merchant = staff.merchant_id();
        decide::propose(&app.engine, merchant, by(&staff), number(&id)?, proposal).await
    }
    .await;
    after(&app, staff, &id, &form, "propose", done).await
}

pub(super) async fn approve(State(app): State<App>, One(id): One, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let (who, merchant, engine) = (by(&staff), staff.merchant_id(), app.engine.clone());
    let done = match number(&id) {
        Ok(break_id) => {
            engine::detached(async move { decide::approve(&engine, merchant, who, break_id).await })
                .await
        }
        Err(error) => Err(error),
    };
    after(&app, staff, &id, &form, "approve", done).await
}

pub(super) async fn reject(State(app): State<App>, One(id): One, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let (who, merchant) = (by(&staff), staff.merchant_id());
    let done = match number(&id) {
        Ok(id) => decide::reject(&app.engine, merchant, who, id, form.get("note")).await,
        Err(error) => Err(error),
    };
    after(&app, staff, &id, &form, "reject", done).await
}

pub(super) async fn close(State(app): State<App>, One(id): One, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let (who, merchant) = (by(&staff), staff.merchant_id());
    let done = match number(&id) {
        Ok(id) => decide::close(&app.engine, merchant, who, id, form.get("note")).await,
        Err(error) => Err(error),
    };
    after(&app, staff, &id, &form, "close", done).await
}

pub(super) async fn remedy(State(app): State<App>, One(id): One, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let (who, merchant, engine) = (by(&staff), staff.merchant_id(), app.engine.clone());
    let done = match number(&id) {
        Ok(break_id) => {
            engine::detached(
                async move { remedies::remedy(&engine, merchant, who, break_id).await },
            )
            .await
        }
        Err(error) => Err(error),
    };
    after(&app, staff, &id, &form, "remedy", done).await
}
