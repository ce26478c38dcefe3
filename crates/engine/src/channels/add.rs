//! Adds a channel: for payments, or to verify people.

use super::{credentials, fields};
use crate::{Engine, Error, Result, audit, draw};
use domain::MerchantId;
use pg::{Mode, Spec};
use std::collections::BTreeMap;
use store::channels::{self, ChannelRow};
use store::{Batch, CommitError, merchants};

/// What the settings form says. Holds secrets, so it has no `Debug`.
pub struct AddChannel {
    /// The PG's code or an alias of it.
    pub pg: String,
    /// What the merchant calls it; empty for the PG's name.
    pub name: String,
    /// Test mode needs no values.
    pub mode: Mode,
    /// Values by field key; ignored in test mode.
    pub fields: BTreeMap<String, String>,
}

/// Adds a channel; the merchant's first becomes the default. `actor` goes into the audit log.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::Refused`] if this PG, MID and mode are there.
pub async fn add(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    new: AddChannel,
) -> Result<ChannelRow> {
    let pg = pg::find(new.pg.trim());
    let spec = pg.ok_or_else(|| Error::invalid("pg", "지원하지 않는 PG사입니다."))?.spec();
    insert(engine, merchant, actor, new, (channels::PAYMENT, spec)).await
}

/// Adds a channel that verifies people. It is never the default of payments.
///
/// # Errors
/// As [`add`].
pub async fn add_certification(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    new: AddChannel,
) -> Result<ChannelRow> {
    let one = pg::certifiers::find(new.pg.trim());
    let spec = one.ok_or_else(|| Error::invalid("pg", "지원하지 않는 인증사입니다."))?.spec();
    insert(engine, merchant, actor, new, (channels::CERTIFICATION, spec)).await
}

async fn insert(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    new: AddChannel,
    (kind, spec): (&str, &'static Spec),
) -> Result<ChannelRow> {
    let id = engine.next_id();
    let at = engine.now();
    let settings = settings(engine, spec, id, new.mode, &new.fields, &BTreeMap::new())?;
    let row = ChannelRow {
        id,
        merchant_id: merchant.0,
        channel_key: format!("channel-key-{}", draw::uuid(&*engine.random)),
        name: fields::name(spec, &new.name)?,
        pg: spec.code.to_owned(),
        kind: kind.to_owned(),
        mode: word(new.mode).to_owned(),
        mid: settings.mid,
        sealed: settings.sealed,
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    };
    let mut batch = Batch::new();
    merchants::hold(&mut batch, merchant);
    channels::insert(&mut batch, &row);
    let detail = format!("{} {} {} ({})", row.pg, row.mid, row.mode, row.channel_key);
    audit::note(engine, &mut batch, merchant, actor, "channel.add", detail);
    engine.db.commit(batch).await.map_err(refused)?;
    Ok(row)
}

/// What of the form is stored.
pub(super) struct Settings {
    pub(super) mid: String,
    pub(super) sealed: String,
}

/// The stored form of what was given over what is stored.
pub(super) fn settings(
    engine: &Engine,
    spec: &'static Spec,
    id: i64,
    mode: Mode,
    given: &BTreeMap<String, String>,
    stored: &BTreeMap<String, String>,
) -> Result<Settings> {
    if mode == Mode::Live && spec.sandbox_only {
        let text = "아직 연동되지 않은 PG사라 실연동 모드를 쓸 수 없습니다. 테스트 모드에서 내장 \
                    샌드박스로만 결제할 수 있습니다.";
        return Err(Error::invalid("mode", text));
    }
    if mode == Mode::Test {
        let mid = spec.test_credentials().get("mid").to_owned();
        return Ok(Settings { mid, sealed: String::new() });
    }
    let values = fields::live(spec, given, stored)?;
    let mid = values.get("mid").cloned().unwrap_or_default();
    Ok(Settings { mid, sealed: credentials::seal(engine, id, &values)? })
}

/// The word stored for a mode.
pub(super) const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "test",
        Mode::Live => "live",
    }
}

/// What a commit that failed means to the person at the form.
pub(super) fn refused(error: CommitError) -> Error {
    if channels::is_duplicate(&error) {
        let text = "같은 PG사, 상점아이디(MID), 모드의 설정이 이미 있습니다.";
        return Error::Refused(text.to_owned());
    }
    match error {
        CommitError::Expectation("channel changed") => {
            Error::Refused("다른 사람이 먼저 변경했습니다. 다시 확인해 주세요.".to_owned())
        }
        other => other.into(),
    }
}
