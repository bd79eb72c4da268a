-- The same person on another channel is found by what numbers are compared by, whatever a platform calls and however it spells them.
drop index aliases_phone;
