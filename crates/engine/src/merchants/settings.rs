//! A merchant's own settings: the shop's name and where webhooks go.

use crate::{Engine, Error, Result, audit, webhooks};
use domain::MerchantId;
use store::{Batch, merchants};

/// Renames the shop.
///
/// # Errors
/// [`Error::Invalid`].
pub async fn set_name(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    name: &str,
) -> Result<()> {
    let name = shop_name(name)?;
    let mut batch = Batch::new();
    merchants::set_name(&mut batch, merchant, &name);
    audit::note(engine, &mut batch, merchant, actor, "merchant.name", name);
    engine.db.commit(batch).await?;
    Ok(())
}

/// Sets where webhooks of new payments go; an empty URL means nowhere. `format` is `json` or
/// `form`.
///
/// # Errors
/// [`Error::Invalid`].
pub async fn set_webhook(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    url: &str,
    format: &str,
) -> Result<()> {
    if !matches!(format, "json" | "form") {
        return Err(Error::invalid("webhook_format", "json 또는 form이어야 합니다."));
    }
    let url = Some(url.trim()).filter(|url| !url.is_empty());
    if let Some(url) = url {
        webhooks::check_url("webhook_url", url)?;
    }
    let mut batch = Batch::new();
    merchants::set_webhook(&mut batch, merchant, url, format);
    let detail = format!("{} ({format})", url.map_or("-", host));
    audit::note(engine, &mut batch, merchant, actor, "merchant.webhook", detail);
    engine.db.commit(batch).await?;
    Ok(())
}

/// Sets where webhooks of new test payments go; an empty URL means to the same as all others.
///
/// # Errors
/// [`Error::Invalid`].
pub async fn set_webhook_test_url(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    url: &str,
) -> Result<()> {
    let url = Some(url.trim()).filter(|url| !url.is_empty());
    if let Some(url) = url {
        webhooks::check_url("webhook_test_url", url)?;
    }
    let mut batch = Batch::new();
    merchants::set_webhook_test_url(&mut batch, merchant, url);
    let detail = format!("test: {}", url.map_or("-", host));
    audit::note(engine, &mut batch, merchant, actor, "merchant.webhook", detail);
    engine.db.commit(batch).await?;
    Ok(())
}

/// The URL without its query, where people put secrets.
fn host(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// A shop's name, trimmed.
pub(super) fn shop_name(name: &str) -> Result<String> {
    let name = name.trim();
    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Error::invalid("name", "상점 이름은 1자에서 60자까지입니다."))
    }
}
