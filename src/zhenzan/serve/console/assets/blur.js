// What people wrote is blurred until this is switched off; the choice is kept in this browser.
const YEAR_SECONDS = 31536000;

export function startBlur() {
  const button = document.getElementById("toggle-blur");
  if (!button) return;
  button.addEventListener("click", () => {
    const on = document.documentElement.dataset.blurred !== "yes";
    document.documentElement.dataset.blurred = on ? "yes" : "no";
    button.setAttribute("aria-pressed", on);
    document.cookie = `zhenzan-blur=${on ? "on" : "off"}; path=/; max-age=${YEAR_SECONDS}; samesite=lax; secure`;
  });
}
