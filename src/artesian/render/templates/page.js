"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
for (const time of document.querySelectorAll("time")) {
  const minutes = (Date.now() - Date.parse(time.dateTime)) / 60000;
  const apart = Math.abs(minutes);
  const [count, unit] = apart < 120 ? [minutes, "minute"] : apart < 2880 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  const age = new Intl.RelativeTimeFormat("en").format(-Math.round(count), unit);
  time.append(" (" + age + ")");
}
const list = document.getElementById("packages");
const field = document.querySelector("input[type=search]");
if (list && field) {
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of list.children) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      count += !item.hidden;
    }
    document.getElementById("none").hidden = count > 0;
  });
}
