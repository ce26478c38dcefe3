//! Pages: `page` and `limit` in, `{total, previous, next, list}` out (V1 behaviour §2.5).

use crate::api::payment_json;
use crate::extract::Fields;
use engine::payments::find::Page;
use engine::{Engine, Error};
use serde_json::{Value, json};

/// Rows of a page unless asked otherwise.
const LIMIT: i64 = 20;
/// The most rows of a page.
const LARGEST: i64 = 1_000;

/// `page` from 1, and `limit`, which is brought into its range rather than refused.
///
/// # Errors
/// [`Error::Invalid`] for a page below 1 and for what is no number.
pub fn read(fields: &Fields) -> Result<(i64, i64), Error> {
    let page = fields.integer("page")?.unwrap_or(1);
    if page < 1 {
        return Err(Error::invalid("page", "1부터 시작합니다."));
    }
    let limit = fields.integer("limit")?.unwrap_or(LIMIT);
    Ok((page, limit.clamp(1, LARGEST)))
}

/// A status V1 does not know.
#[must_use]
pub fn no_status() -> Error {
    Error::invalid("payment_status", "all, ready, paid, cancelled, failed 중 하나여야 합니다.")
}

/// A page of payments. 0 stands for no previous and no next page.
#[must_use]
pub fn json(engine: &Engine, page: &Page) -> Value {
    let list: Vec<Value> = page.list.iter().map(|view| payment_json(engine, view)).collect();
    object(page.total, (page.page, page.limit), list)
}

/// A page of anything.
#[must_use]
pub fn object(total: i64, (page, limit): (i64, i64), list: Vec<Value>) -> Value {
    let (previous, next) = around(total, page, limit);
    json!({ "total": total, "previous": previous, "next": next, "list": list })
}

const fn around(total: i64, page: i64, limit: i64) -> (i64, i64) {
    let next = if page.saturating_mul(limit) < total { page + 1 } else { 0 };
    (page - 1, next)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn pages_know_their_neighbours() {
        for (total, page, limit, expected) in [
            (0, 1, 20, (0, 0)),
            (20, 1, 20, (0, 0)),
            (21, 1, 20, (0, 2)),
            (21, 2, 20, (1, 0)),
            (60, 2, 20, (1, 3)),
        ] {
            assert_eq!(around(total, page, limit), expected, "{total} {page} {limit}");
        }
    }

    #[test]
    fn limits_are_clamped_and_pages_refused() {
        let parsed = |query: &str| read(&Fields::read("", query.as_bytes(), b"").unwrap());
        for (query, expected) in [
            ("", (1, 20)),
            ("page=&limit=", (1, 20)),
            ("page=3&limit=7", (3, 7)),
            ("limit=5000", (1, 1_000)),
            ("limit=0", (1, 1)),
            ("limit=-4", (1, 1)),
        ] {
            assert_eq!(parsed(query).unwrap(), expected, "{query}");
        }
        for query in ["page=0", "page=-1", "page=x", "page=1.5", "limit=x", "page[]=1&page[]=2"] {
            assert!(matches!(parsed(query), Err(Error::Invalid { .. })), "{query}");
        }
    }
}
