-- Every movement of money, twice: a row takes an amount from one account and gives it to another.
-- Rows are only ever added. Each payment has a chain of its own, so that nothing is fought over.

create table ledger (
    imp_uid text not null,
    -- from 1, without gaps
    seq bigint not null,
    merchant_id bigint not null,
    -- the merchant's clock, and the wall clock (never before what is sealed)
    at bigint not null,
    entered_at bigint not null,
    -- 'approval', 'deposit', 'cancel', ...
    kind text not null,
    -- the approval, notice, cancel or correction it comes from
    operation_id text not null,
    -- 'pg:' and a channel, 'sales', 'refunds', 'suspense' or 'correction'
    debit text not null,
    credit text not null,
    amount bigint not null,
    currency text not null,
    actor text not null,
    -- why, of a correction
    note text not null,
    -- keyed hashes: of the row before it, and of this row with that
    prev_hash text not null,
    hash text not null,
    primary key (imp_uid, seq)
);
create index ledger_entered on ledger (entered_at, imp_uid, seq);

-- What was entered up to a moment, counted and hashed over all payments. Nothing is entered into
-- it afterwards. Number 0 says that every payment from before the ledger has its opening entry.
create table ledger_seals (
    no bigint primary key,
    upto bigint not null,
    entries bigint not null,
    digest text not null,
    sealed_at bigint not null,
    prev_hash text not null,
    hash text not null
);
create index ledger_seals_upto on ledger_seals (upto);

-- The last entry of a payment; -1 for a payment from before the ledger that was not opened yet.
alter table payments add column ledger_seq bigint not null default -1;
alter table payments add column ledger_hash text not null default '';
create index payments_unopened on payments (imp_uid) where ledger_seq = -1;
