"""Approximate, with an error on every number: sampling, optimizers, trained models."""
