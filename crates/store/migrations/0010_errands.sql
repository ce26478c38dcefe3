-- Calls that change something at a PG and move no money, and the product order a cancel is about.

create table errands (
    -- the number of the operation at the PG
    errand_id text primary key,
    merchant_id bigint not null references merchants (id),
    imp_uid text not null references payments (imp_uid),
    -- what is asked: 'ship', 'confirm', ...
    kind text not null,
    -- the product order it is about; empty for the whole payment
    target text not null,
    -- 'asked', 'done' or 'refused'
    state text not null,
    asked_at bigint not null,
    ended_at bigint,
    -- the PG's refusal
    message text,
    settle_attempts bigint not null
);
create index errands_payment on errands (imp_uid, asked_at);
-- one at a time about the same thing
create unique index errands_open on errands (imp_uid, target) where state = 'asked';

-- the product order and the step, JSON; null for a cancel of money alone
alter table cancels add column item text;
