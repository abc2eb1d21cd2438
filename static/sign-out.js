// Signing out deletes what waits in this browser; whoever has something waiting is asked first.

const PREFIX = `annotator-waiting-${document.documentElement.dataset.user}-`;
const waiting = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));

document.addEventListener("submit", (event) => {
  if (new URL(event.target.action).pathname !== "/sign-out") return;
  const count = waiting().length;
  const words =
    `${count === 1 ? "1 answer waits" : `${count} answers wait`} in this browser and did not reach ` +
    "the server. Signing out deletes them. Sign out all the same?";
  if (count && !confirm(words)) event.preventDefault();
  else for (const name of waiting()) localStorage.removeItem(name);
});
