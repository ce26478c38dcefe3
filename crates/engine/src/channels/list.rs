//! Channels as the console shows them, without their secrets.

use super::{credentials, get as find};
use crate::{Engine, Result};
use domain::MerchantId;
use pg::{Field, Spec};
use store::channels::{self, ChannelRow};

/// A channel for people.
pub struct Channel {
    /// The row.
    pub row: ChannelRow,
    /// Payments that name no channel take this one.
    pub is_default: bool,
    /// Facts about its PG; `None` if this program does not have the PG any more.
    pub spec: Option<&'static Spec>,
    /// Inputs of live mode and what is stored for them; none in test mode.
    pub values: Vec<Value>,
    /// The stored values cannot be opened: they were sealed with another master key.
    pub broken: bool,
}

/// What is stored for one input.
pub struct Value {
    /// The input.
    pub field: &'static Field,
    /// The value, masked if it is secret; empty if there is none.
    pub shown: String,
}

/// The merchant's channels in the order they were added.
///
/// # Errors
/// Of the database.
pub async fn list(engine: &Engine, merchant: MerchantId) -> Result<Vec<Channel>> {
    let owner = crate::merchants::get(engine, merchant).await?;
    let rows = channels::list(&engine.db, merchant).await?;
    let shown = rows.into_iter().map(|row| {
        let is_default = owner.default_channel_id == Some(row.id);
        show(engine, row, is_default)
    });
    Ok(shown.collect())
}

/// One of the merchant's channels.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn get(engine: &Engine, merchant: MerchantId, id: i64) -> Result<Channel> {
    let owner = crate::merchants::get(engine, merchant).await?;
    let row = find::row(engine, merchant, id).await?;
    let is_default = owner.default_channel_id == Some(row.id);
    Ok(show(engine, row, is_default))
}

fn show(engine: &Engine, row: ChannelRow, is_default: bool) -> Channel {
    let spec = credentials::spec(&row).ok();
    let opened = credentials::open(engine, &row);
    let broken = opened.is_err();
    let stored = opened.unwrap_or_default();
    let fields = spec.filter(|_| !row.is_test()).map_or(&[][..], |spec| spec.fields);
    let values = fields.iter().map(|field| {
        let shown = match stored.get(field.key) {
            Some(value) if field.secret => domain::text::mask(value),
            Some(value) => value.clone(),
            None => String::new(),
        };
        Value { field, shown }
    });
    let values = values.collect();
    Channel { row, is_default, spec, values, broken }
}
