"""Faces drawn by a program: persons, expressions, camera."""
