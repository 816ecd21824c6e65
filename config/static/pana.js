"use strict";

// What stands in the way of a form comes first, for the eye and for readers aloud.
document.querySelector(".error-summary")?.focus();

// Answers to bad input come from us, in the person's language.
for (const form of document.forms) form.noValidate = true;

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
