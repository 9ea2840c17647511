"""What makes the committed tables of places and postcodes; nothing at run time imports it."""
