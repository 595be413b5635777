"""Exact: closed forms, algebra, population moments, and the words that every room shares."""
