"""The demonstration: invented agencies, their repositories, another catalogue, and a server on this machine for all of them."""
