"""The demonstration: invented agencies, their repositories, and a Git server on this machine that serves them."""
