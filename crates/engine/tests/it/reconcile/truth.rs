//! A month of payments by a seed: what really happened, our books of it, and the PG's.

use domain::payment::{Payment, State};
use domain::reconcile::start_of;
use domain::{Currency, Millis, Money};
use store::cancels::CancelRow;
use store::payments::PaymentRow;

/// The first day: 2026-10-01 in KST, and how many there are.
pub(crate) const FROM: i64 = 20_727;
/// 31 days.
pub(crate) const DAYS: i64 = 31;

/// SplitMix64: the same numbers from the same seed, on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below `end`.
    pub(crate) fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() % end.unsigned_abs()).unwrap()
    }

    /// True so many times in a thousand.
    pub(crate) fn chance(&mut self, thousandths: i64) -> bool {
        self.below(1_000) < thousandths
    }

    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.below(i64::try_from(list.len()).unwrap())).unwrap()]
    }
}

/// How a payment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Paid,
    /// Declined: the PG has nothing.
    Failed,
    /// Approved with a lost answer, and taken back by net-cancel.
    Voided,
    /// An account nobody paid into, closed.
    Closed,
    /// Asked, and not known here.
    Unknown,
}

/// What really happened.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub(crate) imp_uid: String,
    pub(crate) tid: String,
    pub(crate) amount: i64,
    pub(crate) at: Millis,
    pub(crate) end: End,
    pub(crate) vbank: bool,
    pub(crate) cancels: Vec<Cancel>,
    /// A cancel that has no end here.
    pub(crate) pending: Option<Cancel>,
}

/// A cancel of it.
#[derive(Clone, Debug)]
pub(crate) struct Cancel {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) amount: i64,
    pub(crate) at: Millis,
}

/// So many sales, from the day before the month to the day after it.
pub(crate) fn month(dice: &mut Dice, count: usize) -> Vec<Sale> {
    (0..count).map(|index| sale(dice, index)).collect()
}

fn sale(dice: &mut Dice, index: usize) -> Sale {
    let day = FROM - 1 + dice.below(DAYS + 2);
    let of_day = if dice.chance(20) {
        // Around midnight, where the two clocks see different days.
        dice.pick(&[0, 1, 59_999, 86_340_000, 86_399_000, 86_399_999])
    } else {
        dice.below(86_400_000)
    };
    let at = Millis(start_of(day).0 + of_day);
    let end = match dice.below(1_000) {
        0..30 => End::Failed,
        30..40 => End::Voided,
        40..50 => End::Closed,
        _ => End::Paid,
    };
    let mut sale = Sale {
        imp_uid: format!("imp_{index:012}"),
        tid: format!("T{index:09}"),
        amount: 100 + dice.below(1_000_000),
        at,
        end,
        vbank: dice.chance(50),
        cancels: Vec::new(),
        pending: None,
    };
    if end == End::Paid && dice.chance(120) {
        cancels(dice, &mut sale);
    }
    sale
}

fn cancels(dice: &mut Dice, sale: &mut Sale) {
    let parts = dice.pick(&[1, 1, 2, 3]);
    let whole = dice.chance(600);
    let mut left = sale.amount;
    for part in 0..parts {
        let last = part + 1 == parts;
        let amount = if whole && last { left } else { 1 + dice.below(left / 4) };
        left -= amount;
        let cancel = cancel(dice, sale, part, amount);
        sale.cancels.push(cancel);
    }
}

/// A cancel within the month after the sale; its PG numbers it.
pub(crate) fn cancel(dice: &mut Dice, sale: &Sale, part: i64, amount: i64) -> Cancel {
    let end = start_of(FROM + DAYS).0;
    let room = (end - sale.at.0).clamp(1, 5 * 86_400_000);
    let at = Millis(sale.at.0 + dice.below(room));
    let name = &sale.tid[1..];
    Cancel { id: format!("{name:0>18}{part:02}"), number: format!("C{name}-{part}"), amount, at }
}

/// The channel the sales went through.
pub(crate) struct Place<'a> {
    pub(crate) merchant: i64,
    pub(crate) channel: i64,
    pub(crate) pg: &'a str,
    pub(crate) mid: &'a str,
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap()
}

/// Our books of a sale.
pub(crate) fn ours(place: &Place<'_>, sale: &Sale) -> (PaymentRow, Vec<CancelRow>) {
    let amount = won(sale.amount);
    let back: i64 = sale.cancels.iter().map(|cancel| cancel.amount).sum();
    let pending = sale.pending.as_ref().map(|cancel| won(cancel.amount));
    let state = match sale.end {
        End::Failed | End::Voided => State::Failed,
        End::Closed => State::Cancelled,
        End::Unknown => State::Unknown,
        End::Paid if back == 0 => State::Paid { pending },
        End::Paid if back == sale.amount => State::Cancelled,
        End::Paid => State::PartCancelled { cancelled: won(back), pending },
    };
    let of = (place.channel, place.pg, place.mid, "test");
    let payment = Payment { amount, state };
    let order = format!("order-{}", sale.imp_uid);
    let mut row =
        PaymentRow::new(&sale.imp_uid, place.merchant, &order, of, payment, sale.at.0 - 60_000);
    row.channel = "pc".to_owned();
    row.pay_method = Some(if sale.vbank { "vbank" } else { "card" }.to_owned());
    row.approving_at = Some(sale.at.0);
    row.updated_at = sale.at.0;
    match sale.end {
        End::Paid => {
            row.paid_at = Some(sale.at.0);
            row.pg_tid = Some(sale.tid.clone());
            row.cancelled_at = sale.cancels.last().map(|cancel| cancel.at.0);
        }
        End::Failed | End::Voided => row.failed_at = Some(sale.at.0),
        End::Closed => row.cancelled_at = Some(sale.at.0),
        End::Unknown => {}
    }
    let mut left = sale.amount;
    let mut cancels = Vec::new();
    for cancel in &sale.cancels {
        cancels.push(cancel_row(place, sale, cancel, left, true));
        left -= cancel.amount;
    }
    if let Some(cancel) = &sale.pending {
        cancels.push(cancel_row(place, sale, cancel, left, false));
    }
    (row, cancels)
}

fn cancel_row(place: &Place<'_>, sale: &Sale, cancel: &Cancel, left: i64, done: bool) -> CancelRow {
    CancelRow {
        cancel_id: cancel.id.clone(),
        merchant_id: place.merchant,
        imp_uid: sale.imp_uid.clone(),
        state: if done { "done" } else { "asked" }.to_owned(),
        amount: cancel.amount,
        left_before: left,
        asked_at: cancel.at.0,
        done_at: done.then_some(cancel.at.0),
        reason: "변심".to_owned(),
        requester: "api".to_owned(),
        tax_free: None,
        vat_amount: None,
        refund_bank: None,
        refund_account: None,
        refund_holder: None,
        refund_tel: None,
        pg_tid: done.then(|| cancel.number.clone()),
        message: None,
        settle_attempts: 0,
        webhook_at: None,
        item: None,
    }
}

/// A row of the PG's file.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) mid: String,
    pub(crate) tid: String,
    pub(crate) order_no: String,
    pub(crate) kind: &'static str,
    pub(crate) amount: i64,
    pub(crate) currency: &'static str,
    pub(crate) at: Millis,
    pub(crate) cancel_no: String,
}

/// The PG's rows of a sale, by its own clock, which is up to two minutes late.
pub(crate) fn theirs(dice: &mut Dice, place: &Place<'_>, sale: &Sale) -> Vec<Line> {
    if matches!(sale.end, End::Failed | End::Closed) {
        return Vec::new();
    }
    let late = dice.below(120_000);
    // Some rows name only the PG's own number, and some cancels have none of their own.
    let unnamed = sale.end == End::Paid && dice.chance(50);
    let unnumbered = dice.chance(200);
    let line = |kind, amount, at: Millis, cancel_no: &str| Line {
        mid: place.mid.to_owned(),
        tid: sale.tid.clone(),
        order_no: if unnamed { String::new() } else { sale.imp_uid.clone() },
        kind,
        amount,
        currency: "KRW",
        at: Millis(at.0 + late),
        cancel_no: if unnumbered { String::new() } else { cancel_no.to_owned() },
    };
    let came = if sale.vbank { "deposit" } else { "approve" };
    let mut lines = vec![line(came, sale.amount, sale.at, "")];
    if sale.end == End::Voided {
        lines.push(line("cancel", sale.amount, Millis(sale.at.0 + 30_000), "V"));
    }
    for cancel in &sale.cancels {
        lines.push(line("cancel", cancel.amount, cancel.at, &cancel.number));
    }
    lines
}

/// The file, its rows in an order of its own.
pub(crate) fn file(dice: &mut Dice, place: &Place<'_>, lines: &[Line]) -> Vec<u8> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    for index in (1..order.len()).rev() {
        let other = dice.below(i64::try_from(index + 1).unwrap());
        order.swap(index, usize::try_from(other).unwrap());
    }
    let mut file = csv::Writer::from_writer(Vec::new());
    let header = ["pg", "mid", "tid", "order_no", "kind", "amount", "currency", "at", "cancel_no"];
    file.write_record(header).unwrap();
    for index in order {
        let line = &lines[index];
        let (amount, at) = (line.amount.to_string(), line.at.kst_text());
        let cells = [
            place.pg,
            &line.mid,
            &line.tid,
            &line.order_no,
            line.kind,
            &amount,
            line.currency,
            &at,
            &line.cancel_no,
        ];
        file.write_record(cells).unwrap();
    }
    file.into_inner().unwrap()
}
