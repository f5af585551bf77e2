"""Priors: what the search is told about which skills, constants and next steps are likely."""
