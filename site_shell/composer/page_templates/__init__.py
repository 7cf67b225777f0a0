"""Page templates: from a storage to the pages of a site, as they are at one moment.

config.py      pages.toml: which URLs are pages, of which template
page_set.py    all pages and templates of one moment: what is at a path, and its layout
facts.py       what a page's policy has to know of its templates
reading.py     files become a page set; what is wrong with them is told by file and line
library.py     the page set of now; a folder that is edited in place is looked at
versions.py    page templates that are published as a whole, in a folder or in S3
follower.py    follows the version that is current
previews.py    versions that members of staff look at before everybody does
opening.py     which of all this a site has, told by one setting
"""
