"""Where the faces come from; each source leaves one verified zip in Kaggle's layout."""
