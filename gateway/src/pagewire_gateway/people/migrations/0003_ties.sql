-- What holds of what was asserted, from both sides.
create view tie as
select a_object as one_object, a_account as one_account, a_id as one_id, b_object as object, b_account as account, b_id as id
from assertion where refused = '' and undone = 0
union all
select b_object, b_account, b_id, a_object, a_account, a_id from assertion where refused = '' and undone = 0;
