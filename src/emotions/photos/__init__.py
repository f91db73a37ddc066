"""How well faces are found and told in photos, measured on faces that are placed in larger scenes."""
