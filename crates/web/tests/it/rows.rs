//! Payments put straight into the database, in the state a test is about.

use crate::hub::Hub;
use domain::payment::{Event, Payment};
use domain::{Currency, Money};
use engine::Engine;
use engine::merchants::Created;
use store::Batch;
use store::cancels::CancelRow;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

/// 2023-11-15 07:13:20 KST, when the tests' clock starts.
pub(crate) const START: i64 = 1_700_000_000_000;

pub(crate) fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap()
}

/// A test channel of KICC.
pub(crate) async fn channel(engine: &Engine, shop: &Created) -> i64 {
    let id = engine.next_id();
    let row = ChannelRow {
        id,
        merchant_id: shop.merchant.id,
        channel_key: format!("channel-key-{id}"),
        name: "카드".to_owned(),
        pg: "kicc".to_owned(),
        kind: store::channels::PAYMENT.to_owned(),
        mode: "test".to_owned(),
        mid: format!("T{}", id % 10_000_000),
        sealed: String::new(),
        created_at: engine.now(),
        updated_at: engine.now(),
        deleted_at: None,
        version: 1,
    };
    let mut batch = Batch::new();
    store::channels::insert(&mut batch, &row);
    engine.db.commit(batch).await.unwrap();
    id
}

impl Hub {
    /// Stores a payment of the hub's merchant, started `age` seconds before [`START`].
    pub(crate) async fn payment(&self, imp_uid: &str, merchant_uid: &str, age: i64) -> PaymentRow {
        let channel = channel(self.engine(), &self.shop).await;
        let row = ready(&self.shop, channel, imp_uid, merchant_uid, START - age * 1_000);
        self.keep(row).await
    }

    /// Stores a paid payment of 14,000 won.
    pub(crate) async fn paid(&self, imp_uid: &str, merchant_uid: &str, age: i64) -> PaymentRow {
        let channel = channel(self.engine(), &self.shop).await;
        let row = ready(&self.shop, channel, imp_uid, merchant_uid, START - age * 1_000);
        self.keep(paid(row)).await
    }

    pub(crate) async fn keep(&self, row: PaymentRow) -> PaymentRow {
        let mut batch = Batch::new();
        store::payments::insert(&mut batch, &row);
        self.engine().db.commit(batch).await.unwrap();
        row
    }

    /// Cancels a part, as if the PG had.
    pub(crate) async fn give_back(&self, row: PaymentRow, minor: i64, at: i64) -> PaymentRow {
        let mut row = row;
        let cancel = cancel(&row, minor, at);
        row.payment = row.payment.apply(Event::CancelStarted(won(minor))).unwrap().0;
        row.payment = row.payment.apply(Event::CancelDone).unwrap().0;
        row.cancelled_at = Some(at);
        row.cancel_reason = Some("환불".to_owned());
        row.version += 1;
        let mut batch = Batch::new();
        store::payments::update(&mut batch, &row);
        store::cancels::insert(&mut batch, &cancel);
        self.engine().db.commit(batch).await.unwrap();
        row
    }
}

/// A row that became paid 20 seconds after it started.
pub(crate) fn paid(row: PaymentRow) -> PaymentRow {
    let payment = row.payment.apply(Event::ApprovalStarted).unwrap().0;
    PaymentRow {
        payment: payment.apply(Event::Approved(won(14_000))).unwrap().0,
        pg_tid: Some("23111512345678".to_owned()),
        apply_num: Some("30008345".to_owned()),
        card_code: Some("366".to_owned()),
        card_name: Some("신한카드".to_owned()),
        paid_at: Some(row.started_at + 20_000),
        updated_at: row.started_at + 20_000,
        ..row
    }
}

/// A row whose window failed 10 seconds after it started.
pub(crate) fn failed(row: PaymentRow) -> PaymentRow {
    PaymentRow {
        payment: row.payment.apply(Event::Declined).unwrap().0,
        failed_at: Some(row.started_at + 10_000),
        ..row
    }
}

/// A row whose account waits for its deposit.
pub(crate) fn issued(row: PaymentRow) -> PaymentRow {
    let payment = row.payment.apply(Event::ApprovalStarted).unwrap().0;
    PaymentRow {
        payment: payment.apply(Event::AccountIssued).unwrap().0,
        pay_method: Some("vbank".to_owned()),
        pg_tid: Some("23111512345678".to_owned()),
        vbank_num: Some("X3790127821223".to_owned()),
        vbank_issued_at: Some(row.started_at),
        ..row
    }
}

pub(crate) fn ready(
    shop: &Created,
    channel: i64,
    imp_uid: &str,
    merchant_uid: &str,
    at: i64,
) -> PaymentRow {
    PaymentRow {
        pay_method: Some("card".to_owned()),
        channel: "pc".to_owned(),
        name: Some("주문명".to_owned()),
        ..PaymentRow::new(
            imp_uid,
            shop.merchant.id,
            merchant_uid,
            (channel, "kicc", "T5102001", "test"),
            Payment::new(won(14_000)),
            at,
        )
    }
}

fn cancel(row: &PaymentRow, minor: i64, at: i64) -> CancelRow {
    CancelRow {
        cancel_id: format!("C{at:019}"),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        state: "done".to_owned(),
        amount: minor,
        left_before: row.payment.left().unwrap().minor(),
        asked_at: at,
        done_at: Some(at),
        reason: "환불".to_owned(),
        requester: "api".to_owned(),
        tax_free: None,
        vat_amount: None,
        refund_bank: None,
        refund_account: None,
        refund_holder: None,
        refund_tel: None,
        pg_tid: Some("23111512345999".to_owned()),
        message: None,
        settle_attempts: 0,
        webhook_at: None,
        item: None,
    }
}
