"""Branch and bound in doubles with error bounds, and the lemma of the onset, behind `toytoy.analytic.certificate`."""
