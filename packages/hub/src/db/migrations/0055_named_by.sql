-- The channel type that told a contact's name: the name is told to servers of that type only. Null: nobody knows, nobody is told.
alter table contacts add column named_by bigint;
