"""What training does, as functions: each returns its data, and says what was found."""
