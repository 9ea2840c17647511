"""Shapes of answers: what queries give, and sentences, figures and components take. Frozen dataclasses only."""
