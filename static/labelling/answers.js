// What an answer says, as the server will understand it: its claims, what is missing, how it stands.
// Nothing here knows a page. tests/data/answers.json holds the same cases for both sides.

// What each claim must have, and the status of a sentence with claims: the codebook says it.
let must = ["speaker", "stance", "certainty"];
let withClaims = "claims";
/** @param {{ required?: string, claims?: string }} codebook */
export function follow({ required = "speaker stance certainty", claims = "claims" }) {
  must = required.split(" ");
  withClaims = claims;
}
const MAY = ["mention", "span", "via", "evidence", "evidence_words", "conditional", "aspect", "note"];
// Where the open claim goes.
/** @type {Record<string, number>} */
const STEPS = { up: -1, down: 1, remove: -1 };

/** The fields that each claim must have, in the order of the form. */
export const required = () => must;

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

// "Find or add" and "Unnamed" are doors: who speaks is open until the words behind them are there,
// and for the server until a button has taken these.
/** @param {Claim} claim @param {string} name @param {boolean} stored */
function isOpen(claim, name, stored) {
  /** @type {Record<string, string>} */
  const behind = { new: claim.new_name, unnamed: claim.wording };
  const isDoor = name === "speaker" && claim.speaker in behind;
  return !claim[name] || (isDoor && (stored || !behind[claim.speaker]?.trim()));
}

/** @param {Claim} claim @param {boolean} stored */
const openFields = (claim, stored) => must.filter((name) => isOpen(claim, name, stored));

// Nothing at all was said in this claim: the server drops it.
/** @param {Claim} claim @param {AsStored} [as] */
export const isEmpty = (claim, { stored = false } = {}) =>
  openFields(claim, stored).length === must.length && !MAY.some((name) => claim[name]);

// What is still missing: "answer", a field of the first claim that lacks one, or nothing. `stored` asks
// for the answer as a save without a button stores it.
/** @param {Answer} answer @param {AsStored} [as] */
export function missing({ whole, claims }, { stored = false } = {}) {
  if (whole.status && whole.status !== withClaims) return "";
  const begun = claims.filter((claim) => !isEmpty(claim, { stored }));
  return begun.length ? (begun.flatMap((claim) => openFields(claim, stored))[0] ?? "") : "answer";
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
  if (still.length < must.length) return `${still.join(" and ")} still open`;
  return isOnly ? "choose a speaker or no claim" : "choose a speaker";
}

// What a button does to the claims, and what the server drops then; returns which claim is open.
/** @param {Answer} answer @param {Act} act */
export function change(answer, { verb, index: named, choice }) {
  const { whole, claims } = answer;
  const index = named ?? 0;
  const to = index + (STEPS[verb] ?? 0);
  const claim = claims[index];
  if (verb === "keep") delete whole.status;
  if (verb === "remove") claims.splice(index, 1);
  else if (to !== index && claims[to] && claim) [claims[index], claims[to]] = [claims[to], claim];
  if (verb === "copy") claims.push({ ...claim });
  if (verb === "unvia" && claim?.via) claim.via = claim.via.split(",").slice(0, -1).join(",");
  if (verb === "take" && claim) claim.speaker = choice;
  answer.claims = claims.filter((each) => !isEmpty(each));
  const last = Math.max(answer.claims.length - 1, 0);
  if (verb === "add") return answer.claims.push({}) - 1;
  if (verb === "copy") return last;
  if (verb in STEPS) return Math.min(Math.max(to, 0), last);
  return index <= last ? index : firstOpen(answer.claims);
}

// The first claim with something to do, else the last.
/** @param {Claim[]} claims */
function firstOpen(claims) {
  const first = claims.findIndex((claim) => openFields(claim, false).length);
  return first < 0 ? Math.max(claims.length - 1, 0) : first;
}
