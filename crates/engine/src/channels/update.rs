//! Changes a channel's name, mode or credentials.

use super::add::{refused, settings, word};
use super::{credentials, fields, get};
use crate::{Engine, Error, Result, audit};
use domain::MerchantId;
use pg::Mode;
use std::collections::BTreeMap;
use store::channels::{self, ChannelRow};
use store::{Batch, merchants};

/// What the settings form says. Holds secrets, so it has no `Debug`.
pub struct UpdateChannel {
    /// The channel's number.
    pub id: i64,
    /// What the merchant calls it; empty for the PG's name.
    pub name: String,
    /// Test mode forgets the stored values.
    pub mode: Mode,
    /// Values by field key; an empty secret keeps the stored one; ignored in test mode.
    pub fields: BTreeMap<String, String>,
}

/// Changes a channel. Once a payment went through it its MID and mode stay, since cancels of that
/// payment need them: add another channel instead.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] naming the field; [`Error::Refused`] if this PG, MID
/// and mode are there already, if payments hold it, or if somebody changed it meanwhile.
pub async fn update(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    new: UpdateChannel,
) -> Result<ChannelRow> {
    let old = get::row(engine, merchant, new.id).await?;
    let spec = credentials::spec(&old)?;
    // Sealed with a master key that is gone: whoever types every secret anew repairs the channel.
    let stored = credentials::open(engine, &old).unwrap_or_default();
    let settings = settings(engine, spec, old.id, new.mode, &new.fields, &stored)?;
    let row = ChannelRow {
        name: fields::name(spec, &new.name)?,
        mode: word(new.mode).to_owned(),
        mid: settings.mid,
        sealed: settings.sealed,
        updated_at: engine.now(),
        version: old.version + 1,
        ..old.clone()
    };
    let moved = row.mid != old.mid || row.mode != old.mode;
    if moved && channels::is_used(&engine.db, merchant, old.id).await? {
        let text = "이 채널로 이루어진 결제가 있어 상점아이디(MID)와 모드를 바꿀 수 없습니다. \
                    PG사를 새로 추가해 주세요.";
        return Err(Error::Refused(text.to_owned()));
    }
    let mut batch = Batch::new();
    merchants::hold(&mut batch, merchant);
    channels::update(&mut batch, &row);
    let values = credentials::open(engine, &row)?;
    let detail = changes(&old, &row, &stored, &values);
    audit::note(engine, &mut batch, merchant, actor, "channel.update", detail);
    engine.db.commit(batch).await.map_err(refused)?;
    Ok(row)
}

/// What changed, for the audit log: values of what is public, else only that it changed.
fn changes(
    old: &ChannelRow,
    new: &ChannelRow,
    stored: &BTreeMap<String, String>,
    values: &BTreeMap<String, String>,
) -> String {
    let mut parts = vec![format!("{} {}", new.pg, new.channel_key)];
    for (what, from, to) in [
        ("name", &old.name, &new.name),
        ("mode", &old.mode, &new.mode),
        ("mid", &old.mid, &new.mid),
    ] {
        if from != to {
            parts.push(format!("{what}: {from} → {to}"));
        }
    }
    let keys = stored.keys().chain(values.keys()).filter(|key| *key != "mid");
    let keys: std::collections::BTreeSet<&String> = keys.collect();
    for key in keys {
        if stored.get(key) != values.get(key) {
            parts.push(format!("{key} changed"));
        }
    }
    parts.join("; ")
}
