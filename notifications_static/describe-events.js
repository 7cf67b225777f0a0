/** Renders the table of events for people (Markdown) and for other languages (JSON Schema). */

function schemaOfProperty({ optional: _, ...property }) {
  return property.type === "string" ? { ...property, minLength: 1 } : property;
}

function schemaOfDetail(detail) {
  const entries = Object.entries(detail);
  return {
    type: "object",
    required: entries.filter(([, property]) => !property.optional).map(([key]) => key),
    properties: Object.fromEntries(entries.map(([key, property]) => [key, schemaOfProperty(property)])),
  };
}

/** One JSON Schema definition per event name. */
export function schemaOf(events) {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Details of the shop's custom events",
    $defs: Object.fromEntries(
      Object.entries(events).map(([name, { description, detail }]) => [name, { description, ...schemaOfDetail(detail) }]),
    ),
  };
}

function legalValues(property) {
  if (property.enum) return property.enum.map((value) => `\`${value}\``).join(", ");
  if (property.type === "integer") return `${property.minimum} to ${property.maximum}`;
  return `1 to ${property.maxLength} characters`;
}

const TABLE = ["| detail | type | required | legal values | meaning |", "|---|---|---|---|---|"];

function describeEvent([name, { description, detail }]) {
  const rows = Object.entries(detail).map(
    ([key, property]) =>
      `| \`${key}\` | ${property.type} | ${property.optional ? "no" : "yes"} | ${legalValues(property)} | ${property.description} |`,
  );
  return [
    `## \`${name}\``,
    "",
    description,
    "",
    ...(rows.length > 0 ? TABLE : ["Its detail is an empty object."]),
    ...rows,
    "",
  ].join("\n");
}

export function describeEvents(events) {
  const intro = [
    "# Custom events",
    "",
    "Made by `npm run build` from `src/events.ts`; do not edit.",
    "",
    "Fragments talk to each other in the browser through these events alone. An event bubbles to",
    "`document`; a malformed one warns in the console and shows nothing. Other languages find the",
    "same description as JSON Schema in `dist/events.schema.json`.",
    "",
    "",
  ].join("\n");
  return `${intro}${Object.entries(events).map(describeEvent).join("\n")}`;
}
