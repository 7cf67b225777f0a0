"""Actions: what a browser sends to a fragment's service, through the site's own origin.

A request passes these files in this order; each refuses what the next must never see.

    app.py           an ASGI server's request becomes a framework-free one; views.py: Django's
    content.py       its body is read, when it is known how large it may be, and kept on disk if so
    admission.py     what can be refused without asking anybody: its form, its size, too many
    same_origin.py   it comes from a page of this site
    handling.py      the fragment is registered, the action and its method are declared
    forwarding.py    what the service gets to see
    strangers.py     who has to sign in first, where a service says so
    verdict.py       what the service's answer means, and what of it may reach the browser
    saying.py        the events that come with it, and what they mean in words
    answering.py     what the browser gets: a page, a fragment, a redirect, or an apology
"""
