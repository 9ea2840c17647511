"""Pure figures: rows in, plain dicts out. Nothing here touches the store or dash."""
