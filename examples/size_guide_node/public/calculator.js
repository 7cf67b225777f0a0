// Which rug fits a room. The same component runs on the server and in the browser.
import { Component, h } from "preact";

/** Rugs as they are made, in cm, from the largest. */
export const RUGS = [
  [300, 400],
  [250, 350],
  [200, 300],
  [170, 240],
  [120, 180],
  [80, 150],
];

/** Bare floor that should be left on each side, in cm. */
export const MARGIN = 30;
export const LIMITS = { length: [100, 2000], width: [100, 2000] };

/** The largest rug that leaves the margin, in either direction; null for a very small room. */
export function rugFor(length, width) {
  const [short, long] = [length, width].map((side) => side - 2 * MARGIN).sort((a, b) => a - b);
  return RUGS.find(([a, b]) => a <= short && b <= long) ?? null;
}

/** What a visitor typed, or the last sane value. */
export function sane(name, text, otherwise) {
  const [low, high] = LIMITS[name];
  const number = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  return number >= low && number <= high ? number : otherwise;
}

export class Calculator extends Component {
  constructor(props) {
    super(props);
    const { length, width } = props;
    // What is in the fields, and the last sane values of them.
    this.state = { length, width, typed: { length, width } };
  }

  field(name, label) {
    const [min, max] = LIMITS[name];
    const change = ({ target: { value } }) =>
      this.setState((state) => ({
        [name]: sane(name, value, state[name]),
        typed: { ...state.typed, [name]: value },
      }));
    return h("label", { class: "size-guide__field" }, [
      h("span", null, label),
      h("input", {
        type: "number",
        name,
        min,
        max,
        value: this.state.typed[name],
        inputmode: "numeric",
        onInput: change,
      }),
    ]);
  }

  render() {
    const { length, width } = this.state;
    const rug = rugFor(length, width);
    const advice = rug
      ? `A rug of ${rug[0]} × ${rug[1]} cm fits a room of ${length} × ${width} cm.`
      : `A room of ${length} × ${width} cm is best without a rug, or with a runner.`;
    const turned = { length: width, width: length };
    const turn = () => this.setState({ ...turned, typed: turned });
    return h("div", { class: "size-guide__inside" }, [
      h("h2", { id: "size-guide-title" }, "Which rug fits my room?"),
      // Without script the form is sent to the page, and the server calculates.
      h("form", { class: "size-guide__form", method: "get" }, [
        this.field("length", "Length in cm"),
        this.field("width", "Width in cm"),
        h("button", { type: "submit" }, "Calculate"),
        h("button", { type: "button", class: "size-guide__turn", onClick: turn }, "Turn the room"),
      ]),
      h("p", { class: "size-guide__advice", role: "status" }, advice),
    ]);
  }
}
