// A reminder to get up after so many minutes of work. Ten minutes without a touch are a break.
const SINCE = "zhenzan-working-since";
const TOUCHED = "zhenzan-touched";
const BREAK_MS = 10 * 60_000;
const LOOK_EVERY_MS = 20_000;

export function startBreaks() {
  const box = document.getElementById("break");
  if (!box) return;
  const work_ms = Number(box.dataset.minutes) * 60_000;

  function touch() {
    const now = Date.now();
    const touched = Number(localStorage.getItem(TOUCHED) || 0);
    if (now - touched > BREAK_MS) localStorage.setItem(SINCE, now);
    localStorage.setItem(TOUCHED, now);
  }

  function look() {
    const since = Number(localStorage.getItem(SINCE) || Date.now());
    box.hidden = Date.now() - since < work_ms;
  }

  box.querySelector("button").addEventListener("click", () => {
    localStorage.setItem(SINCE, Date.now());
    box.hidden = true;
  });
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, touch, { passive: true });
  touch();
  look();
  setInterval(look, LOOK_EVERY_MS);
}
