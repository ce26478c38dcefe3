//! `GET /console/payments/{imp_uid}`: the payment page.

use super::frame::{Frame, Section, Wrongs};
use super::show::{Lang, When, fill, money};
use super::staff::{Posted, Staff, said};
use super::views::payment::{CancelForm, CancelLine, DepositForm, Group, PaymentPage};
use super::views::{Fact, Pill};
use super::{cancel, line, respond, story, words};
use crate::App;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::payment::State as Stand;
use domain::{Millis, Money};
use engine::console::Story;
use engine::rows::{CancelRow, PaymentRow};
use engine::staff::Role;
use engine::{Error, Result};

/// The page.
pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(imp_uid): Path<String>,
) -> Response {
    let page = async {
        let story = read(&app, &staff, &imp_uid).await?;
        let form = cancel::form(staff.lang(), &story.view.row);
        let deposit = deposit_form(staff.lang(), &story, Wrongs::default(), "");
        Ok(staff.page(&build(&staff, &story, form, deposit)))
    };
    staff.reply(page.await)
}

/// The story of a payment; an address that cannot be one is a payment that is not there.
pub(super) async fn read(app: &App, staff: &Staff, imp_uid: &str) -> Result<Story> {
    let imp_uid = domain::ImpUid::parse(imp_uid).ok_or(Error::NotFound("없는 결제입니다."))?;
    engine::console::story(&app.engine, staff.merchant_id(), imp_uid.as_str()).await
}

/// `POST /console/payments/{imp_uid}/deposit`: the sandbox's customer pays in.
pub(super) async fn deposit(
    State(app): State<App>,
    Path(imp_uid): Path<String>,
    posted: Posted,
) -> Response {
    let Posted { staff, form } = posted;
    let depositor = form.get("depositor");
    let done = async {
        staff.session.role.need(Role::Manager)?;
        let imp_uid = domain::ImpUid::parse(&imp_uid).ok_or(Error::NotFound("없는 결제입니다."))?;
        let (merchant, login) = (staff.merchant_id(), staff.login());
        let booked =
            engine::console::deposit(&app.engine, merchant, login, imp_uid.as_str(), depositor);
        match booked.await {
            Ok(_) => Ok(respond::see_other(&format!("/console/payments/{imp_uid}?done=deposited"))),
            Err(Error::Refused(why)) => {
                let story = read(&app, &staff, imp_uid.as_str()).await?;
                let wrongs = Wrongs::one("depositor", said(staff.lang(), &why));
                let deposit = deposit_form(staff.lang(), &story, wrongs, depositor);
                let form = cancel::form(staff.lang(), &story.view.row);
                if deposit.is_none() {
                    return Err(Error::Refused(why));
                }
                Ok(staff.again(&build(&staff, &story, form, deposit)))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(done.await)
}

/// The page out of a story; forms are left out for those who may not use them.
pub(super) fn build(
    staff: &Staff,
    story: &Story,
    cancel: Option<CancelForm>,
    deposit: Option<DepositForm>,
) -> PaymentPage {
    let (lang, t, row) = (staff.lang(), staff.t(), &story.view.row);
    let frame = staff.frame(Section::Payments);
    let writes = frame.writes();
    let back = format!("/console/payments/{}", row.imp_uid);
    let attentions = story.attentions.iter().enumerate();
    let attentions =
        attentions.map(|(n, open)| line::attention(lang, n, open, story.now, &back)).collect();
    let given = row.payment.cancelled();
    let left = row.payment.left().ok().filter(|_| !given.is_zero());
    let left = left.map(|left| fill(t.left_of, &[&money(lang, given), &money(lang, left)]));
    let cancels = story.view.cancels.iter().map(|one| cancel_line(lang, row, one, story.now));
    PaymentPage {
        frame: Frame { test: row.mode == "test", here: back, ..frame },
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        name: line::name(row),
        amount: money(lang, row.payment.amount),
        left,
        reason: reason(lang, row, story.now),
        state: words::state(t, row.payment),
        attentions,
        items: story.steps.iter().map(|step| story::item(lang, row, step, story.now)).collect(),
        cancel: cancel.filter(|_| writes),
        deposit: deposit.filter(|_| writes),
        groups: groups(lang, row, story.now),
        cancels: cancels.collect(),
    }
}

fn deposit_form(lang: Lang, story: &Story, wrongs: Wrongs, depositor: &str) -> Option<DepositForm> {
    let row = &story.view.row;
    let waits = matches!(row.payment.state, Stand::AccountIssued { closing: false });
    (story.sandbox && waits).then(|| DepositForm {
        wrongs,
        depositor: match depositor {
            "" => row.buyer_name.clone().unwrap_or_default(),
            typed => typed.to_owned(),
        },
        button: fill(lang.texts().deposit_button, &[&money(lang, row.payment.amount)]),
    })
}

/// Why it is as it is, where that is not plain from the state.
fn reason(lang: Lang, row: &PaymentRow, now: Millis) -> Option<String> {
    let t = lang.texts();
    if let Some(pending) = row.payment.pending_cancel() {
        return Some(fill(t.pending_why, &[&money(lang, pending)]));
    }
    match row.payment.state {
        Stand::Failed => row.fail_reason.clone(),
        Stand::Unknown => Some(t.unknown_why.to_owned()),
        Stand::AccountIssued { .. } => {
            let due = row.vbank_due_at.map(|due| When::new(Millis(due), now).short);
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let (bank, number) = (text(&row.vbank_name), text(&row.vbank_num));
            let late = row.vbank_due_at.is_some_and(|due| due < now.0);
            let text = if late { t.waited_for } else { t.waits_for };
            Some(fill(text, &[&bank, &number, &due.unwrap_or_default()]))
        }
        Stand::Ready
        | Stand::Approving
        | Stand::Paid { .. }
        | Stand::PartCancelled { .. }
        | Stand::Cancelled => None,
    }
}

fn cancel_line(lang: Lang, row: &PaymentRow, cancel: &CancelRow, now: Millis) -> CancelLine {
    let t = lang.texts();
    let amount = Money::new(cancel.amount, row.payment.amount.currency());
    let state: Pill = words::cancel(t, &cancel.state);
    CancelLine {
        state,
        amount: amount.map_or_else(|_| "–".to_owned(), |amount| money(lang, amount)),
        reason: cancel.reason.clone(),
        requester: words::actor(t, &cancel.requester),
        message: cancel.message.clone(),
        at: When::new(Millis(cancel.done_at.unwrap_or(cancel.asked_at)), now),
    }
}

/// Facts, those that are not there left out.
fn groups(lang: Lang, row: &PaymentRow, now: Millis) -> Vec<Group> {
    let t = lang.texts();
    let group = |title, facts: Vec<Option<Fact>>| Group {
        title,
        facts: facts.into_iter().flatten().collect(),
    };
    let all = vec![
        group(t.group_payment, payment_facts(lang, row, now)),
        group(t.group_buyer, buyer_facts(lang, row)),
        group(
            t.group_more,
            vec![text(t.custom_data, &row.custom_data), text(t.user_agent, &row.user_agent)],
        ),
    ];
    all.into_iter().filter(|group| !group.facts.is_empty()).collect()
}

fn payment_facts(lang: Lang, row: &PaymentRow, now: Millis) -> Vec<Option<Fact>> {
    let t = lang.texts();
    let at = |label, at: Option<i64>| at.map(|at| Fact::at(label, When::new(Millis(at), now)));
    let id = |label, value: &Option<String>| {
        value.as_ref().filter(|value| !value.is_empty()).map(|value| Fact::id(label, value))
    };
    let mode = if row.mode == "test" { t.mode_test } else { t.mode_live };
    let card = row.card_name.as_ref().map(|name| {
        Fact::text(t.card, format!("{name} {}", row.card_number.as_deref().unwrap_or("")))
    });
    let quota = row.card_name.as_ref().map(|_| match row.card_quota {
        0 | 1 => Fact::text(t.quota, t.quota_none),
        months => Fact::text(t.quota, fill(t.quota_months, &[&months.to_string()])),
    });
    let account = row.vbank_num.as_ref().map(|number| {
        Fact::id(t.account, format!("{} {number}", row.vbank_name.as_deref().unwrap_or("")))
    });
    vec![
        Some(Fact::text(t.method, words::method(lang, row.pay_method.as_deref().unwrap_or("")))),
        Some(Fact::text(t.pg, format!("{} · {mode}", words::pg(lang, &row.pg)))),
        Some(Fact::id(t.mid, &row.pg_id)),
        id(t.pg_tid, &row.pg_tid),
        id(t.apply_num, &row.apply_num),
        card,
        quota,
        text(t.bank, &row.bank_name),
        account,
        text(t.account_holder, &row.vbank_holder),
        at(t.due, row.vbank_due_at),
        row.escrow.then(|| Fact::text(t.escrow, t.yes)),
        Some(Fact::text(t.device, row.channel.to_uppercase())),
        at(t.requested_at, Some(row.started_at)),
        at(t.paid_at, row.paid_at),
        at(t.cancelled_at, row.cancelled_at),
        at(t.failed_at, row.failed_at),
    ]
}

fn buyer_facts(lang: Lang, row: &PaymentRow) -> Vec<Option<Fact>> {
    let t = lang.texts();
    let parts = [row.buyer_postcode.as_deref(), row.buyer_addr.as_deref()];
    let address: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    vec![
        text(t.name, &row.buyer_name),
        text(t.tel, &row.buyer_tel),
        text(t.email, &row.buyer_email),
        (!address.is_empty()).then(|| Fact::text(t.address, address.join(" "))),
    ]
}

fn text(label: &'static str, value: &Option<String>) -> Option<Fact> {
    value.as_ref().filter(|value| !value.is_empty()).map(|value| Fact::text(label, value))
}
