"""A page of healthy fragments, through every face."""

from .conftest import Open
from .kit import World


def test_fragments_stand_where_the_template_asks_for_them(world: World, open_site: Open) -> None:
    world.fragment("reviews/list", "<p>Lovely.</p>")
    world.fragment("product/page", "<h1>Vase</h1>")
    world.page('<main>{% fragment "product/page" %}<hr><micro-frontend src="reviews/list"></micro-frontend></main>')
    response = open_site().get("/shop/")
    assert response.status_code == 200
    assert "<main><h1>Vase</h1><hr><p>Lovely.</p></main></body></html>" in response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
