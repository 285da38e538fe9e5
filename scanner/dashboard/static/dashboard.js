"use strict";
// Every page works without this: it shows the list while one types, and how far a scan is without loading the page.
(() => {
  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  const filters = document.querySelector("#filters");
  if (filters) {
    let asked = 0;
    const show = async (address) => {
      const turn = ++asked;
      const answer = await fetch(address);
      // Of several answers under way, only the last one asked for is shown; who is no longer let in sees the login.
      if (turn !== asked) return;
      const fresh = answer.ok ? parsed(await answer.text()).querySelector("#found") : null;
      if (!fresh) return location.assign(address);
      if (turn !== asked) return;
      document.querySelector("#found").replaceChildren(...fresh.childNodes);
      history.replaceState(null, "", address);
    };
    const wanted = () => {
      const sent = new URLSearchParams(new FormData(filters));
      for (const [name, value] of [...sent]) if (!value) sent.delete(name);
      return `/?${sent}`;
    };
    let waiting;
    filters.addEventListener("input", (event) => {
      clearTimeout(waiting);
      // Another scan has other makers and subnets to choose from: that is another page.
      if (event.target.name === "scan") return filters.requestSubmit();
      waiting = setTimeout(() => show(wanted()), event.target.type === "search" ? 150 : 0);
    });
    document.querySelector("#found").addEventListener("click", (event) => {
      const link = event.target.closest("th a, .pager a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      const place = link.closest("th")?.cellIndex;
      show(link.href).then(() => {
        // The link that was followed is gone with the old list: focus goes to its like.
        const like = place === undefined ? ".pager a" : `#found th:nth-child(${place + 1}) a`;
        document.querySelector(like)?.focus();
      });
    });
  }

  const progress = document.querySelector("#progress");
  if (progress?.dataset.running === "yes") {
    const look = async () => {
      const answer = await fetch("/progress.json").catch(() => null);
      if (answer?.redirected) return location.reload();
      if (answer?.ok) {
        const at = await answer.json();
        progress.replaceChildren(...parsed(at.shown).body.childNodes);
        if (!at.running) {
          document.querySelector("#stop").hidden = true;
          return;
        }
      }
      setTimeout(look, 1000);
    };
    setTimeout(look, 500);
  }
})();
