"""The product page as its template needs it: which variant is shown, which choices there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from . import addresses, delivery, wording
from .cards import Rating
from .models import Category, Photograph, Product, Variant
from .pictures import Picture
from .wording import ProductWords, Said

# As many as the cart takes of one article.
MOST = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an option: a link to the variant that has it."""

    value: Said
    url: str
    chosen: bool
    available: bool


@dataclass(frozen=True, slots=True)
class Option:
    """What the shopper can choose, such as the colour."""

    name: Said
    chosen: Said
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step from the first page to here; the last one is not a link."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A variant that can be bought, and its values in words."""

    variant: Variant
    label: str


@dataclass(frozen=True, slots=True)
class ProductView:
    """All that the page of one product shows."""

    product: Product
    words: ProductWords
    variant: Variant | None
    label: str
    rating: Rating | None
    offered: Sequence[Offered]
    options: Sequence[Option]
    pictures: Sequence[Picture]
    stock: delivery.Stock
    promises: Sequence[delivery.Promise]
    crumbs: Sequence[Crumb]
    url: str
    another_in_stock: bool

    @property
    def canonical(self) -> str:
        """The one address under which search engines should know the product."""
        return addresses.absolute(self.url)

    @property
    def most(self) -> int:
        """How many of the shown variant can be asked for at once."""
        stock = self.variant.stock if self.variant else 0
        return max(1, min(stock, MOST))

    @property
    def share_image(self) -> str:
        """The picture that other sites show beside a link to the page."""
        return addresses.absolute(self.pictures[0].src) if self.pictures else ""

    @property
    def title(self) -> str:
        """The product's name, with the variant if one is shown by name."""
        return f"{self.words.name}, {self.label}" if self.label else self.words.name

    @property
    def highlights(self) -> list[str]:
        """The highlights, one a line, empty lines left out; all are in one language."""
        return [line.strip() for line in self.words.highlights.splitlines() if line.strip()]


def product_view(
    product: Product,
    variants: Sequence[Variant],
    photographs: Sequence[Photograph],
    chosen: Variant | None,
) -> ProductView:
    """Put the page together; without a choice the first variant in stock is shown."""
    offered = [variant for variant in variants if variant.offered]
    in_stock = [variant for variant in offered if variant.stock]
    shown = chosen or next(iter([*in_stock, *offered]), None)
    names = (product.first_option, product.second_option)
    phrases = _phrases(product, variants)
    options = (_option(product, offered, shown, n, names[n], phrases) for n in (0, 1) if shown)
    pictured = _photographs_for(shown, photographs)
    wording.localise_photographs(pictured)
    return ProductView(
        product=product,
        words=wording.of_products([product])[product.pk],
        variant=shown,
        label=shown.label_in(phrases.say) if shown else "",
        rating=Rating.of(product),
        offered=[
            Offered(variant, variant.label_in(phrases.say))
            for variant in sorted(offered, key=lambda variant: variant != shown)
        ],
        options=[option for option in options if option is not None],
        pictures=[p.picture for p in pictured],
        stock=delivery.stock_in_words(shown.stock if shown else 0),
        promises=(delivery.PROMISES[product.delivery], delivery.RETURNS),
        crumbs=category_crumbs(product.category),
        url=addresses.product_path(product),
        another_in_stock=any(variant != shown for variant in in_stock),
    )


def category_crumbs(category: Category) -> list[Crumb]:
    """Return the steps from the shop's first page to a category."""
    line = category.line()
    wording.localise_categories(line)
    steps = [Crumb(step.name, addresses.category_path(step.path)) for step in line]
    return [Crumb(gettext("Home"), addresses.home_path()), *steps]


def _option(
    product: Product,
    offered: Sequence[Variant],
    shown: Variant,
    index: int,
    name: str,
    phrases: wording.Phrases,
) -> Option | None:
    values = list(dict.fromkeys(_values(variant)[index] for variant in offered))
    if not name or values in ([], [""]):
        return None
    choices = [_choice(product, offered, shown, index, value, phrases) for value in values]
    return Option(phrases.say(name), phrases.say(_values(shown)[index]), choices)


def _choice(
    product: Product,
    offered: Sequence[Variant],
    shown: Variant,
    index: int,
    value: str,
    phrases: wording.Phrases,
) -> Choice:
    """Link to the variant with this value, keeping the other option's if there is such a one."""
    with_value = [variant for variant in offered if _values(variant)[index] == value]
    other = _values(shown)[1 - index]
    same_other = [variant for variant in with_value if _values(variant)[1 - index] == other]
    target = (same_other or with_value)[0]
    return Choice(
        value=phrases.say(value),
        url=addresses.product_path(product, target.slug),
        chosen=_values(shown)[index] == value,
        available=target.stock > 0,
    )


def _phrases(product: Product, variants: Sequence[Variant]) -> wording.Phrases:
    """Look up the names of the options and all their values."""
    values = [value for variant in variants for value in _values(variant)]
    return wording.phrases([product.first_option, product.second_option, *values])


def _values(variant: Variant) -> tuple[str, str]:
    return (variant.first_value, variant.second_value)


def _photographs_for(
    shown: Variant | None, photographs: Sequence[Photograph]
) -> Sequence[Photograph]:
    """Pictures of the shown variant come first; those of another one are left out."""
    value = shown.first_value if shown else ""
    own = [photograph for photograph in photographs if photograph.only_for == value and value]
    general = [photograph for photograph in photographs if not photograph.only_for]
    return [*own, *general] or photographs
