// Buttons are the same for everybody. Which are pressed comes once for a page, in <bookmarks-state>;
// then events tell what changed.

const saved = new Map();
let isKnown = false;

const isSaved = (ref) => saved.get(ref) ?? (isKnown ? false : undefined);

function markAll() {
  for (const toggle of document.querySelectorAll("bookmarks-toggle")) toggle.mark();
}

class BookmarksToggle extends HTMLElement {
  #isBusy = false;

  connectedCallback() {
    // A double click means what its first click meant.
    this.addEventListener("click", (event) => event.detail > 1 && event.preventDefault(), true);
    this.addEventListener("submit", (event) => this.#begin(event), true);
    this.addEventListener("htmx:afterRequest", () => (this.#isBusy = false));
    this.mark();
  }

  #begin(event) {
    if (this.#isBusy) {
      event.preventDefault();
      event.stopPropagation();
    }
    this.#isBusy = true;
  }

  // Screen readers say "pressed" after the name, which stays.
  mark() {
    const pressed = isSaved(this.dataset.ref);
    if (pressed === undefined) return;
    this.querySelector("button")?.setAttribute("aria-pressed", pressed);
    const state = this.querySelector("input[name=state]");
    if (state) state.value = pressed ? "removed" : "added";
  }
}

class BookmarksState extends HTMLElement {
  connectedCallback() {
    saved.clear();
    isKnown = true;
    for (const ref of this.dataset.refs.split(" ")) saved.set(ref, true);
    markAll();
  }
}

document.addEventListener("bookmark:toggled", ({ detail }) => {
  saved.set(detail.ref, detail.state === "added");
  markAll();
});

customElements.define("bookmarks-toggle", BookmarksToggle);
customElements.define("bookmarks-state", BookmarksState);
