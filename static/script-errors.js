// A fault in a script: from then on nothing that this page says about saving can be believed, so it
// says so, on the label page also in the chip, until it is loaded anew. What waits in the browser is
// sent all the same.

const FAILED = "A script on this page failed; what you do here may not be saved. Reload the page.";
const KEPT = " Unsent answers in this browser are kept and sent.";
let found = false;

export const isFaulty = () => found;

function say() {
  const chip = document.querySelector("#saved");
  if (!chip) return;
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "link",
    textContent: "Not saved: reload this page",
  });
  button.addEventListener("click", () => location.reload());
  chip.className = "chip bad";
  chip.replaceChildren(button);
}

function note() {
  if (!found) {
    const line = document.createElement("p");
    line.textContent = document.querySelector("#saved") ? FAILED + KEPT : FAILED;
    document.querySelector("#alert")?.replaceChildren(line);
  }
  found = true;
  say();
}

addEventListener("unhandledrejection", note);
// A script that could not be loaded says so only on its way down; a picture or a style is no script.
addEventListener(
  "error",
  ({ target }) => (target === globalThis || target instanceof HTMLScriptElement) && note(),
  { capture: true },
);
// Each reply of the server brings a chip of its own.
document.addEventListener("htmx:after:swap", () => found && say());
