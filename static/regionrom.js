// What the browser adds to plain pages: a word when the network fails, keys, the size of files, and text selected for a comment.
// Every page works without this file. Texts come from the page (data attributes), so that they are translated.
"use strict";

// -- When an answer does not come, or the server fails: say so, and leave what was typed as it is --

function tellProblem() {
  const place = document.getElementById("problem");
  const notice = document.createElement("div");
  notice.className = "ds-alert";
  notice.dataset.color = "danger";
  notice.tabIndex = -1;
  notice.textContent = place.dataset.network;
  place.replaceChildren(notice);
  notice.focus();
}

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) tellProblem();
});
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status >= 500) tellProblem();
});
document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.request.method !== "GET") document.getElementById("problem").replaceChildren();
});

// -- The key / goes to the search field, unless one is writing --

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const field = document.getElementById("sok");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// -- Single keys, never while one is writing: n and p between threads, j and k between hits, 1 to 5 and 0 for a stance in the vote form --

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("textarea, select, [contenteditable], dialog")) return;
  const isWriting = event.target.matches("input:not([type=radio])");
  if (isWriting) return;
  const form = event.target.closest("form:has(.stemme)");
  if (form && /^[0-5]$/.test(event.key)) {
    form.querySelector(`input[name=value][value="${event.key}"]`).click();
  } else if (event.key === "n" || event.key === "p") {
    goToNext(event.key === "n" ? 1 : -1);
  } else if (event.key === "j" || event.key === "k") {
    goToHit(event.key === "j" ? 1 : -1);
  }
});

function goToHit(step) {
  const hits = [...document.querySelectorAll(".treffliste > .treff")];
  const here = hits.indexOf(document.activeElement.closest(".treff"));
  const next = here < 0 ? (step > 0 ? 0 : -1) : here + step;
  hits[next]?.querySelector("h2 a").focus();
}

// -- Titles proposed under the search field: arrows go between them, Escape takes them away --

document.addEventListener("keydown", (event) => {
  const form = event.target.closest(".topp__sok");
  if (!form || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const links = [...form.querySelectorAll(".forslag a")];
  if (!links.length) return;
  const field = form.querySelector("input");
  event.preventDefault();
  if (event.key === "Escape") {
    form.querySelector(".forslag").remove();
    field.focus();
  } else {
    const next = links.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
    (links[next] ?? (next < 0 ? field : event.target)).focus();
  }
});

function goToNext(step) {
  const stops = [...document.querySelectorAll("#document .trad, [data-change]")];
  if (!stops.length) return;
  const here = stops.indexOf(document.activeElement.closest(".trad, [data-change]"));
  const next = stops[here < 0 && step < 0 ? stops.length - 1 : (here + step + stops.length) % stops.length];
  next.tabIndex = -1;
  next.focus();
}

// -- Files that are too large are told of before they are sent: the server would take none of them --

document.addEventListener("change", (event) => {
  const field = event.target.closest("input[data-most]");
  if (!field) return;
  const size = [...field.files].reduce((sum, file) => sum + file.size, 0);
  const problem = size > Number(field.dataset.most) ? field.dataset.tooMuch : "";
  field.setCustomValidity(problem); // the form is not sent as it is
  field.setAttribute("aria-invalid", Boolean(problem));
  document.getElementById(`${field.id}-error`).textContent = problem;
});

// -- Text selected in a paragraph: a button that opens its form with the words filled in --

const quoteButton = document.querySelector("#quote-button");

function selectedPassage() {
  const selection = getSelection();
  if (!quoteButton || selection.isCollapsed || !selection.rangeCount) return null;
  const start = selection.getRangeAt(0).startContainer.parentElement?.closest("[data-block]");
  const end = selection.getRangeAt(0).endContainer.parentElement?.closest("[data-block]");
  const words = selection.toString().trim();
  return start && start === end && words ? { block: start.dataset.block, words } : null;
}

if (quoteButton) {
  document.addEventListener("selectionchange", () => {
    const passage = selectedPassage();
    quoteButton.hidden = !passage;
    if (passage) {
      const query = new URLSearchParams({ comment: passage.block, quote: passage.words.slice(0, 1000) });
      quoteButton.href = `?${query}#new`;
    }
  });
}
