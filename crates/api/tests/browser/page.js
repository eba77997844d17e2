// What the tests ask of a page; stands before each of their scripts.
const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";

// The words that are heard for a link or a button.
const heard = (e) => {
  if (e.ariaLabel) return e.ariaLabel;
  const copy = e.cloneNode(true);
  copy.querySelectorAll("[aria-hidden=true]").forEach((ornament) => ornament.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
};

// By its whole name, or else by the beginning of it.
const named = (selector, sentence) => {
  // Spaces that do not break a line are heard as others.
  const name = sentence.replace(/\s+/g, " ");
  const all = [...document.querySelectorAll(selector)].filter(shown);
  return all.find((e) => heard(e) === name) ?? all.find((e) => heard(e).startsWith(name)) ?? null;
};

const answer = (group, value) => document.querySelector(`input[name="${group}"][value="${value}"]`);

// What a finger may hit: a box or a dot counts with its label, a link with the card that it is stretched over.
const stretched = (e) => (getComputedStyle(e, "::after").position === "absolute" ? e.offsetParent : null);
const area = (e) => (e.matches("input[type=radio], input[type=checkbox]") ? e.closest("label") : stretched(e)) ?? e;

// The screen that is there with all it waits for.
const screen = () => {
  const main = document.querySelector("main");
  return main && !document.querySelector("[aria-busy=true], .bone") ? main.dataset.screen : null;
};
