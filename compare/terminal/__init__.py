"""The command line's own parts: options, refusals in one line, progress, tables."""
