"""From measurements (the publisher's) to observations (ours): figures, gaps, sums, what is hidden, spread and trend."""
