-- What a merchant registers before a member's window opens; sealed: it proves who asks.

create table quick_prepares (
    merchant_id bigint not null references merchants (id),
    merchant_uid text not null,
    sealed text not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (merchant_id, merchant_uid)
);
