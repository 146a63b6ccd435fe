"""Consensus rounds: electorate, ballots, verdict and outcome."""
