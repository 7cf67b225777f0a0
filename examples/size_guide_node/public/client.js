// Wakes the calculators that the server rendered. No inline script: the policy allows none.
import { h, hydrate } from "preact";
import { Calculator } from "./calculator.js";

for (const root of document.querySelectorAll(".size-guide:not([data-awake])")) {
  const { length, width } = root.dataset;
  hydrate(h(Calculator, { length: Number(length), width: Number(width) }), root);
  root.dataset.awake = "";
}
