// What an answer says, as the server will understand it: its claims, what is missing, how it stands.
// Nothing here knows a page. tests/data/answers.json holds the same cases for both sides.

const MUST = ["speaker", "stance", "certainty"];
/** @type {Record<string, number>} */
const STEPS = { up: -1, down: 1 };

// Read pairs of field names and values.
/** @param {Field[]} fields @returns {Answer} */
export function read(fields) {
  /** @type {Answer} */
  const answer = { whole: {}, claims: [] };
  for (const [name, value] of fields) {
    const [, index, field] = name.match(/^claims-(\d+)-(.+)$/) ?? [];
    if (field) (answer.claims[Number(index)] ??= {})[field] = value;
    else answer.whole[name] = value;
  }
  answer.claims = [...answer.claims].map((claim) => claim ?? {});
  for (const claim of answer.claims) {
    if (claim.via_add) claim.via = [claim.via, claim.via_add].filter(Boolean).join(",");
    delete claim.via_add;
  }
  return answer;
}

/** @param {Claim} claim */
export const isEmpty = (claim) => MUST.every((name) => !claim[name]);

// "Find or add" and "Unnamed" are doors: who speaks is open until the words behind them are there,
// and for the server until a button has taken these.
/** @param {Claim} claim @param {string} name @param {boolean} stored */
function isOpen(claim, name, stored) {
  /** @type {Record<string, string>} */
  const behind = { new: claim.new_name, unnamed: claim.wording };
  const isDoor = name === "speaker" && claim.speaker in behind;
  return !claim[name] || (isDoor && (stored || !behind[claim.speaker]));
}

/** @param {Claim} claim @param {boolean} stored */
const openFields = (claim, stored) => MUST.filter((name) => isOpen(claim, name, stored));

// What is still missing: "answer", a field name, or nothing. `stored` asks for the answer as a save
// without a button stores it.
/** @param {Answer} answer @param {AsStored} [as] */
export function missing({ whole, claims }, { stored = false } = {}) {
  if (whole.status && whole.status !== "claims") return "";
  const begun = claims.filter((claim) => !isEmpty(claim));
  if (!begun.length) return "answer";
  return MUST.find((name) => begun.some((claim) => openFields(claim, stored).includes(name))) ?? "";
}

// How an answer stands, as the line of its sentence shows it.
/** @param {Answer} answer @param {AsStored} [as] */
export function stateOf(answer, { stored = false } = {}) {
  const still = missing(answer, { stored });
  return { "": "decided", answer: "todo" }[still] ?? "incomplete";
}

// What a claim still needs, in the words of the page.
/** @param {Claim} claim @param {boolean} isOnly @param {AsStored} [as] */
export function hintOf(claim, isOnly, { stored = false } = {}) {
  const still = openFields(claim, stored);
  if (!still.length) return "complete";
  if (still.length < MUST.length) return `${still.join(" and ")} still open`;
  return isOnly ? "choose a speaker or no claim" : "choose a speaker";
}

// What a button does to the claims; returns which claim is open then.
/** @param {Answer} answer @param {Act} act */
export function change({ claims }, { verb, index: at, choice }) {
  const index = at ?? 0;
  if (verb === "add") return claims.push({}) - 1;
  if (verb === "copy") return claims.push({ ...claims[index] }) - 1;
  if (verb === "remove") {
    claims.splice(index, 1);
    return Math.max(index - 1, 0);
  }
  const to = index + (STEPS[verb] ?? NaN);
  if (claims[to] && claims[index]) {
    [claims[index], claims[to]] = [claims[to], claims[index]];
    return to;
  }
  if (verb === "unvia") claims[index].via = claims[index].via.split(",").slice(0, -1).join(",");
  if (verb === "take") claims[index].speaker = choice;
  return index;
}
