//! The person typed the code.

use super::change::{asking, change, conclude, line, reload};
use super::find::{View, view};
use super::{is_certified, is_open, unknown};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::PgError;
use store::certifications::{self, CertificationRow};

/// Confirms a code; `None` where the person used the app. Gives whom it verified.
///
/// # Errors
/// [`Error::NotFound`] for a number no code was asked for with; [`Error::Invalid`] without a code,
/// or if it is over; [`Error::PgRefused`] for a wrong code, or with `F500`/`F503` if the PG did not
/// answer: a job then finds out, and [`super::get`] tells.
pub async fn confirm(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    otp: Option<&str>,
) -> Result<View> {
    let row = certifications::find(&engine.db, merchant, imp_uid).await?;
    let row = row.filter(|row| row.way != "window").ok_or_else(unknown)?;
    let _held = engine.locks.hold(imp_uid).await;
    let row = confirmable(reload(engine, &row).await?)?;
    if otp.is_none() && row.way != "app" {
        return Err(Error::invalid("otp", "파라메터가 누락되었습니다."));
    }
    let number = row.pg_tid.clone().ok_or_else(|| {
        Error::invalid("imp_uid", "인증번호가 전송되지 않은 요청입니다. 다시 요청해 주세요.")
    })?;
    let line = line(engine, &row).await?;
    let row = if row.asking_at.is_some() {
        // The answer to an earlier code was lost: that one first.
        let answer = line.pg.result(&line.cx(&format!("{imp_uid}r")), imp_uid, &number).await;
        let row = confirmable(conclude(engine, &line, row, &answer).await?)?;
        answer.map(|_| row)?
    } else {
        row
    };
    let row = confirmable(asking(engine, &line, row, None).await?)?;
    let verbs = line.pg.otp().ok_or_else(|| Error::internal("no codes"))?;
    let operation = format!("{imp_uid}c{}", row.version);
    match verbs.confirm(&line.cx(&operation), imp_uid, &number, otp).await {
        Err(PgError::Declined { code, message }) => {
            change(engine, &line, row, |row| {
                row.asking_at = None;
                Ok(())
            })
            .await?;
            Err(PgError::Declined { code, message }.into())
        }
        answer => {
            let row = conclude(engine, &line, row, &answer).await?;
            if is_certified(&row) {
                return view(engine, row);
            }
            answer?;
            Err(over(&row))
        }
    }
}

/// Only one that is open can be confirmed.
fn confirmable(row: CertificationRow) -> Result<CertificationRow> {
    if is_open(&row) { Ok(row) } else { Err(over(&row)) }
}

fn over(row: &CertificationRow) -> Error {
    let text = match (is_certified(row), row.fail_reason.as_deref()) {
        (true, _) => "이미 인증처리가 완료된 건입니다.",
        (false, Some(reason)) if !reason.is_empty() => reason,
        (false, _) => "인증에 실패한 건입니다.",
    };
    Error::invalid("imp_uid", text)
}
