// Single keys: each element marked data-key is pressed, or given the focus, by that key.
// They can be switched off (WCAG 2.1.4), and never work while somebody types.
const OFF = "zhenzan-keys-off";

function isTyping(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog");
}

function press(element) {
  if (element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
  if (element.matches("[type=radio]")) element.focus();
}

export function startKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const off = document.getElementById("keys-off");
  off.checked = localStorage.getItem(OFF) === "yes";
  off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "yes" : "no"));
  document.getElementById("open-keys").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (off.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target)) return;
    // What the page itself gives a key for goes before what is on every page.
    const places = [...document.querySelectorAll("main [data-key]"), ...document.querySelectorAll("[data-key]")];
    const wanted = places.find(
      (element) => element.dataset.key === event.key && !element.disabled && !element.closest("[hidden]"),
    );
    if (!wanted) return;
    event.preventDefault();
    press(wanted);
  });
}
