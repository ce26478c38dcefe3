//! `GET /payments/status/{status}`: what reached a status between two moments, paged
//! (V1 behaviour §3.3).

use super::{paging, status_word};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::payments::find;
use engine::rows::Sorting;
use engine::{Error, merchants};

const BAD: &str = "유효하지 않은 요청입니다.";
/// The longest stretch one call may search: 90 days, in seconds.
const LONGEST: i64 = 90 * 86_400;

/// Payments of a status, or all.
pub async fn status(
    State(app): State<App>,
    merchant: Merchant,
    One(word): One,
    fields: Fields,
) -> Answer {
    let bad = |error: Error| Refusal::reworded(error, BAD);
    let engine = &app.engine;
    let status = status_word(&word).map_err(|()| bad(paging::no_status()))?;
    let span = paging::read(&fields).map_err(bad)?;
    let now = merchants::now_of(engine, merchant.id).await?;
    let window = window(&fields, now.seconds()).map_err(bad)?;
    let sorting = Sorting::parse(&fields.text("sorting").map_err(bad)?.unwrap_or_default());
    let page = find::of_status(engine, merchant.id, status, window, sorting, span);
    Ok(error::ok(paging::json(engine, &page.await.map_err(bad)?)))
}

/// `from` and `to` (UNIX seconds) as milliseconds, both inclusive: the whole second of `to` counts,
/// since V1 shows times cut to seconds.
fn window(fields: &Fields, now: i64) -> Result<(i64, i64), Error> {
    let to = fields.integer("to")?.unwrap_or(now);
    let from = fields.integer("from")?.unwrap_or(to.saturating_sub(LONGEST));
    if from > to {
        return Err(Error::invalid("from", "to보다 늦을 수 없습니다."));
    }
    if to.saturating_sub(from) > LONGEST {
        return Err(Error::invalid("from", "최대 90일까지 조회할 수 있습니다."));
    }
    Ok((from.saturating_mul(1_000), to.saturating_mul(1_000).saturating_add(999)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn parsed(query: &str) -> Result<(i64, i64), Error> {
        window(&Fields::read("", query.as_bytes(), b"").unwrap(), NOW)
    }

    #[test]
    fn ninety_days_until_now_unless_said() {
        let days = LONGEST * 1_000;
        assert_eq!(parsed("").unwrap(), (NOW * 1_000 - days, NOW * 1_000 + 999));
        assert_eq!(parsed("from=1&to=2").unwrap(), (1_000, 2_999));
        assert_eq!(parsed("to=7776000").unwrap(), (0, 7_776_000_999));
        assert_eq!(parsed("from=1699999999").unwrap().0, 1_699_999_999_000);
    }

    #[test]
    fn longer_reversed_and_nonsense_are_refused() {
        for query in [
            "from=0",
            "from=2&to=1",
            "from=0&to=7776001",
            "from=x",
            "to=x",
            "to=1e9",
            "from=-9223372036854775808&to=9223372036854775807",
        ] {
            assert!(matches!(parsed(query), Err(Error::Invalid { .. })), "{query}");
        }
        assert!(parsed("to=9223372036854775807").is_ok(), "far away is empty, not an overflow");
    }
}
