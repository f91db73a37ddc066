"""What every stage stands on: errors, files, locks, the processor, TensorFlow's setup, hashes of code."""
