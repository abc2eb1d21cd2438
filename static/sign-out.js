// What waits in this browser, on the pages that do not label: it is sent (unsent.js), and whoever
// signs out while something waits is asked first, because signing out deletes it.

const PREFIX = `annotator-waiting-${document.documentElement.dataset.user}-`;
const LATER = 3_000; // by then another window has mostly sent what it had to send
const waiting = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
const answers = () => new Set(waiting().map((name) => JSON.parse(localStorage.getItem(name) ?? "null").url)).size;

document.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname !== "/sign-out") return;
  const count = answers();
  const words =
    `${count} unsent answer${count === 1 ? "" : "s"} in this browser.` +
    " Signing out deletes unsent answers. Sign out anyway?";
  if (count && !confirm(words)) event.preventDefault();
  else for (const name of waiting()) localStorage.removeItem(name);
});

const look = () => waiting().length && import("./unsent.js");
// The label page sends by itself (queue.js).
if (!document.querySelector("#label")) {
  look();
  addEventListener("storage", () => setTimeout(look, LATER));
}
