/** What the bundle says, in the languages of the shop. English stands in for all others. */

const en = {
  region: "Notifications",
  dismiss: (text: string) => `Dismiss: ${text}`,
  warning: "Warning: ",
  error: "Error: ",
  added: (what: string) => `Added to your cart: ${what}`,
  bookmarked: (name: string) => `Added to your bookmarks: ${name}`,
  unbookmarked: (name: string) => `Removed from your bookmarks: ${name}`,
  reviewPending: "Thank you. Your review awaits moderation and appears once it is approved.",
  reviewPublished: "Thank you. Your review is published.",
  reviewDeleted: "Your review is deleted.",
};

export type Words = typeof en;

const de: Words = {
  region: "Meldungen",
  dismiss: (text) => `Schließen: ${text}`,
  warning: "Achtung: ",
  error: "Fehler: ",
  added: (what) => `In den Warenkorb gelegt: ${what}`,
  bookmarked: (name) => `Auf dem Merkzettel: ${name}`,
  unbookmarked: (name) => `Vom Merkzettel genommen: ${name}`,
  reviewPending: "Vielen Dank. Ihre Bewertung wird geprüft und erscheint, sobald sie freigegeben ist.",
  reviewPublished: "Vielen Dank. Ihre Bewertung ist veröffentlicht.",
  reviewDeleted: "Ihre Bewertung ist gelöscht.",
};

const languages: Readonly<Record<string, Words>> = { en, de };

/** The words of a language tag, `de` and `de-AT` alike. */
export function wordsOf(tag: string): Words {
  const language = tag.slice(0, 2).toLowerCase();
  return Object.hasOwn(languages, language) ? languages[language]! : en;
}

/** The words of the page. */
export function words(): Words {
  return wordsOf(document.documentElement.lang);
}
