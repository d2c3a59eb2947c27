// Filters and sorts tables, and opens the ring that a link names. The page reads well without it.
"use strict";
for (const table of document.querySelectorAll("table[data-filter]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const label = document.createElement("label");
  const input = document.createElement("input");
  label.className = "filter";
  input.type = "search";
  label.append(table.dataset.filter, input);
  table.before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) {
      const titles = [...row.querySelectorAll("[title]")].map((one) => one.title).join(" ");
      row.hidden = !(row.textContent + titles).toLowerCase().includes(wanted);
    }
  });
  const value = (row, column, numeric) => {
    const cell = row.cells[column];
    // An estimate's interval stands below it, after a line break.
    const text = (numeric ? cell.firstChild ?? cell : cell).textContent.trim();
    return numeric ? Number.parseFloat(text.replace(/[,><]/g, "")) || 0 : text;
  };
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("n");
      const first = numeric ? "descending" : "ascending";
      const second = numeric ? "ascending" : "descending";
      const order = head.getAttribute("aria-sort") === first ? second : first;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const column = head.cellIndex;
      rows.sort((a, b) => {
        const [x, y] = [value(a, column, numeric), value(b, column, numeric)];
        return sign * (numeric ? x - y : x.localeCompare(y));
      });
      body.append(...rows);
    });
  }
}
const open = () => {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
};
addEventListener("hashchange", open);
open();
