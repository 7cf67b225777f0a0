// The list is the same for everybody; what a visitor voted for comes with the form.
class ReviewsVotes extends HTMLElement {
  connectedCallback() {
    for (const review of this.dataset.reviews.split(" ")) {
      const button = document.getElementById(`helpful-${review}`);
      if (!button) continue;
      button.setAttribute("aria-pressed", "true");
      button.value = "no";
    }
  }
}

customElements.define("reviews-votes", ReviewsVotes);
