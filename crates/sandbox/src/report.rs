//! A PG's books as JSON, for reconciliation and for looking at.

use crate::{Error, Millis, Sandbox, books::SqlBooks, lock};
use domain::{Currency, Money};
use pg::sim::cards::TEST_CARDS;
use pg::sim::{Books, Movement, Trade};
use rusqlite::{Connection, Row};
use serde_json::{Map, Number, Value, json};
use std::collections::BTreeMap;

impl Sandbox {
    /// The cards to test with: `{"any", "cards": [{"number", "plan"}], "pgs": [..]}`. `any` says
    /// that numbers with a wrong check digit are taken as well, `pgs` who takes numbers at all.
    #[must_use]
    pub fn cards(&self) -> Value {
        let cards = TEST_CARDS
            .iter()
            .map(|card| json!({ "number": card.number, "plan": card.plan.word() }));
        let pgs = self.simulators.iter().filter(|simulator| simulator.takes_card_numbers());
        json!({
            "any": self.any_card,
            "cards": cards.collect::<Vec<_>>(),
            "pgs": pgs.map(|simulator| simulator.pg()).collect::<Vec<_>>(),
        })
    }

    /// The books of a PG, `None` if it is not played here:
    /// `{"pg", "trades": [..], "movements": [..], "held": {"KRW": n, "USD": n}, "held_text",
    /// "notices": [..]}`, oldest first. Amounts are in minor units, each with its decimal text in
    /// `.._text`; times are milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Error::Read`]: unreadable books are not empty books.
    pub fn books(&self, pg: &str) -> Result<Option<Value>, Error> {
        let Ok(simulator) = self.simulator(pg) else { return Ok(None) };
        let pg = simulator.pg();
        let reader = lock(&self.reader);
        let failed = |error: &dyn std::fmt::Display| Error::Read(error.to_string());
        // One read transaction: trades and movements of the same moment.
        let moment = reader.unchecked_transaction().map_err(|error| failed(&error))?;
        let books = SqlBooks::new(&moment);
        let (trades, movements) = (books.trades(pg), books.movements(pg));
        books.finish().map_err(|failure| failed(&failure))?;
        let notices = notices(&moment, pg).map_err(|error| failed(&error))?;
        let currencies: BTreeMap<&str, &str> =
            trades.iter().map(|trade| (trade.tid.as_str(), trade.currency.as_str())).collect();
        let (held, held_text) = held(&trades);
        Ok(Some(json!({
            "pg": pg,
            "trades": trades.iter().map(trade_json).collect::<Vec<_>>(),
            "movements": movements
                .iter()
                .map(|movement| movement_json(movement, &currencies))
                .collect::<Vec<_>>(),
            "held": held,
            "held_text": held_text,
            "notices": notices,
        })))
    }
}

fn trade_json(trade: &Trade) -> Value {
    let amount = |minor: i64| text(i128::from(minor), &trade.currency);
    json!({
        "tid": trade.tid,
        "mid": trade.mid,
        "order_no": trade.order_no,
        "method": trade.method,
        "state": trade.state,
        "currency": trade.currency,
        "amount": trade.amount,
        "amount_text": amount(trade.amount),
        "cancelled": trade.cancelled,
        "cancelled_text": amount(trade.cancelled),
        "held": trade.held(),
        "held_text": amount(trade.held()),
        "created_at": trade.created_at,
        "created_at_kst": Millis(trade.created_at).kst_text(),
        "extra": trade.extra,
    })
}

fn movement_json(movement: &Movement, currencies: &BTreeMap<&str, &str>) -> Value {
    // A movement without its trade would be a simulator's mistake; it shows by the null.
    let currency = currencies.get(movement.tid.as_str());
    json!({
        "tid": movement.tid,
        "kind": movement.kind,
        "number": movement.number,
        "currency": currency,
        "amount": movement.amount,
        "amount_text": currency.map(|currency| text(i128::from(movement.amount), currency)),
        "at": movement.at,
        "at_kst": Millis(movement.at).kst_text(),
    })
}

/// What the PG holds for the merchants by currency. Won and dollars are always there.
fn held(trades: &[Trade]) -> (Value, Value) {
    let mut sums = BTreeMap::from([("KRW", 0_i128), ("USD", 0)]);
    for trade in trades {
        // No number of i64 amounts that fits a disk overflows this.
        *sums.entry(&trade.currency).or_default() += i128::from(trade.held());
    }
    let number = |sum: i128| Number::from_i128(sum).map_or(Value::Null, Value::Number);
    let numbers: Map<_, _> =
        sums.iter().map(|(currency, sum)| ((*currency).to_owned(), number(*sum))).collect();
    let texts: Map<_, _> = sums
        .iter()
        .map(|(currency, sum)| ((*currency).to_owned(), text(*sum, currency).into()))
        .collect();
    (Value::Object(numbers), Value::Object(texts))
}

/// Minor units as decimal text with all decimals of the currency; unknown currencies have none.
fn text(minor: i128, currency: &str) -> String {
    let currency = Currency::parse(currency);
    let small = i64::try_from(minor).ok();
    match (currency, small) {
        (Some(currency), Some(minor)) => {
            Money::new(minor, currency).map_or_else(|_| minor.to_string(), Money::fixed)
        }
        _ => minor.to_string(),
    }
}

fn notices(connection: &Connection, pg: &str) -> rusqlite::Result<Vec<Value>> {
    let sql = "select * from sim_notices where pg = ?1 order by id";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map([pg], notice)?.collect()
}

fn notice(row: &Row<'_>) -> rusqlite::Result<Value> {
    let body: Vec<u8> = row.get("body")?;
    Ok(json!({
        "id": row.get::<_, i64>("id")?,
        "cause": row.get::<_, String>("cause")?,
        "state": row.get::<_, String>("state")?,
        "attempts": row.get::<_, i64>("attempts")?,
        "url": row.get::<_, String>("url")?,
        "content_type": row.get::<_, String>("content_type")?,
        "body": pg::form::decode(&body),
        "wanted": row.get::<_, String>("wanted")?,
        "status": row.get::<_, Option<u16>>("status")?,
        "answer": row.get::<_, Option<String>>("answer")?,
        "error": row.get::<_, Option<String>>("error")?,
        "created_at": row.get::<_, i64>("created_at")?,
        "next_at": row.get::<_, i64>("next_at")?,
    }))
}
