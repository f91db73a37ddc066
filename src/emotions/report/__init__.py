"""Pages that set what was run beside the report of 2020.

`gather` reads what was run as `cells`, `published` holds that report's figures. `tidy` makes one table of
both, a row a planned cell, with every variant paired with its baseline by `pairs`; `conclusions` judges the
report's, `study` holds all of that, `frames` tables of other things. Prose stands in templates, which name
the columns of tables, and `tables` makes those. `markdown` renders the short page, `html` the whole one,
`model_card` a card.
"""
