"""One module a page, each with a ``PAGE``; ``dashboard.routing`` lists them."""
