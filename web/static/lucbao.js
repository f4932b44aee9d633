// Lục Báo's pages read and work without this; it adds keys, a stepper through the marks and a theme that stays.

const root = document.documentElement;

// Theme: what was chosen here wins over the system's. Runs before the first paint (blocking="render").
const stored = (value) => {
  try {
    if (value) localStorage.setItem("theme", value);
    return localStorage.getItem("theme");
  } catch {
    return value; // storage is forbidden: the choice lasts as long as the page
  }
};
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const chosen = stored();
if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : darkSystem.matches;
    root.dataset.theme = stored(isDark ? "light" : "dark") ?? "dark";
  });
}

// Browsers that cannot show a closed disclosure's content by style get it opened where there is room for a column.
if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 64rem)").matches) {
  for (const filters of document.querySelectorAll(".filters")) filters.open = true;
}

// A switch that belongs to a form is obeyed at once.
for (const input of document.querySelectorAll("[data-submits]")) {
  input.addEventListener("change", () => input.form.requestSubmit());
}

// Marks: one is "here"; n and p, or the buttons, go to its neighbours, around the ends.
const marks = [...document.querySelectorAll("mark[id]")];
const stepper = document.querySelector("[data-stepper]");
const position = document.querySelector("[data-position]");
let here = -1;

const goTo = (index) => {
  marks[here]?.classList.remove("here");
  here = (index + marks.length) % marks.length;
  marks[here].classList.add("here");
  marks[here].scrollIntoView({ block: "center" });
  position.value = `${here + 1}/${marks.length}`;
};
const step = (by) => goTo(here < 0 && by < 0 ? marks.length - 1 : here + by);

if (stepper && marks.length) {
  stepper.hidden = false;
  document.querySelector("[data-plain]").hidden = true;
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  const aimed = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  if (aimed >= 0) goTo(aimed);
}

// Hits: j and k move the focus from title to title, from the one that has it or the one that was aimed at.
const titles = [...document.querySelectorAll(".hit h2 a")];
const moveFocus = (by) => {
  const hit = document.querySelector(".hit:focus-within") ?? document.querySelector(".hit:target");
  const next = Math.min(Math.max(titles.indexOf(hit?.querySelector("h2 a")) + by, 0), titles.length - 1);
  titles[next].focus();
};

for (const keys of document.querySelectorAll("[data-keys]")) keys.hidden = false;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const box = document.getElementById("q");
  if (typing) {
    if (event.key === "Escape" && typing === box && !box.value) box.blur();
    return;
  }
  const action = {
    "/": box && (() => { box.focus(); box.select(); }),
    j: titles.length && (() => moveFocus(1)),
    k: titles.length && (() => moveFocus(-1)),
    n: marks.length && stepper && (() => step(1)),
    p: marks.length && stepper && (() => step(-1)),
  }[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});
