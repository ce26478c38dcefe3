//! Books in memory, for tests of one PG.

use super::{Books, Movement, Trade};
use std::collections::BTreeMap;

/// Books that are forgotten with the value.
#[derive(Clone, Debug, Default)]
pub struct MemoryBooks {
    trades: Vec<Trade>,
    movements: Vec<(String, Movement)>,
    notes: BTreeMap<(String, String), String>,
}

impl Books for MemoryBooks {
    fn put_trade(&mut self, trade: &Trade) {
        let same = |known: &&mut Trade| known.pg == trade.pg && known.tid == trade.tid;
        match self.trades.iter_mut().find(same) {
            Some(known) => trade.clone_into(known),
            None => self.trades.push(trade.clone()),
        }
    }

    fn trade(&self, pg: &str, tid: &str) -> Option<Trade> {
        self.trades.iter().find(|trade| trade.pg == pg && trade.tid == tid).cloned()
    }

    fn trades_of_order(&self, pg: &str, order_no: &str) -> Vec<Trade> {
        let mine = |trade: &&Trade| trade.pg == pg && trade.order_no == order_no;
        self.trades.iter().filter(mine).cloned().collect()
    }

    fn trades(&self, pg: &str) -> Vec<Trade> {
        self.trades.iter().filter(|trade| trade.pg == pg).cloned().collect()
    }

    fn record(&mut self, pg: &str, movement: &Movement) {
        self.movements.push((pg.to_owned(), movement.clone()));
    }

    fn movements(&self, pg: &str) -> Vec<Movement> {
        let mine = self.movements.iter().filter(|(owner, _)| owner == pg);
        mine.map(|(_, movement)| movement.clone()).collect()
    }

    fn put_note(&mut self, pg: &str, key: &str, value: &str) {
        self.notes.insert((pg.to_owned(), key.to_owned()), value.to_owned());
    }

    fn note(&self, pg: &str, key: &str) -> Option<String> {
        self.notes.get(&(pg.to_owned(), key.to_owned())).cloned()
    }
}
