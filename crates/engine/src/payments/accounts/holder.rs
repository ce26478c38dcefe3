//! `GET /vbanks/holder` (legacy): whose account a number is.

use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;

/// Asks the first of the merchant's PGs that tells; never a made-up name. `number` is digits,
/// `bank` any of V1's codes.
///
/// # Errors
/// [`Error::Invalid`] for an unknown bank; [`Error::NotFound`] if there is no such account, or no
/// PG that tells; those of a call to a PG.
pub async fn holder(
    engine: &Engine,
    merchant: MerchantId,
    bank: &str,
    number: &str,
) -> Result<String> {
    let bank = pg::codes::normalise_bank(bank)
        .ok_or_else(|| Error::invalid("bank_code", "알 수 없는 은행코드입니다."))?;
    let tells = |code: &str| pg::find(code).is_some_and(|pg| pg.holders().is_some());
    let channels = store::channels::list(&engine.db, merchant).await?;
    let channel = channels.into_iter().find(|row| row.is_payment() && tells(&row.pg));
    let none = Error::NotFound("예금주를 조회할 수 있는 PG 설정이 없습니다.");
    let line = Line::of_channel(engine, &channel.ok_or(none)?, "").await?;
    let verbs = line.pg.holders().ok_or_else(|| Error::internal("no holders"))?;
    let asked = line.number('h');
    let found = verbs.holder(&line.cx(&asked), bank, number).await?;
    found.ok_or(Error::NotFound("예금주를 찾을 수 없습니다."))
}
