//! Breaks of every kind, planted at random places: what is done to the two books, and what must be
//! found.

use super::truth::{Dice, End, FROM, Line, Place, Sale, cancel};
use domain::Millis;
use domain::reconcile::{Kind, day_of};
use std::collections::BTreeSet;

/// What must be found: kind, order number, difference.
pub(crate) type Found = BTreeSet<(&'static str, String, i64)>;

/// Both books before they are written.
pub(crate) struct Books<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) sales: Vec<Sale>,
    /// The PG's rows, by sale.
    pub(crate) lines: Vec<Vec<Line>>,
    /// Sales that have a break already: one each, so that what is found can be named.
    pub(crate) taken: BTreeSet<usize>,
}

impl Books<'_> {
    /// Plants `each` breaks of every kind; gives what must be found.
    pub(crate) fn plant(&mut self, dice: &mut Dice, each: usize) -> Found {
        let mut found = Found::new();
        for kind in Kind::ALL {
            for number in 0..each {
                let (order, difference) = self.one(dice, kind, number);
                assert!(found.insert((kind.as_str(), order, difference)), "planted twice");
            }
        }
        found
    }

    /// A sale of the month, far from its edges, that fits and has no break yet.
    fn find(&mut self, dice: &mut Dice, fits: impl Fn(&Sale) -> bool) -> usize {
        let count = i64::try_from(self.sales.len()).unwrap();
        let start = usize::try_from(dice.below(count)).unwrap();
        let inside = |sale: &Sale| (FROM + 3..FROM + 15).contains(&day_of(sale.at));
        let all = (start..self.sales.len()).chain(0..start);
        let index = all
            .into_iter()
            .find(|index| {
                let sale = &self.sales[*index];
                !self.taken.contains(index) && inside(sale) && fits(sale)
            })
            .unwrap();
        self.taken.insert(index);
        index
    }

    fn kept(&mut self, dice: &mut Dice) -> usize {
        let fits = |sale: &Sale| sale.end == End::Paid && sale.cancels.is_empty();
        let index = self.find(dice, fits);
        // Planted rows are named, or they would be of no order we know.
        for line in &mut self.lines[index] {
            line.order_no.clone_from(&self.sales[index].imp_uid);
        }
        index
    }

    fn cancelled(&mut self, dice: &mut Dice) -> usize {
        self.find(dice, |sale| sale.end == End::Paid && !sale.cancels.is_empty())
    }

    /// One break; gives the order number it is told under, and the difference.
    fn one(&mut self, dice: &mut Dice, kind: Kind, number: usize) -> (String, i64) {
        match kind {
            Kind::MissingHere => self.stranger(dice, number),
            Kind::UnpaidHere => self.unpaid(dice),
            Kind::UnknownHere => self.unknown(dice, number),
            Kind::TwiceAtPg => self.twice(dice, number),
            Kind::CancelMissingAtPg | Kind::CancelAmountDiffers => self.cancel_row(dice, kind),
            Kind::CancelMissingHere => self.cancel_there(dice),
            Kind::CancelUnknownHere => self.cancel_unknown(dice, number),
            Kind::MissingAtPg
            | Kind::AmountDiffers
            | Kind::CurrencyDiffers
            | Kind::MidDiffers
            | Kind::DayDiffers => self.row(dice, kind),
        }
    }

    /// The PG's row of a payment is gone or differs.
    fn row(&mut self, dice: &mut Dice, kind: Kind) -> (String, i64) {
        let index = self.kept(dice);
        let sale = &self.sales[index];
        let line = &mut self.lines[index][0];
        let difference = match kind {
            Kind::MissingAtPg => {
                self.lines[index].clear();
                -sale.amount
            }
            Kind::AmountDiffers => {
                let by = dice.pick(&[-1, 1, -50, 1_000]);
                line.amount += by;
                by
            }
            Kind::CurrencyDiffers => {
                line.currency = "USD";
                0
            }
            Kind::MidDiffers => {
                line.mid = "another".to_owned();
                0
            }
            _ => {
                line.at = Millis(line.at.0 + (2 + dice.below(8)) * 86_400_000);
                0
            }
        };
        (sale.imp_uid.clone(), difference)
    }

    fn stranger(&mut self, dice: &mut Dice, number: usize) -> (String, i64) {
        let index = self.kept(dice);
        let order = format!("elsewhere-{number}");
        let amount = 1 + dice.below(100_000);
        let tid = format!("X{number}");
        let like = self.lines[index][0].clone();
        let row = Line { order_no: order.clone(), tid, amount, ..like };
        self.lines[index].push(row);
        (order, amount)
    }

    fn unpaid(&mut self, dice: &mut Dice) -> (String, i64) {
        let index = self.find(dice, |sale| sale.end == End::Failed);
        let sale = self.sales[index].clone();
        let row = Line {
            mid: self.place.mid.to_owned(),
            tid: sale.tid.clone(),
            order_no: sale.imp_uid.clone(),
            kind: "approve",
            amount: sale.amount,
            currency: "KRW",
            at: sale.at,
            cancel_no: String::new(),
        };
        self.lines[index].push(row);
        (sale.imp_uid, sale.amount)
    }

    /// The PG has it, or not; either way we do not know.
    fn unknown(&mut self, dice: &mut Dice, number: usize) -> (String, i64) {
        let index = self.kept(dice);
        self.sales[index].end = End::Unknown;
        let sale = &self.sales[index];
        if number.is_multiple_of(2) {
            return (sale.imp_uid.clone(), sale.amount);
        }
        self.lines[index].clear();
        (sale.imp_uid.clone(), 0)
    }

    fn twice(&mut self, dice: &mut Dice, number: usize) -> (String, i64) {
        let index = self.kept(dice);
        let mut again = self.lines[index][0].clone();
        if number.is_multiple_of(2) {
            again.tid = format!("{}-2", again.tid);
        }
        let difference = again.amount;
        self.lines[index].push(again);
        (self.sales[index].imp_uid.clone(), difference)
    }

    /// The PG's row of one cancel is gone or differs.
    fn cancel_row(&mut self, dice: &mut Dice, kind: Kind) -> (String, i64) {
        let index = self.cancelled(dice);
        let sale = &self.sales[index];
        let count = i64::try_from(sale.cancels.len()).unwrap();
        let which = usize::try_from(dice.below(count)).unwrap();
        let lines = &mut self.lines[index];
        let place = 1 + which;
        assert_eq!((lines[place].kind, lines.len()), ("cancel", sale.cancels.len() + 1));
        let difference = if kind == Kind::CancelMissingAtPg {
            lines.remove(place);
            sale.cancels[which].amount
        } else {
            // More than any part that could be mistaken for it.
            lines[place].amount += sale.amount;
            -sale.amount
        };
        (sale.imp_uid.clone(), difference)
    }

    fn cancel_there(&mut self, dice: &mut Dice) -> (String, i64) {
        let index = self.kept(dice);
        let sale = &self.sales[index];
        let amount = 1 + dice.below(sale.amount / 2);
        let made = cancel(dice, sale, 90, amount);
        let like = self.lines[index][0].clone();
        let row = Line { kind: "cancel", amount, at: made.at, cancel_no: made.number, ..like };
        self.lines[index].push(row);
        (self.sales[index].imp_uid.clone(), -amount)
    }

    /// The PG has done it, or not; either way we do not know.
    fn cancel_unknown(&mut self, dice: &mut Dice, number: usize) -> (String, i64) {
        let index = self.kept(dice);
        let sale = &self.sales[index];
        let amount = 1 + dice.below(sale.amount / 2);
        let made = cancel(dice, sale, 91, amount);
        let mut difference = 0;
        if number.is_multiple_of(2) {
            let like = self.lines[index][0].clone();
            let cancel_no = made.number.clone();
            self.lines[index].push(Line { kind: "cancel", amount, at: made.at, cancel_no, ..like });
            difference = -amount;
        }
        self.sales[index].pending = Some(made);
        (self.sales[index].imp_uid.clone(), difference)
    }
}
