"""Actions: what a browser sends to a fragment's service, through the site's own origin.

A request passes these files in this order; each refuses what the next must never see.

    bodies.py        the body is read, whole, within a size and a time (ASGI, before Django)
    views.py         Django's request becomes a framework-free one
    same_origin.py   it comes from a page of this site
    handling.py      the fragment is registered, the action and its method are declared
    forwarding.py    what the service gets to see
    verdict.py       what the service's answer means, and what of it may reach the browser
    saying.py        the events that come with it, and what they mean in words
    answering.py     what the browser gets: a page, a fragment, a redirect, or an apology
"""
