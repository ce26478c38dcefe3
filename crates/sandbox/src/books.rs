//! A PG's books in SQL. The simulators' contract knows no errors, so the first one is kept, the
//! rest of the request writes nothing, and the caller of `finish` rolls back.

use crate::{card, writer::Failure};
use pg::sim::{Books, Movement, Trade};
use rusqlite::{Connection, OptionalExtension, Params, Row, named_params, params};
use std::cell::RefCell;

const TRADE: &str = "pg, tid, mid, order_no, method, amount, currency, state, cancelled, \
                     created_at, extra";

/// Books over a connection that is inside a transaction (or only reads).
pub(crate) struct SqlBooks<'c> {
    connection: &'c Connection,
    failed: RefCell<Option<Failure>>,
    seen: RefCell<Vec<Amount>>,
}

/// An amount the request had to do with: minor units and ISO 4217 currency (empty if unknown).
pub(crate) type Amount = (i64, String);

impl<'c> SqlBooks<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection, failed: RefCell::default(), seen: RefCell::default() }
    }

    /// The amounts of the trades and movements touched, or why nothing may be committed.
    pub(crate) fn finish(self) -> Result<Vec<Amount>, Failure> {
        match self.failed.into_inner() {
            Some(failure) => Err(failure),
            None => Ok(self.seen.into_inner()),
        }
    }

    /// Runs `run` unless something failed before; remembers the first failure.
    fn attempt<T: Default>(&self, run: impl FnOnce() -> Result<T, Failure>) -> T {
        if self.failed.borrow().is_some() {
            return T::default();
        }
        run().unwrap_or_else(|failure| {
            *self.failed.borrow_mut() = Some(failure);
            T::default()
        })
    }

    fn trades_where(&self, rest: &str, params: impl Params) -> Vec<Trade> {
        self.attempt(|| {
            let sql = format!("select {TRADE} from sim_trades where {rest} order by seq");
            let mut statement = self.connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params, trade)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn seen(&self, trades: Vec<Trade>) -> Vec<Trade> {
        for trade in &trades {
            self.see(trade.amount, &trade.currency);
        }
        trades
    }

    fn see(&self, amount: i64, currency: &str) {
        let mut seen = self.seen.borrow_mut();
        if !seen.iter().any(|(minor, of)| *minor == amount && of == currency) {
            seen.push((amount, currency.to_owned()));
        }
    }

    fn write(&self, sql: &str, params: impl Params) -> Result<(), Failure> {
        self.connection.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }
}

impl Books for SqlBooks<'_> {
    fn put_trade(&mut self, trade: &Trade) {
        self.see(trade.amount, &trade.currency);
        self.attempt(|| {
            if let Some(path) = card::find(&trade.extra) {
                return Err(full_card_number("extra", &path));
            }
            let sql = format!(
                "insert into sim_trades ({TRADE}) values (:pg, :tid, :mid, :order_no, :method, \
                 :amount, :currency, :state, :cancelled, :created_at, :extra) \
                 on conflict (pg, tid) do update set mid = excluded.mid, \
                 order_no = excluded.order_no, method = excluded.method, \
                 amount = excluded.amount, currency = excluded.currency, \
                 state = excluded.state, cancelled = excluded.cancelled, \
                 created_at = excluded.created_at, extra = excluded.extra"
            );
            let extra = trade.extra.to_string();
            self.write(
                &sql,
                named_params! {
                    ":pg": trade.pg, ":tid": trade.tid, ":mid": trade.mid,
                    ":order_no": trade.order_no, ":method": trade.method,
                    ":amount": trade.amount, ":currency": trade.currency,
                    ":state": trade.state, ":cancelled": trade.cancelled,
                    ":created_at": trade.created_at, ":extra": extra,
                },
            )
        });
    }

    fn trade(&self, pg: &str, tid: &str) -> Option<Trade> {
        self.seen(self.trades_where("pg = ?1 and tid = ?2", params![pg, tid])).pop()
    }

    fn trades_of_order(&self, pg: &str, order_no: &str) -> Vec<Trade> {
        self.seen(self.trades_where("pg = ?1 and order_no = ?2", params![pg, order_no]))
    }

    fn trades(&self, pg: &str) -> Vec<Trade> {
        self.trades_where("pg = ?1", params![pg])
    }

    fn record(&mut self, pg: &str, movement: &Movement) {
        let currency = self.seen.borrow().last().map(|(_, currency)| currency.clone());
        self.see(movement.amount, &currency.unwrap_or_default());
        self.attempt(|| {
            if movement.amount < 0 {
                return Err(Failure::Books("a movement must not be negative".to_owned()));
            }
            self.write(
                "insert into sim_movements (pg, tid, kind, amount, number, at) \
                 values (:pg, :tid, :kind, :amount, :number, :at)",
                named_params! {
                    ":pg": pg, ":tid": movement.tid, ":kind": movement.kind,
                    ":amount": movement.amount, ":number": movement.number, ":at": movement.at,
                },
            )
        });
    }

    fn movements(&self, pg: &str) -> Vec<Movement> {
        self.attempt(|| {
            let sql = "select tid, kind, amount, number, at from sim_movements \
                       where pg = ?1 order by seq";
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([pg], |row| {
                Ok(Movement {
                    tid: row.get(0)?,
                    kind: row.get(1)?,
                    amount: row.get(2)?,
                    number: row.get(3)?,
                    at: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn put_note(&mut self, pg: &str, key: &str, value: &str) {
        self.attempt(|| {
            if let Some(path) = card::find_in_note(key, value) {
                return Err(full_card_number("note", &path));
            }
            self.write(
                "insert into sim_notes (pg, key, value) values (?1, ?2, ?3) \
                 on conflict (pg, key) do update set value = excluded.value",
                params![pg, key, value],
            )
        });
    }

    fn note(&self, pg: &str, key: &str) -> Option<String> {
        self.attempt(|| {
            let sql = "select value from sim_notes where pg = ?1 and key = ?2";
            let mut statement = self.connection.prepare_cached(sql)?;
            Ok(statement.query_row([pg, key], |row| row.get(0)).optional()?)
        })
    }
}

fn trade(row: &Row<'_>) -> rusqlite::Result<Trade> {
    let extra: String = row.get("extra")?;
    let unreadable = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(
            0,
            rusqlite::types::Type::Text,
            format!("extra is no JSON: {error}").into(),
        )
    };
    Ok(Trade {
        pg: row.get("pg")?,
        tid: row.get("tid")?,
        mid: row.get("mid")?,
        order_no: row.get("order_no")?,
        method: row.get("method")?,
        amount: row.get("amount")?,
        currency: row.get("currency")?,
        state: row.get("state")?,
        cancelled: row.get("cancelled")?,
        created_at: row.get("created_at")?,
        extra: serde_json::from_str(&extra).map_err(unreadable)?,
    })
}

/// Names the place, never the number.
fn full_card_number(what: &str, path: &str) -> Failure {
    Failure::Books(format!("{what}: {path} holds a full card number; books keep masked ones only"))
}
