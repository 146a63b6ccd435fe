// What the browser adds to plain pages: a word when the network fails, keys, and text selected for a comment.
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

// -- Single keys, never while one is writing: n and p between threads, 1 to 5 and 0 for a stance in the vote form --

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("textarea, select, [contenteditable], dialog")) return;
  const isWriting = event.target.matches("input:not([type=radio])");
  if (isWriting) return;
  const form = event.target.closest("form:has(.stemme)");
  if (form && /^[0-5]$/.test(event.key)) {
    form.querySelector(`input[name=value][value="${event.key}"]`).click();
  } else if (event.key === "n" || event.key === "p") {
    goToThread(event.key === "n" ? 1 : -1);
  }
});

function goToThread(step) {
  const threads = [...document.querySelectorAll(".trad")].filter((thread) => thread.closest("#document"));
  if (!threads.length) return;
  const here = threads.indexOf(document.activeElement.closest(".trad"));
  const next = threads[(here + step + threads.length) % threads.length];
  next.tabIndex = -1;
  next.focus();
}

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
