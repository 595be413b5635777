"""The explorer: a web page on this machine that shows phase diagrams, the models of a cell, and loss landscapes."""
