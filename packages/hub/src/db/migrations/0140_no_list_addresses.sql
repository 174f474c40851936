-- Nothing ever asked a server for its addresses.
alter table channel_types drop column wants_list_addresses;
