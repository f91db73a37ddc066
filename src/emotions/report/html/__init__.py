"""`reports/index.html`: one file that needs no other.

`page` puts the sections together, each made in a module of its own from `emotions.report.study`. A section is
a list of `blocks`; `page.html.j2` and `style.css` say what they look like, `svg` and `charts` draw.
"""
