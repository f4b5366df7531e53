"use strict";
// One slide at a time; without this script they stand below each other.
const slides = [...document.querySelectorAll("section")];
const steps = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -Infinity, End: Infinity };
let at = 0;

function show(place) {
  at = Math.max(0, Math.min(slides.length - 1, place));
  slides.forEach((slide, i) => slide.classList.toggle("shown", i === at));
  document.getElementById("place").textContent = `${at + 1} / ${slides.length}`;
  history.replaceState(null, "", `#${at + 1}`);
  slides[at].querySelector("h1, h2").focus();
  slides[at].querySelectorAll('img[src^="data:image/gif"]').forEach((image) => { image.src = image.src; }); // play again
}

document.addEventListener("keydown", (event) => {
  const onControl = event.key === " " && event.target.matches("button, a"); // there, space presses it
  if (!(event.key in steps) || onControl || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  show(at + steps[event.key]);
});
document.getElementById("back").addEventListener("click", () => show(at - 1));
document.getElementById("on").addEventListener("click", () => show(at + 1));
window.addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));
document.documentElement.classList.add("js");
show(Number(location.hash.slice(1)) - 1 || 0);
