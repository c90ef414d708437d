// Brings the editor's text and findings up to date while the reader types. The server does the work: the form is sent as it
// would be by its button, and what comes back is put into the page. Without this file the buttons do the same.

const form = document.getElementById("editor");
const text = document.getElementById("text");
const before = form.elements.namedItem("before");
const WAIT = 400; // milliseconds without a key before the form is sent

let timer = 0;
let asked = 0; // answers to older questions are thrown away
let edited = false; // the text itself was edited: its fields must follow

function ask() {
  clearTimeout(timer);
  timer = setTimeout(send, WAIT);
}

async function send() {
  const number = ++asked;
  const typed = text.value;
  let answer;
  try {
    const response = await fetch(form.dataset.live, { method: "POST", body: new FormData(form) });
    if (!response.ok) return; // the buttons will say what is wrong
    answer = await response.json();
  } catch {
    return;
  }
  if (number !== asked || text.value !== typed) return;
  show(answer);
}

function show(answer) {
  if (text.value !== answer.text) text.value = answer.text;
  before.value = answer.text;
  for (const [name, field] of Object.entries(answer.fields)) showField(name, field);
  showSummary(answer);
  if (edited && answer.shape !== form.dataset.shape) form.requestSubmit();
  edited = false;
}

function showField(name, field) {
  const list = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!list) return;
  list.replaceChildren(...field.findings.map(item));
  const element = document.getElementById(list.id.replace(/-findings$/, ""));
  const wrong = field.findings.some((finding) => weight(finding) === "error");
  if (wrong) element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
  if (edited && document.activeElement !== element) putValue(element, name, field.value);
}

function putValue(element, name, value) {
  const boxes = form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`);
  if (element.tagName !== "FIELDSET") element.value = value;
  const chosen = value.split("\n");
  for (const box of boxes) box.checked = chosen.includes(box.value);
}

// What is only missing yet is no mistake of the reader's.
function weight(finding) {
  return finding.rule === "key-required" ? "missing" : finding.severity;
}

function item(finding) {
  const line = weighed(finding);
  line.append(` ${finding.message}`);
  if (finding.help) line.append(document.createElement("br"), finding.help);
  return line;
}

function weighed(finding, ...first) {
  const line = document.createElement("li");
  line.className = `field-${weight(finding)}`;
  const word = document.createElement("strong");
  word.textContent = form.dataset[weight(finding)];
  line.append(...first, word);
  return line;
}

function showSummary(answer) {
  const verdict = document.createElement("p");
  verdict.className = answer.valid ? "verdict-ok" : answer.begun ? "verdict-problem" : "verdict-begun";
  verdict.textContent = answer.begun ? answer.summary : answer.todo;
  const list = document.createElement("ul");
  list.className = "finding-links";
  for (const trouble of answer.troubles) list.append(line(trouble));
  for (const finding of answer.left) {
    const one = weighed(finding, finding.target ? anchor(finding.label, finding.target) : finding.key, " ");
    one.append(` ${finding.message} ${finding.help}`);
    list.append(one);
  }
  for (const [name, field] of Object.entries(answer.fields)) {
    for (const finding of field.findings) list.append(link(name, finding));
  }
  document.getElementById("findings").replaceChildren(verdict, list);
}

function line(words) {
  const one = document.createElement("li");
  one.textContent = words;
  return one;
}

function link(name, finding) {
  const list = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const place = list ? anchor(list.dataset.label, list.id.replace(/-findings$/, "")) : finding.key;
  const one = weighed(finding, place, " ");
  one.append(` ${finding.message}`);
  return one;
}

function anchor(words, id) {
  const one = document.createElement("a");
  one.textContent = words;
  one.href = `#${id}`;
  return one;
}

form.addEventListener("input", (event) => {
  if (event.target === text) edited = true;
  ask();
});
document.getElementById("findings").addEventListener("click", (event) => {
  const target = event.target.closest("a")?.hash;
  if (!target) return;
  event.preventDefault();
  const element = document.getElementById(target.slice(1));
  element.scrollIntoView({ block: "center" });
  (element.tagName === "FIELDSET" ? element.querySelector("summary, input, textarea, button") : element).focus();
});
form.querySelector("[data-focus]")?.focus();
