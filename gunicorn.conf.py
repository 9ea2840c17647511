"""How gunicorn serves the app, read by itself from the folder it starts in; ``make run`` and the tests use it too.

Threads keep connections of browsers open between requests, at a fraction of the cost of a new one each time: a
synchronous worker answered a fifth as many requests a second here (``make bench BENCH=serve``).
"""

worker_class = "gthread"
threads = 4
keepalive = 15  # seconds; longer than people look between two clicks is of no use
preload_app = True  # facts are read once and shared; the store is opened after the fork
