// A reply to htmx that is a fault: the page stays as it is, and the alert region says what is wrong
// and under which id the server has written it down. Nothing of it is swapped in by htmx itself: a
// proxy in between may have answered instead.

import { find } from "./find.js";

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status < 500) return;
  const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  const said = page.querySelector("p[data-status]")?.textContent ?? `The server does not answer (${ctx.response.status}). Try again.`;
  show(said.replace(/\s+/g, " ").trim());
});

document.addEventListener("htmx:error", () => show("No connection to the server. Try again."));

document.addEventListener("htmx:before:request", () => find("#alert").replaceChildren());

/** @param {string} words */
function show(words) {
  find("#alert").replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
}
