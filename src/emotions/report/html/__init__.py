"""`reports/index.html`: one file that needs no other.

`page` sets charts, pictures and tables into the templates, one a section. `charts` and `cost` draw by
Matplotlib, `svg` makes their figures part of a page, `tables` pivots the table of cells.
"""
