"use strict";
// The page is whole without this: it only sorts and filters the list, and opens the sections for printing.
(() => {
  const body = document.querySelector("#devices tbody");
  if (!body) return;
  const rows = [...body.rows];

  for (const [column, head] of [...document.querySelectorAll("#devices thead th")].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") !== "ascending";
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
      const compare = new Intl.Collator("en", { numeric: true }).compare;
      rows.sort((a, b) => (rising ? 1 : -1) * compare(key(a), key(b)));
      body.append(...rows);
    });
  }

  const filter = document.querySelector("#filter");
  const count = document.querySelector("#filter-count");
  filter.closest("p").hidden = false;
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? `${shown} of ${rows.length}` : "";
  });

  addEventListener("beforeprint", () => {
    for (const section of document.querySelectorAll("details")) section.open = true;
  });
})();
