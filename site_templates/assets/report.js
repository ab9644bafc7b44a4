/* Behaviour of report pages: sorting, filtering, state in the address, explanations at hand.
   Pages are complete without this file. Text enters the page through textContent only. */
(() => {
  "use strict";

  const ABSENT = "–";
  const PAGE_ROWS = 100; // rows shown at a time of a long table
  const MAX_CHIPS = 8; // a column with more values gets a menu instead
  const MARK_WIDTH = 64; // as in markup.py
  const LONG_NAME = 40; // names longer than this may be cut off, so they carry their whole text
  const NUMBER = /^[+\u2212]?\d[\d,]*(?:\.\d+)?$/; // as in islands.py
  const NAMED = 1; // stands for the page of the model a cell names, as in islands.py
  const SVG = "http://www.w3.org/2000/svg";
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const count = (number) => number.toLocaleString("en-US");
  /** What a text without a sort key is sorted by: the number it is, or the text. */
  const keyOf = (text) => (NUMBER.test(text) ? Number(text.replaceAll(",", "").replace("\u2212", "-")) : text);

  /** An element with attributes and children; strings become text nodes. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };

  let live = null;
  const announce = (text) => {
    if (!live) document.body.append((live = make("div", { class: "rg-hidden", role: "status" })));
    live.textContent = text;
  };

  // --- cells of long tables, built as the server builds them (markup.py)

  const pixels = (share, width) => Math.floor(Math.min(1, Math.max(0, share)) * width * 10 + 0.5) / 10;

  const drawing = (first, second) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("aria-hidden", "true");
    for (const d of [first, second]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", d);
      svg.append(path);
    }
    return svg;
  };

  const barDrawing = ([end, low, high]) => {
    const [a, b, c] = [end, low, high].map((share) => pixels(share, MARK_WIDTH));
    return drawing(`M0 4H${a}`, `M${b} 4H${Math.max(c, b + 1)}`);
  };

  const stripDrawing = (strip) => {
    const [low, high, best] = strip.map((share) => pixels(share, MARK_WIDTH - 8) + 4);
    return drawing(`M${low} 4H${high}`, `M${best} 4h0`);
  };

  /** SHA-256 of ASCII text as 32-bit words (FIPS 180-4). Browsers offer their own only to pages served by https. */
  const sha256 = (() => {
    const primes = [];
    for (let number = 2; primes.length < 64; number += 1) if (primes.every((prime) => number % prime)) primes.push(number);
    const fraction = (value) => (value - Math.floor(value)) * 2 ** 32 | 0;
    const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    const mix = (state, words) => {
      for (let at = 16; at < 64; at += 1) {
        const [near, far] = [words[at - 2], words[at - 15]];
        words[at] = words[at - 16] + words[at - 7] + (turn(far, 7) ^ turn(far, 18) ^ (far >>> 3)) + (turn(near, 17) ^ turn(near, 19) ^ (near >>> 10)) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let at = 0; at < 64; at += 1) {
        const first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[at] + words[at] | 0;
        const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, d + first | 0, c, b, a, first + second | 0];
      }
      return [a, b, c, d, e, f, g, h].map((word, at) => state[at] + word | 0);
    };
    return (text) => {
      const size = Math.ceil((text.length + 9) / 64) * 16;
      const words = new Array(size).fill(0);
      [...`${text}\u0080`].forEach((char, at) => { words[at >> 2] |= char.charCodeAt(0) << (24 - (at % 4) * 8); });
      words[size - 1] = text.length * 8;
      let state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
      for (let at = 0; at < size; at += 16) state = mix(state, words.slice(at, at + 16));
      return state;
    };
  })();

  /** The page of the model with this name, as slugs.py makes it. */
  const modelPage = (name) => {
    const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-+$/, "") || "x";
    const digits = sha256(name).slice(0, 2).map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("").slice(0, 10);
    return `models/${plain}-${digits}/`;
  };

  /** One cell of an island, which holds columns of fields; see `column_island` in islands.py. */
  const cellFields = (packed, row, place) => {
    const column = packed.columns[place];
    const field = (name) => (Array.isArray(column[name]) ? column[name][row] : column[name] || 0);
    const text = field("text");
    const sort = "sort" in column ? field("sort") : text === "" || text === ABSENT ? null : keyOf(text);
    const page = field("page");
    return {
      text, sort, page: page === 0 ? null : page, pm: field("pm"), note: field("note"), bar: field("bar"), strip: field("strip"),
      tone: field("tone"), flags: field("flags") || [], title: field("title"), url: field("url"), code: field("code"),
    };
  };

  const cellWords = (cell, base) => {
    const inner = cell.code && !cell.url ? make("code", {}, cell.text) : cell.text;
    if (cell.page !== null) return make("a", { href: pageHref(base, cell.page === NAMED ? modelPage(cell.text) : cell.page) }, cell.code ? make("code", {}, cell.text) : cell.text);
    if (cell.url) return make("a", { href: cell.url, rel: "noopener noreferrer nofollow" }, cell.text);
    return inner;
  };

  /** Paths come from the site itself; a colon or a leading slash would still not make them lead off it. */
  const pageHref = (base, page) => base + page.replace(/^[/\\]+/, "").replace(/:/g, "%3A") || "./";

  const explainLong = (element, text) => {
    if (text.length > LONG_NAME && !element.dataset.tip) element.dataset.tip = text;
  };

  const fillCell = (element, cell, base) => {
    let inside = element;
    if (cell.bar || cell.strip) element.append((inside = make("span", { class: cell.bar ? "bar" : "strip" })));
    if (cell.bar) inside.append(barDrawing(cell.bar));
    inside.append(cellWords(cell, base));
    if (cell.pm) inside.append(" ", make("small", {}, cell.pm));
    if (cell.note) inside.append(" ", make("i", {}, cell.note));
    for (const flag of cell.flags) inside.append(" ", make("span", { class: "flag" }, flag));
    if (cell.strip && !cell.bar) inside.append(stripDrawing(cell.strip));
    if (cell.title) element.dataset.tip = cell.title;
    explainLong(element, cell.text);
    return element;
  };

  // --- tables

  class Board {
    constructor(root) {
      this.root = root;
      this.name = root.id;
      this.base = root.closest(".rg").dataset.base;
      this.body = root.querySelector("tbody");
      this.columns = [...root.querySelectorAll("thead th")].map((th, place) => ({
        th, place, key: th.dataset.k, title: th.firstElementChild.textContent,
        css: [...th.classList].filter((name) => name !== "m").join(" "),
        named: th.classList.contains("m"), numeric: !th.classList.contains("l"),
        sortable: !("still" in th.dataset), chips: "chips" in th.dataset,
      }));
      this.nodes = [...this.body.rows];
      const island = root.querySelector(":scope > script");
      this.packed = island ? JSON.parse(island.textContent) : null;
      this.size = this.packed ? this.packed.size : this.nodes.length;
      this.groups = this.tieGroups();
      this.found = new Array(this.size);
      this.state = { sort: null, down: false, find: "", only: new Map() };
      this.limit = PAGE_ROWS;
      this.typing = 0; // timer of what is being typed and not yet looked for
    }

    start() {
      if (this.size > 2) this.columns.filter((column) => column.sortable).forEach((column) => this.makeSortable(column));
      this.nodes.forEach((node, row) => [...node.cells].forEach((cell, place) => explainLong(cell, this.text(row, place))));
      this.makeTools();
      if (this.readAddress()) this.update({ quiet: true });
      else if (this.packed) this.showFoot(this.size);
    }

    // what is in a row

    cell(row, place) {
      return cellFields(this.packed, row, place);
    }

    tieGroups() {
      const groups = new Array(this.size);
      const rules = this.packed ? new Set(this.packed.rules) : null;
      for (let row = 0, group = 0; row < this.size; row += 1) {
        if (rules ? rules.has(row) : this.nodes[row].classList.contains("rule")) group += 1;
        groups[row] = group;
      }
      return groups;
    }

    /** What a cell is sorted by: number, text, or null (always last). */
    key(row, place) {
      if (this.packed) return this.cell(row, place).sort;
      const cell = this.nodes[row].cells[place];
      if (!cell) return null;
      const given = cell.dataset.s;
      const text = this.text(row, place);
      if (given === undefined) return text ? keyOf(text) : null;
      if (given === "") return null;
      return Number.isNaN(Number(given)) ? given : Number(given);
    }

    /** The first words of a cell: its text without error, notes and flags; "" where there is none. */
    text(row, place) {
      if (this.packed) {
        const text = this.cell(row, place).text;
        return text === ABSENT ? "" : text;
      }
      const cell = this.nodes[row].cells[place];
      if (!cell || cell.classList.contains("none")) return "";
      const inside = cell.querySelector(":scope > .bar, :scope > .strip") || cell;
      for (const node of inside.childNodes) {
        const text = node.nodeName === "svg" ? "" : node.textContent.trim();
        if (text) return text;
      }
      return "";
    }

    /** All words of a row, for the filter box. */
    words(row) {
      if (this.found[row] === undefined) {
        const text = this.packed
          ? this.columns.map(({ place }) => this.cell(row, place)).map((cell) => [cell.text, cell.note || "", ...cell.flags].join(" ")).join(" ")
          : [...this.nodes[row].cells].map((cell) => cell.textContent).join(" ");
        this.found[row] = fold(text);
      }
      return this.found[row];
    }

    node(row) {
      if (!this.nodes[row]) {
        const cells = this.columns.map((column) => {
          const cell = this.cell(row, column.place);
          const css = [column.named ? column.css.replace(/^l ?/, "") : column.css, cell.tone || "", cell.text === ABSENT ? "none" : ""].filter(Boolean).join(" ");
          const element = make(column.named ? "th" : "td", { scope: column.named && "row", class: css || null });
          return fillCell(element, cell, this.base);
        });
        this.nodes[row] = make("tr", {}, ...cells);
      }
      return this.nodes[row];
    }

    // controls

    makeSortable(column) {
      const label = column.th.firstElementChild;
      const button = make("button", { type: "button", class: "rg-sort" }, ...label.childNodes);
      if (column.th.dataset.tip) {
        button.dataset.tip = column.th.dataset.tip;
        delete column.th.dataset.tip;
      }
      label.replaceWith(button);
      button.addEventListener("click", () => this.sortBy(column));
      column.button = button;
    }

    /** Numbers begin with the largest, words with A; the third press returns to the order as given. */
    sortBy(column) {
      const first = column.numeric;
      const { state } = this;
      if (state.sort !== column) Object.assign(state, { sort: column, down: first });
      else if (state.down === first) state.down = !first;
      else Object.assign(state, { sort: null, down: false });
      this.update();
    }

    makeTools() {
      const chips = this.columns.filter((column) => column.chips);
      let tools = this.root.querySelector(".rg-tools");
      if (!tools && !chips.length) return;
      if (!tools) this.root.querySelector(".rg-scroll").before((tools = make("div", { class: "rg-tools" })));
      if (this.root.dataset.search) tools.append(this.makeBox());
      chips.forEach((column) => tools.append(this.makeChoice(column)));
      this.clear = make("button", { type: "button", class: "rg-quiet", hidden: true }, "Clear");
      this.clear.addEventListener("click", () => this.reset());
      this.copy = make("button", { type: "button", class: "rg-quiet" }, "Copy link");
      this.copy.addEventListener("click", () => copyLink(this));
      this.counter = make("span", { class: "rg-count" }, this.counted(this.size));
      tools.append(make("span", { class: "rg-end" }, this.counter, this.clear, this.copy));
    }

    makeBox() {
      const label = this.root.dataset.search;
      this.box = make("input", { type: "search", placeholder: label, "aria-label": label, autocomplete: "off", spellcheck: "false" });
      this.box.addEventListener("input", () => {
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.update(), 120);
      });
      return this.box;
    }

    makeChoice(column) {
      const counts = new Map();
      for (let row = 0; row < this.size; row += 1) {
        const value = this.text(row, column.place);
        if (value) counts.set(value, (counts.get(value) || 0) + 1);
      }
      const values = [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
      return values.length > MAX_CHIPS ? this.makeMenu(column, values) : this.makeChips(column, values);
    }

    makeChips(column, values) {
      const chips = values.map(([value, times]) => {
        const chip = make("button", { type: "button", class: "rg-chip", "aria-pressed": "false" }, value, " ", make("small", {}, count(times)));
        chip.addEventListener("click", () => {
          const chosen = this.state.only.get(column) || new Set();
          if (!chosen.delete(value)) chosen.add(value);
          this.state.only.set(column, chosen);
          this.update();
        });
        return [value, chip];
      });
      column.show = (chosen) => chips.forEach(([value, chip]) => chip.setAttribute("aria-pressed", String(chosen.has(value))));
      return make("span", { class: "rg-chips", role: "group", "aria-label": column.title }, make("span", { class: "name" }, column.title), ...chips.map(([, chip]) => chip));
    }

    makeMenu(column, values) {
      const options = values.sort((a, b) => collator.compare(a[0], b[0])).map(([value, times]) => make("option", { value }, `${value} (${count(times)})`));
      const menu = make("select", { class: "rg-menu", "aria-label": column.title }, make("option", { value: "" }, `${column.title}: all`), ...options);
      menu.addEventListener("change", () => {
        this.state.only.set(column, new Set(menu.value ? [menu.value] : []));
        this.update();
      });
      column.show = (chosen) => { menu.value = chosen.size ? [...chosen][0] : ""; };
      return menu;
    }

    reset() {
      clearTimeout(this.typing);
      this.typing = 0;
      this.state = { sort: null, down: false, find: "", only: new Map() };
      this.update();
      (this.box || this.copy).focus();
    }

    // state to rows

    chosen() {
      const wanted = fold(this.state.find).split(/\s+/).filter(Boolean);
      const only = [...this.state.only].filter(([, values]) => values.size);
      const rows = [];
      for (let row = 0; row < this.size; row += 1) {
        const fits = only.every(([column, values]) => values.has(this.text(row, column.place)))
          && (!wanted.length || wanted.every((word) => this.words(row).includes(word)));
        if (fits) rows.push(row);
      }
      return rows;
    }

    ordered(rows) {
      const { sort, down } = this.state;
      if (!sort) return rows;
      const keyed = rows.map((row) => [this.key(row, sort.place), row]);
      const compare = (a, b) => {
        if (a === b) return 0;
        if (typeof a === "number" && typeof b === "number") return a - b;
        if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
        return collator.compare(a, b);
      };
      keyed.sort(([a, i], [b, j]) => {
        if (a === null || b === null) return a === b ? i - j : a === null ? 1 : -1;
        return (down ? compare(b, a) : compare(a, b)) || i - j;
      });
      return keyed.map(([, row]) => row);
    }

    update({ quiet = false } = {}) {
      if (this.typing) this.state.find = this.box.value;
      clearTimeout(this.typing);
      this.typing = 0;
      this.limit = PAGE_ROWS;
      this.view = this.ordered(this.chosen());
      this.draw();
      this.showState();
      if (quiet) return;
      this.writeAddress();
      const { sort, down } = this.state;
      announce(`${this.counted(this.view.length)}${sort ? `, sorted by ${sort.title}, ${down ? "largest" : "smallest"} first` : ""}`);
    }

    draw() {
      const view = this.packed ? this.view.slice(0, this.limit) : this.view;
      const groups = view.map((row) => this.groups[row]);
      const whole = groups.every((group, at) => !at || group >= groups[at - 1]) || groups.every((group, at) => !at || group <= groups[at - 1]);
      const nodes = view.map((row, at) => {
        const node = this.node(row);
        node.classList.toggle("rule", whole && at > 0 && groups[at] !== groups[at - 1]);
        return node;
      });
      this.body.replaceChildren(...(nodes.length ? nodes : [this.nothing()]));
      roam(this.body);
      if (this.packed) this.showFoot(this.view.length);
    }

    nothing() {
      const clear = make("button", { type: "button", class: "rg-quiet" }, "Clear the filter");
      clear.addEventListener("click", () => this.reset());
      return make("tr", { class: "rg-nothing" }, make("td", { colspan: this.columns.length, class: "l" }, "No row matches. ", clear));
    }

    counted(number) {
      const rows = this.size === 1 ? "row" : "rows";
      return number === this.size ? `${count(this.size)} ${rows}` : `${count(number)} of ${count(this.size)} ${rows}`;
    }

    showFoot(total) {
      const shown = Math.min(this.limit, total);
      this.root.querySelector(".rg-foot .rg-count").textContent = `Rows 1 to ${count(shown)} of ${count(total)}.`;
      if (!this.more) {
        this.more = make("button", { type: "button", class: "rg-more" });
        this.more.addEventListener("click", () => this.showMore());
        this.root.querySelector(".rg-foot").before(this.more);
      }
      this.more.hidden = shown >= total;
      this.more.textContent = `Show ${count(Math.min(PAGE_ROWS, total - shown))} more`;
    }

    showMore() {
      const from = this.limit;
      this.view = this.view || this.chosen();
      this.limit += PAGE_ROWS;
      this.draw();
      const first = this.body.rows[from];
      const target = first && first.querySelector("a, [tabindex]");
      if (target && this.more.hidden) target.focus({ preventScroll: true });
      announce(`Rows 1 to ${count(Math.min(this.limit, this.view.length))} of ${count(this.view.length)}`);
    }

    showState() {
      const { sort, down, find, only } = this.state;
      for (const column of this.columns) {
        if (column === sort) column.th.setAttribute("aria-sort", down ? "descending" : "ascending");
        else column.th.removeAttribute("aria-sort");
        if (column.show) column.show(only.get(column) || new Set());
      }
      if (this.box && this.box.value !== find) this.box.value = find;
      if (!this.clear) return;
      this.clear.hidden = !sort && !find && ![...only.values()].some((values) => values.size);
      this.counter.textContent = this.counted(this.view.length);
    }

    // state in the address: ?board.sort=-score&board.find=vit&board.only.family=resnet

    readAddress() {
      const query = new URLSearchParams(location.search);
      const column = (key) => this.columns.find((candidate) => candidate.key === key);
      const sort = query.get(`${this.name}.sort`) || "";
      const sorted = column(sort.replace(/^-/, ""));
      if (sorted && sorted.sortable) Object.assign(this.state, { sort: sorted, down: sort.startsWith("-") });
      if (this.box) this.state.find = query.get(`${this.name}.find`) || "";
      for (const choice of this.columns.filter((candidate) => candidate.chips)) {
        const values = query.getAll(`${this.name}.only.${choice.key}`);
        if (values.length) this.state.only.set(choice, new Set(values));
      }
      return Boolean(this.state.sort || this.state.find || this.state.only.size);
    }

    writeAddress() {
      const query = new URLSearchParams(location.search);
      [...query.keys()].filter((key) => key.startsWith(`${this.name}.`)).forEach((key) => query.delete(key));
      const { sort, down, find, only } = this.state;
      if (sort) query.set(`${this.name}.sort`, (down ? "-" : "") + sort.key);
      if (find) query.set(`${this.name}.find`, find);
      only.forEach((values, column) => values.forEach((value) => query.append(`${this.name}.only.${column.key}`, value)));
      const text = query.toString();
      history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : "") + location.hash);
    }
  }

  const copyLink = async (board) => {
    const address = `${location.origin}${location.pathname}${location.search}#${encodeURIComponent(board.name)}`;
    let done = false;
    try {
      await navigator.clipboard.writeText(address);
      done = true;
    } catch {
      const field = make("textarea", { class: "rg-hidden", readonly: true });
      field.value = address;
      document.body.append(field);
      field.select();
      done = document.execCommand("copy");
      field.remove();
      board.copy.focus();
    }
    board.copy.textContent = done ? "Copied" : "Not copied";
    announce(done ? "Link copied" : "The link could not be copied");
    setTimeout(() => { board.copy.textContent = "Copy link"; }, 1600);
  };

  // --- explanations: one tooltip for terms, column titles and numbers

  const tip = make("div", { class: "rg-tip", id: "rg-tip", role: "tooltip", hidden: true });
  let owner = null;
  let timer = 0;

  const showTip = (target) => {
    clearTimeout(timer);
    if (owner && owner !== target) owner.removeAttribute("aria-describedby");
    owner = target;
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    (target.querySelector("a, button") || target).setAttribute("aria-describedby", "rg-tip");
    const box = target.getBoundingClientRect();
    const edge = 8;
    const left = Math.max(edge, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - edge));
    const below = box.bottom + 6;
    const top = below + tip.offsetHeight + edge > innerHeight ? Math.max(edge, box.top - tip.offsetHeight - 6) : below;
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  };

  const hideTip = () => {
    clearTimeout(timer);
    if (!owner) return;
    (owner.querySelector("a, button") || owner).removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  };

  const tipOf = (node) => (node instanceof Element ? node.closest(".rg [data-tip]") : null);

  const watchTips = () => {
    document.body.append(tip);
    document.addEventListener("mouseover", ({ target }) => {
      clearTimeout(timer);
      const next = tipOf(target);
      if (target === tip || (next && next === owner)) return;
      if (next) timer = setTimeout(() => showTip(next), owner || next.matches("button") ? 60 : 350);
      else if (owner) timer = setTimeout(hideTip, 150);
    });
    document.addEventListener("focusin", ({ target }) => {
      const next = tipOf(target);
      if (next && target.matches(":focus-visible")) showTip(next);
      else if (!next) hideTip();
    });
    document.addEventListener("click", ({ target }) => {
      const next = tipOf(target);
      if (next) showTip(next);
      else if (target !== tip) hideTip();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && owner) hideTip();
      else if (event.key.startsWith("Arrow")) step(event);
    });
    addEventListener("scroll", hideTip, { passive: true, capture: true });
  };

  /** Titles work without scripts; with them they become tooltips that keyboards and fingers reach as well. */
  const takeTitles = (root) => {
    for (const element of root.querySelectorAll("[title]")) {
      element.dataset.tip = element.title;
      element.removeAttribute("title");
    }
  };

  // --- numbers that explain themselves: one tab stop a table, arrow keys from cell to cell

  const explained = "td[data-tip], th[data-tip]";
  const stop = (cell) => cell.querySelector("a, button") || cell;

  const roam = (body) => {
    if (body.querySelector("[data-roam]")) return;
    const first = body.querySelector(explained);
    if (!first || stop(first) !== first) return;
    first.dataset.roam = "";
    first.tabIndex = 0;
  };

  const step = (event) => {
    const cell = event.target.closest ? event.target.closest(explained) : null;
    if (!cell) return;
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    let row = cell.parentElement;
    let place = cell.cellIndex;
    let next = null;
    while (row && !next) {
      if (right) place += right;
      else row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      const candidate = row && row.cells[place];
      if (right && !candidate) return;
      if (candidate && candidate.matches(explained)) next = candidate;
    }
    if (!next) return;
    event.preventDefault();
    if (cell.dataset.roam !== undefined) {
      cell.removeAttribute("tabindex");
      delete cell.dataset.roam;
    }
    const target = stop(next);
    if (target === next) {
      next.tabIndex = 0;
      next.dataset.roam = "";
    }
    target.focus();
    showTip(next);
  };

  // --- two models side by side, drawn as the server draws the first pair (markup.py, compare.py)

  const rugPath = (places) => places.map((place, at) => `m${place - (at ? places[at - 1] : 0)} ${at ? -6 : 3}v6`).join("");

  const bandPath = (low, high, y) => {
    if (low < 0 || high < 0) return "";
    const [start, end] = [pixels(low, 100), pixels(high, 100)];
    return `M${start} ${y}H${Math.max(end, start + 0.5)}`;
  };

  const pairDrawing = (others, marks) => {
    const svg = document.createElementNS(SVG, "svg");
    for (const [name, value] of [["viewBox", "0 0 100 12"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    const draw = (d, css) => {
      const path = document.createElementNS(SVG, "path");
      if (css) path.setAttribute("class", css);
      path.setAttribute("d", d);
      svg.append(path);
    };
    draw(rugPath(others), "");
    marks.forEach((mark, nr) => draw(`${bandPath(mark.low, mark.high, 6 * nr + 3)}M${pixels(mark.at, 100)} ${6 * nr}v6`, "ab"[nr]));
    return svg;
  };

  const pairVerdict = (names, [first, second]) => {
    if (typeof first.place === "string" || typeof second.place === "string") return "not in one order";
    if (first.place === second.place) return "level";
    const better = names[first.place < second.place ? 0 : 1] + (first.level || second.level ? " is ahead, level aside" : " is better");
    if ([first.low, first.high, second.low, second.high].some((end) => end < 0)) return `${better}; how sure that is cannot be said`;
    const apart = Math.max(first.low, second.low) > Math.min(first.high, second.high);
    return `${better}; the intervals ${apart ? "do not overlap" : "overlap"}`;
  };

  class Comparison {
    constructor(root) {
      this.root = root;
      this.base = root.closest(".rg").dataset.base;
      Object.assign(this, JSON.parse(root.querySelector("script").textContent));
      this.byName = new Map(this.models.map((name, at) => [name, at]));
      this.marks = this.items.map((item) => new Map(item[7].map(([at, value, pm, place, level, system, here, low, high]) => [at, { value, pm, place, level, system, at: here, low, high }])));
    }

    start() {
      const choices = make("datalist", { id: `${this.root.id}.models` }, ...this.models.map((name) => make("option", { value: name })));
      this.boxes = ["First model", "Second model"].map((label, nr) => {
        const box = make("input", { type: "search", list: choices.id, placeholder: label, "aria-label": label, autocomplete: "off", spellcheck: "false", class: "ab"[nr] });
        box.addEventListener("change", () => this.choose(nr, box.value));
        return box;
      });
      this.root.querySelector(".rg-pick").append(...this.boxes, choices);
      const asked = this.readAddress();
      if (asked.some((at) => at !== null)) {
        if (asked[0] !== null) this.chosen[0] = asked[0];
        this.chosen[1] = asked[1] !== null && asked[1] !== this.chosen[0] ? asked[1] : this.partner(this.chosen[0]);
        this.draw();
      }
      this.fill();
    }

    page(at) {
      return this.pages[at] === NAMED ? modelPage(this.models[at]) : this.pages[at];
    }

    slug(at) {
      return this.page(at).split("/")[1];
    }

    /** The models the address names. */
    readAddress() {
      const query = new URLSearchParams(location.search);
      const asked = [query.get("first"), query.get("second")];
      if (!asked.some(Boolean)) return [null, null];
      const known = new Map(this.models.map((_, at) => [this.slug(at), at]));
      return asked.map((slug) => (known.has(slug) ? known.get(slug) : null));
    }

    /** The model that shares most comparisons with this one; of several, the first by name. */
    partner(first) {
      const shared = new Array(this.models.length).fill(0);
      for (const marks of this.marks) if (marks.has(first)) for (const at of marks.keys()) shared[at] += 1;
      shared[first] = -1;
      return shared.indexOf(Math.max(...shared));
    }

    choose(nr, name) {
      if (!this.byName.has(name)) return;
      const at = this.byName.get(name);
      if (at === this.chosen[1 - nr]) this.chosen[1 - nr] = this.chosen[nr];
      this.chosen[nr] = at;
      this.draw();
      this.fill();
      const query = new URLSearchParams({ first: this.slug(this.chosen[0]), second: this.slug(this.chosen[1]) });
      history.replaceState(history.state, "", `${location.pathname}?${query}`);
    }

    fill() {
      this.boxes.forEach((box, nr) => { box.value = this.models[this.chosen[nr]]; });
    }

    draw() {
      const names = this.chosen.map((at) => this.models[at]);
      const shown = this.items.map((item, at) => [item, this.chosen.map((one) => this.marks[at].get(one))]).filter(([, marks]) => marks.every(Boolean));
      const [first, second] = names.map((name, nr) => make("span", { class: "ab"[nr] }, name));
      const caption = this.root.querySelector(".rg-caption");
      caption.replaceChildren(first, " and ", second, ...(shown.length ? [] : [" share no comparison: they were never measured on the same benchmarks."]));
      this.root.querySelector("ul").replaceChildren(...shown.map(([item, marks]) => this.entry(item, marks, names)));
      announce(`${names[0]} and ${names[1]}: ${count(shown.length)} comparisons`);
    }

    entry([title, note, page, says, of, others, ends], marks, names) {
      const lines = marks.map((mark, nr) => {
        const line = make("p", { class: "ab"[nr] }, make("b", {}, mark.value), " ");
        if (mark.pm) line.append(make("small", {}, mark.pm), " ");
        if (mark.level) line.append(make("i", {}, `${says} ${mark.level}`), " ");
        if (mark.system) line.append(make("i", {}, `as ${mark.system}`), " ");
        line.append(make("span", {}, typeof mark.place === "string" ? mark.place : `place ${count(mark.place)} of ${count(of)}`));
        return line;
      });
      const head = page ? make("a", { href: pageHref(this.base, page) }, title) : make("b", {}, title);
      return make("li", {}, make("p", {}, head, " ", make("i", {}, note)), ...lines, pairDrawing(others, marks),
        make("p", {}, ...ends.map((end) => make("i", {}, end))), make("p", {}, pairVerdict(names, marks)));
    }
  }

  // --- scroll containers: a tab stop only where there is something to scroll

  const watchScroll = () => {
    const measure = (box) => {
      const fits = box.scrollWidth <= box.clientWidth + 1;
      box.classList.toggle("fits", fits);
      box.classList.toggle("more", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
      if (fits) box.removeAttribute("tabindex");
      else box.tabIndex = 0;
    };
    const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => measure(target.closest(".rg-scroll"))));
    document.querySelectorAll(".rg-scroll").forEach((box) => {
      observer.observe(box);
      observer.observe(box.firstElementChild);
      box.addEventListener("scroll", () => measure(box), { passive: true });
    });
  };

  // --- the theme calls its version button "Select version" though it shows the version: voice control needs both

  const nameVersionButton = () => {
    const button = document.querySelector(".md-version__current");
    if (button) button.setAttribute("aria-label", `${button.textContent}: ${button.getAttribute("aria-label").toLowerCase()}`);
    return Boolean(button);
  };

  const watchVersions = () => {
    const header = document.querySelector(".md-header__topic");
    if (!header || nameVersionButton()) return;
    // The list of versions is fetched, and the button comes with it.
    const observer = new MutationObserver(() => nameVersionButton() && observer.disconnect());
    observer.observe(header, { childList: true, subtree: true });
  };

  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    watchVersions();
    document.querySelectorAll(".rg").forEach(takeTitles);
    document.querySelectorAll(".rg-table").forEach((root) => {
      if (root.querySelector("tbody")) new Board(root).start();
    });
    document.querySelectorAll(".rg-compare").forEach((root) => new Comparison(root).start());
    document.querySelectorAll(".rg tbody").forEach(roam);
    watchTips();
    watchScroll();
    const late = document.querySelector(".rg [data-script]");
    if (late) document.head.append(make("script", { src: late.dataset.script })); // only few pages need it
  };

  if (window.document$ && window.document$.subscribe) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
