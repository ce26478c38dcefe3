-- Cash receipts: of payments, and of sales made elsewhere.

create table cash_receipts (
    -- our number of it: what the PG gets as its order number
    receipt_id text primary key,
    merchant_id bigint not null references merchants (id),
    channel_id bigint not null references channels (id),
    pg text not null,
    mode text not null,
    -- null for a sale made elsewhere
    imp_uid text,
    merchant_uid text not null,
    -- 'issuing', 'issued', 'revoking', 'revoked' or 'failed'
    state text not null,
    -- 'person' or 'company'
    purpose text not null,
    -- the buyer's number is kept nowhere: what kind it was, and its last four digits
    id_kind text not null,
    id_tail text not null,
    name text,
    amount bigint not null,
    tax_free bigint not null,
    vat bigint not null,
    asked_at bigint not null,
    receipt_tid text,
    apply_num text,
    issued_at bigint,
    revoke_asked_at bigint,
    revoke_tid text,
    revoked_at bigint,
    -- why it failed or could not be taken back
    message text,
    -- of the PG call under way
    operation_id text not null,
    settle_attempts bigint not null,
    version bigint not null
);
-- one at a time
create unique index cash_receipts_one on cash_receipts (merchant_id, imp_uid)
    where imp_uid is not null and state in ('issuing', 'issued', 'revoking');
create unique index cash_receipts_one_elsewhere on cash_receipts (merchant_id, merchant_uid)
    where imp_uid is null and state in ('issuing', 'issued', 'revoking');
create index cash_receipts_payment on cash_receipts (merchant_id, imp_uid, asked_at);
create index cash_receipts_order on cash_receipts (merchant_id, merchant_uid, asked_at);
