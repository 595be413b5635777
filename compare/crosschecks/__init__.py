"""What must hold between independent answers: a declared list of checks, by what they compare."""
