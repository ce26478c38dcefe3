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
        imp_uid: imp_uid.to_owned(),
        merchant_id: owner.merchant.id,
        merchant_uid: format!("order of {imp_uid}"),
        channel_id: 1,
        version: 1,
        payment: Payment::new(Money::new(1_000, Currency::Krw).unwrap()),
        pay_method: None,
        channel: "pc".to_owned(),
        pg: "kicc".to_owned(),
        pg_id: "T5102001".to_owned(),
        mode: "test".to_owned(),
        emb_pg_provider: None,
        pg_tid: None,
        escrow: false,
        apply_num: None,
        bank_code: None,
        bank_name: None,
        card_code: None,
        card_name: None,
        card_quota: 0,
        card_number: None,
        card_type: None,
        vbank_code: None,
        vbank_name: None,
        vbank_num: None,
        vbank_holder: None,
        vbank_due_at: None,
        vbank_issued_at: None,
        name: None,
        buyer_name: None,
        buyer_email: None,
        buyer_tel: None,
        buyer_addr: None,
        buyer_postcode: None,
        custom_data: None,
        user_agent: None,
        started_at: 0,
        paid_at: None,
        failed_at: None,
        cancelled_at: None,
        updated_at: 0,
        fail_code: None,
        fail_reason: None,
        cancel_reason: None,
        cash_receipt_at: None,
        customer_uid: None,
        customer_uid_usage: None,
        tax_free: None,
        vat_amount: None,
        notice_urls: None,
        pg_memo: String::new(),
        pg_auth: None,
        operation_id: None,
        approving_at: None,
        settle_attempts: 0,
    }
}
