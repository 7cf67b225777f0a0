import { SiteNotifications } from "./site-notifications";

export { dispatch } from "./dispatch";
export { type Detail, type EventName, events } from "./events";

// The module may be loaded twice (two releases on one page); a name can be defined only once.
if (!customElements.get("site-notifications")) {
  customElements.define("site-notifications", SiteNotifications);
}
