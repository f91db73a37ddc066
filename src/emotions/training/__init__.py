"""How a cell's model is trained."""
