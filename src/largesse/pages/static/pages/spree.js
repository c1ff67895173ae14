// Picking from a reward list: units are sent as they are stepped or typed, one deed at a time, and none
// is lost to the answer of another. Without this the buttons of each card send them.
//
//   #spree            what a choice changes, and the answer replaces
//   .reward form      a card; its ids outlive the answer

const QUIET_MS = 180;
let timer = 0;
let busy = false;
let last = "";
let sent = "";
const waiting = [];
const kept = new Map();

const field = (form) => form.querySelector(".qty > input");
const isChanged = (form) => field(form) && field(form).value !== field(form).defaultValue;
const changed = () => [...document.querySelectorAll("#spree .reward form")].filter(isChanged);

function send() {
  clearTimeout(timer);
  if (!busy) changed()[0]?.requestSubmit();
}

function sendSoon() {
  clearTimeout(timer);
  timer = setTimeout(send, QUIET_MS);
}

document.addEventListener("click", (event) => {
  const step = event.target.closest("#spree .reward [data-step]");
  if (!step) return;
  // pages.js has stepped the field; what it made of it outlives an answer that comes meanwhile.
  event.preventDefault();
  step.parentElement.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  if (event.target.matches("#spree .reward .qty > input")) sendSoon();
});
document.addEventListener("focusin", (event) => {
  const card = event.target.closest("#spree .reward form");
  if (card) last = card.id;
  if (event.target.matches("#spree .qty > input")) event.target.select();
});
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("#spree .reward .qty > input")) return;
  const button = { ArrowUp: "[data-step='1']", ArrowDown: "[data-step='-1']" }[event.key];
  if (button) {
    event.preventDefault();
    event.target.parentElement.querySelector(button).click();
  } else if (event.key === "Escape") {
    event.target.value = event.target.defaultValue;
  }
});

// ── one deed at a time ──

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("#spree") || form.getAttribute("role") === "search") return;
  const typed = changed();
  if (!busy && (!typed.length || typed.includes(form))) {
    sent = field(form)?.value;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  // The page is about to be replaced: what was pressed is done on the new one, after what was typed. But
  // what was chosen is ordered at the sums that are shown: these have to be looked at first.
  const pressed = form.matches("[hx-boost]") ? event.submitter?.id : "";
  if (pressed && !waiting.includes(pressed)) waiting.push(pressed);
  if (!busy) typed[0].requestSubmit();
}, { capture: true });

document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.elt;
  // The field has been stepped already: htmx still knows the button, and the server would step once more.
  if (form.matches?.("#spree .reward form") && field(form)) delete event.detail.parameters.step;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "spree" && !event.defaultPrevented) busy = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id !== "spree" || event.detail.successful) return;
  busy = false;
  waiting.length = 0;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "spree") return;
  // What stands in a field and was not sent is typed on what comes in its place.
  for (const form of changed()) {
    if (form !== event.detail.elt || field(form).value !== sent) kept.set(field(form).id, field(form).value);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "spree") return;
  for (const [id, value] of kept) {
    const now = document.getElementById(id);
    if (now) now.value = value;
  }
  kept.clear();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "spree" && event.target.id !== "spree") return;
  busy = false;
  if (document.activeElement === document.body && last) refocus();
  const next = document.getElementById(waiting.shift());
  if (next) next.click();
  else if (changed().length) sendSoon();
});

/** What had the focus is gone: on to what is left of its card, or to the search. */
function refocus() {
  const card = document.getElementById(last);
  (card?.querySelector("input:not([type=hidden]), .btn, [data-step]") ?? document.getElementById("spree-find"))?.focus();
}
