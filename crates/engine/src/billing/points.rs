//! Points behind a person's own login (V1 behaviour §3.13, `benepia`). The login becomes a key for
//! one charge; the password is neither kept nor logged.

use super::charge::{self, ChargeRequest, Usage};
use super::customers::worded;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::capability::point_login::PointLogin;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

async fn channel(engine: &Engine, merchant: MerchantId, key: &str) -> Result<ChannelRow> {
    let able = |row: &ChannelRow| pg::find(&row.pg).and_then(pg::Pg::points).is_some();
    let rows = store::channels::list(&engine.db, merchant).await?;
    let row = rows.into_iter().find(|row| row.channel_key == key.trim());
    row.filter(able).ok_or_else(|| {
        Error::Refused("포인트 결제를 지원하는 채널이 아닙니다. (channel_key)".into())
    })
}

/// `POST /benepia/point`: how many points the person has.
///
/// # Errors
/// [`Error::Refused`] for a channel that cannot, [`Error::PgRefused`].
pub async fn balance(
    engine: &Engine,
    merchant: MerchantId,
    channel_key: &str,
    login: &PointLogin,
) -> Result<i64> {
    let channel = channel(engine, merchant, channel_key).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let points = line.pg.points().ok_or_else(|| Error::internal("no points"))?;
    let number = line.number('p');
    let balance = points.balance(&line.cx(&number), login).await.map_err(Error::from);
    balance.map_err(|error| worded(error, "베네피아 포인트 조회에 실패하였습니다."))
}

/// `POST /benepia/payment`: spends points.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::Refused`] for an order that is paid or a channel
/// that cannot, [`Error::PgRefused`] in the PG's words.
pub async fn pay(
    engine: &Engine,
    merchant: MerchantId,
    channel_key: &str,
    login: &PointLogin,
    request: ChargeRequest,
) -> Result<PaymentRow> {
    let channel = channel(engine, merchant, channel_key).await?;
    // Refusals come before effects: the order is checked before the login is shown to the PG.
    charge::money(&request)?;
    charge::not_taken(engine, merchant, &request.merchant_uid).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let points = line.pg.points().ok_or_else(|| Error::internal("no points"))?;
    let number = line.number('p');
    let key = points.login(&line.cx(&number), login).await.map_err(Error::from);
    let key = key.map_err(|error| worded(error, "베네피아 포인트 결제에 실패하였습니다."))?;
    charge::with_key(engine, merchant, &channel, &key, &request, Usage::Points).await
}
