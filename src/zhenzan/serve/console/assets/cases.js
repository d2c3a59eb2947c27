// Lists of cases by keyboard: j and k go from row to row, x selects; a ring is selected as a whole.
const rows = [...document.querySelectorAll("tr[data-row]")];

function at() {
  return rows.indexOf(document.activeElement.closest("tr[data-row]"));
}

function go(step) {
  const next = rows[Math.min(Math.max(at() + step, 0), rows.length - 1)];
  next?.querySelector("th a").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
  if (document.getElementById("keys-off").checked) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "x" && at() >= 0) rows[at()].querySelector("input[type=checkbox]")?.click();
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-select-ring]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = document.querySelectorAll(`input[data-ring="${CSS.escape(button.dataset.selectRing)}"]`);
    const every = [...boxes].every((box) => box.checked);
    for (const box of boxes) box.checked = !every;
  });
}
