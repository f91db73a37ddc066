"""What a page holds, read with the standard library's parser."""

import re
from html.parser import HTMLParser

from emotions.report.html.pictures import picture

VOID = {"meta", "link", "img", "use", "br"}


def encoded(pixels):
    """How a page holds a picture."""
    return re.search(r"base64,([^\"]+)", picture(pixels, ""))[1]


class Page(HTMLParser):
    """Tables by caption, headings, texts, and every attribute that may load something."""

    LOADING = frozenset({"src", "srcset", "href", "xlink:href", "poster", "data", "action"})

    def __init__(self, text):
        super().__init__()
        self.tables, self.headings, self.addresses, self.tags, self.open = {}, [], [], set(), []
        self._caption = self._row = None
        self.texts = []
        self.feed(text)
        assert self.open == [], self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.addresses += [(tag, value) for name, value in attributes if name in self.LOADING]
        if tag in VOID:
            return
        self.open.append(tag)
        if tag == "figcaption":
            self._caption = ""
        if tag == "table":
            self.tables[self._caption] = []
        if tag == "tr":
            self.tables[self._caption].append([])
        if tag in {"td", "th"}:
            self.tables[self._caption][-1].append("")
        if tag in {"h1", "h2", "h3"}:
            self.headings.append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self.addresses += [(tag, value) for name, value in attributes if name in self.LOADING]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if {"style", "svg"} & set(self.open):
            return
        self.texts.append(text)
        if "figcaption" in self.open:
            self._caption += text
        if {"td", "th"} & set(self.open):
            self.tables[self._caption][-1][-1] += text
        if {"h1", "h2", "h3"} & set(self.open):
            self.headings[-1] += text

    def text(self):
        return " ".join("".join(self.texts).split())

    def row(self, caption, *words):
        return next(row[len(words) :] for row in self.tables[caption] if row[: len(words)] == list(words))
