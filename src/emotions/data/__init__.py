"""The prepared faces, and what is measured on them."""
