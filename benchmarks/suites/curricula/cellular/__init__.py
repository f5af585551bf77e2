"""Steps of `cellular-v1`: rings of cells under rules, rules found from histories, grids of cells."""
