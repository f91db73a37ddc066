"""A page that sets what was run beside the report of 2020.

`published` holds that report's figures, `grid` gathers what was run, `compare` joins the two. `markdown`
renders the page: its comparisons come from `tables`, what it says of a cell from `cells`, text from `text`.
"""
