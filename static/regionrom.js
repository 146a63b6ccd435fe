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
