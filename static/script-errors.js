// A fault in a script: from then on nothing that this page says about saving can be believed, so the
// chip says "Not saved" until the page is loaded anew. What waits in the browser is sent all the same.

const LOST = "A script on this page failed; answers shown here may not be saved.";
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
    line.textContent = `${LOST} Reload the page: unsent answers in this browser are kept and sent.`;
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
