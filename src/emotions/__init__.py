"""A DVC pipeline that recognises emotions in 48x48 grey faces with Keras."""
