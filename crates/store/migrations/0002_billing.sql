-- Customers with a billing key, and charges planned for later.

create table customers (
    merchant_id bigint not null references merchants (id),
    customer_uid text not null,
    channel_id bigint not null references channels (id),
    pg text not null,
    pg_id text not null,
    mode text not null,
    -- the PG's key and the connector's memo, sealed with the master key
    sealed_key text not null,
    customer_id text,
    card_code text,
    card_name text,
    card_number text,
    card_type bigint,
    customer_name text,
    customer_tel text,
    customer_email text,
    customer_addr text,
    customer_postcode text,
    inserted_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    version bigint not null,
    primary key (merchant_id, customer_uid)
);

create table schedules (
    merchant_id bigint not null references merchants (id),
    merchant_uid text not null,
    customer_uid text not null,
    -- 'scheduled', 'executed' or 'revoked'
    state text not null,
    schedule_at bigint not null,
    executed_at bigint,
    revoked_at bigint,
    imp_uid text,
    -- null, 'paid', 'failed' or 'cancelled'
    payment_status text,
    fail_reason text,
    amount bigint not null,
    currency text not null,
    name text,
    buyer_name text,
    buyer_email text,
    buyer_tel text,
    buyer_addr text,
    buyer_postcode text,
    custom_data text,
    notice_urls text,
    tax_free bigint,
    vat_amount bigint,
    card_quota bigint not null,
    interest_free bigint not null,
    customer_id text,
    pg text,
    pg_id text,
    created_at bigint not null,
    version bigint not null,
    primary key (merchant_id, merchant_uid)
);
create index schedules_time on schedules (merchant_id, schedule_at, merchant_uid);
create index schedules_customer on schedules (merchant_id, customer_uid, schedule_at);

create index payments_customer on payments (merchant_id, customer_uid, started_at);

-- First answers of writes that carried an Idempotency-Key; no card data, kept for 15 days.
create table idempotency (
    merchant_id bigint not null,
    idempotency_key text not null,
    -- method and path
    route text not null,
    -- keyed hashes of the body's fields, JSON
    fields text not null,
    -- null while the first request is being done
    http_status bigint,
    body text,
    created_at bigint not null,
    expires_at bigint not null,
    primary key (merchant_id, idempotency_key)
);
create index idempotency_expiry on idempotency (expires_at);
