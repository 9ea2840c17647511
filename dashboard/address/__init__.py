"""What is asked: the keys of an address, their checked values, and what a page promises."""
