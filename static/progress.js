// The page of a long import or release asks again every second by itself. Where nobody answers, or only
// a fault comes, it says so and goes on asking; what it shows stays as it was.

import { find } from "./find.js";

const AGAIN = 2_000;
const WORDS = "The server does not answer; retrying.";
let timer = 0;

function tryAgain() {
  if (!find("#progress[hx-get]")) return;
  if (find("#alert").textContent !== WORDS)
    find("#alert").replaceChildren(Object.assign(document.createElement("p"), { textContent: WORDS }));
  clearTimeout(timer);
  timer = setTimeout(() => find("#progress[hx-get]")?.dispatchEvent(new Event("again")), AGAIN);
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  if (ctx.response.status >= 500) tryAgain();
});
document.addEventListener("htmx:error", tryAgain);
document.addEventListener("htmx:after:swap", () => {
  if (find("#alert").textContent === WORDS) find("#alert").replaceChildren();
});
