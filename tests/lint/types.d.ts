// The shapes that cross files of static/, for `tsc --checkJs`. Nothing here is shipped.

// --- answers on their way

/** What a change of an answer says before it has a place in the storage. */
interface Change {
  /** The path of the sentence: "/label/2/7". */
  url: string;
  fields: Field[];
  /** The button that was pressed, "" for none. */
  act: string;
  /** The revision of the answer on which it is based. */
  revision: string;
  /** The field that may be left open, as a question has asked. */
  leave?: string;
  /** "y" where the claims may go, as a question has asked. */
  drop?: string;
  /** Active seconds. */
  seconds: number;
}

/** A change that the server has not acknowledged yet, as the browser keeps it (waiting.js). */
interface Entry extends Change {
  /** Its place in the storage; names sort in the order of the entries. */
  name: string;
  order: number;
  /** The idempotency key of the save. */
  key: string;
  /** The tab to which it belongs. */
  tab: string;
  /** When it was written: ISO 8601, UTC. */
  at: string;
  /** Whether a request with it is on its way, or was. */
  sent?: boolean;
  /** Why it is not sent again by itself; absent while it is to be sent. */
  held?: Held;
  /** What the server said of its refusal, in its own words. */
  why?: string;
}

type Held = "conflict" | "closed" | "shut" | "draft" | "refused";

/** The name of a field of the answer's form, and its value. */
type Field = [name: string, value: string];

/** The reply of the server, or of somebody on the way (sending.js). */
interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** Where a redirection has led to, false for none. */
  at: string | false;
}

/** What a reply to an entry means: one of these (sending.js). */
type Outcome =
  | Only<{ trouble: Exclude<TroubleKind, "signed out">; request?: string | null }>
  /** The name of who else is signed in, "" for nobody. */
  | Only<{ signedOut: string }>
  /** The form token with which the entry can be sent again. */
  | Only<{ token: string }>
  | Only<{ saved: true }>
  | Only<{ held: Held; why?: string }>;

type Only<T> = T & { [K in Exclude<OutcomeKey, keyof T>]?: undefined };
type OutcomeKey = "trouble" | "request" | "signedOut" | "token" | "saved" | "held" | "why";

/** Who is signed in in this browser, and the form token of the session (signed-out.js). */
interface Session {
  user: string;
  token: string;
}

type TroubleKind = "network" | "fault" | "write" | "signed out";

/** Why nothing can be saved now. */
interface Trouble {
  kind: TroubleKind;
  since: Date;
  /** The server's id of the request that failed. */
  request?: string | null;
}

/** What the queue of the label page knows (labelling/state.js). */
interface QueueState {
  /** Whether an entry is on its way, or somebody looks who is there. */
  sending: boolean;
  /** Null while things can be saved. */
  trouble: Trouble | null;
  /** How often in a row the server could not be reached, or failed. */
  tries: number;
  /** The timer of the next try. */
  timer: number;
  /** The timer that says "Saving…". */
  slow: number;
  /** What is shown may be older than what the server has: it was drawn here, or that is not sure. */
  drawn: boolean;
  /** The answer shown was complete when it last came or was last sent. */
  complete: boolean;
  /** When the server last acknowledged something; null once that was said. */
  savedAt: Date | null;
  /** Something was changed here: the form is newer than what waited before. */
  begun: boolean;
  /** The turn whose sentence was asked for last. */
  visited: Turn | null;
  /** The server leads on to another page. */
  leaving: boolean;
  /** The browser may be fetching the next page already. */
  unloading: boolean;
  /** The id of what had the focus before a reply replaced it. */
  focused: string;
  /** The name of the entry that is sent once more with a new form token. */
  renewed: string;
  /** The form token with which entries are sent. */
  token: string;
}

// --- what an answer says

/** An answer as its fields say it (answers.js). */
interface Answer {
  /** What is said of the whole sentence: status, unsure, note, span. */
  whole: Record<string, string>;
  claims: Claim[];
}

/** The fields of one claim without their prefix: speaker, stance, certainty, new_name, via, … */
type Claim = Record<string, string>;

/** `stored`: as a save without a button stores it. */
interface AsStored {
  stored?: boolean;
}

/** What a button asks for (acts.js): which claim or answer it is about, null for none named, and what it chooses there. */
interface Act {
  verb: string;
  index: number | null;
  choice: string;
}

/** A stretch of the article in code points, end exclusive. */
type Span = [start: number, end: number];

// --- what a person has asked for

/** What a turn waits for: an entry, or another sentence, or a step (turn.js). */
interface Awaits {
  /** The name of the entry to which the reply leads on. */
  entry?: string;
  /** Another sentence. */
  url?: string;
  /** "undo" or "redo". */
  step?: string;
  /** Whether the address of another sentence becomes a step in the browser's history. */
  push?: boolean;
}

interface Turn extends Awaits {}

/** Detail of "annotator:settled": what was asked for is shown, something else is, or a list asks. */
type Settled = "shown" | "not shown" | "asked" | null;

/** A key that was struck. */
type Struck = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/** A word on the page at which the word cursor stops (labelling/words.js). */
interface Stop {
  words: HTMLElement;
  start: number;
  end: number;
  text: string;
}

/** Words being picked: at which button it began, and the cursor, from `anchor` to `head`. */
interface Picking {
  id: string;
  kind: string;
  stops: Stop[];
  anchor: number;
  head: number;
}

/** The fields of a claim that hold the spans of a mention or of evidence, and their words. */
interface SpanFields {
  spans: HTMLInputElement;
  words: HTMLInputElement | HTMLTextAreaElement;
}

// --- the page: the server renders it, and the browser tests hold what stands where

/** An element, or what belongs to one: which it is the templates say. */
type Found = any;

interface ParentNode {
  querySelector(selector: string): Found;
  querySelectorAll(selector: string): NodeListOf<Found>;
}

interface Element {
  closest(selector: string): Found;
}

type On<E> = E & { target: Found };

interface Noticed {
  change: On<Event>;
  click: On<MouseEvent>;
  focusin: On<FocusEvent>;
  focusout: On<FocusEvent>;
  input: On<Event>;
  keydown: On<KeyboardEvent>;
  mousedown: On<MouseEvent>;
  pointerdown: On<PointerEvent>;
  submit: On<SubmitEvent> & { submitter: Found };
  "annotator:missed": CustomEvent<string>;
  "annotator:pick": CustomEvent<Found>;
  "annotator:settled": CustomEvent<Settled>;
  "htmx:response:error": CustomEvent<{ ctx: { response: Response; text?: string } }>;
}

interface Document {
  addEventListener<K extends keyof Noticed>(
    type: K,
    listener: (event: Noticed[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  getElementById(id: string): Found;
}

/** What the scripts use of htmx (vendor/). */
declare var htmx: {
  swap(context: {
    text: string;
    sourceElement: Element;
    target: Element;
    swap: string;
    select?: string;
  }): Promise<void>;
};
