// The till in the browser: keys, scans, and deeds that reach the server once, whatever the network does.
//
//   form[data-deed]      is sent as a deed: one after the other, again until the server has answered
//   [data-part]          is replaced by the part of the same id in an answer
//   data-opens="id"      opens that dialog; an answer opens one by data-now on #layers
//   data-key="F4"        does what the key does
//   data-scans="text"    sends that text as if it had been scanned
//   data-amount, data-method   choose what is about to be taken; the server says what that comes to
//   data-fills="id"      puts its words into that field
//   data-asks            tells the server of a change at once (refunds)

const SCAN_GAP = 50; // A scanner's keys follow each other faster than a hand's, in milliseconds.
const SCAN_LEAST = 4;
const BARCODE_LEAST = 8;
const PAUSES = [400, 800, 1500, 3000, 5000];
const QUIET = 800; // So long after a sale Enter does not yet begin the next: it may be a second press.

const body = document.body;
const by = (id) => document.getElementById(id);
const scanField = by("scan");
let finishedAt = 0;

// ── deeds ──

const queue = [];
let running = false;

const freshName = () => Array.from(crypto.getRandomValues(new Uint8Array(10)), (n) => n.toString(36)).join("").slice(0, 20);

function send(url, data, after) {
  queue.push({ url, data, name: freshName(), after });
  if (!running) run();
  else showNetwork();
}

async function run() {
  running = true;
  while (queue.length) {
    try { await settle(queue[0]); } catch (error) { console.error(error); }
    queue.shift();
  }
  running = false;
  showNetwork();
}

let offline = false;

/** Sends a deed until the server has answered. Its name says that it is the same one. */
async function settle(deed) {
  for (let nth = 0; ; nth += 1) {
    const answer = await attempt(deed);
    if (answer) {
      offline = false;
      showNetwork();
      await accept(answer, deed);
      return;
    }
    offline = true;
    showNetwork();
    await new Promise((done) => setTimeout(done, PAUSES[Math.min(nth, PAUSES.length - 1)]));
  }
}

async function attempt({ url, data, name }) {
  try {
    const answer = await fetch(url, {
      method: "POST", body: data, headers: { "X-Deed": name }, credentials: "same-origin",
      signal: AbortSignal.timeout(20_000),
    });
    return [502, 503, 504].includes(answer.status) ? null : answer;
  } catch {
    return null;
  }
}

async function accept(answer, deed) {
  const go = answer.headers.get("X-Go");
  if (go) { location.assign(go); return; }
  if ([401, 403, 409].includes(answer.status)) { location.assign(body.dataset.till); return; }
  if (!answer.ok) {
    say("The server could not do that. The sale is as it was; try again.");
    return;
  }
  replaceParts(await answer.text());
  deed.after?.();
}

function showNetwork() {
  const badge = by("online");
  if (!badge) return;
  const waiting = queue.length;
  const text = offline ? (waiting ? `Offline, ${waiting} waiting` : "Offline") : "Online";
  if (badge.textContent !== text) badge.textContent = text;
  badge.className = offline ? "badge badge-bad" : "badge badge-good";
}

setInterval(async () => {
  if (running || document.hidden) return;
  try { offline = !(await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok; } catch { offline = true; }
  showNetwork();
}, 15_000);

// ── parts ──

function replaceParts(html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement;
  const kept = focused?.id && { id: focused.id, start: position(focused), value: focused.value };
  const wasSold = body.dataset.state === "posted";
  const state = answer.querySelector("[data-state]")?.dataset.state;
  if (state) body.dataset.state = state;
  for (const part of answer.querySelectorAll("[data-part], #toasts")) {
    if (!part.parentElement.closest("[data-part]")) by(part.id)?.replaceWith(part);
  }
  for (const toast of document.querySelectorAll("#toasts > .toast")) setTimeout(() => toast.remove(), 8000);
  if (state === "posted" && !wasSold && scanField) finishedAt = Date.now();
  afterSwap(kept);
}

function position(field) {
  try { return field.selectionStart; } catch { return null; }
}

function afterSwap(kept) {
  const refused = by("scan-said")?.dataset.refused;
  if (scanField) scanField.toggleAttribute("aria-invalid", false);
  if (refused !== undefined && scanField) {
    scanField.setAttribute("aria-invalid", "true");
    if (!scanField.value) { scanField.value = refused; scanField.select(); }
  }
  const opens = by("layers")?.dataset.now;
  if (opens) openDialog(opens);
  else {
    const wrong = document.querySelector("main [aria-invalid=true]:not(#scan)");
    const again = kept && by(kept.id);
    if (wrong) { wrong.focus(); wrong.select?.(); }
    else if (body.dataset.state === "posted" && by("new-sale")) by("new-sale").focus();
    else if (again && again !== document.activeElement) {
      again.focus();
      if (again.matches("input") && kept.start !== null) again.select();
    } else if (document.activeElement === body || !document.activeElement) scanField?.focus();
  }
  document.querySelector(".is-selected")?.scrollIntoView({ block: "nearest" });
}

async function load(url, params, accepts = () => true) {
  try {
    const answer = await fetch(`${url}?${new URLSearchParams(params)}`, { headers: { "X-Deed": "" }, credentials: "same-origin" });
    if (answer.ok && accepts()) {
      const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts.querySelectorAll("[data-part]")) if (accepts()) by(part.id)?.replaceWith(part);
      return true;
    }
  } catch { /* The next deed shows that the server is away. */ }
  return false;
}

function say(text) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
}

// ── scans ──

function scanned(text) {
  const form = by("scan-form");
  if (!form) return;
  const data = new FormData(form);
  data.set("text", text);
  send(form.action, data);
}

let burst = { text: "", at: 0, field: null, before: "" };

/** Keys that follow each other too fast for a hand are a scan, wherever the focus is. */
function watchBurst(event) {
  const now = event.timeStamp; // When the key was pressed, however busy the page was since.
  const goesOn = now - burst.at <= SCAN_GAP;
  if (event.key === "Enter") {
    const isFast = goesOn && burst.text.length >= SCAN_LEAST;
    const isScan = isFast && burst.field !== scanField;
    // What a hand left in the field is no part of the code, unless it says how many.
    const isWhole = isFast && burst.text.length >= BARCODE_LEAST;
    if (isWhole && !isScan && burst.before && !/[*×]\s*$/.test(burst.before)) scanField.value = burst.text;
    if (isScan && !burst.field?.closest("#voucher-dialog")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (burst.field && "value" in burst.field) burst.field.value = burst.before;
      burst.field?.closest("dialog")?.close();
      if (!burst.field && scanField) scanField.value = "";
      scanned(burst.text);
    }
    burst.at = 0;
    return isScan;
  }
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return false;
  const field = event.target.matches?.("input, textarea") ? event.target : null;
  if (!goesOn) burst = { text: "", at: now, field, before: field?.value ?? "" };
  burst.text += event.key;
  burst.at = now;
  return false;
}

let finding = 0;

function findNames() {
  clearTimeout(finding);
  const asked = scanField.value;
  const isName = /[a-z]{2}/i.test(asked) && asked.trim().length > 1;
  if (!isName) { by("names").hidden = true; return; }
  finding = setTimeout(() => load(body.dataset.find, { q: asked }, () => scanField.value === asked), 180);
}

function moveName(step) {
  const names = [...document.querySelectorAll("#names:not([hidden]) [role=option]")];
  if (!names.length) return false;
  const at = names.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = names[(at + step + names.length + (at < 0 && step < 0 ? 1 : 0)) % names.length];
  for (const one of names) one.setAttribute("aria-selected", one === next);
  return true;
}

// ── lines ──

const linesShown = () => [...document.querySelectorAll("#lines tbody[data-line]:not([data-given])")];

function select(line) {
  for (const other of document.querySelectorAll("#lines tbody[data-line]")) {
    const chosen = other === line;
    other.classList.toggle("is-selected", chosen);
    other.querySelector("[data-selects]")?.setAttribute("aria-pressed", chosen);
  }
  line.scrollIntoView({ block: "nearest" });
}

function moveLine(step) {
  const lines = linesShown();
  if (!lines.length) return;
  const at = lines.findIndex((one) => one.classList.contains("is-selected"));
  select(lines[Math.min(lines.length - 1, Math.max(0, at + step))]);
}

const chosenLine = () => document.querySelector("#lines tbody.is-selected:not([data-given])");

function stepLine(step) {
  chosenLine()?.querySelector(`button[name=step][value="${step}"]:not(:disabled)`)?.click();
}

// ── dialogs ──

function openDialog(id) {
  const dialog = by(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", refocus, { once: true });
  const field = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("[autofocus]");
  field?.focus();
}

/** A click within a dialog leaves the caret there, so that the field that has the focus takes no keys. */
function refocus() {
  if (document.activeElement !== scanField) return;
  scanField.blur();
  getSelection().removeAllRanges();
  scanField.focus();
}

/** The dialog is made for the line that the server knows as selected; another one is asked for first. */
function openDiscount() {
  const line = chosenLine();
  const dialog = by("discount-dialog");
  if (!line || !dialog) return;
  const form = dialog.querySelector("form");
  form.action = form.action.replace(/lines\/[^/]+\/discount/, `lines/${line.dataset.line}/discount`);
  dialog.querySelector("h2").textContent = `Discount ${line.querySelector(".till-name").textContent}`;
  dialog.querySelector("p .num").textContent = line.querySelector("tr td:last-child").textContent;
  openDialog("discount-dialog");
}

// ── keys ──

const isOff = (key) => document.querySelector(`.fkeys [data-key="${key}"][aria-disabled=true]`);

const KEYS = {
  F2: () => { scanField?.focus(); scanField?.select(); },
  F3: () => openDialog("customer-dialog"),
  F4: () => by("hold-form")?.requestSubmit(),
  F5: () => { openDialog("held-dialog"); load(body.dataset.held, {}).then(() => by("held")?.querySelector("button")?.focus()); },
  F8: openDiscount,
  F9: pay,
  Escape: () => openDialog("clear-dialog"),
};

function pay() {
  const take = by("take");
  const amount = by("amount");
  if (!take) return;
  if (amount && !document.activeElement?.closest("#pay")) { amount.focus(); amount.select(); return; }
  take.click();
}

function press(key) {
  const off = isOff(key);
  if (off) say(`${off.title}.`);
  else KEYS[key]();
}

function onKey(event) {
  if (watchBurst(event)) return;
  const dialog = document.querySelector("dialog[open]");
  if (event.key in KEYS && event.key !== "Escape") {
    event.preventDefault();
    if (!dialog && !event.repeat) press(event.key);
    return;
  }
  if (dialog) return;
  if (event.key === "Escape") return onEscape(event);
  if (event.target === scanField) return onScanKey(event);
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && scanField) {
    const typing = event.target.matches?.("input, textarea, select");
    const presses = event.key === " " && event.target.matches?.("button, a, summary");
    if (!typing && !presses) scanField.focus(); // The letter goes where the focus is by now.
  }
}

function onEscape(event) {
  const back = document.querySelector("[data-key-link=Escape]");
  if (document.querySelector(":popover-open")) return;
  event.preventDefault();
  if (back) back.click();
  else if (scanField?.value) { scanField.value = ""; scanField.removeAttribute("aria-invalid"); by("scan-said").querySelector(":scope > .error")?.remove(); by("names").hidden = true; scanField.focus(); }
  else if (document.activeElement?.closest("#pay") && body.dataset.state !== "posted") scanField.focus();
  else press("Escape");
}

function onScanKey(event) {
  const empty = !scanField.value;
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way) { event.preventDefault(); if (!moveName(way) && empty) moveLine(way); }
  else if (empty && (event.key === "+" || event.key === "-")) { event.preventDefault(); stepLine(event.key === "+" ? 1 : -1); }
  else if (empty && event.key === "Delete") chosenLine()?.querySelector('form[action$="/remove"]')?.requestSubmit();
  else if (event.key === "Enter" && empty && body.dataset.state === "posted") { event.preventDefault(); newSale(event); }
}

function newSale(event) {
  // A press too many on the button that took the money must not hide the change.
  if (event?.repeat || Date.now() - finishedAt < QUIET) return;
  by("new-form")?.requestSubmit();
}

addEventListener("keydown", onKey, { capture: true });

// ── what is pressed ──

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  let found;
  if ((found = on("[data-opens]"))) openDialog(found.dataset.opens);
  else if ((found = on("[data-key]"))) press(found.dataset.key);
  else if ((found = on("[data-scans]"))) { scanField.value = ""; by("names").hidden = true; scanned(found.dataset.scans); scanField.focus(); }
  else if ((found = on("[data-selects]"))) select(found.closest("tbody"));
  else if ((found = on("[data-fills]"))) { by(found.dataset.fills).value = found.textContent; by(found.dataset.fills).focus(); }
  else if ((found = on("[data-amount]"))) { by("amount").value = found.dataset.amount; offer(found.dataset.amount); by("take")?.focus(); }
  else if ((found = on("[data-method]"))) { event.preventDefault(); chooseMethod(found.dataset.method); }
});

// ── paying ──

let offering = 0;

/** The server says what the amount comes to; what is typed meanwhile stays. */
function offer(amount, method = document.querySelector("#tender [name=method]")?.value, whole = false) {
  const asked = { method };
  if (amount !== null) asked.amount = amount;
  const nth = ++offering;
  return fetch(`${body.dataset.offer}?${new URLSearchParams(asked)}`, { headers: { "X-Deed": "" } })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((html) => {
      if (!html || nth !== offering) return;
      const form = new DOMParser().parseFromString(html, "text/html").getElementById("tender");
      if (!form) return;
      if (whole) by("tender").replaceWith(form);
      else {
        by("tender").querySelector(".till-quick")?.replaceWith(form.querySelector(".till-quick"));
        by("tender").querySelector("#amount-error")?.remove();
        const error = form.querySelector("#amount-error");
        if (error) by("amount").closest(".affix").after(error);
        by("amount").toggleAttribute("aria-invalid", Boolean(error));
      }
      by("take-words").textContent = form.dataset.button;
    })
    .catch(() => {});
}

async function chooseMethod(method) {
  await offer(null, method, true);
  (by("last4") ?? by("amount"))?.focus();
}

document.addEventListener("input", (event) => {
  if (event.target === scanField) findNames();
  if (event.target.id === "amount") offer(event.target.value);
  if (event.target.id === "customer-find") {
    const asked = event.target.value;
    load(body.dataset.customers, { q: asked }, () => by("customer-find").value === asked);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.id === "customer-find" && (event.key === "Enter" || event.key === "ArrowDown")) {
    event.preventDefault();
    const first = document.querySelector("#found-customers button");
    if (event.key === "Enter") first?.click(); else first?.focus();
  }
});

document.addEventListener("change", (event) => {
  const refund = event.target.closest("#refund");
  if (refund && event.target.matches("[data-asks]")) send(refund.action, new FormData(refund));
  const quantity = event.target.closest(".till-tools form");
  if (quantity && event.target.matches("[name=quantity]")) quantity.requestSubmit();
});

// Before the page's own, which lets a form be sent once only.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id === "new-form" && Date.now() - finishedAt < QUIET) { event.preventDefault(); return; }
  const isDeed = form.matches("[data-deed]") || form.closest("#toasts");
  if (!isDeed) return;
  event.preventDefault();
  if (form.id === "scan-form" && submitScan()) return;
  const button = event.submitter;
  const data = new FormData(form, button?.name ? button : undefined);
  if (button?.id === "take" && button.getAttribute("aria-busy")) return;
  if (button?.id === "take") button.setAttribute("aria-busy", "true");
  form.closest("dialog")?.close();
  if (form.closest("#toasts")) form.closest(".toast").remove();
  if (form.id === "scan-form") scanField.value = "";
  send(form.action, data);
}, { capture: true });

/** Enter in the scan field: the name that is chosen in the list, or what was typed. */
function submitScan() {
  clearTimeout(finding);
  const chosen = document.querySelector("#names:not([hidden]) [aria-selected=true]");
  if (chosen) { chosen.click(); return true; }
  return !scanField.value.trim();
}

// ── the start ──

setInterval(() => {
  const clock = by("clock")?.querySelector("time");
  if (!clock) return;
  clock.textContent = clock.textContent.replace(/\d\d:\d\d$/, new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: body.dataset.zone || undefined }));
}, 20_000);
if (body.hasAttribute("data-prints")) addEventListener("load", () => print());
if (scanField) afterSwap(null);
