// What a lead has replied stands at its sentence until it is marked as seen, whatever is drawn anew there.

import { find } from "../find.js";
import * as saying from "./saying.js";
import { ask } from "../sending.js";
import { state } from "./state.js";

// Put a reply into a sentence that was drawn without it.
/** @param {Found} replies */
export function keep(replies) {
  if (replies && !find("#replies")) find("#sentence .words").after(replies);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "replies") return;
  event.preventDefault();
  const newest = form.elements.newest.value;
  const reply = await ask(form.getAttribute("action"), new URLSearchParams({ newest, csrf_token: state.token ?? "" }));
  if (reply?.status !== 204) return saying.remark("Not marked as seen: no connection to the server. Try again.");
  form.remove();
  find("#sentence-heading")?.focus({ preventScroll: true });
  saying.announce("Marked as seen.");
});
