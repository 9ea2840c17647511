"""What is so: store and register in, answers out. No dash, no sentences, no figures."""
