"""Tests of bot/knowledge: articles, search, answers, safety, imports."""
