"""What is so: each question of the dashboard worked out by one function, for pages, exports and API alike.

Store and register in, frozen answers (``dashboard.queries.answers``) out. No dash, no words for people, no pictures.
"""
