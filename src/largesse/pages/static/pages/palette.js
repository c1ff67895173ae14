// The palette: one option is chosen, the arrows choose another, Enter opens it. What was found for words
// that have changed since can't be opened: then Enter leads to the page of results.

const palette = document.getElementById("palette");
const field = palette.querySelector("input");
const found = document.getElementById("palette-found");

const options = () => [...found.querySelectorAll("[role=option]")];
const chosen = () => found.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  } else field.removeAttribute("aria-activedescendant");
}

function move(step) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key in STEPS) move(STEPS[event.key]);
  else if (event.key === "Enter" && chosen()) chosen().click();
  else return;
  event.preventDefault();
});
field.addEventListener("input", () => choose(null));
field.addEventListener("focus", () => field.select());
found.addEventListener("htmx:afterSwap", () => choose(options()[0]));
