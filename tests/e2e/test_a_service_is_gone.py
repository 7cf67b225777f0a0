"""A page outlives the services it can do without."""

import httpx

from dev.running_site import RunningSite

PRODUCT = "/products/h1001/tide-vase/"


def test_a_product_page_answers_without_the_reviews_service(fragile_site: RunningSite) -> None:
    fragile_site.kill("reviews")
    response = httpx.get(fragile_site.origin + PRODUCT, timeout=10)
    assert response.status_code == 200
    assert 'data-boundary="product_details/page"' in response.text
    assert 'class="reviews-list"' not in response.text


def test_a_product_page_does_not_wait_for_a_service_that_hangs(fragile_site: RunningSite) -> None:
    fragile_site.pause("reviews")
    try:
        response = httpx.get(fragile_site.origin + PRODUCT, timeout=10)
    finally:
        fragile_site.resume("reviews")
    assert response.status_code == 200
    assert 'data-boundary="product_details/page"' in response.text


def test_a_product_page_without_its_product_is_an_error_page(fragile_site: RunningSite) -> None:
    fragile_site.kill("product_details")
    response = httpx.get(fragile_site.origin + PRODUCT, timeout=10)
    assert response.status_code in {502, 503, 504}
    assert "<html" in response.text
    assert "Traceback" not in response.text
