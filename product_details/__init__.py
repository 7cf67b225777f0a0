"""The product_details service: the catalogue, its fragments and its editors' admin."""
