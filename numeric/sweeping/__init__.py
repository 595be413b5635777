"""What a sweep is made of: grid, fingerprint, cells, tiles, workers, store and merging."""
