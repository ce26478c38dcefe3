//! `GET /subscribe/payments/schedule`, and a customer's plans under both of V1's paths
//! (V1 behaviour §3.6, §9-2).

use crate::api::Answer;
use crate::api::payments::paging;
use crate::api::subscribe::schedule_json;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::billing::schedules as verb;
use engine::rows::ScheduleFilter;
use engine::{Error, MerchantId};
use serde_json::Value;

/// V1's text for a stretch of time that cannot be searched.
const BAD: &str = "검색 파라메터가 유효하지 않습니다.";
/// The longest stretch one call may search: three months, in seconds.
const LONGEST: i64 = 93 * 86_400;

/// Plans in a stretch of time, newest first unless `sorting=scheduled`.
pub async fn all(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    page(&app, merchant.id, None, &fields).await
}

/// One customer's.
pub async fn of_customer(
    State(app): State<App>,
    merchant: Merchant,
    One(customer_uid): One,
    fields: Fields,
) -> Answer {
    page(&app, merchant.id, Some(&customer_uid), &fields).await
}

async fn page(
    app: &App,
    merchant: MerchantId,
    customer_uid: Option<&str>,
    fields: &Fields,
) -> Answer {
    let bad = |error: Error| Refusal::reworded(error, BAD);
    let (page, limit) = paging::read(fields).map_err(bad)?;
    let (from, to) = window(fields).map_err(bad)?;
    let state = status(fields).map_err(bad)?;
    let sorting = fields.text("sorting").map_err(bad)?;
    let filter = ScheduleFilter {
        from,
        to,
        state: state.as_deref(),
        customer_uid,
        oldest_first: sorting.as_deref() == Some("scheduled"),
        page: (limit, (page - 1).saturating_mul(limit)),
    };
    let found = verb::list(&app.engine, merchant, &filter).await.map_err(bad)?;
    let list: Vec<Value> = found.rows.iter().map(schedule_json::one).collect();
    Ok(error::ok(paging::object(found.total, (page, limit), list)))
}

/// The first of these names that is given.
fn either(fields: &Fields, names: [&'static str; 2]) -> Result<i64, Error> {
    for name in names {
        if let Some(seconds) = fields.integer(name)? {
            return Ok(seconds);
        }
    }
    Err(Error::invalid(names[0], "UNIX timestamp가 필요합니다."))
}

/// From and to (UNIX seconds) as milliseconds; `to` is not included.
fn window(fields: &Fields) -> Result<(i64, i64), Error> {
    let from = either(fields, ["schedule_from", "from"])?;
    let to = either(fields, ["schedule_to", "to"])?;
    if from > to {
        return Err(Error::invalid("schedule_from", "schedule_to보다 늦을 수 없습니다."));
    }
    if to.saturating_sub(from) > LONGEST {
        return Err(Error::invalid("schedule_from", "최대 3개월까지 조회할 수 있습니다."));
    }
    Ok((from.saturating_mul(1_000), to.saturating_mul(1_000)))
}

fn status(fields: &Fields) -> Result<Option<String>, Error> {
    for name in ["schedule_status", "schedule-status"] {
        match fields.text(name)? {
            Some(word) if ["scheduled", "executed", "revoked"].contains(&word.as_str()) => {
                return Ok(Some(word));
            }
            Some(_) => {
                let text = "scheduled, executed, revoked 중 하나여야 합니다.";
                return Err(Error::invalid(name, text));
            }
            None => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn fields(query: &str) -> Fields {
        Fields::read("", query.as_bytes(), b"").unwrap()
    }

    #[test]
    fn both_names_of_both_ends() {
        for query in ["schedule_from=1&schedule_to=2", "from=1&to=2", "from=1&schedule_to=2"] {
            assert_eq!(window(&fields(query)).unwrap(), (1_000, 2_000), "{query}");
        }
        let far = "schedule_from=9223372036854775807&schedule_to=9223372036854775807";
        assert!(window(&fields(far)).is_ok(), "far away is empty, not an overflow");
    }

    #[test]
    fn what_is_missing_reversed_or_too_long_is_refused() {
        for query in [
            "",
            "schedule_from=1",
            "schedule_to=1",
            "schedule_from=2&schedule_to=1",
            "schedule_from=0&schedule_to=8035201",
            "schedule_from=x&schedule_to=1",
            "schedule_from=-9223372036854775808&schedule_to=9223372036854775807",
        ] {
            assert!(matches!(window(&fields(query)), Err(Error::Invalid { .. })), "{query}");
        }
    }

    #[test]
    fn states_by_both_names() {
        for query in ["schedule_status=revoked", "schedule-status=revoked"] {
            assert_eq!(status(&fields(query)).unwrap().as_deref(), Some("revoked"), "{query}");
        }
        assert_eq!(status(&fields("schedule_status=")).unwrap(), None);
        assert!(status(&fields("schedule-status=paid")).is_err());
    }
}
