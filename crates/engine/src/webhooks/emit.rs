//! Wants a webhook: rows and jobs for the batch that changes the payment.

use super::{Event, JOB, url};
use crate::{Engine, Error, Result};
use domain::payment::Status;
use domain::{MerchantId, Millis};
use store::merchants::MerchantRow;
use store::payments::PaymentRow;
use store::webhooks::{self, WebhookRow};
use store::{Batch, jobs};

/// Where a webhook goes and in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// An `http` or `https` URL.
    pub url: String,
    /// `json` or `form`.
    pub format: String,
}

/// Where webhooks of a payment go: where its earlier ones went, whatever the console says now;
/// else to its own `notice_urls` (a JSON array); else to the console's URL for its mode; a tier
/// without one shares its agency's; else nowhere. `test`: the payment is one.
///
/// # Errors
/// Of the database only: a URL that cannot be one is left out with a line in the log.
pub async fn targets(
    engine: &Engine,
    merchant: &MerchantRow,
    imp_uid: &str,
    notice_urls: Option<&str>,
    test: bool,
) -> Result<Vec<Target>> {
    let earlier = webhooks::of_payment(&engine.db, MerchantId(merchant.id), imp_uid).await?;
    let earlier = earlier.into_iter().map(|row| Target { url: row.url, format: row.format });
    let earlier = distinct(earlier);
    if !earlier.is_empty() {
        return Ok(earlier);
    }
    let mut urls = notice_urls.map(own_urls).unwrap_or_default();
    let mut format = merchant.webhook_format.clone();
    if urls.is_empty()
        && let Some((url, of)) = set(engine, merchant, test).await?
    {
        urls.push(url);
        format = of;
    }
    let usable = urls.into_iter().filter(|target| match url::check("notice_url", target) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(imp_uid, %error, "a webhook URL cannot be used");
            false
        }
    });
    Ok(distinct(usable.map(|url| Target { url, format: format.clone() })))
}

/// The URL and format a merchant's console holds, of a tier without a URL those of its agency.
async fn set(
    engine: &Engine,
    merchant: &MerchantRow,
    test: bool,
) -> Result<Option<(String, String)>> {
    let own = |row: &MerchantRow| {
        let other = row.webhook_test_url.clone().filter(|_| test);
        let url = other.or_else(|| row.webhook_url.clone()).filter(|url| !url.is_empty());
        url.map(|url| (url, row.webhook_format.clone()))
    };
    match (own(merchant), &merchant.tier) {
        (None, Some((agency, _))) => {
            Ok(own(&crate::merchants::get(engine, MerchantId(*agency)).await?))
        }
        (found, _) => Ok(found),
    }
}

/// Appends a webhook and its job for each of the payment's [`targets`]. `at` is the merchant's
/// time, `cancellation_id` is of cancels only. Wake the runner (`engine.wake`) once the batch is
/// committed.
///
/// # Errors
/// Of the database only.
pub async fn emit(
    engine: &Engine,
    batch: &mut Batch,
    payment: &PaymentRow,
    status: Status,
    cancellation_id: Option<&str>,
    at: Millis,
) -> Result<()> {
    append(engine, batch, payment, (status, cancellation_id, None), at).await
}

/// As [`emit`], for something that has a name of its own and leaves the status alone.
///
/// # Errors
/// Of the database only.
pub async fn event(
    engine: &Engine,
    batch: &mut Batch,
    payment: &PaymentRow,
    event: &Event,
    at: Millis,
) -> Result<()> {
    let text = serde_json::to_string(event).map_err(Error::internal)?;
    append(engine, batch, payment, (payment.payment.status(), None, Some(&text)), at).await
}

async fn append(
    engine: &Engine,
    batch: &mut Batch,
    payment: &PaymentRow,
    (status, cancellation_id, event): (Status, Option<&str>, Option<&str>),
    at: Millis,
) -> Result<()> {
    let merchant = MerchantId(payment.merchant_id);
    let owner = crate::merchants::get(engine, merchant).await?;
    let own = payment.notice_urls.as_deref();
    let test = payment.mode == "test";
    for target in targets(engine, &owner, &payment.imp_uid, own, test).await? {
        let row = WebhookRow {
            id: engine.next_id(),
            merchant_id: payment.merchant_id,
            imp_uid: payment.imp_uid.clone(),
            merchant_uid: payment.merchant_uid.clone(),
            status: status.as_str().to_owned(),
            cancellation_id: cancellation_id.map(str::to_owned),
            event: event.map(str::to_owned),
            url: target.url,
            format: target.format,
            created_at: at,
            attempts: 0,
            delivered_at: None,
            gave_up_at: None,
        };
        webhooks::insert(batch, &row);
        jobs::enqueue(batch, merchant, JOB, &row.id.to_string(), at);
    }
    Ok(())
}

/// The texts in a JSON array that are not empty; a single text counts as an array of one.
fn own_urls(json: &str) -> Vec<String> {
    let values = match serde_json::from_str(json) {
        Ok(serde_json::Value::Array(values)) => values,
        Ok(value) => vec![value],
        Err(_) => Vec::new(),
    };
    let texts = values.iter().filter_map(serde_json::Value::as_str).map(str::trim);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn distinct(targets: impl Iterator<Item = Target>) -> Vec<Target> {
    let mut known: Vec<Target> = Vec::new();
    for target in targets {
        if known.iter().all(|other| other.url != target.url) {
            known.push(target);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_urls_are_an_array_or_a_text() {
        assert_eq!(own_urls(r#"["https://a.b", " ", 3, "https://c.d"]"#).len(), 2);
        assert_eq!(own_urls(r#""https://a.b""#), ["https://a.b"]);
        assert!(own_urls("[]").is_empty() && own_urls("nonsense").is_empty());
    }
}
