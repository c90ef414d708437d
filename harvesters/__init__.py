"""Where it comes from: all traffic with the outside."""
