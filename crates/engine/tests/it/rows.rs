//! Rows that tests start from.

use domain::payment::Payment;
use domain::{Currency, Money};
use engine::Engine;
use engine::merchants::Created;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

/// Adds a test channel straight to the database: which PGs the program has is not the matter.
pub(crate) async fn channel(engine: &Engine, owner: &Created, pg: &str, mid: &str) -> ChannelRow {
    let id = engine.next_id();
    let row = ChannelRow {
        id,
        merchant_id: owner.merchant.id,
        channel_key: format!("channel-key-{id}"),
        name: pg.to_owned(),
        pg: pg.to_owned(),
        kind: store::channels::PAYMENT.to_owned(),
        mode: "test".to_owned(),
        mid: mid.to_owned(),
        sealed: String::new(),
        created_at: engine.now(),
        updated_at: engine.now(),
        deleted_at: None,
        version: 1,
    };
    let mut batch = store::Batch::new();
    store::channels::insert(&mut batch, &row);
    engine.db.commit(batch).await.unwrap();
    row
}

/// A payment nobody stored.
pub(crate) fn payment(owner: &Created, imp_uid: &str) -> PaymentRow {
    PaymentRow {
        channel: "pc".to_owned(),
        ..PaymentRow::new(
            imp_uid,
            owner.merchant.id,
            &format!("order of {imp_uid}"),
            (1, "kicc", "T5102001", "test"),
            Payment::new(Money::new(1_000, Currency::Krw).unwrap()),
            0,
        )
    }
}
