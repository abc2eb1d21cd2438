// The sign-in page: how many answers wait in this browser, whoever of its people gave them. They are
// sent by the pages that come after signing in (unsent.js).

const KEPT = /^annotator-waiting-(\d+)-/;
const answers = new Set();
for (const name of Object.keys(localStorage)) {
  const [, user] = name.match(KEPT) ?? [];
  if (!user) continue;
  const { url, held } = JSON.parse(localStorage.getItem(name));
  if (!held) answers.add(`${user} ${url}`);
}
if (answers.size) {
  const line = document.querySelector("#waits");
  line.textContent =
    answers.size === 1
      ? "1 answer waits in this browser. It is sent when whoever gave it has signed in."
      : `${answers.size} answers wait in this browser. They are sent when whoever gave them has signed in.`;
  line.hidden = false;
}
