-- What an errand that changes an open account wants: minor units and milliseconds; null otherwise.

alter table errands add column amount bigint;
alter table errands add column due_at bigint;
