// Loads a fragment's module when it is needed: <fragment-module src on integrity media hidden>
// stands behind the HTML of its fragment. import() is no sink for Trusted Types; the integrity is
// checked by the modulepreload, whose answer the import then takes.
const near = { rootMargin: "200px" };

const when = {
  idle: (go) => (window.requestIdleCallback ? requestIdleCallback(go) : setTimeout(go, 200)),
  visible(go, root) {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        go();
      }
    }, near);
    observer.observe(root);
  },
  interaction(go, root) {
    for (const name of ["pointerover", "focusin"]) root.addEventListener(name, go, { once: true });
  },
  media(go, root, query) {
    const list = matchMedia(query);
    if (list.matches) go();
    else list.addEventListener("change", go, { once: true });
  },
};
const seen = new Set();

customElements.define(
  "fragment-module",
  class extends HTMLElement {
    connectedCallback() {
      const [src, on, integrity, crossOrigin, media] = [
        "src", "on", "integrity", "crossorigin", "media",
      ].map((name) => this.getAttribute(name));
      // Moved with its fragment, it is connected again.
      if (this.known) return;
      this.known = true;
      const load = () => {
        if (seen.has(src)) return;
        seen.add(src);
        const link = document.createElement("link");
        link.rel = "modulepreload";
        link.integrity = integrity ?? "";
        link.crossOrigin = crossOrigin;
        link.onload = () => import(src);
        link.href = src;
        document.head.append(link);
      };
      const root = this.previousElementSibling ?? this.parentElement;
      if (when[on]) when[on](load, root, media);
      else load();
    }
  },
);
