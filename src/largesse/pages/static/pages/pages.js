// Behaviour of the parts, driven by data attributes; nothing here is needed to read a page.
//
//   data-theme-toggle          light or dark, kept in a cookie that the server reads
//   data-open="id"             opens that <dialog>; data-close inside one closes it
//   data-menu="id"             opens that [popover].menu under the button
//   data-dismiss               removes the toast, note or suggestion around it
//   .segment button, [role=tab] choose one; with aria-controls="id" its panel is shown alone
//   data-step="-1|1"           beside an input in .qty: one fewer, one more
//   data-picks                 a table's form: counts what is ticked and shows its .bulk
//   data-submits               sends its form when changed
//   data-keeps-typed           what is typed while htmx asks for its new content stays in it
//   data-keeps-pressed         beside it: what is pressed meanwhile is done on the new content, by its id
//   data-search                what Ctrl K and / go to (a dialog #palette comes first for Ctrl K)
//   data-print                 prints the page
//
// A <dialog> that htmx fills opens when it is filled. Links that htmx follows lead, where that fails, to
// pages that do the same.

const root = document.documentElement;
const YEAR = 365 * 24 * 60 * 60;

// ── theme ──

const isDark = () => getComputedStyle(root).colorScheme === "dark"
  || (getComputedStyle(root).colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  root.dataset.theme = theme;
  // Unfold keeps its own note of it.
  localStorage.setItem("adminTheme", JSON.stringify(theme));
  if (root.hasAttribute("x-data") && window.Alpine) window.Alpine.$data(root).adminTheme = theme;
}

// ── layers ──

function openLayer(id) {
  const layer = document.getElementById(id);
  if (layer instanceof HTMLDialogElement && !layer.open) layer.showModal();
}

function openMenu(button) {
  const menu = document.getElementById(button.dataset.menu);
  if (!menu) return;
  menu.togglePopover();
  if (!menu.matches(":popover-open")) return;
  button.setAttribute("aria-expanded", "true");
  menu.addEventListener("beforetoggle", () => button.setAttribute("aria-expanded", "false"), { once: true });
  const at = button.getBoundingClientRect();
  // Under the button's near side: in the right half of the window its right edge.
  const left = at.left > innerWidth / 2 ? at.right - menu.offsetWidth : at.left;
  const below = at.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - menu.offsetHeight)}px`;
  menu.querySelector("a, button")?.focus();
}

document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target instanceof HTMLDialogElement && !target.open) target.showModal();
});
document.addEventListener("htmx:responseError", (event) => {
  // The page itself says what is wrong.
  const link = event.detail.elt.closest("a[href]");
  if (link) location.assign(link.href);
});

// ── toasts ──

const TOAST_MS = 8000;

function expire(toast) {
  let timer = setTimeout(() => toast.remove(), TOAST_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("focusin", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), TOAST_MS); });
}

/** Says what just happened, and leads to a page if there is a `link` ({href, text}). A response may do so
 *  too: `HX-Trigger: {"toast": {"text": "…"}}`; and a script, by an event of that name.
 */
export function say(text, link) {
  const made = document.getElementById("toast").content.cloneNode(true);
  const toast = made.querySelector(".toast");
  toast.querySelector("span").textContent = text;
  const way = toast.querySelector("a");
  if (link) {
    way.href = link.href;
    way.textContent = link.text;
    way.hidden = false;
  }
  document.querySelector(".toasts")?.append(made);
  expire(toast);
}

// ── choosing one of several ──

const choices = (of) => [...of.querySelectorAll(":scope > [aria-pressed], :scope > [role=tab]")];

function choose(one) {
  const mark = one.getAttribute("role") === "tab" ? "aria-selected" : "aria-pressed";
  for (const other of choices(one.parentElement)) {
    const chosen = other === one;
    other.setAttribute(mark, chosen);
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
}

function moveChoice(from, step) {
  const all = choices(from.parentElement);
  const next = all[(all.indexOf(from) + step + all.length) % all.length];
  next?.focus();
  next?.click();
}

// ── tables ──

function moveRow(from, step) {
  const row = from.closest("tr");
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const column = [...row.cells].indexOf(from.closest("td"));
  (next?.cells[column]?.querySelector("a, button, input") ?? next?.querySelector("a, button, input"))?.focus();
}

function countPicks(form) {
  const boxes = [...form.querySelectorAll("tbody .pick input")];
  const picked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").setAttribute("aria-selected", box.checked);
  const all = form.querySelector("thead .pick input");
  if (all) {
    all.checked = boxes.length > 0 && picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && !all.checked;
  }
  const bulk = form.querySelector(".bulk");
  if (bulk) bulk.hidden = picked.length === 0;
  const count = form.querySelector("[data-picked]");
  if (count) count.textContent = `${picked.length} selected`;
}

function pick(box) {
  const form = box.closest("[data-picks]");
  if (box.closest("thead")) for (const other of form.querySelectorAll("tbody .pick input")) other.checked = box.checked;
  countPicks(form);
}

// ── events ──

function step(button) {
  const input = button.parentElement.querySelector("input");
  const least = input.min === "" ? 0 : Number(input.min);
  const most = input.max === "" ? Infinity : Number(input.max);
  const wanted = (Number(input.value) || 0) + Number(button.dataset.step);
  const value = String(Math.min(most, Math.max(least, wanted)));
  if (value === input.value) return;
  input.value = value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  let found;
  if (on("[data-theme-toggle]")) switchTheme();
  if ((found = on("[data-menu]"))) openMenu(found);
  if ((found = on("[data-open]"))) openLayer(found.dataset.open);
  if (on("[data-close]")) on("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.matches(".drawer, .palette")) event.target.close();
  if (on("[data-print]")) print();
  if (on("[data-dismiss]")) on(".toast, .note, .suggestion")?.remove();
  if ((found = on("[data-step]"))) step(found);
  if ((found = on(".segment > button[aria-pressed], [role=tablist] > [role=tab]"))) choose(found);
  if ((found = on("[data-unpick]"))) {
    const form = found.closest("[data-picks]");
    for (const box of form.querySelectorAll(".pick input")) box.checked = false;
    countPicks(form);
  }
  if ((found = on("[popover].menu a, [popover].menu button"))) found.closest("[popover]").hidePopover();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-picks] .pick input")) pick(event.target);
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

const ARROWS = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 };

function onArrow(event) {
  const way = ARROWS[event.key];
  const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
  const target = event.target;
  if (sideways && target.matches(".segment > [aria-pressed], [role=tablist] > [role=tab]")) moveChoice(target, way);
  else if (!sideways && target.closest(".menu")) {
    const items = [...target.closest(".menu").querySelectorAll("a, button")];
    items[(items.indexOf(target) + way + items.length) % items.length]?.focus();
  } else if (!sideways && target.matches(".tbl tbody :is(a, button, input[type=checkbox])")) moveRow(target, way);
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.key in ARROWS && !event.ctrlKey && !event.metaKey && !event.altKey) onArrow(event);
  const isTyping = event.target.matches?.("input, textarea, select, [contenteditable]");
  const asksFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  if (asksFind || (event.key === "/" && !isTyping)) {
    const palette = document.getElementById("palette");
    const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
    if (asksFind && palette) openLayer("palette");
    else if (asksFind) document.querySelector("[data-search]")?.focus();
    else field?.focus();
    if (palette || field) event.preventDefault();
  }
});

// A form is sent once: its button turns until the next page is there.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  if (event.target.method === "post" && !event.target.matches("[hx-post], [data-hx-post]")) {
    event.target.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  }
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// ── parts that are shown anew while one types ──

// While an answer is awaited: the fields whose text was not sent, by their ids, and the buttons pressed.
let typed = null;
const pressed = [];
const TEXTS = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea";

const keepsTyped = (event) => event.detail.target?.matches("[data-keeps-typed]");

// Before htmx looks whether the form is being sent: it would keep the deed with a form that goes.
document.addEventListener("htmx:confirm", (event) => {
  if (!typed || !keepsTyped(event)) return;
  // A second deed would be done on what the first is about to replace.
  event.preventDefault();
  const { elt, target, triggeringEvent } = event.detail;
  if (!target.matches("[data-keeps-pressed]")) return;
  // What was sent already, and is sent again by Enter, is done once.
  const button = triggeringEvent?.submitter?.id;
  const by = button || [...elt.querySelectorAll("[data-submits]")].find((each) => typed.has(each.id))?.id;
  if (by && (button || !pressed.includes(by))) pressed.push(by);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!keepsTyped(event)) return;
  typed = new Map();
  const sent = event.detail.elt.closest("form");
  for (const field of event.detail.target.querySelectorAll(TEXTS)) {
    if (field.id && field.form !== sent && field.value !== field.defaultValue) typed.set(field.id, field);
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful || !keepsTyped(event)) return;
  typed = null;
  pressed.length = 0;
});
document.addEventListener("input", (event) => {
  if (typed && event.target.id) typed.set(event.target.id, event.target);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!typed || !keepsTyped(event)) return;
  const kept = typed;
  typed = null;
  for (const [id, was] of kept) {
    const now = document.getElementById(id);
    if (!now || now === was || now.name !== was.name || now.type !== was.type) continue;
    if (now.type === "checkbox" || now.type === "radio") now.checked = was.checked;
    else now.value = was.value;
    now.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
document.addEventListener("htmx:afterSettle", () => {
  while (!typed && pressed.length) {
    const next = document.getElementById(pressed.shift());
    if (next?.matches("button")) next.click();
    else next?.form.requestSubmit();
  }
});

// ── who has gone on to another field, or types, stays there ──

const sentFrom = new WeakMap(); // By the request: where the focus was.
let at = null;

document.addEventListener("htmx:beforeRequest", (event) => sentFrom.set(event.detail.xhr, document.activeElement?.id));
document.addEventListener("htmx:beforeSwap", (event) => {
  const field = document.activeElement;
  at = field?.id && field.matches("input, textarea, select") && {
    id: field.id,
    stays: typed?.has(field.id) || field.id !== sentFrom.get(event.detail.xhr),
    all: field.selectionStart === 0 && field.selectionEnd,
  };
});
document.addEventListener("htmx:afterSwap", (event) => {
  const field = document.activeElement;
  if (!at || field?.id !== at.id) return;
  // Before htmx gives the focus to what the answer says.
  if (at.stays) for (const each of event.detail.target.querySelectorAll("[autofocus]")) each.removeAttribute("autofocus");
  // htmx restores no selection from the very beginning: typing would add to what it is to replace.
  if (at.all) field.setSelectionRange(0, at.all);
  at.all = 0;
});

document.addEventListener("htmx:load", (event) => {
  for (const toast of event.target.querySelectorAll?.("[data-toast]") ?? []) expire(toast);
});
document.addEventListener("toast", (event) => say(event.detail.text, event.detail.link));

function start() {
  for (const toast of document.querySelectorAll("[data-toast]")) expire(toast);
  for (const form of document.querySelectorAll("[data-picks]")) countPicks(form);
  for (const one of document.querySelectorAll(".segment > [aria-pressed=true], [role=tablist] > [aria-selected=true]")) choose(one);
  document.querySelector("main :is(input, select, textarea)[aria-invalid=true]")?.focus();
  if (location.hash.length > 1) openLayer(location.hash.slice(1));
}
addEventListener("hashchange", () => openLayer(location.hash.slice(1)));
start();
