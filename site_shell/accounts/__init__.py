"""Shoppers: who they are, how they prove it, and how services come to know.

    cookie.py       the one cookie: an anonymous id, or the key of a session; signed
    sessions.py     sessions are rows, so that they can be ended from anywhere
    identities.py   what the composer is told (its Protocol Identities)
    adopting.py     what was kept for the anonymous visitor goes to the shopper who signs in

    closing.py      closing an account, and seeing to it that all services forget it
    sweeping.py     accounts that nobody confirmed and nobody uses go, in the same way
    services.py     the actions of services that the shell itself calls: adopt, forget, unused

    checking.py     e-mail and password, in the same time whoever asks
    claims.py       whose an address is: claimed by registering, had by answering a letter
    mail.py         the letters: a link to choose a new password, and news about the account
    oidc.py         signing in elsewhere: OpenID Connect, in the place of passwords
    views/          the pages

The staff of the desk (``site_shell.operations``) are other people, in another table.
"""
