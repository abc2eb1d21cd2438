// Warns two minutes before the session ends, and makes it last longer when asked to.
// Each reply of the server says how long the session still lasts; all tabs share what one hears.

const { user, session } = document.documentElement.dataset;
const NAME = `annotator-session-${user}`;
const WARNING = 120_000;
const LOOK_AGAIN = 2_000;
const region = document.querySelector("#session-end");

// "118" or "118;final": the seconds that are left, and whether nothing makes them more.
/** @param {string | null} [left] */
export function heard(left) {
  if (!left) return;
  const [seconds, final] = left.split(";");
  localStorage.setItem(NAME, JSON.stringify({ ends: Date.now() + Number(seconds) * 1000, final: Boolean(final) }));
  look();
}

async function stay() {
  try {
    const reply = await fetch("/account");
    heard(reply.headers.get("Annotator-Session"));
    if (reply.redirected) location.reload();
  } catch {
    region.querySelector("[data-words]").textContent = "No connection. Try again in a moment.";
  }
}

function look() {
  const { ends, final } = JSON.parse(localStorage.getItem(NAME) ?? "{}");
  const left = ends - Date.now();
  const words = left > 0 ? "You will be signed out at" : "You were signed out at";
  const wanted = left <= WARNING ? `${words} ${ends} ${final}` : "";
  if (!region || region.dataset.says === wanted) return;
  region.dataset.says = wanted;
  if (!wanted) return region.replaceChildren();
  const at = new Date(ends).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const line = document.createElement("p");
  const rest = document.createElement("span");
  rest.dataset.words = "";
  line.append(`${words} ${at}. `, rest);
  if (left > 0 && !final) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link" });
    button.textContent = "Stay signed in";
    button.addEventListener("click", stay);
    rest.before(button, " ");
  } else rest.textContent = left > 0 ? "Sign in again then." : "Sign in again.";
  region.replaceChildren(line);
}

heard(session);
setInterval(look, LOOK_AGAIN);
addEventListener("storage", look);
