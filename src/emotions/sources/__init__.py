"""Sources of faces: each writes one verified zip in Kaggle's layout."""
