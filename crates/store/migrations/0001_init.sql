-- Everything belongs to a merchant and says so. Money is in minor units, time in milliseconds of
-- the epoch (bigint); a nullable *_at column says when instead of a boolean.

create table merchants (
    id bigint primary key,
    -- imp + 8 digits, what IMP.init() takes
    user_code text not null unique,
    name text not null,
    -- how far this merchant's sandbox clock is ahead of the wall clock; 0 in production
    clock_offset_ms bigint not null,
    default_channel_id bigint,
    webhook_url text,
    -- 'json' or 'form'
    webhook_format text not null,
    created_at bigint not null,
    version bigint not null
);

create table api_keys (
    id bigint primary key,
    merchant_id bigint not null references merchants (id),
    imp_key text not null unique,
    -- SHA-256 of the secret: it is 80 random characters, a slow hash would add nothing
    secret_hash text not null,
    created_at bigint not null,
    revoked_at bigint
);
create index api_keys_merchant on api_keys (merchant_id);

-- One live token per key. The token itself is derived from the master key and the generation.
create table tokens (
    api_key_id bigint primary key references api_keys (id),
    merchant_id bigint not null references merchants (id),
    generation bigint not null,
    token_hash text not null unique,
    expires_at bigint not null
);

create table staff (
    id bigint primary key,
    merchant_id bigint not null references merchants (id),
    login text not null unique,
    password_hash text not null,
    -- 'owner', 'manager' or 'viewer'
    role text not null,
    failed_logins bigint not null,
    locked_until bigint,
    created_at bigint not null
);

create table sessions (
    -- SHA-256 of the cookie
    id_hash text primary key,
    staff_id bigint not null references staff (id),
    merchant_id bigint not null references merchants (id),
    created_at bigint not null,
    expires_at bigint not null
);
create index sessions_expiry on sessions (expires_at);

create table channels (
    id bigint primary key,
    merchant_id bigint not null references merchants (id),
    channel_key text not null unique,
    name text not null,
    pg text not null,
    -- 'test' or 'live'
    mode text not null,
    mid text not null,
    -- the credentials, sealed with the master key; empty in test mode
    sealed text not null,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
    version bigint not null
);
create index channels_merchant on channels (merchant_id, id);
create unique index channels_contract on channels (merchant_id, pg, mid, mode)
    where deleted_at is null;

-- Every payment attempt.
create table payments (
    imp_uid text primary key,
    merchant_id bigint not null references merchants (id),
    merchant_uid text not null,
    channel_id bigint not null references channels (id),
    version bigint not null,
    state text not null,
    -- V1's word for the state, for lists
    status text not null,
    amount bigint not null,
    currency text not null,
    cancelled bigint not null,
    pending_cancel bigint not null,
    pay_method text,
    -- 'pc', 'mobile' or 'api'
    channel text not null,
    pg text not null,
    pg_id text not null,
    mode text not null,
    emb_pg_provider text,
    pg_tid text,
    escrow bigint not null,
    apply_num text,
    bank_code text,
    bank_name text,
    card_code text,
    card_name text,
    card_quota bigint not null,
    card_number text,
    card_type bigint,
    vbank_code text,
    vbank_name text,
    vbank_num text,
    vbank_holder text,
    vbank_due_at bigint,
    vbank_issued_at bigint,
    name text,
    buyer_name text,
    buyer_email text,
    buyer_tel text,
    buyer_addr text,
    buyer_postcode text,
    custom_data text,
    user_agent text,
    started_at bigint not null,
    paid_at bigint,
    failed_at bigint,
    cancelled_at bigint,
    updated_at bigint not null,
    fail_code text,
    fail_reason text,
    cancel_reason text,
    cash_receipt_at bigint,
    customer_uid text,
    customer_uid_usage text,
    tax_free bigint,
    vat_amount bigint,
    -- JSON array of webhook targets that replace the console's
    notice_urls text,
    -- what the connector wants back; and the authentication data while an approval is unsettled
    pg_memo text not null,
    pg_auth text,
    -- the number the PG was given for the approval, and when it was asked
    operation_id text,
    approving_at bigint,
    -- how often an unknown outcome was asked about
    settle_attempts bigint not null
);
create index payments_merchant_uid on payments (merchant_id, merchant_uid, started_at);
create index payments_started on payments (merchant_id, started_at, imp_uid);
create index payments_status on payments (merchant_id, status, updated_at, imp_uid);
create index payments_pg_tid on payments (merchant_id, pg_tid);
create index payments_apply_num on payments (merchant_id, apply_num);
create index payments_buyer_tel on payments (merchant_id, buyer_tel);
create index payments_buyer_email on payments (merchant_id, buyer_email);
create index payments_buyer_name on payments (merchant_id, buyer_name);

-- The browser's side of an attempt: reached by an unguessable session only.
create table checkouts (
    session text primary key,
    imp_uid text not null unique references payments (imp_uid),
    merchant_id bigint not null references merchants (id),
    -- 'overlay' or 'redirect'
    flow text not null,
    -- the origin of the page that opened the window; results are posted to it alone
    origin text not null,
    redirect_url text,
    language text not null,
    client_ip text not null,
    -- the request_pay parameter as it came
    param text not null,
    created_at bigint not null
);

-- What happened to a payment, one row for each version.
create table payment_events (
    imp_uid text not null references payments (imp_uid),
    version bigint not null,
    merchant_id bigint not null,
    at bigint not null,
    -- 'page', 'pg', 'notice', 'api', 'console' or 'job'
    actor text not null,
    event text not null,
    state text not null,
    detail text not null,
    primary key (imp_uid, version)
);

create table cancels (
    cancel_id text primary key,
    merchant_id bigint not null,
    imp_uid text not null references payments (imp_uid),
    -- 'asked', 'done', 'refused' or 'person'
    state text not null,
    amount bigint not null,
    left_before bigint not null,
    asked_at bigint not null,
    done_at bigint,
    reason text not null,
    -- 'api' or 'console'
    requester text not null,
    tax_free bigint,
    vat_amount bigint,
    refund_bank text,
    refund_account text,
    refund_holder text,
    refund_tel text,
    pg_tid text,
    message text,
    settle_attempts bigint not null,
    -- not null: a webhook is wanted once it is done
    webhook_at bigint
);
create index cancels_payment on cancels (imp_uid, asked_at);

-- Only one attempt of an order may be approved: who holds the claim may ask the PG.
create table order_claims (
    merchant_id bigint not null,
    merchant_uid text not null,
    imp_uid text not null,
    primary key (merchant_id, merchant_uid)
);

create table prepares (
    merchant_id bigint not null,
    merchant_uid text not null,
    -- decimal text of major units
    amount text not null,
    currency text,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (merchant_id, merchant_uid)
);

create table webhooks (
    id bigint primary key,
    merchant_id bigint not null,
    imp_uid text not null,
    merchant_uid text not null,
    status text not null,
    cancellation_id text,
    url text not null,
    format text not null,
    created_at bigint not null,
    attempts bigint not null,
    delivered_at bigint,
    gave_up_at bigint
);
create index webhooks_payment on webhooks (merchant_id, imp_uid, id);
create index webhooks_recent on webhooks (merchant_id, id);

create table webhook_attempts (
    webhook_id bigint not null references webhooks (id),
    attempt bigint not null,
    merchant_id bigint not null,
    at bigint not null,
    elapsed_ms bigint not null,
    http_status bigint,
    response text,
    error text,
    primary key (webhook_id, attempt)
);

-- Work to be done later, claimed by lease. run_at is in the merchant's own clock.
create table jobs (
    -- kind:key, so that the same work is never queued twice
    id text primary key,
    merchant_id bigint not null,
    kind text not null,
    run_at bigint not null,
    attempts bigint not null,
    lease_until bigint,
    lease_by text
);
create index jobs_due on jobs (run_at);

-- What was said to a PG and what it answered, redacted.
create table exchanges (
    id bigint primary key,
    merchant_id bigint not null,
    imp_uid text not null,
    at bigint not null,
    elapsed_ms bigint not null,
    operation text not null,
    url text not null,
    request text not null,
    http_status bigint,
    response text,
    error text
);
create index exchanges_payment on exchanges (merchant_id, imp_uid, id);

-- Notices of PGs: each is acted on once.
create table notices (
    pg text not null,
    notice_id text not null,
    merchant_id bigint not null,
    imp_uid text not null,
    at bigint not null,
    fields text not null,
    outcome text not null,
    primary key (pg, notice_id, imp_uid)
);
create index notices_payment on notices (merchant_id, imp_uid);

-- What a machine cannot decide.
create table attentions (
    id text primary key,
    merchant_id bigint not null,
    imp_uid text not null,
    at bigint not null,
    kind text not null,
    detail text not null,
    resolved_at bigint,
    resolved_by text
);
create index attentions_open on attentions (merchant_id, resolved_at, at);

create table audits (
    id bigint primary key,
    merchant_id bigint not null,
    actor text not null,
    at bigint not null,
    action text not null,
    detail text not null
);
create index audits_recent on audits (merchant_id, id);
