// Suggests while a reader types into the search box: a combobox with a list (ARIA Authoring Practices). The server knows what to
// suggest. Without this file the box searches all the same.

const WAIT = 150; // milliseconds without a key before the server is asked
const box = document.getElementById("q");
const field = box.parentElement;

const list = document.createElement("ul");
list.id = "q-suggestions";
list.className = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", box.dataset.list);
list.hidden = true;

const count = document.createElement("p");
count.className = "visually-hidden";
count.setAttribute("role", "status");

field.append(list, count);
box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-expanded", "false");
box.setAttribute("aria-controls", list.id);

let timer = 0;
let asking = null; // the request that is under way
let active = -1; // which option is chosen, -1 for none: the text itself is searched for

function close() {
  clearTimeout(timer);
  asking?.abort();
  list.hidden = true;
  list.replaceChildren();
  count.textContent = "";
  box.setAttribute("aria-expanded", "false");
  activate(-1);
}

function activate(number) {
  active = number;
  for (const [place, option] of [...list.children].entries()) {
    option.setAttribute("aria-selected", String(place === number));
    if (place === number) option.scrollIntoView({ block: "nearest" });
  }
  if (number < 0) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", list.children[number].id);
}

async function ask() {
  const typed = box.value.trim();
  asking?.abort();
  if (!typed) return close();
  const mine = (asking = new AbortController());
  const address = new URL(box.dataset.suggest, location.href);
  address.searchParams.set("q", typed);
  try {
    const response = await fetch(address, { signal: mine.signal, headers: { Accept: "application/json" } });
    if (!response.ok) return close(); // the box searches without suggestions too
    const answer = await response.json();
    if (asking === mine && document.activeElement === box) show(answer.suggestions);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function show(suggestions) {
  list.replaceChildren(...suggestions.map(option));
  list.hidden = suggestions.length === 0;
  box.setAttribute("aria-expanded", String(suggestions.length > 0));
  activate(-1);
  count.textContent = suggestions.length ? box.dataset.some.replace("{count}", suggestions.length) : box.dataset.none;
}

function option(suggestion, number) {
  const item = document.createElement("li");
  item.id = `q-suggestion-${number}`;
  item.className = "suggestion";
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.address = suggestion.address;
  item.append(part("suggestion-text", suggestion.text, suggestion.language));
  if (suggestion.also) item.append(" ", part("suggestion-also", suggestion.also, ""));
  item.append(" ", part("suggestion-kind", suggestion.kind_label, ""));
  return item;
}

function part(name, text, language) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  if (language) element.lang = language;
  return element;
}

box.addEventListener("input", (event) => {
  clearTimeout(timer);
  activate(-1); // what was chosen was chosen for another text
  // What an input method is still composing is no word yet; its end asks.
  if (!event.isComposing) timer = setTimeout(ask, WAIT);
});

box.addEventListener("compositionend", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});

box.addEventListener("keydown", (event) => {
  // Keys belong to the input method while it composes; 229 is how some browsers say so.
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
  const last = list.children.length - 1;
  if (event.key === "ArrowDown" && last >= 0) activate(active < last ? active + 1 : -1);
  else if (event.key === "ArrowUp" && last >= 0) activate(active < 0 ? last : active - 1);
  else if (event.key === "Enter" && active >= 0) location.assign(list.children[active].dataset.address);
  else if (event.key === "Escape" && !list.hidden) close();
  else if (event.key === "ArrowDown" && box.value.trim()) ask();
  else {
    if (event.key === "Tab") close();
    return;
  }
  event.preventDefault();
});

list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", (event) => {
  const chosen = event.target.closest("[role=option]");
  if (chosen) location.assign(chosen.dataset.address);
});
box.addEventListener("blur", close);
