/* Sorts and filters the tables, filters the pages, walks from change to change, and shows changes side by side. Text
   from the comparison is read and cloned, never made into markup. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const plain = (text) => text.toLowerCase();
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  // --- tables of the summary

  const FEW = 8; // rows up to which a table needs no search

  /* A number is read where a cell begins with one, an arrow or a sign aside. */
  const key = (cell) => {
    const text = cell ? cell.textContent.trim() : "";
    const found = /^[▲▼↑↓\s]*([+−-]?\d[\d,]*(?:\.\d+)?)/.exec(text);
    return found ? Number(found[1].replace(/,/g, "").replace("−", "-")) : text;
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a < b ? -1 : a > b ? 1 : 0;
  };

  const sortable = (table, again) => {
    const heads = all("thead th", table);
    heads.forEach((head, place) => {
      const act = () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [key(row.cells[place]), row]);
        rows.sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0]));
        rows.forEach(([, row]) => body.append(row));
        again();
      };
      const made = button(head.textContent, act);
      head.textContent = "";
      head.append(made);
    });
  };

  all(".part").forEach((part) => {
    const open = Number(part.dataset.open) || Infinity;
    const rows = () => all("tbody tr, .said li", part);
    const total = rows().length;
    let words = "";
    let whole = total <= open;
    const more = button("", () => { whole = true; show(); });
    more.className = "more";
    const show = () => {
      let left = 0;
      rows().forEach((row) => {
        const fits = plain(row.textContent).includes(words);
        left += fits ? 1 : 0;
        row.hidden = !fits || (!whole && !words && left > open);
      });
      more.hidden = whole || Boolean(words);
    };
    const table = part.querySelector("table.summary");
    if (table) sortable(table, show);
    if (total > FEW) {
      const tools = document.createElement("div");
      const find = document.createElement("input");
      tools.className = "tools";
      find.type = "search";
      find.placeholder = "Find in these rows";
      find.setAttribute("aria-label", find.placeholder);
      find.addEventListener("input", () => { words = plain(find.value.trim()); show(); });
      tools.append(find);
      (part.querySelector(".scroll, .said") || part).before(tools);
    }
    more.textContent = `Show all ${total}`;
    (part.querySelector(".scroll, .said") || part).after(more);
    show();
  });

  // --- pages

  const pages = all("details.page");
  if (!pages.length) return;
  const body = document.body;
  const find = document.querySelector("#pages input");
  const chips = all("#pages .chips button");
  const texts = new Map();
  const text = (page) => {
    if (!texts.has(page)) texts.set(page, plain(page.textContent));
    return texts.get(page);
  };
  all("#pages .tools > *, #pages .keys").forEach((part) => { part.hidden = false; });

  const filter = () => {
    const words = plain(find.value.trim());
    const kinds = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.kind);
    pages.forEach((page) => {
      const own = page.dataset.kinds.split(" ");
      page.hidden = (kinds.length > 0 && !kinds.some((kind) => own.includes(kind))) || (words !== "" && !text(page).includes(words));
    });
    const left = pages.filter((page) => !page.hidden).length;
    document.querySelector("#pages .count").textContent = left === pages.length ? "" : `${left} of ${pages.length} pages.`;
    document.querySelector("#pages .none").hidden = left > 0;
  };
  find.addEventListener("input", filter);
  chips.forEach((chip) => chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    filter();
  }));

  // --- side by side: each change twice, once without what is new and once without what is gone

  const double = (page) => {
    if (!page.open || !body.classList.contains("sides")) return;
    all(".hunk", page).forEach((hunk) => {
      if (hunk.querySelector(".two")) return;
      const one = hunk.querySelector(".one");
      const two = document.createElement("div");
      two.className = "two";
      for (const side of ["before", "after"]) {
        const copy = one.cloneNode(true);
        copy.className = side;
        two.append(copy);
      }
      one.after(two);
    });
  };
  const sides = document.querySelector("[data-do=sides]");
  const turn = () => {
    sides.setAttribute("aria-pressed", String(body.classList.toggle("sides")));
    pages.forEach(double);
  };
  sides.addEventListener("click", turn);
  pages.forEach((page) => page.addEventListener("toggle", () => double(page)));

  // --- from change to change

  const stops = all(".stop");
  let here = -1;
  const go = (step) => {
    let at = here;
    do at += step; while (stops[at] && stops[at].closest("details.page").hidden);
    if (!stops[at]) return;
    if (stops[here]) stops[here].classList.remove("here");
    here = at;
    const page = stops[at].closest("details.page");
    page.open = true;
    double(page);
    stops[at].classList.add("here");
    stops[at].focus({ preventScroll: true });
    stops[at].scrollIntoView({ block: "nearest" });
  };
  stops.forEach((stop, at) => stop.addEventListener("focusin", () => {
    if (stops[here]) stops[here].classList.remove("here");
    here = at;
    stop.classList.add("here");
  }));
  document.querySelector("[data-do=next]").addEventListener("click", () => go(1));
  document.querySelector("[data-do=back]").addEventListener("click", () => go(-1));
  const opener = document.querySelector("[data-do=open]");
  opener.addEventListener("click", () => {
    const open = opener.textContent === "Open all";
    opener.textContent = open ? "Close all" : "Open all";
    pages.forEach((page) => { if (!page.hidden) page.open = open; });
  });
  const keys = { j: () => go(1), n: () => go(1), k: () => go(-1), p: () => go(-1), s: turn, "/": () => find.focus() };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  pages[0].open = true;
})();
