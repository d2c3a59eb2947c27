// The graph of a case: choose a node, then isolate it with what it is linked to, or hide it.
const section = document.getElementById("graph");

function start() {
  const nodes = [...section.querySelectorAll(".node")];
  const lines = [...section.querySelectorAll("line")];
  const tools = section.querySelector(".graph-tools");
  const said = tools.querySelector("output");
  const [isolate, hide, all] = ["isolate", "hide", "all"].map((value) =>
    tools.querySelector(`button[value=${value}]`),
  );
  const hidden = new Set();
  let chosen = null;
  tools.hidden = false;

  function linked(id) {
    const found = new Set([id]);
    for (const { dataset } of lines) {
      if (dataset.from === id) found.add(dataset.to);
      if (dataset.to === id) found.add(dataset.from);
    }
    return found;
  }

  function draw() {
    const near = chosen ? linked(chosen.id) : null;
    for (const node of nodes) {
      node.toggleAttribute("hidden", hidden.has(node.id));
      node.classList.toggle("faint", Boolean(near) && !near.has(node.id));
      node.setAttribute("aria-pressed", node === chosen);
    }
    for (const line of lines) {
      const { from, to } = line.dataset;
      line.toggleAttribute("hidden", hidden.has(from) || hidden.has(to));
      line.classList.toggle("chosen", Boolean(chosen) && (from === chosen.id || to === chosen.id));
      line.classList.toggle("faint", Boolean(chosen) && from !== chosen.id && to !== chosen.id);
    }
    isolate.disabled = hide.disabled = !chosen;
    said.textContent = chosen ? `${chosen.dataset.name}: ${near.size - 1}` : "";
  }

  function choose(node) {
    chosen = chosen === node ? null : node;
    draw();
  }

  for (const node of nodes) {
    node.addEventListener("click", () => choose(node));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(node);
    });
  }
  isolate.addEventListener("click", () => {
    const near = linked(chosen.id);
    for (const node of nodes) if (!near.has(node.id)) hidden.add(node.id);
    draw();
  });
  hide.addEventListener("click", () => {
    hidden.add(chosen.id);
    chosen = null;
    draw();
  });
  all.addEventListener("click", () => {
    hidden.clear();
    chosen = null;
    draw();
  });
}

if (section) start();
