-- Sub-merchants: merchants of an agency, told apart by a code of three characters.

alter table merchants add column agency_id bigint;
alter table merchants add column tier_code text;
create unique index merchants_tier on merchants (agency_id, tier_code);
