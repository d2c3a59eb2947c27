// The command palette: every link and button marked data-command, by typing a part of its name.
const MOST = 12;

/** What a person reads of a command, without the key beside it. */
export function nameOf(element) {
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function isUsable(element) {
  return !element.disabled && !element.closest("[hidden]");
}

function commands() {
  return [...document.querySelectorAll("[data-command]")].filter(isUsable).map((element) => ({
    name: element.dataset.command || nameOf(element),
    key: element.dataset.key || "",
    run: () => (element.matches("input, textarea, select") ? element.focus() : element.click()),
  }));
}

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let shown = [];
  let at = 0;

  function matching(text) {
    const wanted = text.toLowerCase();
    const found = commands().filter((one) => one.name.toLowerCase().includes(wanted));
    if (text && dialog.dataset.search) {
      const address = dialog.dataset.search + encodeURIComponent(text);
      found.push({ name: `→ ${text}`, key: "", run: () => location.assign(address) });
    }
    return found.slice(0, MOST);
  }

  function mark(next) {
    at = (next + shown.length) % Math.max(shown.length, 1);
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === at));
    field.setAttribute("aria-activedescendant", shown.length ? `command-${at}` : "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function show() {
    shown = matching(field.value.trim());
    list.replaceChildren(
      ...shown.map((one, n) => {
        const item = document.createElement("li");
        item.id = `command-${n}`;
        item.setAttribute("role", "option");
        item.append(document.createElement("span"));
        item.firstChild.textContent = one.name;
        if (one.key) {
          const key = document.createElement("kbd");
          key.textContent = one.key;
          item.append(key);
        }
        item.addEventListener("click", () => choose(n));
        return item;
      }),
    );
    if (!shown.length) list.textContent = dialog.dataset.none;
    mark(0);
  }

  function choose(n) {
    const chosen = shown[n];
    dialog.close();
    chosen?.run();
  }

  function open() {
    field.value = "";
    dialog.showModal();
    show();
  }

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(at + step);
    else if (event.key === "Enter") choose(at);
    else return;
    event.preventDefault();
  });
  document.getElementById("open-palette").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });
}
