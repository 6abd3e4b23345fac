// Conveniences only: the page does everything without this file.
"use strict";
(() => {
  const say = document.body.dataset;
  const copy = async (button, text) => {
    try { await navigator.clipboard.writeText(text); } catch { return; }
    button.textContent = say.copied;
    setTimeout(() => { button.textContent = say.copy; }, 1500);
  };
  const button = (label) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = say.copy;
    made.setAttribute("aria-label", `${say.copy} ${label}`);
    return made;
  };
  for (const place of document.querySelectorAll(".copy")) {
    const made = button(place.previousElementSibling ? place.previousElementSibling.textContent : "");
    const text = place.textContent.trim();
    made.addEventListener("click", () => copy(made, text));
    place.append(" ", made);
  }
  for (const link of document.querySelectorAll("a[data-fetch]")) {
    const made = button(link.textContent);
    made.addEventListener("click", async () => {
      const got = await fetch(link.href);
      if (got.ok) copy(made, await got.text());
    });
    link.after(" ", made);
  }
  const box = document.getElementById("q");
  if (box) {
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && box.form) {
        event.preventDefault();
        box.form.requestSubmit();
      }
    });
  }
  const stops = [...document.querySelectorAll(".hit, .unit, .precedent")];
  let at = stops.findIndex((one) => one.getAttribute("aria-current"));
  document.addEventListener("keydown", (event) => {
    const inText = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (inText || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "/" && box) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if ((event.key === "j" || event.key === "k") && stops.length) {
      at = Math.min(stops.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
      stops[at].focus();
      stops[at].scrollIntoView({ block: "center" });
    }
  });
  const asked = document.querySelector(".unit.focus");
  if (asked) asked.scrollIntoView({ block: "center" });
})();
