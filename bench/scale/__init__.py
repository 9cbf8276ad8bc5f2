"""Pagewire at sizes that no two cores hold: a cost model from measured figures, and a simulation that checks it."""
