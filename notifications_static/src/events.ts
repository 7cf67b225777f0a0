/**
 * The custom events of the shop, described once.
 *
 * Everything else is derived from this table: the TypeScript types of the details, the check
 * that a received event is well formed, `dist/events.schema.json` and EVENTS.md.
 *
 * A service sends them in the HX-Trigger header of its answer to an action, also of a 303: where
 * the browser has no script, the next page says in words what they mean.
 */

/** One property of an event's detail, in the words of JSON Schema. */
export type Property =
  | {
      readonly type: "string";
      readonly description: string;
      readonly maxLength: number;
      readonly enum?: readonly string[];
      readonly optional?: true;
    }
  | {
      readonly type: "integer";
      readonly description: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly optional?: true;
    };

export interface EventDescription {
  readonly description: string;
  readonly detail: Readonly<Record<string, Property>>;
}

export const events = {
  "cart:item-added": {
    description: "A product went into the shopper's cart.",
    detail: {
      ref: { type: "string", maxLength: 20, description: "The product's stable reference." },
      sku: { type: "string", maxLength: 64, description: "The variant that was added." },
      name: { type: "string", maxLength: 300, description: "The product's name, as shown to the shopper." },
      quantity: { type: "integer", minimum: 1, maximum: 999, description: "How many were added." },
      price: {
        type: "string",
        maxLength: 40,
        optional: true,
        description: "The price of one, formatted for the shopper.",
      },
    },
  },
  "cart:updated": {
    description: "The shopper's cart holds something else than before. Nothing is shown.",
    detail: {
      count: { type: "integer", minimum: 0, maximum: 99_999, description: "How many things are in it now." },
    },
  },
  "bookmark:toggled": {
    description: "A product was put among the shopper's bookmarks, or taken out.",
    detail: {
      ref: { type: "string", maxLength: 20, description: "The product's stable reference." },
      name: { type: "string", maxLength: 300, description: "The product's name, as shown to the shopper." },
      state: {
        type: "string",
        maxLength: 20,
        enum: ["added", "removed"],
        description: "Whether it is among them now.",
      },
    },
  },
  "review:submitted": {
    description: "A shopper's review was received, published or taken back.",
    detail: {
      ref: { type: "string", maxLength: 20, description: "The product's stable reference." },
      state: {
        type: "string",
        maxLength: 20,
        enum: ["pending", "published", "deleted"],
        description: "What became of the review; one that is pending awaits moderation.",
      },
    },
  },
  "visitor:changed": {
    description: "The shopper signed in or out: whatever is personal is another's now. Nothing is shown.",
    detail: {},
  },
  "notification:show": {
    description: "Anything else that the shopper should be told.",
    detail: {
      message: { type: "string", maxLength: 300, description: "Plain text; never read as HTML." },
      level: {
        type: "string",
        maxLength: 20,
        enum: ["info", "success", "warning", "error"],
        description: "How it is meant.",
      },
    },
  },
} as const satisfies Readonly<Record<string, EventDescription>>;

export type EventName = keyof typeof events;

type ValueOf<P> = P extends { type: "integer" }
  ? number
  : P extends { enum: readonly (infer Choice)[] }
    ? Choice
    : string;

type Details<D> = {
  [K in keyof D as D[K] extends { optional: true } ? never : K]: ValueOf<D[K]>;
} & {
  [K in keyof D as D[K] extends { optional: true } ? K : never]?: ValueOf<D[K]>;
};

/** The detail of an event, as a type: `Detail<"cart:item-added">`. */
export type Detail<Name extends EventName> = Details<(typeof events)[Name]["detail"]>;

export const eventNames = Object.keys(events) as EventName[];

/**
 * What is wrong with an event's detail, as one sentence; null where nothing is.
 *
 * Properties that the description does not name are ignored: htmx adds `elt` to every detail,
 * and a newer dispatcher may say more than this release understands.
 */
export function problemWith(name: EventName, detail: unknown): string | null {
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) {
    return `detail must be an object, not ${describe(detail)}`;
  }
  const properties: Readonly<Record<string, Property>> = events[name].detail;
  for (const [key, property] of Object.entries(properties)) {
    const value = Object.hasOwn(detail, key) ? (detail as Record<string, unknown>)[key] : undefined;
    if (value === undefined) {
      if (property.optional) continue;
      return `detail.${key} is missing`;
    }
    const problem = problemWithValue(value, property);
    if (problem) return `detail.${key} must be ${problem}, not ${describe(value)}`;
  }
  return null;
}

function problemWithValue(value: unknown, property: Property): string | null {
  if (property.type === "integer") {
    const { minimum, maximum } = property;
    const legal = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
    return legal ? null : `a whole number from ${minimum} to ${maximum}`;
  }
  if (property.enum) {
    return property.enum.includes(value as string) ? null : `one of ${property.enum.join(", ")}`;
  }
  const legal = typeof value === "string" && value.trim() !== "" && value.length <= property.maxLength;
  return legal ? null : `a text of 1 to ${property.maxLength} characters`;
}

function describe(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;
}
