//! What a channel says to its PG: the operator's own credentials, or the published test ones.

use crate::{Engine, Error, Result};
use pg::{Credentials, Mode, Spec};
use std::collections::BTreeMap;
use store::channels::ChannelRow;

/// The channel's credentials. Those of test mode are the PG's published ones.
///
/// # Errors
/// [`Error::Internal`] if the PG is not in this program, or the master key is another one.
pub fn credentials(engine: &Engine, channel: &ChannelRow) -> Result<Credentials> {
    if channel.is_test() {
        return Ok(spec(channel)?.test_credentials());
    }
    let mut credentials = Credentials::default();
    for (key, value) in open(engine, channel)? {
        credentials.set(&key, value);
    }
    Ok(credentials)
}

/// The facts about the channel's PG.
///
/// # Errors
/// [`Error::Internal`] if the PG is not in this program.
pub fn spec(channel: &ChannelRow) -> Result<&'static Spec> {
    let spec = match channel.is_payment() {
        true => pg::find(&channel.pg).map(pg::Pg::spec),
        false => pg::certifiers::find(&channel.pg).map(|one| one.spec()),
    };
    spec.ok_or_else(|| Error::internal(format!("this program has no PG {}", channel.pg)))
}

/// Which side of the PG the channel talks to.
#[must_use]
pub fn mode(channel: &ChannelRow) -> Mode {
    if channel.is_test() { Mode::Test } else { Mode::Live }
}

/// The stored values by field; none in test mode.
pub(super) fn open(engine: &Engine, channel: &ChannelRow) -> Result<BTreeMap<String, String>> {
    if channel.sealed.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = engine.keyring.open(&context(channel.id), &channel.sealed)?;
    serde_json::from_str(&text)
        .map_err(|_| Error::internal(format!("credentials of channel {}", channel.id)))
}

/// Values as they are stored for this channel.
pub(super) fn seal(engine: &Engine, id: i64, values: &BTreeMap<String, String>) -> Result<String> {
    let text = serde_json::to_string(values).map_err(Error::internal)?;
    engine.keyring.seal(&context(id), &text, crate::draw::nonce(&*engine.random))
}

pub(crate) fn context(id: i64) -> String {
    format!("channels/{id}")
}
