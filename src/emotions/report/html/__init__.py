"""`reports/index.html`: one file that needs no other.

`page` renders the templates, one a section. `charts`, `cost` and `forest` draw by Matplotlib, `svg` makes
their figures part of a page, `labels` writes on them, `pictures` makes those of arrays.
"""
