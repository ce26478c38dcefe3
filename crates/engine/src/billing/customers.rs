//! Customers with a billing key: issued from a card, issued in a window, read, deleted.

use super::key;
use crate::payments::find::{self, Page};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, Millis};
use pg::{Buyer, CardInput, IssuedKey, KeyIssue, Mode};
use store::Batch;
use store::channels::ChannelRow;
use store::customers::CustomerRow;

/// Who the customer is, as the merchant says; empty texts where it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The merchant's number of the buyer.
    pub customer_id: String,
    /// Name, e-mail, telephone, address, postcode.
    pub buyer: Buyer,
}

/// A key to be issued from a card.
#[derive(Clone, Debug)]
pub struct IssueRequest {
    /// The merchant's name of the customer.
    pub customer_uid: String,
    /// The card; wiped when dropped.
    pub card: CardInput,
    /// Whose it is.
    pub person: Person,
    /// `channel_key`, if given.
    pub channel_key: Option<String>,
    /// `pg`, if given.
    pub pg: Option<String>,
}

/// V1's text for a customer nobody knows.
#[must_use]
pub fn unknown(customer_uid: &str) -> String {
    format!("요청하신 customer_uid({customer_uid})로 등록된 정보를 찾을 수 없습니다.")
}

/// Issues a key from a card, or replaces the customer's key. No money moves.
///
/// # Errors
/// [`Error::PgRefused`] in V1's words around the PG's, [`Error::Refused`] without a channel that
/// can, [`Error::Invalid`] for a malformed customer_uid.
pub async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    request: IssueRequest,
) -> Result<CustomerRow> {
    check_uid(&request.customer_uid)?;
    let _held = engine.locks.hold(&format!("customer:{}", request.customer_uid)).await;
    let (key_pg, key) = (request.channel_key.as_deref(), request.pg.as_deref());
    let channel = channel_for_cards(engine, merchant, key_pg, key).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let issued = from_card(&line, &request.customer_uid, request.card, &request.person).await;
    let issued =
        issued.map_err(|error| worded(error, "카드정보 인증 및 빌키 발급에 실패하였습니다."))?;
    save(engine, merchant, &channel, &request.customer_uid, &issued, &request.person, line.at).await
}

/// Asks the PG of a line for a key.
pub(super) async fn from_card(
    line: &Line,
    customer_uid: &str,
    card: CardInput,
    person: &Person,
) -> Result<IssuedKey> {
    let billing = line.pg.billing().ok_or_else(|| Error::internal("no billing"))?;
    let order_no = line.number('k');
    let issue = KeyIssue {
        customer_uid: customer_uid.to_owned(),
        order_no: order_no.clone(),
        card,
        buyer: person.buyer.clone(),
        client_ip: "127.0.0.1".into(),
    };
    Ok(billing.issue(&line.cx(&order_no), &issue).await?)
}

/// A PG's refusal with V1's words before it: `… [F112]text`.
pub(crate) fn worded(error: Error, prefix: &str) -> Error {
    match error {
        Error::PgRefused { code, message } => {
            let text = match message.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                Some(inner) => match inner.split_once('|') {
                    Some((code, text)) => format!("[{code}]{text}"),
                    None => message.clone(),
                },
                None => message.clone(),
            };
            Error::PgRefused { code, message: format!("{prefix} {text}") }
        }
        other => other,
    }
}

/// Keeps an issued key under the customer's name.
pub(crate) async fn save(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    customer_uid: &str,
    issued: &IssuedKey,
    person: &Person,
    at: Millis,
) -> Result<CustomerRow> {
    let mut batch = Batch::new();
    let row = row(engine, merchant, channel, customer_uid, issued, person, at)?;
    store::customers::put(&mut batch, &row);
    engine.db.commit(batch).await?;
    let saved = store::customers::find(&engine.db, merchant, customer_uid).await?;
    saved.ok_or_else(|| Error::internal("the customer is gone"))
}

/// The row of an issued key.
pub(crate) fn row(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    customer_uid: &str,
    issued: &IssuedKey,
    person: &Person,
    at: Millis,
) -> Result<CustomerRow> {
    let text = |text: &str, limit| Some(domain::text::cut(text, limit)).filter(|t| !t.is_empty());
    let card = issued.card.clone().unwrap_or_default();
    Ok(CustomerRow {
        merchant_id: merchant.0,
        customer_uid: customer_uid.to_owned(),
        channel_id: channel.id,
        pg: channel.pg.clone(),
        pg_id: channel.mid.clone(),
        mode: channel.mode.clone(),
        sealed_key: key::seal(engine, &key::of_customer(merchant.0, customer_uid), issued)?,
        customer_id: text(&person.customer_id, 80),
        card_code: card.code,
        card_name: card.name,
        card_number: card.number,
        card_type: card.kind,
        customer_name: text(&person.buyer.name, 20),
        customer_tel: text(&person.buyer.tel, 20),
        customer_email: text(&person.buyer.email, 200),
        customer_addr: text(&person.buyer.addr, 200),
        customer_postcode: text(&person.buyer.postcode, 8),
        inserted_at: at.0,
        updated_at: at.0,
        deleted_at: None,
        version: 1,
    })
}

/// The customer with this name.
///
/// # Errors
/// [`Error::Refused`] with V1's text (V1 behaviour §9-1: HTTP 200).
pub async fn get(engine: &Engine, merchant: MerchantId, customer_uid: &str) -> Result<CustomerRow> {
    let row = store::customers::find(&engine.db, merchant, customer_uid).await?;
    row.ok_or_else(|| Error::Refused(unknown(customer_uid)))
}

/// Customers by name, those that exist.
///
/// # Errors
/// Faults of ours.
pub async fn get_many(
    engine: &Engine,
    merchant: MerchantId,
    customer_uids: &[String],
) -> Result<Vec<CustomerRow>> {
    let mut found = Vec::new();
    for customer_uid in customer_uids {
        found.extend(store::customers::find(&engine.db, merchant, customer_uid).await?);
    }
    Ok(found)
}

/// Payments made with a customer's key, newest first. `page` counts from 1.
///
/// # Errors
/// [`Error::Refused`] with V1's text if there is no such customer and never was a payment of it,
/// [`Error::Invalid`] past the last page.
pub async fn payments(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: &str,
    (page, limit): (i64, i64),
) -> Result<Page> {
    let found = find::of_customer(engine, merchant, customer_uid, (page, limit)).await?;
    if found.total == 0 {
        get(engine, merchant, customer_uid).await?;
    }
    Ok(found)
}

/// Deletes a customer and its key here, and at the PG where it has a call for it. Plans stay and
/// will fail: revoking them is the merchant's (V1 behaviour §3.7).
///
/// # Errors
/// [`Error::Refused`] for an unknown customer.
pub async fn delete(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: &str,
) -> Result<CustomerRow> {
    let _held = engine.locks.hold(&format!("customer:{customer_uid}")).await;
    let row = get(engine, merchant, customer_uid).await?;
    let channel = store::channels::find(&engine.db, merchant, row.channel_id).await?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut batch = Batch::new();
    store::customers::delete(&mut batch, merchant, customer_uid, at.0);
    engine.db.commit(batch).await?;
    // Ours is gone whatever the PG says; a key the PG keeps cannot be charged without us.
    if let Some(channel) = channel
        && let Err(error) = forget(engine, &channel, &row).await
    {
        tracing::warn!(customer_uid, %error, "the PG did not forget a billing key");
    }
    Ok(row)
}

async fn forget(engine: &Engine, channel: &ChannelRow, row: &CustomerRow) -> Result<()> {
    let line = Line::of_channel(engine, channel, "").await?;
    let key = key::of_row(engine, row)?;
    let number = line.number('f');
    match line.pg.billing() {
        Some(billing) => Ok(billing.forget(&line.cx(&number), &key).await?),
        None => Ok(()),
    }
}

/// A channel whose PG issues keys from cards: the one asked for if it can, else the default, else
/// the first that can (V1: a missing or invalid `pg` is never an error on API calls).
pub(super) async fn channel_for_cards(
    engine: &Engine,
    merchant: MerchantId,
    channel_key: Option<&str>,
    pg: Option<&str>,
) -> Result<ChannelRow> {
    let able = |row: &ChannelRow| {
        let billing = pg::find(&row.pg).and_then(pg::Pg::billing).filter(|_| row.is_payment());
        billing.is_some_and(pg::Billing::has_card_issue)
    };
    let asked = crate::channels::resolve(engine, merchant, channel_key, pg).await;
    let chosen = match asked {
        Ok(row) if able(&row) => Some(row),
        Ok(_) | Err(Error::Refused(_)) => {
            store::channels::list(&engine.db, merchant).await?.into_iter().find(able)
        }
        Err(other) => return Err(other),
    };
    let none = || Error::Refused("카드정보로 결제할 수 있는 PG 설정이 없습니다.".into());
    let row = chosen.ok_or_else(none)?;
    let live = crate::channels::mode(&row) == Mode::Live;
    if live && !engine.settings.live_card_numbers {
        let text =
            "실연동에서는 카드번호를 직접 받는 결제가 꺼져 있습니다. (ieum.toml의 [cards] 참고)";
        return Err(Error::Refused(text.into()));
    }
    Ok(row)
}

pub(super) fn check_uid(customer_uid: &str) -> Result<()> {
    let length = customer_uid.chars().count();
    if length == 0 || length > 80 || customer_uid.chars().any(char::is_control) {
        return Err(Error::invalid("customer_uid", "1자에서 80자 사이여야 합니다."));
    }
    Ok(())
}
