-- Reconciliation: each comparison of our books with a PG's, what did not agree, and what people
-- decided about it. Days are KST calendar days since 1970-01-01.

create table recon_runs (
    id bigint primary key,
    merchant_id bigint not null references merchants (id),
    channel_id bigint not null references channels (id),
    from_day bigint not null,
    to_day bigint not null,
    -- 'file' or 'lookup'
    source text not null,
    -- the file's name and SHA-256; empty for lookups
    file_name text not null,
    file_hash text not null,
    -- login of the person, or the tool's name
    actor text not null,
    at bigint not null,
    -- items of ours and theirs that were compared
    ours bigint not null,
    theirs bigint not null,
    matched bigint not null,
    other_days bigint not null,
    netted bigint not null,
    foreign_rows bigint not null,
    -- payments the PG could not be asked about
    unasked bigint not null,
    -- breaks told by this run
    found bigint not null
);
create index recon_runs_merchant on recon_runs (merchant_id, id);

create table recon_breaks (
    id bigint primary key,
    merchant_id bigint not null references merchants (id),
    channel_id bigint not null references channels (id),
    -- 'missing_at_pg', 'amount_differs', ...
    kind text not null,
    -- which item, the same words in every run
    item text not null,
    day bigint not null,
    -- our payment; null for money we know nothing of
    imp_uid text,
    order_no text not null,
    -- 'in' or 'back'
    flow text not null,
    currency text not null,
    -- what our balance at the PG must change by, minor units
    difference bigint not null,
    -- both sides' values, JSON; null where a side has none
    ours text,
    theirs text,
    -- 'open', 'proposed', 'corrected', 'remedied', 'closed', 'other_day' or 'vanished'
    status text not null,
    first_run bigint not null,
    last_run bigint not null,
    -- the proposed correction: accounts, minor units, and why
    debit text,
    credit text,
    amount bigint,
    reason text,
    proposed_by bigint,
    proposed_login text,
    proposed_at bigint,
    -- who ended it and what they said
    decided_login text,
    decided_at bigint,
    note text,
    version bigint not null
);
create unique index recon_breaks_item on recon_breaks (merchant_id, channel_id, kind, item);
create index recon_breaks_day on recon_breaks (merchant_id, channel_id, day);
create index recon_breaks_status on recon_breaks (merchant_id, status, id);

-- what moved on a day, by channel
create index payments_paid on payments (merchant_id, channel_id, paid_at)
    where paid_at is not null;
create index cancels_done on cancels (merchant_id, done_at) where done_at is not null;

-- how a channel's settlement files are to be read, JSON
create table recon_mappings (
    channel_id bigint primary key references channels (id),
    merchant_id bigint not null references merchants (id),
    mapping text not null,
    updated_at bigint not null
);
