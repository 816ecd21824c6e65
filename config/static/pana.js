"use strict";

// What stands in the way of a form comes first, for the eye and for readers aloud. Answers to bad
// input come from us, in the person's language.
function meet(part) {
  for (const form of part.querySelectorAll("form")) form.noValidate = true;
  if (part.matches("form")) part.noValidate = true;
  const summary = part.querySelector(".error-summary");
  summary?.focus();
  return summary;
}

meet(document.body);

// One press sends once. The server keeps the promise; this only spares the wait.
const PATIENCE = 15_000;
const sent = new WeakSet();

function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = false;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  setTimeout(() => {
    for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
  });
  setTimeout(release, PATIENCE, form);
});

addEventListener("pageshow", () => {
  for (const form of document.forms) release(form);
});

// Parts of a page, brought by htmx. A second press may find a form that is new and empty.
const RUSH = 1_000;
let posted = -RUSH;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.verb !== "post") return;
  if (event.timeStamp - posted < RUSH) return event.preventDefault();
  posted = event.timeStamp;
});

// What was not asked stays out of the address.
document.addEventListener("htmx:configRequest", ({ detail: { verb, formData } }) => {
  if (verb !== "get") return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

// What comes anew by itself is not asked for while nobody looks. It moves nobody and is not read out.
const comesByItself = (detail) => detail.requestConfig?.elt.id === "refreshed";
let stoodOnIt = false;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (comesByItself(event.detail) && document.hidden) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  stoodOnIt = detail.target.contains(document.activeElement);
});

// The keyboard goes on from the part that came, if what it stood on is gone; the news is read out.
document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  const isQuiet = comesByItself(detail);
  const isFocused = !isQuiet && meet(target);
  const isLost = !isFocused && document.activeElement === document.body;
  if (isLost && (!isQuiet || stoodOnIt)) target.focus({ preventScroll: true });
  if (isQuiet) return document.querySelector(".message.failed")?.remove();
  const news = target.querySelector("[data-aloud], caption, .empty");
  if (news) document.getElementById("aloud").textContent = news.dataset.aloud ?? news.textContent;
  document.querySelector(".message.failed")?.remove();
});

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => {
    const messages = document.querySelector(".messages");
    const said = document.createElement("p");
    said.className = "message error failed";
    said.textContent = messages.dataset.failed;
    messages.replaceChildren(said);
  });
}

// Who changes the language comes back to what the address says by then.
document.addEventListener("htmx:pushedIntoHistory", ({ detail }) => {
  for (const next of document.querySelectorAll(".languages [name=next]")) next.value = detail.path;
});
