// Brings the editor's text and findings up to date while the reader types. The server does the work: the form is sent as it
// would be by its button, and what comes back is put into the page. Without this file the buttons do the same.

const form = document.getElementById("editor");
const text = document.getElementById("text");
const before = form.elements.namedItem("before");
const verdict = document.getElementById("verdict");
const list = document.getElementById("finding-list");
const notice = document.getElementById("editor-notice");
const WAIT = 400; // milliseconds without a key before the form is sent

let timer = 0;
let asked = 0; // answers to older questions are thrown away
let edited = false; // the text itself was edited: its fields must follow
let sent = new Map(); // what the fields had when the form was sent: what was typed since is never overwritten
let leaving = false;
let kept = !form.hasAttribute("data-begun"); // nothing would be lost

function ask() {
  clearTimeout(timer);
  timer = setTimeout(send, WAIT);
}

async function send() {
  const number = ++asked;
  const typed = text.value;
  const data = new URLSearchParams(new FormData(form));
  sent = new Map([...form.elements].filter((one) => one.name).map((one) => [one, valueOf(one)]));
  let answer;
  try {
    const response = await fetch(form.dataset.live, { method: "POST", body: data });
    if (response.status === 429) {
      tell(form.dataset.busy);
      return;
    }
    if (!response.ok) throw new Error(String(response.status));
    answer = await response.json();
  } catch {
    if (number === asked) tell(form.dataset.offline);
    return;
  }
  if (number === asked && text.value === typed) show(answer);
}

function valueOf(element) {
  return element.type === "checkbox" ? element.checked : element.value;
}

function show(answer) {
  if (text.value !== answer.text) text.value = answer.text;
  before.value = answer.before;
  const fresh = new DOMParser().parseFromString(answer.html, "text/html");
  for (const [name, field] of Object.entries(answer.fields)) showField(name, field, fresh);
  // A field whose place is gone from the text must not bring it back.
  for (const element of form.elements) {
    if (element.name.startsWith("key:")) element.disabled = !(element.name.replace(/:$/, "") in answer.fields);
  }
  showSummary(fresh);
  tell(answer.shape === form.dataset.shape ? "" : form.dataset.stale);
  edited = false;
}

function tell(words) {
  if (notice.textContent !== words) notice.textContent = words;
  notice.hidden = !words;
}

function showField(name, field, fresh) {
  const findings = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!findings) return;
  findings.replaceChildren(...fresh.getElementById(findings.id).childNodes);
  const element = document.getElementById(findings.id.replace(/-findings$/, ""));
  if (field.wrong) element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
  if (edited) putValue(element, name, field.value);
}

function putValue(element, name, value) {
  if (element.tagName !== "FIELDSET" && element.value === sent.get(element)) element.value = value;
  const chosen = value.split("\n");
  for (const box of form.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)) {
    if (box.checked === sent.get(box)) box.checked = chosen.includes(box.value);
  }
}

function showSummary(fresh) {
  const now = fresh.getElementById("verdict");
  verdict.className = now.className;
  if (verdict.textContent !== now.textContent) verdict.textContent = now.textContent; // read aloud only when it changes
  list.replaceChildren(...fresh.getElementById("finding-list").childNodes);
}

// The browser has put back what was typed before the reader went away and came back.
if (text.value !== text.defaultValue || before.value !== before.defaultValue) {
  kept = false;
  edited = true;
  send();
}

form.addEventListener("input", (event) => {
  if (event.target === text) edited = true;
  kept = false;
  ask();
});

// Enter in a field brings all up to date at once; the page stays where it is.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.isComposing) return;
  event.preventDefault();
  if (event.target.id === "new-language") document.getElementById("add-language").click();
  else send();
});

form.addEventListener("submit", (event) => {
  const action = event.submitter?.value ?? "";
  if (action.startsWith("remove:") && filled(event.submitter) && !window.confirm(event.submitter.textContent)) {
    event.preventDefault();
    return;
  }
  if (event.submitter?.hasAttribute("data-download")) kept = true; // and the page stays where it is
  else leaving = true;
});

function filled(button) {
  const fields = button.closest("fieldset").querySelectorAll("input:not([type=hidden]), textarea, select");
  return [...fields].some((field) => (field.type === "checkbox" ? field.checked : field.value));
}

document.getElementById("findings").addEventListener("click", (event) => {
  const target = event.target.closest("a")?.hash;
  if (!target) return;
  event.preventDefault();
  const element = document.getElementById(target.slice(1));
  element.scrollIntoView({ block: "center" });
  (element.tagName === "FIELDSET" ? element.querySelector("summary, input:not([type=hidden]), textarea, button") : element).focus();
});

// The other language shows the same text.
for (const other of document.querySelectorAll(".language-switch a")) {
  other.addEventListener("click", (event) => {
    event.preventDefault();
    form.action = form.dataset.page.replace("{}", other.lang);
    form.requestSubmit();
  });
}

window.addEventListener("beforeunload", (event) => {
  if (!leaving && !kept) event.preventDefault();
});
