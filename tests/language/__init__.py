"""Tests of the Vietnamese understanding."""
