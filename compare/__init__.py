"""Independent answers side by side: diagrams, agreement, figures, reports."""
