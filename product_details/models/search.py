"""What is searched: kept by ``search/``, never written by hand."""

from typing import ClassVar

from django.db import models

from .product import Product


class SearchDocument(models.Model):
    """The words of one product, folded (lower case, no accents), two spaces before each word.

    So ``"  red"`` is the beginning of a word to an index that knows only three letters in a row.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="search_document"
    )
    title = models.TextField()
    keywords = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return self.title.strip()


class SearchWord(models.Model):
    """A word of a title or a keyword, two spaces before and one behind it: what a misspelt word
    may have been meant to be."""

    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "word"], name="word_once_per_document")
        ]

    def __str__(self) -> str:
        return self.word.strip()
