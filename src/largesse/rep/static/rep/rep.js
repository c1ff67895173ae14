// Quantities are sent as they are typed; without this, the button of the form sends them.
//
//   data-quantity     a field of #lines: sent when it is left, Enter and arrows go up and down the rows
//   data-key="F7"     the button that the key presses
//   data-menu         see pages.js

const QUIET_MS = 180;
let timer = 0;
let busy = false;
let waiting = null;

const form = () => document.getElementById("lines");
const fields = () => [...document.querySelectorAll("#lines [data-quantity]")];
const isChanged = (field) => field.value !== field.defaultValue;
const kept = (field) => field.form.elements[`was.${field.name}`].value;

function send() {
  clearTimeout(timer);
  if (!busy && form() && fields().some(isChanged)) form().requestSubmit();
}

function sendSoon() {
  clearTimeout(timer);
  timer = setTimeout(send, QUIET_MS);
}

function go(from, step) {
  const all = fields();
  const next = all[all.indexOf(from) + step];
  if (!next) { from.dispatchEvent(new Event("change", { bubbles: true })); return; }
  next.focus();
  next.select();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-quantity]")) sendSoon();
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-quantity]") && isChanged(event.target)) sendSoon();
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-quantity]")) event.target.select();
});
document.addEventListener("click", (event) => {
  // A step is typing too: what it made of the field outlives an answer that comes meanwhile.
  const step = event.target.closest("#lines [data-step]");
  step?.parentElement.querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (target.matches?.("[data-quantity]") && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const steps = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 };
    if (event.key in steps) {
      event.preventDefault();
      go(target, steps[event.key]);
    } else if (event.key === "Escape") {
      target.value = kept(target);
      if (isChanged(target)) send();
    }
  }
  // What was searched for is there: on to the first quantity. Otherwise the form is sent.
  if (event.key === "Enter" && target.id === "find" && target.value === target.defaultValue && fields().length) {
    event.preventDefault();
    fields()[0].focus();
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});

// ── one deed at a time ──

document.addEventListener("submit", (event) => {
  if (event.target.id !== "lines") return;
  clearTimeout(timer);
  if (!busy) return;
  // The page is about to be replaced: what was pressed is done on the new one.
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = event.submitter ? { name: event.submitter.name, value: event.submitter.value } : null;
}, { capture: true });

// htmx takes the button that has the focus for the one that was pressed; the browser knows better.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id !== "lines") return;
  const said = event.detail.parameters;
  const pressed = event.detail.triggeringEvent?.submitter;
  for (const button of event.target.querySelectorAll("button[name]")) delete said[button.name];
  if (pressed?.name) said[pressed.name] = pressed.value;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "rep" && !event.defaultPrevented) busy = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target?.id === "rep" && !event.detail.successful) busy = false;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "rep" && event.target.id !== "rep") return;
  busy = false;
  const wanted = waiting;
  waiting = null;
  const button = wanted && [...form()?.elements ?? []].find((one) => one.name === wanted.name && one.value === wanted.value);
  if (button) button.click();
  else if (fields().some((field) => isChanged(field) && field !== document.activeElement)) sendSoon();
  document.querySelector("#rep [aria-invalid=true]")?.focus();
});

// An address that opens a drawer gives the drawer itself the focus, once the page has come.
addEventListener("load", () => setTimeout(() => {
  const drawer = document.querySelector("dialog[open]");
  if (drawer === document.activeElement) drawer?.querySelector("[autofocus]")?.focus();
}));

// Whoever searched without waiting, as with a scanner, goes on at what was found.
if (document.getElementById("find")?.value && form()) fields()[0]?.focus();
