"""The parts of a report: words, tables, figures, the page that holds them, and its print on paper."""
