//! Cancelling: a form on the payment page, a page that repeats the amount, and the act. It works
//! in three plain requests, and the act is refused if the balance changed since the form was shown.

use super::form::Form;
use super::frame::{Frame, Section, Wrong, Wrongs};
use super::show::{Lang, fill, money};
use super::staff::{Posted, Staff, said};
use super::views::payment::{CancelForm, CancelPage};
use super::views::{Choice, Fact};
use super::{payment, respond};
use crate::App;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::payment::State as Stand;
use domain::{Money, MoneyError};
use engine::commit::Actor;
use engine::console::Story;
use engine::payments::cancel::CancelRequest;
use engine::rows::{BANKS, PaymentRow};
use engine::staff::Role;
use engine::{Error, Result};

/// What the second page carries on to the third request.
const CARRIED: [&str; 6] =
    ["amount", "reason", "refund_bank", "refund_account", "refund_holder", "refund_tel"];

/// The form as it is first shown; `None` if there is nothing to cancel.
pub(super) fn form(lang: Lang, row: &PaymentRow) -> Option<CancelForm> {
    let held = matches!(
        row.payment.state,
        Stand::AccountIssued { closing: false }
            | Stand::Paid { pending: None }
            | Stand::PartCancelled { pending: None, .. }
    );
    let left = row.payment.left().ok().filter(|left| held && !left.is_zero())?;
    Some(filled(lang, row, left, &Form::default(), Wrongs::default()))
}

/// The form with what was typed; what was not typed is prefilled.
fn filled(lang: Lang, row: &PaymentRow, left: Money, typed: &Form, wrongs: Wrongs) -> CancelForm {
    let t = lang.texts();
    let or = |name: &str, default: &str| match typed.get(name) {
        "" if wrongs.any() => String::new(),
        "" => default.to_owned(),
        typed => typed.to_owned(),
    };
    let bank = typed.get("refund_bank");
    let unpaid = matches!(row.payment.state, Stand::AccountIssued { .. });
    CancelForm {
        amount: or("amount", &left.decimal()),
        amount_label: fill(t.cancel_amount, &[left.currency().code()]),
        amount_hint: fill(t.cancel_left, &[&money(lang, left)]),
        // An account without its deposit is closed whole.
        amount_extra: match unpaid {
            true => "required readonly",
            false => "inputmode=\"decimal\" autocomplete=\"off\" required",
        },
        reason: or("reason", t.cancel_reason),
        account: needs_account(row),
        banks: BANKS.iter().map(|(code, name)| Choice::new(code, *name, bank)).collect(),
        refund_account: typed.get("refund_account").to_owned(),
        refund_holder: typed.get("refund_holder").to_owned(),
        refund_tel: typed.get("refund_tel").to_owned(),
        wrongs,
    }
}

/// Money that was paid into a virtual account goes back to an account of the buyer's.
fn needs_account(row: &PaymentRow) -> bool {
    row.vbank_num.is_some() && row.paid_at.is_some()
}

/// `POST /console/payments/{imp_uid}/cancel/confirm`: repeats the amount.
pub(super) async fn confirm(
    State(app): State<App>,
    Path(imp_uid): Path<String>,
    posted: Posted,
) -> Response {
    let Posted { staff, form } = posted;
    let page = async {
        staff.session.role.need(Role::Manager)?;
        let story = payment::read(&app, &staff, &imp_uid).await?;
        let left = story.view.row.payment.left().map_err(Error::internal)?;
        match check(staff.lang(), &story.view.row, left, &form) {
            Ok(amount) => {
                Ok(staff.page(&confirmation(&staff, &story.view.row, (amount, left), &form)))
            }
            Err(wrongs) => Ok(again(&staff, &story, left, &form, wrongs)),
        }
    };
    staff.reply(page.await)
}

/// `POST /console/payments/{imp_uid}/cancel`: the act.
pub(super) async fn act(
    State(app): State<App>,
    Path(imp_uid): Path<String>,
    posted: Posted,
) -> Response {
    let Posted { staff, form } = posted;
    let done = async {
        staff.session.role.need(Role::Manager)?;
        let story = payment::read(&app, &staff, &imp_uid).await?;
        let left = story.view.row.payment.left().map_err(Error::internal)?;
        if let Err(wrongs) = check(staff.lang(), &story.view.row, left, &form) {
            return Ok(again(&staff, &story, left, &form, wrongs));
        }
        let request = request(&imp_uid, &form);
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::console::cancel(&app.engine, merchant, login, request).await {
            Ok(_) => Ok(respond::see_other(&format!("/console/payments/{imp_uid}?done=cancelled"))),
            Err(error) => {
                let wrongs = wrongs(staff.lang(), error)?;
                // What the page shows is what is committed: it may have changed meanwhile.
                let story = payment::read(&app, &staff, &imp_uid).await?;
                let left = story.view.row.payment.left().map_err(Error::internal)?;
                Ok(again(&staff, &story, left, &form, wrongs))
            }
        }
    };
    staff.reply(done.await)
}

fn request(imp_uid: &str, form: &Form) -> CancelRequest {
    let given = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    CancelRequest {
        imp_uid: Some(imp_uid.to_owned()),
        merchant_uid: None,
        amount: given("amount"),
        tax_free: None,
        vat_amount: None,
        checksum: given("checksum"),
        reason: given("reason"),
        refund_holder: given("refund_holder"),
        refund_bank: given("refund_bank"),
        refund_account: given("refund_account"),
        refund_tel: given("refund_tel"),
        item: None,
        actor: Actor::Console,
        webhook: true,
    }
}

/// The payment page with the form as it was typed. A payment that has nothing left to cancel says
/// why on top instead.
fn again(staff: &Staff, story: &Story, left: Money, form: &Form, wrongs: Wrongs) -> Response {
    let row = &story.view.row;
    if self::form(staff.lang(), row).is_none() {
        let text = wrongs.0.into_iter().map(|wrong| wrong.text).collect::<Vec<_>>().join(" ");
        return staff.reply(Err(Error::Refused(text)));
    }
    let typed = filled(staff.lang(), row, left, form, wrongs);
    staff.again(&payment::build(staff, story, Some(typed), None))
}

/// The amount of a form that can be sent to the engine.
fn check(
    lang: Lang,
    row: &PaymentRow,
    left: Money,
    form: &Form,
) -> std::result::Result<Money, Wrongs> {
    let t = lang.texts();
    let mut wrongs = Wrongs::default();
    let mut wrong = |field: &str, text: String| {
        wrongs.0.push(Wrong { field: field.to_owned(), text });
    };
    let typed = form.get("amount").replace(',', "");
    let amount = Money::parse(&typed, left.currency());
    match amount {
        Ok(amount) if amount.is_zero() => wrong("amount", t.zero.to_owned()),
        Ok(amount) if amount.minor() > left.minor() => wrong("amount", t.too_much.to_owned()),
        Ok(_) => {}
        Err(MoneyError::TooPrecise) => wrong("amount", t.too_precise.to_owned()),
        Err(MoneyError::TooLarge) => wrong("amount", t.too_much.to_owned()),
        Err(MoneyError::NotANumber | MoneyError::Negative | MoneyError::Currencies) => {
            wrong("amount", t.not_a_number.to_owned());
        }
    }
    if form.get("reason").is_empty() {
        wrong("reason", t.reason_missing.to_owned());
    }
    if needs_account(row) {
        for (field, label) in [
            ("refund_bank", t.refund_bank),
            ("refund_account", t.refund_account),
            ("refund_holder", t.refund_holder),
        ] {
            if form.get(field).is_empty() {
                wrong(field, fill(t.missing, &[label]));
            }
        }
    }
    match amount {
        Ok(amount) if !wrongs.any() => Ok(amount),
        _ => Err(wrongs),
    }
}

/// The second page.
fn confirmation(
    staff: &Staff,
    row: &PaymentRow,
    (amount, left): (Money, Money),
    form: &Form,
) -> CancelPage {
    let (lang, t) = (staff.lang(), staff.t());
    let shown = money(lang, amount);
    let rest = left.minus(amount).unwrap_or_else(|_| Money::zero(left.currency()));
    let mut facts = vec![
        Fact::id("imp_uid", &row.imp_uid),
        Fact::id(t.merchant_uid, &row.merchant_uid),
        Fact::text(t.cancel_after, money(lang, rest)),
        Fact::text(t.reason, form.get("reason")),
    ];
    if needs_account(row) {
        let bank = BANKS.iter().find(|(code, _)| *code == form.get("refund_bank"));
        facts.push(Fact::text(t.refund_bank, bank.map_or("", |(_, name)| name)));
        facts.push(Fact::text(t.refund_account, form.get("refund_account")));
        facts.push(Fact::text(t.refund_holder, form.get("refund_holder")));
    }
    let mut hidden: Vec<(&'static str, String)> =
        CARRIED.iter().map(|name| (*name, form.get(name).to_owned())).collect();
    hidden.retain(|(_, value)| !value.is_empty());
    hidden.retain(|(name, _)| *name != "amount");
    hidden.push(("amount", amount.decimal()));
    // What was left when the person decided: if it is something else by then, nothing happens.
    hidden.push(("checksum", left.decimal()));
    CancelPage {
        frame: Frame {
            test: row.mode == "test",
            here: format!("/console/payments/{}", row.imp_uid),
            ..staff.frame(Section::Payments)
        },
        imp_uid: row.imp_uid.clone(),
        question: fill(t.cancel_question, &[&shown]),
        button: fill(t.cancel_button, &[&shown]),
        amount: shown,
        facts,
        hidden,
    }
}

/// What a refusal of the engine means beside the fields.
fn wrongs(lang: Lang, error: Error) -> Result<Wrongs> {
    let t = lang.texts();
    match error {
        Error::Refused(text) if text.contains("잔액이 일치하지") => {
            Ok(Wrongs::one("amount", t.cancel_changed))
        }
        Error::Refused(text) | Error::PgRefused { message: text, .. } => {
            Ok(Wrongs::one("", said(lang, &text)))
        }
        Error::Invalid { field, message } => Ok(Wrongs::one(field, said(lang, &message))),
        other => Err(other),
    }
}

#[cfg(test)]
#[path = "cancel_tests.rs"]
mod tests;
