"""What the design system promises to fragment teams: contrast, a guide, no outside sources."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CSS = ROOT / "site_shell" / "static" / "site_shell" / "css"
GUIDE = (ROOT / "docs" / "design-system.md").read_text(encoding="utf-8")
SHEETS = {path.name: path.read_text(encoding="utf-8") for path in sorted(CSS.glob("*.css"))}
TOKEN = re.compile(r"(--[a-z0-9-]+):\s*([^;]+);")
LIGHT, DARK = (
    dict(TOKEN.findall(part)) for part in SHEETS["tokens.css"].split("prefers-color-scheme: dark")
)
SCHEMES = {"light": LIGHT, "dark": LIGHT | DARK}
BACKGROUNDS = ("bg", "surface", "surface-2")
TEXTS = ("text", "muted", "accent", "accent-strong", "success", "warning", "danger")
PAIRS = [
    *((text, ground, 4.5) for text in TEXTS for ground in BACKGROUNDS),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("text", "sage", 4.5),
    ("text", "blush", 4.5),
    ("muted", "sage", 4.5),
    ("success", "sage", 4.5),
    ("border-strong", "bg", 3.0),
    ("border-strong", "surface", 3.0),
    ("star", "bg", 3.0),
    ("star", "surface", 3.0),
]


def luminance(color: str) -> float:
    parts = [part / 255 for part in bytes.fromhex(color.strip().removeprefix("#"))]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_can_be_told_apart(scheme: str, front: str, back: str, least: float) -> None:
    tokens = SCHEMES[scheme]
    high, low = sorted(
        (luminance(tokens[f"--color-{name}"]) for name in (front, back)), reverse=True
    )
    assert (high + 0.05) / (low + 0.05) >= least


@pytest.mark.parametrize("token", sorted({*LIGHT, *DARK}))
def test_every_token_is_in_the_guide(token: str) -> None:
    numbered = re.fullmatch(r"(--space)-[2-8]", token)
    assert numbered or f"`{token}`" in GUIDE


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`\.([a-z_-]+)`", GUIDE))))
def test_every_class_in_the_guide_exists(name: str) -> None:
    assert re.search(rf"\.{name}(?![\w-])", "".join(SHEETS.values()))


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_takes_nothing_from_elsewhere(sheet: str) -> None:
    imports = re.findall(r"@import ([^;]*);", SHEETS[sheet])
    assert not imports or sheet == "site.css"
    assert all(re.fullmatch(r'"[a-z]+\.css"', address) for address in imports)
    assert not re.search(r"url\(\s*[\"']?(?:https?:|//|data:)", SHEETS[sheet])


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_rule_stands_in_a_layer_of_ours(sheet: str) -> None:
    outside = re.sub(r"/\*.*?\*/", "", SHEETS[sheet], flags=re.DOTALL)
    outside = re.sub(r"@import [^;]*;", "", outside)
    depth, heads, head = 0, [], ""
    for character in outside:
        if character == "{":
            if depth == 0:
                heads.append(head.strip())
            depth += 1
        elif character in "};":
            depth -= character == "}"
            head = ""
            continue
        head = head + character if depth == 0 else ""
    legal = r"@layer (?:reset|tokens|base|components|utilities)|@font-face"
    assert all(re.fullmatch(legal, head) for head in heads), heads


def test_fonts_come_with_their_licences() -> None:
    folder = CSS.parent / "fonts"
    for font in folder.glob("*.woff2"):
        licence = folder / f"OFL-{font.stem.removesuffix('-latin')}.txt"
        assert "SIL Open Font License" in licence.read_text(encoding="utf-8")
