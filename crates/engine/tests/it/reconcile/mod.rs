//! The proof of the reconciliation: a month of payments in our books and in a PG's, from the same
//! truth; breaks of every kind planted at random; all of them are found, and nothing else.
//!
//! The long form is `cargo xtask reconcile-proof`: 100,000 payments.

mod plant;
mod truth;

use engine::reconcile::{self, Days, Outcome};
use engine::{Engine, Mode, channels};
use plant::{Books, Found};
use std::collections::{BTreeMap, BTreeSet};
use store::Batch;
use store::channels::ChannelRow;
use testkit::dbs::{TestDb, on_both};
use testkit::engine::TestEngine;
use truth::{DAYS, Dice, FROM, Line, Place};

const MONTH: Days = Days { from: FROM, to: FROM + DAYS - 1 };

/// A channel of KICC.
async fn channel(engine: &Engine, merchant: i64) -> ChannelRow {
    let merchant = domain::MerchantId(merchant);
    let new = channels::AddChannel {
        pg: "kicc".to_owned(),
        name: String::new(),
        mode: Mode::Test,
        fields: BTreeMap::new(),
    };
    channels::add(engine, merchant, "test", new).await.unwrap();
    reconcile::channels(engine, merchant).await.unwrap().remove(0)
}

/// Writes our books, many payments in a batch.
async fn write(engine: &Engine, books: &Books<'_>) {
    for some in books.sales.chunks(250) {
        let mut batch = Batch::new();
        for sale in some {
            let (payment, cancels) = truth::ours(&books.place, sale);
            store::payments::insert(&mut batch, &payment);
            for cancel in &cancels {
                store::cancels::insert(&mut batch, cancel);
            }
        }
        engine.db.commit(batch).await.unwrap();
    }
}

async fn compare(engine: &Engine, channel: &ChannelRow, days: Days, file: &[u8]) -> Outcome {
    let file = ("month.csv", file);
    reconcile::from_file(engine, channel, days, "test", file, None).await.unwrap()
}

/// What the console would show as open.
fn found(outcome: &Outcome) -> Found {
    let kind = |word: &str| domain::reconcile::Kind::parse(word).unwrap().as_str();
    let open: Vec<_> = outcome.open().collect();
    let set: Found =
        open.iter().map(|row| (kind(&row.kind), row.order_no.clone(), row.difference)).collect();
    assert_eq!(set.len(), open.len(), "one break told twice");
    set
}

/// Rows of other contracts, which a PG's file may hold.
fn others(dice: &mut Dice, like: &Line) -> Vec<Line> {
    let row = |number: i64| Line {
        mid: "someone-else".to_owned(),
        order_no: format!("other-{number}"),
        tid: format!("O{number}"),
        amount: 1 + dice.below(1_000),
        ..like.clone()
    };
    (0..50).map(row).collect()
}

/// The proof with so many payments and `each` breaks of every kind. `daily`: day by day as well.
async fn prove(test: TestDb, seed: u64, count: usize, each: usize, daily: bool) {
    let base = TestEngine::new(test);
    let created = base.merchant("owner@shop.test").await;
    let engine = &base.engine;
    let channel = channel(engine, created.merchant.id).await;
    let place = || Place {
        merchant: channel.merchant_id,
        channel: channel.id,
        pg: &channel.pg,
        mid: &channel.mid,
    };
    let mut dice = Dice(seed);
    let sales = truth::month(&mut dice, count);
    let lines: Vec<Vec<Line>> =
        sales.iter().map(|sale| truth::theirs(&mut dice, &place(), sale)).collect();
    let honest = lines.clone();
    let mut books = Books { place: place(), sales, lines, taken: BTreeSet::new() };
    let planted = books.plant(&mut dice, each);
    write(engine, &books).await;
    let mut all: Vec<Line> = books.lines.concat();
    all.extend(others(&mut dice, &honest.concat()[0]));
    let file = truth::file(&mut dice, &books.place, &all);

    let outcome = compare(engine, &channel, MONTH, &file).await;
    same(&found(&outcome), &planted);
    assert!(outcome.run.other_days > 0 && outcome.run.netted > 0, "{:?}", outcome.run);
    assert_eq!(outcome.run.foreign_rows, 50);
    let numbers: BTreeSet<i64> = outcome.open().map(|row| row.id).collect();

    if daily {
        for day in MONTH.from..=MONTH.to {
            compare(engine, &channel, Days { from: day, to: day }, &file).await;
        }
        let again = compare(engine, &channel, MONTH, &file).await;
        same(&found(&again), &planted);
        assert_eq!(again.open().map(|row| row.id).collect::<BTreeSet<_>>(), numbers, "the same");
    }

    // The PG's own mistakes mended: what is unknown here stays, all else is over by itself.
    let mended: Vec<Line> = honest.concat();
    let file = truth::file(&mut dice, &books.place, &mended);
    let outcome = compare(engine, &channel, MONTH, &file).await;
    let kinds: BTreeMap<&str, usize> =
        found(&outcome).iter().fold(BTreeMap::new(), |mut kinds, (kind, _, _)| {
            *kinds.entry(*kind).or_default() += 1;
            kinds
        });
    let left = BTreeMap::from([("unknown_here", each), ("cancel_unknown_here", each)]);
    assert_eq!(kinds, left);
}

/// The two sets, and where they part.
fn same(found: &Found, planted: &Found) {
    let missed: Vec<_> = planted.difference(found).collect();
    let falsely: Vec<_> = found.difference(planted).collect();
    assert!(
        missed.is_empty() && falsely.is_empty(),
        "of {} planted, missed: {missed:?}; found falsely: {falsely:?}",
        planted.len()
    );
}

#[tokio::test]
async fn planted_breaks_of_a_month_are_all_found_and_none_is_false() {
    on_both(async |test| prove(test, 20_261_122, 5_000, 5, true).await).await;
}

#[tokio::test]
#[ignore = "minutes: cargo xtask reconcile-proof"]
async fn planted_breaks_in_100_000_payments_are_all_found_and_none_is_false() {
    on_both(async |test| prove(test, 7, 100_000, 16, false).await).await;
}
