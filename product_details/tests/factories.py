"""A catalogue as small as a test needs it."""

# factory_boy has types for half of itself.
# mypy: disable-error-code="no-untyped-call"

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory
from PIL import Image

from product_details.models import Category, Photograph, Product, Variant
from product_details.search import indexing


class CategoryFactory(DjangoModelFactory[Category]):
    """A category of the first level."""

    class Meta:
        model = Category

    name = Sequence(lambda n: f"Category {n}")
    slug = Sequence(lambda n: f"category-{n}")


class ProductFactory(DjangoModelFactory[Product]):
    """A published product without variants."""

    class Meta:
        model = Product

    ref = Sequence(lambda n: f"h{2000 + n}")
    name = Sequence(lambda n: f"Vase {n}")
    category = SubFactory(CategoryFactory)
    summary = "A vase."
    state = Product.State.PUBLISHED


class VariantFactory(DjangoModelFactory[Variant]):
    """A variant in stock."""

    class Meta:
        model = Variant

    product = SubFactory(ProductFactory)
    sku = Sequence(lambda n: f"SKU-{n}")
    price_minor = 4900
    stock = 10


class PhotographFactory(DjangoModelFactory[Photograph]):
    """A photograph whose file nobody opens."""

    class Meta:
        model = Photograph

    product = SubFactory(ProductFactory)
    image = Sequence(lambda n: f"products/photograph-{n}.jpg")
    width = 1600
    height = 1200
    alt = "A vase on a table"


def vase(**fields: Any) -> Product:
    """A published product with one variant: the shortest thing that a shopper can buy."""
    with indexing.at_the_end():
        product: Product = ProductFactory.create(**fields)
        VariantFactory.create(product=product, sku=f"{product.ref.upper()}-01")
    return product


def colours(product: Product, *names: str, stock: int = 10) -> list[Variant]:
    """Give a product a variant in each colour."""
    product.first_option = "Colour"
    product.save()
    return [
        VariantFactory.create(product=product, first_value=name, position=n, stock=stock)
        for n, name in enumerate(names)
    ]


def tree(*paths: str) -> list[Category]:
    """Make categories by their paths, parents first."""
    made: dict[str, Category] = {}
    for path in paths:
        parent, _, slug = path.rpartition("/")
        made[path] = CategoryFactory.create(
            parent=made.get(parent), slug=slug, name=slug.replace("-", " ").capitalize()
        )
    return list(made.values())


def picture_file(
    name: str = "front.jpg", size: tuple[int, int] = (900, 700), **options: Any
) -> SimpleUploadedFile:
    """A photograph as a browser uploads it."""
    mode = options.pop("mode", "RGB")
    format = options.pop("format", "JPEG")
    buffer = BytesIO()
    Image.new(mode, size, options.pop("color", "teal")).save(buffer, format, **options)
    return SimpleUploadedFile(name, buffer.getvalue())


def in_stock(sku: str) -> int:
    """What the database says now."""
    units: int = Variant.objects.values_list("stock", flat=True).get(sku=sku)
    return units
