"""The number of SQL queries, which must not grow with the catalogue."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from product_details import purging
from product_details.models import Category, Product
from product_details.search import indexing

from .factories import PhotographFactory, ProductFactory, VariantFactory, tree, vase

pytestmark = pytest.mark.django_db


def fill(category: Category, *, products: int, variants: int, photographs: int) -> None:
    """Make many of everything."""
    with indexing.at_the_end():
        for product in ProductFactory.create_batch(products, category=category, featured=True):
            for n in range(variants):
                VariantFactory.create(product=product, first_value=f"Colour {n}")
            PhotographFactory.create_batch(photographs, product=product)


@pytest.fixture(params=[1, 7], ids=["little", "much"])
def product(request: pytest.FixtureRequest) -> Product:
    """A product deep in the tree, in a small or a large catalogue."""
    *_, low = tree("lamps", "lamps/table", "lamps/table/small")
    for n in range(request.param):
        tree(f"other-{n}")
    fill(low, products=2 * request.param, variants=request.param, photographs=request.param)
    result: Product = Product.objects.order_by("pk")[0]
    result.first_option = "Colour"
    result.save()
    return result


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("page/?ref={ref}&slug={slug}", 3),
        ("page/?ref={ref}&slug={slug}&variant=colour-0", 3),
        ("list/?category=lamps/table", 10),
        ("list/?limit=48", 9),
        ("list/?collection=new", 2),
        ("list/?collection=popular", 2),
        ("list/?colour=green&price=25-50&rating=3&sort=price", 9),
        ("list/?q=vase", 11),
        ("related/?product={ref}", 3),
        ("navigation/", 1),
    ],
)
def test_queries_are_few_whatever_the_amount_of_data(
    client: Client,
    product: Product,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    url = f"/fragments/{path.format(ref=product.ref, slug=product.slug)}"
    with django_assert_num_queries(queries):
        assert client.get(url).status_code == 200


def test_a_line_of_successors_takes_two_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    product = vase()
    for _ in range(3):
        product = vase(state=Product.State.WITHDRAWN, successor=product)
    # The line, and what the last one has in stock: sold out, it may lead elsewhere itself.
    with django_assert_num_queries(2):
        assert client.get(f"/fragments/page/?ref={product.ref}&slug=x").status_code == 301


def test_of_how_many_products_caches_are_told_takes_one_query(
    product: Product, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    every = list(Product.objects.select_related("category"))
    with django_assert_num_queries(1):
        purging.purge_products(every)
    with django_assert_num_queries(0):
        purging.purge_products([])
