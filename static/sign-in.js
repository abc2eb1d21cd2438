// The sign-in page: how many answers wait in this browser, whoever of its people gave them. They are
// sent by the pages that come after signing in (unsent.js).

const KEPT = /^annotator-waiting-(\d+)-/;
const answers = new Set();
for (const name of Object.keys(localStorage)) {
  const [, user] = name.match(KEPT) ?? [];
  if (!user) continue;
  const { url, held } = JSON.parse(localStorage.getItem(name) ?? "null");
  if (!held) answers.add(`${user} ${url}`);
}
if (answers.size) {
  const line = document.querySelector("#waits");
  line.textContent =
    `${answers.size} unsent answer${answers.size === 1 ? "" : "s"} in this browser,` +
    " to be sent when the annotator signs in.";
  line.hidden = false;
}
