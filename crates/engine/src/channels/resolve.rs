//! Which channel a payment or an identity verification goes through (V1 behaviour §5.7). The two
//! never take each other's.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::channels::{self, ChannelRow};

/// The channel for what the page or the API asked for: the channel key, else the PG and MID of
/// `pg` (`provider` or `provider.MID`, split at the first dot), else the default.
///
/// # Errors
/// [`Error::Refused`] if the merchant has no channel, or nothing matches and `strict_pg` is set.
pub async fn resolve(
    engine: &Engine,
    merchant: MerchantId,
    channel_key: Option<&str>,
    pg: Option<&str>,
) -> Result<ChannelRow> {
    let owner = crate::merchants::get(engine, merchant).await?;
    let mut rows = channels::list(&engine.db, merchant).await?;
    rows.retain(ChannelRow::is_payment);
    let default = rows.iter().find(|row| Some(row.id) == owner.default_channel_id);
    let default = default.or(rows.first());
    let asked = Asked { channel_key: given(channel_key), pg: given(pg) };
    let strict = engine.settings.strict_pg;
    let found = pick(&rows, default.map(|row| row.id), &asked, strict);
    found.cloned().ok_or_else(|| Error::Refused("등록된 PG 설정 정보가 없습니다.".to_owned()))
}

/// The channel for an identity verification, by the same rules; the default is the first added.
///
/// # Errors
/// As [`resolve`].
pub async fn resolve_certification(
    engine: &Engine,
    merchant: MerchantId,
    channel_key: Option<&str>,
    pg: Option<&str>,
) -> Result<ChannelRow> {
    let mut rows = channels::list(&engine.db, merchant).await?;
    rows.retain(|row| !row.is_payment());
    let asked = Asked { channel_key: given(channel_key), pg: given(pg) };
    let default = rows.first().map(|row| row.id);
    let found = pick(&rows, default, &asked, engine.settings.strict_pg);
    let none = || Error::Refused("등록된 본인인증 PG 설정 정보가 없습니다.".to_owned());
    found.cloned().ok_or_else(none)
}

/// What a payment asked for; never empty texts.
struct Asked<'a> {
    channel_key: Option<&'a str>,
    pg: Option<&'a str>,
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// `rows` are in the order they were added.
fn pick<'a>(
    rows: &'a [ChannelRow],
    default: Option<i64>,
    asked: &Asked<'_>,
    strict: bool,
) -> Option<&'a ChannelRow> {
    let default = rows.iter().find(|row| Some(row.id) == default);
    if let Some(key) = asked.channel_key {
        let found = rows.iter().find(|row| row.channel_key == key);
        if found.is_some() || strict {
            return found;
        }
    }
    if let Some(pg) = asked.pg {
        let found = by_pg(rows, default, pg);
        if found.is_some() || strict {
            return found;
        }
    }
    default
}

fn by_pg<'a>(
    rows: &'a [ChannelRow],
    default: Option<&'a ChannelRow>,
    pg: &str,
) -> Option<&'a ChannelRow> {
    let (provider, mid) = match pg.split_once('.') {
        Some((provider, mid)) => (provider, Some(mid)),
        None => (pg, None),
    };
    let code = pg::find(provider).map_or(provider, |pg| pg.spec().code);
    let matches = |row: &&ChannelRow| row.pg == code && mid.is_none_or(|mid| row.mid == mid);
    default.filter(matches).or_else(|| rows.iter().find(matches))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Millis;

    fn row(id: i64, pg: &str, mid: &str) -> ChannelRow {
        ChannelRow {
            id,
            merchant_id: 1,
            channel_key: format!("channel-key-{id}"),
            name: String::new(),
            pg: pg.to_owned(),
            kind: channels::PAYMENT.to_owned(),
            mode: "test".to_owned(),
            mid: mid.to_owned(),
            sealed: String::new(),
            created_at: Millis(0),
            updated_at: Millis(0),
            deleted_at: None,
            version: 1,
        }
    }

    /// Four channels, of which number 2 is the default.
    fn picked(channel_key: Option<&str>, pg: Option<&str>, strict: bool) -> Option<i64> {
        let rows =
            [row(1, "aa", "one"), row(2, "aa", "two"), row(3, "bb", "x.y"), row(4, "bb", "z")];
        let asked = Asked { channel_key: given(channel_key), pg: given(pg) };
        pick(&rows, Some(2), &asked, strict).map(|row| row.id)
    }

    #[test]
    fn key_then_pg_then_default() {
        assert_eq!(picked(Some("channel-key-4"), Some("aa.one"), false), Some(4));
        assert_eq!(picked(None, Some("aa.one"), false), Some(1));
        assert_eq!(picked(None, Some("aa"), false), Some(2), "the default has this PG");
        assert_eq!(picked(None, Some("bb"), false), Some(3), "the first added");
        assert_eq!(picked(None, Some("bb.x.y"), false), Some(3), "only the first dot splits");
        assert_eq!(picked(None, None, false), Some(2));
        assert_eq!(picked(Some(""), Some(" "), true), Some(2), "empty is not given");
    }

    #[test]
    fn what_matches_nothing_goes_to_the_default_unless_strict() {
        for (key, pg) in [
            (None, Some("aa.nine")),
            (None, Some("cc")),
            (None, Some("bb.")),
            (Some("channel-key-9"), None),
        ] {
            assert_eq!(picked(key, pg, false), Some(2), "{key:?} {pg:?}");
            assert_eq!(picked(key, pg, true), None, "{key:?} {pg:?}");
        }
        assert_eq!(picked(Some("channel-key-9"), Some("bb.z"), false), Some(4));
        let asked = Asked { channel_key: None, pg: None };
        assert_eq!(pick(&[], None, &asked, false), None);
    }
}
