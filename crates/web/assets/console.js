// The console's only script. Every page works without it: this adds copy buttons, turns inputs of
// the hidden half of the test-mode switch off, and submits the PG choice as soon as it is made.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    } catch {
      button.textContent = button.dataset.failed;
    }
    setTimeout(() => { button.textContent = before; }, 1500);
  });
}

for (const form of document.querySelectorAll("form[data-modes]")) {
  const show = () => {
    const test = form.querySelector("#mode-test").checked;
    for (const area of form.querySelectorAll(".live-only")) {
      area.hidden = test;
      for (const input of area.querySelectorAll("input")) input.disabled = test;
    }
    for (const area of form.querySelectorAll(".test-only")) area.hidden = !test;
  };
  form.addEventListener("change", show);
  show();
}

for (const select of document.querySelectorAll("select[data-submit]")) {
  const button = select.form.querySelector("[data-instead]");
  if (button) button.hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit());
}
