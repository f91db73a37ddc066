"""Faces drawn by a program: persons, expressions, a camera."""
