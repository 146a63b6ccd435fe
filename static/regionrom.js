// What the browser adds to plain pages: a word when the network fails, keys, the size of files, text selected for a comment,
// and what is new in the threads of a page.
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
  if (event.detail.ctx && event.target.id !== "live") tellProblem(); // what asks by itself is asked again
});
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status >= 500) tellProblem();
});
document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.request.method !== "GET") document.getElementById("problem").replaceChildren();
});
document.addEventListener("htmx:after:request", (event) => {
  // the wall asks by itself: when it is answered again, all is well again
  if (event.target.closest(".storskjerm") && event.detail.ctx.response.status < 500) document.getElementById("problem").replaceChildren();
});

// -- The key / goes to the search field, unless one is writing. Whoever has turned keys of one letter off, has none --

const HAS_SHORTCUTS = document.body.dataset.shortcuts !== "off";

document.addEventListener("keydown", (event) => {
  if (!HAS_SHORTCUTS || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const field = document.getElementById("sok");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// -- Single keys, never while one is writing: n and p between threads, j and k between hits, 1 to 5 and 0 for a stance in the vote form,
// ? for the page that lists them --

document.addEventListener("keydown", (event) => {
  if (!HAS_SHORTCUTS || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("textarea, select, [contenteditable], dialog")) return;
  const isWriting = event.target.matches("input:not([type=radio])");
  if (isWriting) return;
  const form = event.target.closest("form:has(.stemme)");
  if (form && /^[0-5]$/.test(event.key)) {
    const choice = form.querySelector(`input[data-key="${event.key}"]`);
    choice?.focus(); // so that the arrows go on from here
    choice?.click();
  } else if (event.key === "n" || event.key === "p") {
    goToNext(event.key === "n" ? 1 : -1);
  } else if (event.key === "j" || event.key === "k") {
    goToHit(event.key === "j" ? 1 : -1);
  } else if (event.key === "?") {
    const help = document.querySelector("[data-keys]");
    if (help) location.assign(help.dataset.keys);
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
  const stops = [...document.querySelectorAll("#document .trad, [data-threads] .trad, [data-change]")].filter((stop) => stop.checkVisibility());
  if (!stops.length) return;
  const here = stops.indexOf(document.activeElement.closest(".trad, [data-change]"));
  const next = stops[here < 0 && step < 0 ? stops.length - 1 : (here + step + stops.length) % stops.length];
  const head = next.matches("details") ? next.querySelector("summary") : next;
  if (!head.matches("a, summary")) head.tabIndex = -1;
  head.focus();
}

// -- The thread that an address names is opened, also where it is a line among many --

function openThread() {
  const place = location.hash.startsWith("#thread-") && document.getElementById(location.hash.slice(1));
  if (!place) return;
  const thread = place.querySelector(".trad");
  if (thread.matches("a")) thread.click();
  else thread.open = true;
}
addEventListener("hashchange", openThread);
document.addEventListener("DOMContentLoaded", () => setTimeout(openThread)); // after htmx has begun

// -- What is new in the threads that are read: asked for every few seconds while somebody looks, seldom otherwise --

const LOOKED_AT = 5000, HIDDEN = 60_000, FAILED = 30_000; // milliseconds
let isAsking = true;

function askLater(milliseconds) {
  if (isAsking) setTimeout(ask, milliseconds * (1 + Math.random() / 4)); // not all who came at once ask at once
}

function ask() {
  const form = document.getElementById("live");
  if (form) htmx.trigger(form, "look");
}

function isWrittenIn(place) {
  const fields = [...place.querySelectorAll("textarea, input:not([type=hidden])")];
  return place.contains(document.activeElement) || fields.some((field) => field.value !== field.defaultValue);
}

function isMarkedIn(place) {
  const selection = getSelection();
  return !selection.isCollapsed && selection.containsNode(place, true);
}

if (document.getElementById("live")) {
  askLater(document.hidden ? HIDDEN : LOOKED_AT);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask();
  });
  document.addEventListener("htmx:before:response", (event) => {
    if (event.target.id !== "live") return;
    const { status, headers } = event.detail.ctx.response;
    if (status === 401 || status === 403 || status === 404) isAsking = false;
    if (status !== 200) event.preventDefault(); // a page that says what went wrong is not for here
    const wait = Number(headers.get("Retry-After")) * 1000;
    event.target.wait = wait || (status < 400 ? 0 : FAILED);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (event.target.id !== "live") return;
    askLater(event.target.wait || (document.hidden ? HIDDEN : LOOKED_AT));
    event.target.wait = FAILED; // unless an answer comes
  });
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.detail.ctx.sourceElement?.id !== "live") return;
    const { tasks } = event.detail;
    const left = tasks.filter((task) => {
      const place = typeof task.target === "string" ? document.querySelector(task.target) : task.target;
      const first = task.fragment.firstElementChild;
      if (!place) return false; // a thread that is a line has no place for comments
      if (task.swapSpec.style === "beforeend") return !document.getElementById(first.id); // one's own stands there
      if (place.matches(".trad__svar, .forslag-tekst")) return !isWrittenIn(place);
      return !place.matches(".avsnitt") || !isMarkedIn(place);
    });
    tasks.splice(0, tasks.length, ...left);
  });
}

// -- What is typed in a comment is kept in this tab until it is sent, also when the page is opened anew --

const reader = document.getElementById("live")?.dataset.reader;
const draftOf = (field) => `draft:${reader}:${location.pathname}:${field.id}`;
const isDraft = (field) => reader && field.matches?.("textarea[id]") && field.closest(".trad__svar, .nykomm");

function giveBackDrafts() {
  for (const field of document.querySelectorAll(".trad__svar textarea[id], .nykomm textarea[id]")) {
    if (reader && !field.value) field.value = sessionStorage.getItem(draftOf(field)) ?? "";
  }
}

if (reader) {
  giveBackDrafts();
  document.addEventListener("htmx:after:swap", giveBackDrafts);
  document.addEventListener("input", (event) => {
    if (isDraft(event.target)) sessionStorage.setItem(draftOf(event.target), event.target.value);
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { sourceElement: form, request, response } = event.detail.ctx;
    if (request?.method !== "POST" || response.status >= 400 || !form.matches(".trad__svar form, .nykomm")) return;
    for (const field of form.querySelectorAll("textarea[id]")) sessionStorage.removeItem(draftOf(field));
    form.reset();
  });
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

// Where there is a mouse the button stands at the words; on a phone, whose own menu is there, in the corner.
function standAtWords() {
  if (quoteButton.hidden || !matchMedia("(pointer: fine)").matches) return;
  const words = getSelection().getRangeAt(0).getBoundingClientRect();
  const most = { top: innerHeight - quoteButton.offsetHeight - 8, left: innerWidth - quoteButton.offsetWidth - 16 };
  quoteButton.style.inset = `${Math.min(words.bottom + 8, most.top)}px auto auto ${Math.min(words.left, most.left)}px`;
}

if (quoteButton) {
  document.addEventListener("selectionchange", () => {
    const passage = selectedPassage();
    quoteButton.hidden = !passage;
    if (passage) {
      const query = new URLSearchParams({ comment: passage.block, quote: passage.words.slice(0, 1000) });
      quoteButton.href = `?${query}#new`;
      standAtWords();
    }
  });
  document.addEventListener("scroll", standAtWords, { passive: true });
}

// -- The form for a new comment: its field has the focus, and an address that opened it does not open it again --

document.addEventListener("DOMContentLoaded", () => setTimeout(() => location.hash === "#new" && document.querySelector("#new textarea:not([hidden])")?.focus()));
document.addEventListener("htmx:after:swap", () => {
  if (location.hash !== "#new" || document.getElementById("new")) return;
  const query = new URLSearchParams(location.search);
  for (const name of ["comment", "quote"]) query.delete(name);
  history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
});

// -- A button is out of use while its answer comes, and loses the focus by that: it gets it back, or its thread does --

let pressed = null; // the button of the form that was sent last, and the thread it is in

document.addEventListener("submit", ({ target: form, submitter: button }) => {
  pressed = button && { button, thread: form.closest(".inntrad")?.id };
}, true);

function giveFocusBack() {
  setTimeout(() => {
    if (!pressed) return;
    const { button, thread } = pressed;
    if (document.activeElement === document.body) {
      const stays = button.isConnected && button.checkVisibility();
      (stays ? button : document.getElementById(thread)?.querySelector("summary, a"))?.focus();
    }
    if (document.activeElement !== document.body) pressed = null; // or somebody has gone on, or the answer says where to
  });
}
document.addEventListener("htmx:after:swap", giveFocusBack);
document.addEventListener("htmx:finally:request", giveFocusBack); // when the button is in use again

// -- Copying a text that is to be sent by hand --

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(field.value);
    field.select();
  });
}
