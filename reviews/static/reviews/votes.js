// The list of reviews is the same for everybody. What a visitor voted for comes with the form, which
// is his own, and is put on the buttons here. What votes change afterwards, their answers show.
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
