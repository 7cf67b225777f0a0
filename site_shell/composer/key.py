"""The cache key of a fragment: everything it may see, and nothing else."""

from collections.abc import Mapping
from hashlib import blake2b


def fragment_key(
    fragment: str,
    version: str,
    params: Mapping[str, str],
    inputs: Mapping[str, str],
    locale: str,
) -> str:
    """A short key for one rendering of a fragment by one release.

    ``params`` are the parameters as they go on the wire, ``inputs`` what the slot's passthrough
    names of the browser's request. Every part is written with its length before it and both
    mappings with their sizes, so two different sets of parts never make the same text: only a
    collision of the hash itself (160 bits) could mix two fragments up.
    """
    parts = [fragment, version, locale, str(len(params)), str(len(inputs))]
    for mapping in (params, inputs):
        for name in sorted(mapping):
            parts += name, mapping[name]
    text = "".join([f"{len(part)}:{part}" for part in parts])
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20)
    return f"fragment:{digest.hexdigest()}"
