"use strict";

// A typed answer is an answer; an emptied one was not asked. The server judges alike without this.
for (const question of document.querySelectorAll(".question")) {
  const state = question.querySelector("select.state");
  const isAnswered = () =>
    [...question.querySelectorAll("input, select:not(.state)")].some((box) =>
      box.type === "checkbox" ? box.checked && !box.name.endsWith("_about") : isTyped(box),
    );
  question.addEventListener("input", (event) => {
    if (event.target === state) return;
    if (isAnswered() && state.value === "not_asked") state.value = "answered";
    else if (!isAnswered() && state.value === "answered") state.value = "not_asked";
  });
}

// The unit of a time says nothing by itself.
function isTyped(box) {
  return box.value !== "" && !box.name.endsWith("_unit");
}
