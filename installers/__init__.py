"""How Gewu gets onto a machine: set-up from a checkout, and later the packages people install."""
