"""Figures of people and units: period, person, unit, as tables for every output."""
