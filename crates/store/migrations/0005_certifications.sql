-- Identity verification: channels of its own kind, and verifications with whom they verified sealed.

-- 'payment' or 'certification'
alter table channels add column kind text not null default 'payment';

create table certifications (
    -- one space with payments
    imp_uid text primary key,
    merchant_id bigint not null references merchants (id),
    merchant_uid text not null,
    channel_id bigint not null references channels (id),
    pg text not null,
    pg_id text not null,
    mode text not null,
    version bigint not null,
    -- 'ready', 'certified' or 'failed'
    state text not null,
    -- 'window', 'sms' or 'app'
    way text not null,
    pg_tid text,
    -- full years; younger people fail
    min_age bigint,
    -- what the page said of the person, sealed; empty once it is over
    asked text not null,
    -- whom it verified, sealed; empty before and after
    person text not null,
    -- where the window was opened
    page_url text,
    -- the browser's side, for windows
    session text unique,
    -- 'overlay' or 'redirect'
    flow text not null,
    opener text not null,
    redirect_url text,
    language text not null,
    started_at bigint not null,
    certified_at bigint,
    failed_at bigint,
    fail_code text,
    fail_reason text,
    -- set while the PG was asked and its answer is not written down
    asking_at bigint,
    updated_at bigint not null,
    deleted_at bigint
);
create index certifications_merchant on certifications (merchant_id, started_at, imp_uid);
create index certifications_channel on certifications (channel_id);
