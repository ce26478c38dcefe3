-- Where webhooks of test payments go, if elsewhere; and who may use the REST API: networks in CIDR
-- form with a space between them, null for everybody.

alter table merchants add column webhook_test_url text;
alter table merchants add column allowed_ips text;
