"""What can come of comparing a cell with the optimum: three words, which files, tables and colors share."""

AGREES, NOT_REACHED, DISAGREEMENT = "agrees", "not_reached", "disagreement"
STATUSES = (AGREES, NOT_REACHED, DISAGREEMENT)
