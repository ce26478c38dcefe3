-- Deliveries of escrow payments, webhooks that tell of more than a status, and slips of a
-- platform's shops.

create table escrow_deliveries (
    merchant_id bigint not null references merchants (id),
    imp_uid text not null references payments (imp_uid),
    -- as registered at the PG; null until then
    company text,
    invoice text,
    sent_at bigint,
    applied_at bigint,
    -- what the PG is being asked for, with names and addresses: sealed, gone once it answered
    asking text,
    asked_at bigint not null,
    operation_id text not null,
    settle_attempts bigint not null,
    -- the PG's refusal, or why a person must look
    message text,
    -- V1's code of what became of it, as the PG told
    escrow_status text,
    version bigint not null,
    primary key (merchant_id, imp_uid)
);

-- of a webhook with a name of its own: {"event": .., "extra": ..}
alter table webhooks add column event text;

create table partner_receipts (
    merchant_id bigint not null references merchants (id),
    imp_uid text not null references payments (imp_uid),
    -- JSON: [{"number", "name", "amount", "tax_free", "vat"}], the newest only
    lines text not null,
    created_at bigint not null,
    primary key (merchant_id, imp_uid)
);
