"""What search engines and feed readers get: robots.txt, sitemaps, and the RSS of what is new.

The shell knows no products. Services list their pages as JSON at addresses that the registry
names; here they become documents of the site, with its origin and in its languages.
"""
