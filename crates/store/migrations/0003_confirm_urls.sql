-- Where the merchant's server is asked before a number is paid at a store. For windows it is in
-- the request_pay parameter.

create table confirm_urls (
    imp_uid text not null primary key references payments (imp_uid),
    merchant_id bigint not null references merchants (id),
    url text not null
);
