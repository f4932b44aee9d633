// Lục Báo's pages read and work without this; it adds keys, completions, a chart to drag over, a stepper through the marks, a theme.

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
  for (const folded of document.querySelectorAll(".filters, .look, .drawn")) folded.open = true;
}

// A switch that belongs to a form is obeyed at once.
for (const input of document.querySelectorAll("[data-submits]")) {
  input.addEventListener("change", () => input.form.requestSubmit());
}

// Chart: it says the count of the bar under the pointer, or of the one that the arrow keys reached; dragging over bars asks for the days they
// cover. A press without a drag stays a click on a bar.
for (const chart of document.querySelectorAll(".chart[data-range]")) {
  const svg = chart.querySelector("svg");
  const bars = [...svg.querySelectorAll("a[data-first]")];
  const said = chart.querySelector("[data-readout]");
  const resting = said.textContent;
  let from = -1;
  let to = -1;
  let at = bars.length - 1;
  const words = (bar) => bar.querySelector("title").textContent;
  const tell = (text, index = -1) => {
    said.textContent = text;
    bars.forEach((bar, number) => bar.classList.toggle("at", number === index));
  };
  const barAt = (x) => {
    const middles = bars.map((bar) => { const box = bar.querySelector(".reach").getBoundingClientRect(); return box.x + box.width / 2; });
    return middles.reduce((best, middle, index) => (Math.abs(middle - x) < Math.abs(middles[best] - x) ? index : best), 0);
  };
  const ends = () => [bars[Math.min(from, to)], bars[Math.max(from, to)]];
  const paint = () => {
    const dragged = from >= 0 && from !== to;
    bars.forEach((bar, index) => bar.classList.toggle("within", dragged && index >= Math.min(from, to) && index <= Math.max(from, to)));
    if (dragged) tell(ends().map((bar) => words(bar).split(":")[0]).join(" – "));
  };
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => { if (event.button === 0) from = to = barAt(event.clientX); });
  svg.addEventListener("pointermove", (event) => {
    const bar = bars.indexOf(event.target.closest("a"));
    if (from < 0) return bar < 0 ? tell(resting) : tell(`${words(bars[bar])} · ${said.dataset.drag}`, bar);
    to = barAt(event.clientX);
    if (from !== to) svg.setPointerCapture(event.pointerId);
    paint();
  });
  svg.addEventListener("pointerleave", () => tell(resting));
  svg.addEventListener("pointercancel", () => { from = to = -1; paint(); });
  addEventListener("keydown", (event) => { if (event.key === "Escape") { from = to = -1; paint(); } });
  addEventListener("pointerup", () => {
    if (from >= 0 && from !== to) {
      const address = new URL(chart.dataset.range, location.href);
      const [first, last] = ends();
      address.searchParams.set("from", first.dataset.first);
      address.searchParams.set("to", last.dataset.last);
      svg.addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
      location.assign(address);
    }
    from = to = -1;
  });
  // By keys what it says is a slider over the bars; Enter follows the bar.
  const reach = (index) => {
    at = Math.min(Math.max(index, 0), bars.length - 1);
    said.setAttribute("aria-valuenow", at + 1);
    said.setAttribute("aria-valuetext", words(bars[at]));
  };
  const slider = { role: "slider", tabindex: 0, "aria-label": said.dataset.label, "aria-valuemin": 1, "aria-valuemax": bars.length };
  for (const [name, value] of Object.entries(slider)) said.setAttribute(name, value);
  reach(at);
  said.addEventListener("focus", () => tell(words(bars[at]), at));
  said.addEventListener("blur", () => tell(resting));
  said.addEventListener("keydown", (event) => {
    const next = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (event.key === "Enter") location.assign(bars[at].getAttribute("href"));
    if (next === undefined) return;
    event.preventDefault();
    reach(next);
    tell(words(bars[at]), at);
  });
  chart.dataset.ready = "";
}

// Values of a facet: what is typed narrows them in place, by the page that the form would lead to.
for (const form of document.querySelectorAll("[data-within]")) {
  const section = form.closest("section");
  let request;
  let waiting;
  const narrow = () => {
    request?.abort();
    request = new XMLHttpRequest(); // it parses a page as fetch cannot
    request.responseType = "document";
    request.addEventListener("load", (event) => {
      const fresh = event.target.response?.querySelector(`[aria-labelledby=${section.getAttribute("aria-labelledby")}] [data-values]`);
      if (!fresh) return;
      section.querySelector("[data-values]").replaceWith(fresh);
      section.querySelector("[data-within-status]").textContent = fresh.querySelector(".kind")?.textContent ?? "";
    });
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    request.open("GET", address);
    request.send();
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(narrow, 200); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); narrow(); });
}

// Completions: the box becomes a combobox; a tag or phrase is asked, an article is opened.
const suggesting = document.querySelector("[data-suggest]");
if (suggesting) {
  const list = document.getElementById("goi-y-tim");
  const said = document.querySelector("[data-suggest-status]");
  const service = new URL(suggesting.dataset.suggest, location.href);
  let asked = 0;
  let at = -1;
  let typed = suggesting.value;
  let found = [];
  let waiting;
  list.setAttribute("role", "listbox");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    suggesting.setAttribute(name, value);
  }
  const close = () => {
    asked += 1;
    at = -1;
    list.hidden = true;
    list.replaceChildren();
    said.textContent = "";
    suggesting.setAttribute("aria-expanded", "false");
    suggesting.removeAttribute("aria-activedescendant");
  };
  const take = (one) => {
    close();
    const article = one.permalink?.match(/\/bai-viet\/[\w-]+$/);
    if (article) {
      location.assign(new URL(`../..${article[0]}`, service)); // on this site, by whatever name the reader calls it
      return;
    }
    suggesting.value = one.text;
    suggesting.form.requestSubmit();
  };
  const point = (index) => {
    at = index;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (at < 0) suggesting.removeAttribute("aria-activedescendant");
    else suggesting.setAttribute("aria-activedescendant", list.children[at].id);
    suggesting.value = at < 0 ? typed : found[at].text;
  };
  const part = (name, text, lang) => {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    if (lang) span.lang = lang;
    return span;
  };
  const show = (completions) => {
    close();
    found = completions.slice(0, 10);
    if (!found.length || document.activeElement !== suggesting) return;
    list.replaceChildren(...found.map((one, index) => {
      const option = document.createElement("li");
      option.id = `goi-y-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(part("kind", list.dataset[one.kind] ?? ""), part("value", one.text, "vi"), part("count", one.count ? one.count.toLocaleString(root.lang) : ""));
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => take(one));
      return option;
    }));
    list.hidden = false;
    suggesting.setAttribute("aria-expanded", "true");
    said.textContent = `${found.length} ${said.dataset.said}`;
  };
  const ask = async () => {
    const mine = ++asked;
    const query = typed.trim();
    if (query.length < 2 || query.length > 200) return close();
    try {
      const address = new URL(service);
      address.searchParams.set("q", query);
      const response = await fetch(address);
      if (response.ok && mine === asked) show((await response.json()).completions);
    } catch {
      close(); // without completions the box is a plain box
    }
  };
  suggesting.addEventListener("input", () => {
    typed = suggesting.value;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  suggesting.addEventListener("blur", () => { clearTimeout(waiting); close(); });
  suggesting.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") point(at + 1 < found.length ? at + 1 : -1);
    else if (event.key === "ArrowUp") point(at < 0 ? found.length - 1 : at - 1);
    else if (event.key === "Escape") { suggesting.value = typed; close(); event.stopPropagation(); }
    else if (event.key === "Enter" && at >= 0) take(found[at]);
    else return;
    event.preventDefault();
  });
  suggesting.form.addEventListener("submit", () => clearTimeout(waiting));
}

// A text onto the clipboard; where the browser forbids that, it is selected in a field and copied the old way.
const copy = async (text, field, said) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const shown = field.value;
    field.value = text;
    field.select();
    document.execCommand("copy");
    field.value = shown;
  }
  said.hidden = false;
};
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", () => copy(field.value, field, button.parentElement.querySelector("[data-copied]")));
}

// Passages: texts with marks. The address says at which the reader is; n and p, or the buttons, go to its neighbours, around the ends.
const stepper = document.querySelector("[data-stepper]");
const passages = stepper ? [...new Set([...document.querySelectorAll("article mark")].map((mark) => mark.closest("[id]")))] : [];
const quote = document.querySelector("[data-quote]");
const target = () => document.getElementById(location.hash.slice(1));

// At the paragraph that the address names stands the button which copies it with its source.
const arrive = () => {
  const at = target();
  if (quote && at?.parentElement === quote.parentElement && (quote.hidden || at.nextElementSibling !== quote)) {
    at.after(quote); // once: what is moved loses the focus
    quote.hidden = false;
    quote.querySelector("[data-copied]").hidden = true;
  }
  const here = passages.indexOf(at);
  if (here < 0) return;
  document.querySelector("[data-position]").value = here + 1;
  at.querySelector("mark").scrollIntoView({ block: "center" });
};
const step = (by) => {
  const here = passages.indexOf(target());
  const next = here < 0 && by < 0 ? passages.length - 1 : here + by;
  location.replace(`#${passages[(next + passages.length) % passages.length].id}`);
  arrive();
};

if (quote) {
  const button = quote.querySelector("button");
  quote.parentElement.addEventListener("click", (event) => {
    const anchor = event.target.closest(".anchor");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    location.hash = anchor.hash;
    arrive();
    button.focus({ preventScroll: true });
  });
  button.addEventListener("click", () => {
    const words = target().cloneNode(true);
    for (const other of words.querySelectorAll(".kind, .credit")) other.remove();
    const source = quote.dataset.quote;
    const end = source.lastIndexOf("#"); // the address of the text ends here
    const cited = source.slice(0, end) + location.hash + source.slice(end + 1);
    copy(`“${words.textContent.trim()}”\n${cited}`, document.getElementById("dan-nguon"), quote.querySelector("[data-copied]"));
  });
  addEventListener("hashchange", arrive);
  arrive();
}
if (passages.length) {
  stepper.hidden = false;
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
}

// Hits: j and k move the focus from title to title, from the one that has it or the one that was aimed at.
const titles = [...document.querySelectorAll(".hit h2 a")];
const moveFocus = (by) => {
  const hit = document.querySelector(".hit:focus-within") ?? document.querySelector(".hit:target");
  const next = Math.min(Math.max(titles.indexOf(hit?.querySelector("h2 a")) + by, 0), titles.length - 1);
  titles[next].focus();
};

// On an article: j and k go to the next and the previous hit.
const follow = (relation) => document.querySelector(`.places a[rel=${relation}]`)?.click();

for (const keys of document.querySelectorAll("[data-keys]")) keys.hidden = !document.getElementById("q");

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
    j: () => (titles.length ? moveFocus(1) : follow("next")),
    k: () => (titles.length ? moveFocus(-1) : follow("prev")),
    n: passages.length && (() => step(1)),
    p: passages.length && (() => step(-1)),
  }[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});
