"use strict";
// The page is whole without this: it searches, filters, sorts and turns the pages of the list, shows one sheet at a
// time where there are many, and opens all for printing. What stands in a noscript element is text to a browser that
// runs scripts: it costs nothing until it is read here.
(() => {
  const PAGE = 100;
  const PRINTED = 200; // sheets of a long list that are printed: a few hundred pages
  const list = document.querySelector("#devices");
  if (!list) return;
  const find = (id) => document.getElementById(id);
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  // The list
  const body = list.tBodies[0];
  const rest = find("rest");
  const late = rest ? parsed(rest.textContent).querySelector("tbody").rows : [];
  const rows = [...body.rows, ...late].map((row, index) => ({
    row,
    index,
    text: row.textContent.toLowerCase(),
    level: row.dataset.level,
    net: row.dataset.net,
  }));
  rest?.remove();
  let chosen = rows;
  let page = 0;
  let order = null;

  const show = (from, count) => {
    body.replaceChildren(...chosen.slice(from, from + count).map((each) => each.row));
  };
  const pages = () => Math.max(1, Math.ceil(chosen.length / PAGE));
  const turn = (to) => {
    page = Math.min(Math.max(to, 0), pages() - 1);
    show(page * PAGE, PAGE);
    find("pager").hidden = pages() === 1;
    find("page").textContent = `Page ${page + 1} of ${pages()}`;
    find("earlier").disabled = page === 0;
    find("later").disabled = page === pages() - 1;
  };

  const words = find("words");
  const choices = [...document.querySelectorAll("#filters select")];
  const value = (each, of) => (/^\d$/.test(of) ? each.row.cells[of].textContent.trim() : each[of]);
  const choose = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const picked = choices.filter((select) => select.value).map((select) => [select.dataset.of, select.value]);
    chosen = rows.filter(
      (each) =>
        wanted.every((word) => each.text.includes(word)) && picked.every(([of, text]) => value(each, of) === text),
    );
    if (order) chosen.sort(order);
    const few = chosen.length === rows.length ? "" : `${chosen.length.toLocaleString("en")} of `;
    find("shown").textContent = `${few}${rows.length.toLocaleString("en")} devices`;
    turn(0);
  };
  for (const select of choices) {
    const values = new Set(rows.map((each) => value(each, select.dataset.of)));
    const levels = ["covered", "likely", "review", "undetermined", "not-covered"];
    const sorted = select.dataset.of === "level" ? levels.filter((each) => values.has(each)) : [...values].sort(compare);
    for (const each of sorted) if (each) select.add(new Option(each, each));
    select.addEventListener("change", choose);
  }
  words.addEventListener("input", choose);
  find("clear").addEventListener("click", () => {
    words.value = "";
    for (const select of choices) select.value = "";
    choose();
    words.focus();
  });
  find("earlier").addEventListener("click", () => turn(page - 1));
  find("later").addEventListener("click", () => turn(page + 1));

  const heads = [...list.tHead.rows[0].cells];
  for (const [column, head] of heads.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
      const keys = new Map(rows.map((each) => {
        const cell = each.row.cells[column];
        return [each, cell.dataset.sort ?? cell.textContent.trim()];
      }));
      // What is empty tells nothing, so it comes last either way.
      order = (a, b) => {
        const [one, other] = [keys.get(a), keys.get(b)];
        if (!one || !other) return one ? -1 : other ? 1 : a.index - b.index;
        return way * compare(one, other) || a.index - b.index;
      };
      choose();
    });
  }

  // The sheets
  const sheets = find("sheets");
  const parts = [...sheets.querySelectorAll("noscript")];
  const size = Number(sheets.dataset.part);
  const opened = find("opened");
  const sheet = (number) => {
    const part = parts[Math.floor((number - 1) / size)];
    return part ? parsed(part.textContent).getElementById(`device-${number}`) : null;
  };
  const open = () => {
    const number = Number(/^#device-(\d+)$/.exec(location.hash)?.[1]);
    if (!number) return;
    if (parts.length && !find(`device-${number}`)) {
      const made = sheet(number);
      if (!made) return;
      opened.replaceChildren(made);
      find("wanted").hidden = true;
    }
    const target = find(`device-${number}`);
    if (!target) return;
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", open);
  // A second click on the same link changes no hash.
  body.addEventListener("click", (event) => {
    if (event.target.closest("a")?.hash === location.hash) open();
  });

  // Printing
  addEventListener("beforeprint", () => {
    show(0, chosen.length);
    if (parts.length) {
      const wanted = chosen.slice(0, PRINTED).map((each) => Number(each.row.querySelector("a").hash.slice(8)));
      const read = new Map();
      const made = wanted.map((number) => {
        const part = Math.floor((number - 1) / size);
        if (!read.has(part)) read.set(part, parsed(parts[part].textContent));
        return read.get(part).getElementById(`device-${number}`);
      });
      opened.replaceChildren(...made);
      const left = chosen.length - wanted.length;
      find("wanted").hidden = left === 0;
      if (left) find("wanted").textContent = `${left} more sheets are not printed: filter the list to print others.`;
    }
    for (const section of document.querySelectorAll("details")) section.open = true;
  });
  addEventListener("afterprint", () => {
    turn(page);
    if (parts.length) opened.replaceChildren();
  });

  find("filters").hidden = false;
  if (parts.length) find("wanted").hidden = false;
  choose();
  open();
})();
