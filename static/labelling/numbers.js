// The numbers of the sentences are one stop of Tab, with the arrow keys inside.

const numbers = () => [...document.querySelectorAll("#label a.number")];
const current = () => document.querySelector("#sentence a.number");

document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.("#label a.number");
  if (event.key === "Tab") {
    // Asked just before the focus moves: the sentences on the page change often.
    for (const number of numbers()) number.tabIndex = number === (here ?? current()) ? 0 : -1;
  }
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!here || !step || event.ctrlKey || event.altKey || event.metaKey) return;
  const all = numbers();
  event.preventDefault();
  all[all.indexOf(here) + step]?.focus();
});
