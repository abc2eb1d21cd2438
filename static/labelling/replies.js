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
  const { newest, csrf_token: own } = form.elements;
  // A part of a page comes without the token, and a page without a form to save by has only this one.
  const token = state.token ?? own?.value ?? "";
  const body = new URLSearchParams({ newest: newest.value, csrf_token: token });
  const reply = await ask(form.getAttribute("action"), body);
  if (reply?.status !== 204)
    return saying.alert(`Not marked as seen: ${reply ? "reload the page" : "no connection to the server"}, then try again.`);
  saying.alert("");
  form.remove();
  find("#sentence-heading")?.focus({ preventScroll: true });
  saying.announce("Marked as seen.");
});
