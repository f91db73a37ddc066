"""A DVC pipeline that recognises emotions in 48x48 grey faces with Keras."""

import os

# What TensorFlow has to say at its start, of GPUs that are not there and of its build, hides what matters.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
