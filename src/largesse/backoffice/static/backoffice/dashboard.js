// The plot of the dashboard tells the figures of the day that the pointer or the arrow keys are on. They
// are read from its table, so that both say the same.

const box = document.querySelector("[data-by-day]");
const svg = box.querySelector("svg");
const tip = box.querySelector(".plot-tip");
const days = [...svg.querySelectorAll(".day")];
const heads = [...box.closest("section").querySelectorAll("thead th")].slice(1);
const rows = new Map([...document.getElementById(box.dataset.byDay).rows].map((row) => [row.dataset.day, row]));
let here = -1;

// The browser's own tip would come beside ours.
for (const title of svg.querySelectorAll("title")) title.remove();

function element(name, text, look = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (look) made.className = look;
  return made;
}

function dot(look) {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("class", "dot");
  const square = document.createElementNS(space, "rect");
  square.setAttribute("class", look);
  square.setAttribute("width", "10");
  square.setAttribute("height", "10");
  made.append(square);
  return made;
}

function figures(row) {
  const list = document.createElement("dl");
  heads.forEach((head, i) => {
    const amount = row.cells[i + 1].textContent;
    const look = head.dataset.look;
    if (look && amount === "–") return;
    const name = element("dt", head.textContent, look ? "" : "sum");
    if (look) name.prepend(dot(look));
    list.append(name, element("dd", amount, look ? "" : "sum"));
  });
  return list;
}

function tell(place) {
  if (place === here) return;
  leave();
  const day = days[place];
  const row = day && rows.get(day.dataset.day);
  if (!row) return;
  here = place;
  day.classList.add("is-here");
  tip.replaceChildren(element("b", row.cells[0].textContent), figures(row));
  tip.hidden = false;
  const bar = day.getBoundingClientRect();
  const around = box.getBoundingClientRect();
  // Beside the bar, on the side that has more room.
  const isLeft = bar.left + bar.width / 2 > around.left + around.width / 2;
  const left = isLeft ? bar.left - around.left - tip.offsetWidth - 6 : bar.right - around.left + 6;
  tip.style.left = `${Math.max(0, Math.min(left, around.width - tip.offsetWidth))}px`;
}

function leave() {
  if (here >= 0) days[here].classList.remove("is-here");
  here = -1;
  tip.hidden = true;
}

const STEPS = { ArrowLeft: (i) => i - 1, ArrowRight: (i) => i + 1, Home: () => 0, End: () => days.length - 1 };

svg.addEventListener("pointermove", (event) => tell(days.indexOf(event.target.closest(".day"))));
svg.addEventListener("pointerleave", leave);
svg.addEventListener("focus", () => { if (svg.matches(":focus-visible")) tell(days.length - 1); });
svg.addEventListener("blur", leave);
svg.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave();
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  tell(Math.max(0, Math.min(days.length - 1, step(here < 0 ? days.length : here))));
});
