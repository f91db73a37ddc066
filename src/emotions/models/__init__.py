"""What a model of the grid is: preprocessing layers, a backbone, an output activation, a loss, a file."""
