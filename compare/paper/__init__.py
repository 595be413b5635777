"""The paper's figures as functions: each returns its data, the exact optimum beside what training reached."""
