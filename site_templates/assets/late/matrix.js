/* The matrix of agreement: keys and a panel of evidence for every cell, and the drawing of a matrix too large to stand
   in its page. report.js loads this where there is one. All that is shown comes from files beside the page; text
   enters through textContent only. */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const ABSENT = "–";
  const THIN = 5; // pairs that share fewer models are hatched, as FEWEST_FOR_INTERVAL
  const SQUARE = 15; // px of a cell that holds no text
  const ROOMY = 46; // px from which a cell holds text
  const LARGEST = 58; // px
  const NAMED = 9; // px of a cell from which its row has a name beside it
  const MOST_ERRORS = 60; // dots of a scatter that are drawn with their errors
  const HINT = "Point at a cell, or move with the arrow keys; a click or Enter opens what is behind it.";
  const MARGIN = 0.04; // of the range of scores, around a scatter

  const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const count = (number) => number.toLocaleString("en-US");
  const pageHref = (base, page) => base + page.replace(/^[/\\]+/, "").replace(/:/g, "%3A") || "./";
  const plural = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

  /** An element with attributes and children; strings become text nodes. */
  const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  };

  /** A whole number of hundredths as numbers.py writes it. */
  const hundredths = (number) => {
    const size = Math.abs(number);
    return `${number < 0 ? "\u2212" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
  };
  const scored = (value) => (value === null ? ABSENT : String(Number(value.toPrecision(4))).replace("-", "\u2212"));
  const chance = (share) => (share > 0.99 ? "over 99" : share < 0.01 ? "under 1" : String(Math.round(100 * share))) + "\u202f%";

  const fetched = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${answer.status} ${address}`);
    return answer.json();
  };

  // --- what the file holds

  class Pairs {
    constructor(data) {
      Object.assign(this, data);
      this.size = data.settings.title.length;
      this.rows = new Int32Array((this.size * (this.size - 1)) / 2).fill(-1);
      let number = -1;
      data.steps.forEach((step, row) => { this.rows[(number += step)] = row; });
      this.words = data.settings.title.map((title, at) => fold(`${title} ${data.settings.suite[at]} ${data.settings.construct[at]}`));
    }

    /** The row of a pair; -1 where it shares no model. */
    row(i, j) {
      const [low, high] = i < j ? [i, j] : [j, i];
      return low === high ? -1 : this.rows[(high * (high - 1)) / 2 + low];
    }

    title(i) {
      return this.settings.title[i];
    }

    /** What is known of a pair, as `evidence` in compared.py says it. */
    evidence(i, j, measure) {
      const row = this.row(i, j);
      if (row < 0) return this.says.nothing;
      const first = measure === this.measures[0];
      const [value, low, high] = [measure.value[row], measure.low[row], measure.high[row]];
      if (value === null) return (first && this.reason.words[this.reason.at[row]]) || `${measure.title}: ${this.says.unknown}`;
      const ratio = first ? this.ratio[row] : null;
      return [
        `${measure.title} ${hundredths(value)}`,
        low === null || high === null ? this.says.bare : `${this.says.interval} ${hundredths(low)} to ${hundredths(high)}`,
        plural(this.n[row], "model"),
        ratio === null ? "" : `${hundredths(ratio)} ${this.says.ratio}`,
        first ? this.verdict.words[this.verdict.at[row]] : "",
      ].filter(Boolean).join(", ");
    }

    sentence(i, j, measure) {
      return i === j ? this.title(i) : `${this.title(i)} and ${this.title(j)}: ${this.evidence(i, j, measure)}`;
    }
  }

  // --- the matrix of a page: as it stands there, or drawn

  class Matrix {
    constructor(root) {
      this.root = root;
      this.base = root.closest(".rg").dataset.base;
      this.table = root.querySelector(".rg-matrix");
      this.tools = root.querySelector(".rg-tools");
      this.panel = new Panel(this);
      this.measure = 0;
    }

    start() {
      if (this.table) new Standing(this).start();
      else new Field(this).start();
    }

    /** The file, fetched once. */
    load() {
      this.loading ||= fetched(this.root.dataset.document).then((data) => new Pairs(data));
      this.loading.catch(() => { this.loading = null; });
      return this.loading;
    }

    announce(text) {
      if (!this.live) this.root.append((this.live = make("div", { class: "rg-hidden", role: "status" })));
      this.live.textContent = text;
    }

    menu(label, options, act) {
      const select = make("select", { class: "rg-menu", "aria-label": label }, ...options.map(([value, text]) => make("option", { value }, text)));
      select.addEventListener("change", () => act(select.value));
      return select;
    }
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -1e6], End: [0, 1e6] };
  const opens = (event) => event.key === "Enter" || event.key === " ";

  // --- a matrix that stands in its page

  class Standing {
    constructor(matrix) {
      this.matrix = matrix;
      this.table = matrix.table;
      this.cells = [...this.table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
      this.names = [...this.table.tBodies[0].rows].map((row) => row.cells[0].textContent.trim());
    }

    start() {
      this.table.setAttribute("role", "grid");
      this.each((cell, i, j) => {
        cell.tabIndex = i === 1 && j === 0 ? 0 : -1;
        if (i === 1 && j === 0) cell.dataset.roam = "";
        cell.dataset.at = `${i} ${j}`;
        this.label(cell, i, j, cell.title || cell.dataset.tip || "");
      });
      this.table.addEventListener("click", ({ target }) => this.act(target));
      this.table.addEventListener("keydown", (event) => this.key(event));
      this.makeChoice();
    }

    each(act) {
      this.cells.forEach((row, i) => row.slice(0, i).forEach((cell, j) => act(cell, i, j)));
    }

    label(cell, i, j, evidence) {
      cell.setAttribute("aria-label", `${this.names[i]} and ${this.names[j]}: ${evidence}`);
      if (cell.title) return;
      cell.dataset.tip = evidence;
    }

    act(target) {
      const cell = target.closest("td[data-at]");
      if (!cell) return;
      this.focus(cell);
      this.matrix.panel.open(...cell.dataset.at.split(" ").map(Number));
    }

    key(event) {
      const cell = event.target.closest("td[data-at]");
      if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
      const move = MOVES[event.key];
      if (opens(event)) this.act(cell);
      else if (move) {
        const [i, j] = cell.dataset.at.split(" ").map(Number);
        const row = Math.max(1, Math.min(this.cells.length - 1, i + move[0]));
        const next = this.cells[row][Math.max(0, Math.min(row - 1, j + move[1]))];
        if (next.dataset.at) this.focus(next);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    focus(cell) {
      this.each((other) => { other.tabIndex = -1; });
      cell.tabIndex = 0;
      cell.focus();
    }

    makeChoice() {
      const island = this.matrix.root.querySelector(":scope > script");
      if (!island) return;
      const choices = JSON.parse(island.textContent);
      this.matrix.tools.append(this.matrix.menu("Coefficient", choices, (key) => this.show(key)));
    }

    /** Another coefficient in the cells. */
    async show(key) {
      const pairs = await this.matrix.load();
      this.matrix.measure = Math.max(0, pairs.measures.findIndex((one) => one.key === key));
      const measure = pairs.measures[this.matrix.measure];
      this.each((cell, i, j) => {
        const row = pairs.row(i, j);
        const value = row < 0 ? null : measure.value[row];
        const half = row < 0 || measure.low[row] === null || measure.high[row] === null ? null : Math.round((measure.high[row] - measure.low[row]) / 2);
        const step = value === null ? 0 : Math.min(10, Math.round(Math.abs(value) / 10));
        cell.className = row < 0 ? "void" : value === null || pairs.n[row] < THIN ? "na" : `${value < 0 && step ? "n" : "p"}${step}`;
        cell.replaceChildren();
        if (row >= 0) cell.append(make("b", {}, value === null ? ABSENT : hundredths(value)));
        if (row >= 0 && !this.table.classList.contains("compact")) {
          if (half !== null) cell.append(" ", make("i", {}, `±${hundredths(half)}`));
          cell.append(make("small", {}, `n ${count(pairs.n[row])}`));
        }
        cell.removeAttribute("title");
        this.label(cell, i, j, pairs.evidence(i, j, measure));
      });
      this.matrix.announce(`The cells show ${measure.title}`);
    }
  }

  // --- a matrix that is drawn

  const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const mixed = (one, other, share) => `rgb(${rgb(one).map((part, at) => Math.round(part * share + rgb(other)[at] * (1 - share))).join(",")})`;

  class Field {
    constructor(matrix) {
      this.matrix = matrix;
      this.state = { find: "", suite: "", construct: "", order: 0, whole: false };
      this.at = [0, 0]; // row and column of the cursor
    }

    start() {
      const { root } = this.matrix;
      this.canvas = make("canvas", { "aria-hidden": "true" });
      this.cell = make("div", { role: "gridcell", tabindex: "0", "aria-haspopup": "dialog" });
      this.line = make("div", { role: "row" }, this.cell);
      this.grid = make("div", { role: "grid", "aria-labelledby": `${root.id}.caption`, "aria-readonly": "true" }, this.line);
      this.ground = make("div", { class: "rg-ground" }, this.canvas, this.grid);
      this.box = make("div", { class: "rg-field" }, this.ground);
      this.readout = make("p", { class: "rg-readout" }, HINT);
      this.matrix.tools.after(this.box, this.readout);
      const near = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        this.fetch();
      }, { rootMargin: "600px" });
      near.observe(this.box);
    }

    async fetch() {
      try {
        this.pairs = await this.matrix.load();
      } catch {
        this.box.remove();
        this.readout.textContent = "The matrix could not be loaded. The table of pairs on this page and the downloads say the same.";
        return;
      }
      this.makeTools();
      this.listen();
      this.update({ quiet: true });
    }

    // controls

    makeTools() {
      const { matrix, pairs } = this;
      const set = (name) => (value) => { this.state[name] = value; this.update(); };
      this.find = make("input", { type: "search", placeholder: "Find a benchmark", "aria-label": "Find a benchmark in the matrix", autocomplete: "off", spellcheck: "false" });
      this.find.addEventListener("input", () => set("find")(this.find.value));
      const groups = [["suite", "All suites"], ["construct", "All abilities"]].map(([name, all]) => {
        const values = [...new Set(pairs.settings[name])].filter(Boolean).sort();
        return values.length > 1 ? matrix.menu(all, [["", all], ...values.map((value) => [value, value])], set(name)) : "";
      });
      const order = pairs.orders.length > 1 ? matrix.menu("Order", pairs.orders.map(([, words], at) => [at, words]), (at) => set("order")(Number(at))) : "";
      const measure = pairs.measures.length > 1 ? matrix.menu("Coefficient", pairs.measures.map(({ title }, at) => [at, title]), (at) => { matrix.measure = Number(at); this.update(); }) : "";
      this.whole = make("button", { type: "button", class: "rg-chip", "aria-pressed": "false" }, "Whole matrix");
      this.whole.addEventListener("click", () => {
        this.whole.setAttribute("aria-pressed", String(!this.state.whole));
        set("whole")(!this.state.whole);
      });
      this.counter = make("span", { class: "rg-count" });
      matrix.tools.append(this.find, ...groups, order, measure, this.whole, make("span", { class: "rg-end" }, this.counter));
    }

    listen() {
      const { box } = this;
      box.addEventListener("scroll", () => this.redraw(), { passive: true });
      box.addEventListener("mousemove", (event) => this.point(event));
      box.addEventListener("mouseleave", () => { this.hover = null; this.redraw(); });
      box.addEventListener("click", (event) => {
        const found = this.under(event);
        if (!found) return;
        this.moveTo(...found);
        this.open();
      });
      this.grid.addEventListener("keydown", (event) => this.key(event));
      this.grid.addEventListener("focusin", () => this.tell(...this.at));
      new ResizeObserver(() => this.layout()).observe(this.matrix.root);
      new MutationObserver(() => this.redraw()).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
    }

    // which benchmarks

    update({ quiet = false } = {}) {
      const { pairs, state } = this;
      const wanted = fold(state.find).split(/\s+/).filter(Boolean);
      const allowed = pairs.orders[state.order][2].filter((at) => ["suite", "construct"].every((name) => !state[name] || pairs.settings[name][at] === state[name]));
      this.rows = allowed.filter((at) => wanted.every((word) => pairs.words[at].includes(word)));
      this.columns = wanted.length ? allowed.filter((at) => this.rows.some((row) => row === at || pairs.row(row, at) >= 0)) : allowed;
      const words = this.rows.length === pairs.size ? plural(pairs.size, "benchmark") : `${count(this.rows.length)} of ${plural(pairs.size, "benchmark")}`;
      this.counter.textContent = words;
      this.at = [0, this.columns.length > 1 && this.columns[0] === this.rows[0] ? 1 : 0];
      this.hover = null;
      this.box.hidden = !this.rows.length;
      this.box.scrollTo(0, 0);
      this.layout();
      if (!quiet) this.matrix.announce(`${words}, ${pairs.measures[this.matrix.measure].title}`);
      this.readout.textContent = this.rows.length ? HINT : "No benchmark matches.";
    }

    // sizes

    layout() {
      if (!this.rows || !this.rows.length) return;
      const width = this.box.clientWidth || this.matrix.root.clientWidth;
      const styles = getComputedStyle(this.matrix.root);
      this.font = `11px ${styles.fontFamily}`;
      const context = this.canvas.getContext("2d");
      context.font = this.font;
      const longest = (list) => Math.max(...list.map((at) => context.measureText(this.pairs.title(at)).width)) + 12;
      let [left, top] = [Math.min(longest(this.rows), width * 0.3, 190), Math.min(longest(this.columns), 120)];
      const fits = (width - left - 2) / this.columns.length;
      let cell = Math.max(SQUARE, Math.min(LARGEST, Math.floor(fits)));
      if (this.state.whole && fits < SQUARE) {
        cell = Math.max(2, Math.floor(10 * fits) / 10);
        if (cell < NAMED) [left, top, cell] = [2, 2, Math.max(2, Math.floor((10 * (width - 4)) / this.columns.length) / 10)];
      }
      Object.assign(this, { left, top, size: cell });
      Object.assign(this.ground.style, { width: `${left + cell * this.columns.length}px`, height: `${top + cell * this.rows.length + 1}px` });
      Object.assign(this.cell.style, { width: `${cell}px`, height: `${cell}px` });
      this.grid.setAttribute("aria-rowcount", this.rows.length);
      this.grid.setAttribute("aria-colcount", this.columns.length);
      this.place();
      this.redraw();
    }

    /** The cursor: the one cell that is an element, so that it can have the focus. */
    place() {
      const [row, column] = this.at;
      this.line.setAttribute("aria-rowindex", row + 1);
      this.cell.setAttribute("aria-colindex", column + 1);
      this.cell.setAttribute("aria-label", this.sentence(row, column));
      Object.assign(this.cell.style, { left: `${this.left + column * this.size}px`, top: `${this.top + row * this.size}px` });
    }

    sentence(row, column) {
      return this.pairs.sentence(this.rows[row], this.columns[column], this.pairs.measures[this.matrix.measure]);
    }

    // keys and pointer

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = MOVES[event.key];
      if (opens(event)) this.open();
      else if (move) this.moveTo(this.at[0] + move[0], this.at[1] + move[1]);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    moveTo(row, column) {
      this.at = [Math.max(0, Math.min(this.rows.length - 1, row)), Math.max(0, Math.min(this.columns.length - 1, column))];
      // a new element, so that a screen reader speaks the next cell as another one
      const next = this.cell.cloneNode();
      this.line.replaceChildren(next);
      this.cell = next;
      this.place();
      const { box, left, top, size } = this;
      const [x, y] = [this.at[1] * size, this.at[0] * size];
      if (x < box.scrollLeft) box.scrollLeft = x;
      if (y < box.scrollTop) box.scrollTop = y;
      if (x + size + left > box.scrollLeft + box.clientWidth) box.scrollLeft = x + size + left - box.clientWidth + 2;
      if (y + size + top > box.scrollTop + box.clientHeight) box.scrollTop = y + size + top - box.clientHeight + 2;
      next.focus({ preventScroll: true });
      this.redraw();
    }

    under(event) {
      const frame = this.box.getBoundingClientRect();
      const [x, y] = [event.clientX - frame.left - this.left, event.clientY - frame.top - this.top];
      if (x < 0 || y < 0) return null;
      const found = [Math.floor((y + this.box.scrollTop) / this.size), Math.floor((x + this.box.scrollLeft) / this.size)];
      return found[0] < this.rows.length && found[1] < this.columns.length ? found : null;
    }

    point(event) {
      this.hover = this.under(event);
      if (this.hover) this.tell(...this.hover);
      this.redraw();
    }

    tell(row, column) {
      this.readout.textContent = this.sentence(row, column);
    }

    open() {
      const [i, j] = [this.rows[this.at[0]], this.columns[this.at[1]]];
      if (i !== j) this.matrix.panel.open(i, j);
    }

    // drawing: only what is in view

    redraw() {
      if (this.waiting) return;
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.paint();
      });
    }

    paint() {
      const { box, canvas, left, top, size } = this;
      if (!this.rows.length) return;
      const [width, height] = [box.clientWidth, Math.min(box.clientHeight, top + size * this.rows.length + 1)];
      const scale = window.devicePixelRatio || 1;
      Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
      const context = canvas.getContext("2d");
      context.scale(scale, scale);
      this.colours();
      const [x, y] = [box.scrollLeft, box.scrollTop];
      const rows = [Math.floor(y / size), Math.min(this.rows.length, Math.ceil((y + height - top) / size))];
      const columns = [Math.floor(x / size), Math.min(this.columns.length, Math.ceil((x + width - left) / size))];
      context.save();
      context.beginPath();
      context.rect(left, top, width - left, height - top);
      context.clip();
      this.hatching = this.hatch(context);
      for (let row = rows[0]; row < rows[1]; row += 1) {
        for (let column = columns[0]; column < columns[1]; column += 1) this.square(context, row, column, left + column * size - x, top + row * size - y);
      }
      this.groups(context, Math.min(width, left + size * this.columns.length - x), height);
      context.restore();
      if (size >= NAMED) this.names(context, rows, columns);
    }

    colours() {
      const styles = getComputedStyle(this.matrix.root);
      const pick = (name) => styles.getPropertyValue(`--rg-${name}`).trim();
      this.colour = Object.fromEntries(["ink", "soft", "faint", "line", "edge", "band", "card", "accent", "ood"].map((name) => [name, pick(name)]));
      this.shade = parseFloat(pick("shade")) / 100; // of full colour, each tenth
    }

    hatch(context) {
      const tile = make("canvas");
      const step = 5;
      Object.assign(tile, { width: step, height: step });
      const pen = tile.getContext("2d");
      pen.strokeStyle = this.colour.edge;
      pen.globalAlpha = 0.55;
      pen.beginPath();
      for (const shift of [-step, 0, step]) { pen.moveTo(shift, step); pen.lineTo(shift + step, 0); }
      pen.stroke();
      return context.createPattern(tile, "repeat");
    }

    square(context, row, column, x, y) {
      const { colour, pairs, size } = this;
      const gap = size >= 6 ? 1 : 0;
      const side = size - gap;
      const [i, j] = [this.rows[row], this.columns[column]];
      const at = pairs.row(i, j);
      const here = this.hover && (this.hover[0] === row || this.hover[1] === column);
      if (i === j || here) {
        context.fillStyle = i === j ? colour.line : colour.band;
        context.fillRect(x, y, size, size);
      }
      if (at < 0) return;
      const measure = pairs.measures[this.matrix.measure];
      const value = measure.value[at];
      if (value === null || pairs.n[at] < THIN) {
        context.fillStyle = size >= 6 ? this.hatching : colour.line;
        context.fillRect(x, y, side, side);
        if (size >= ROOMY) this.write(context, x, y, side, value, measure, at);
        return;
      }
      const roomy = size >= ROOMY;
      const share = roomy ? Math.round(Math.abs(value) / 10) * this.shade : 0.12 + 0.88 * Math.min(1, Math.abs(value) / 100);
      const unsure = !(measure.low[at] > 0 || measure.high[at] < 0);
      const inset = unsure && !roomy && size >= 6 ? Math.round(side * 0.27) : 0;
      context.fillStyle = mixed(value < 0 ? colour.ood : colour.accent, colour.card, share);
      context.fillRect(x + inset, y + inset, side - 2 * inset, side - 2 * inset);
      if (inset) {
        context.strokeStyle = colour.line;
        context.lineWidth = 1;
        context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
      }
      if (roomy) this.write(context, x, y, side, value, measure, at);
      else if (value < 0 && !unsure && size >= 12) {
        context.fillStyle = colour.ink;
        context.fillRect(x + side / 2 - 2.5, y + side / 2 - 0.5, 5, 1.5);
      }
    }

    /** In a roomy cell: the value, its interval as a bar from -1 to 1 with a tick at 0, and the models. */
    write(context, x, y, side, value, measure, at) {
      const { colour } = this;
      context.fillStyle = colour.ink;
      Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `600 12px ${this.font.slice(5)}` });
      context.fillText(value === null ? ABSENT : hundredths(value), x + side / 2, y + side * 0.26);
      context.font = `10px ${this.font.slice(5)}`;
      context.fillText(`n ${count(this.pairs.n[at])}`, x + side / 2, y + side * 0.8);
      if (value === null || measure.low[at] === null || measure.high[at] === null) return;
      const place = (number) => x + 4 + ((side - 8) * (number + 100)) / 200;
      const middle = Math.round(y + side * 0.52) + 0.5;
      context.fillRect(place(0) - 0.5, middle - 3, 1, 6);
      context.fillRect(place(measure.low[at]), middle - 1, Math.max(1, place(measure.high[at]) - place(measure.low[at])), 2);
    }

    /** Thin lines where the next suite or construct begins. */
    groups(context, width, height) {
      const name = this.pairs.orders[this.state.order][0];
      const of = this.pairs.settings[name];
      if (!of || this.size < 4) return;
      context.fillStyle = this.colour.edge;
      context.globalAlpha = 0.5;
      const edges = (list) => list.map((at, place) => (place && of[at] !== of[list[place - 1]] ? place : 0)).filter(Boolean);
      for (const place of edges(this.columns)) context.fillRect(this.left + place * this.size - this.box.scrollLeft - 1, this.top, 0.75, height);
      for (const place of edges(this.rows)) context.fillRect(this.left, this.top + place * this.size - this.box.scrollTop - 1, width - this.left, 0.75);
    }

    names(context, rows, columns) {
      const { left, top, size, box } = this;
      Object.assign(context, { font: this.font, textBaseline: "middle" });
      const write = (list, place, room) => {
        const lit = this.hover && list[place] !== undefined && this.hover[list === this.rows ? 0 : 1] === place;
        context.fillStyle = lit ? this.colour.ink : this.colour.soft;
        return this.fitting(context, this.pairs.title(list[place]), room);
      };
      context.save();
      context.beginPath();
      context.rect(0, top, left, this.canvas.height);
      context.clip();
      context.textAlign = "right";
      for (let row = rows[0]; row < rows[1]; row += 1) context.fillText(write(this.rows, row, left - 8), left - 6, top + (row + 0.5) * size - box.scrollTop);
      context.restore();
      context.save();
      context.beginPath();
      context.rect(left, 0, this.canvas.width, top);
      context.clip();
      context.textAlign = "left";
      for (let column = columns[0]; column < columns[1]; column += 1) {
        context.save();
        context.translate(left + (column + 0.5) * size - box.scrollLeft, top - 6);
        context.rotate(-Math.PI / 2);
        context.fillText(write(this.columns, column, top - 8), 0, 0);
        context.restore();
      }
      context.restore();
    }

    /** A name, shortened to the room there is. */
    fitting(context, text, room) {
      this.shortened ||= new Map();
      const key = `${Math.round(room)} ${text}`;
      if (!this.shortened.has(key)) {
        let short = text;
        while (short && context.measureText(short === text ? text : `${short}…`).width > room) short = [...short].slice(0, -1).join("");
        this.shortened.set(key, short === text ? text : `${short}…`);
      }
      return this.shortened.get(key);
    }
  }

  // --- what is behind a cell

  class Panel {
    constructor(matrix) {
      this.matrix = matrix;
      this.asked = 0;
    }

    make() {
      const { root } = this.matrix;
      const id = `${root.id}.panel`;
      const close = make("button", { type: "button", class: "rg-quiet" }, "Close");
      this.heading = make("h2", { id });
      this.body = make("div");
      this.dialog = make("dialog", { class: "rg-panel", "aria-labelledby": id }, make("div", {}, this.heading, close), this.body);
      close.addEventListener("click", () => this.dialog.close());
      this.dialog.addEventListener("click", ({ target }) => { if (target === this.dialog) this.dialog.close(); });
      root.append(this.dialog);
    }

    async open(i, j) {
      if (!this.dialog) this.make();
      this.asked += 1;
      const asked = this.asked;
      this.heading.replaceChildren();
      this.body.replaceChildren(make("p", { role: "status" }, "Loading …"));
      this.dialog.showModal();
      try {
        const pairs = await this.matrix.load();
        const folder = this.matrix.root.dataset.document.replace(/[^/]*$/, "");
        const files = [i, j].map((at) => folder + pairs.settings.file[at]);
        this.title(pairs, i, j);
        const both = await Promise.all(files.map((file) => fetched(`${file}.json`)));
        if (asked === this.asked) this.show(pairs, i, j, both, files);
      } catch {
        if (asked === this.asked) this.body.replaceChildren(make("p", { role: "status" }, "What is behind this cell could not be loaded. The table of pairs on this page says the same."));
      }
    }

    title(pairs, i, j) {
      const link = (at) => make("a", { href: pageHref(this.matrix.base, pairs.settings.page[at]) }, pairs.title(at));
      this.heading.replaceChildren(link(i), " and ", link(j));
    }

    show(pairs, i, j, [one, other], files) {
      const row = pairs.row(i, j);
      const parts = [make("p", {}, make("b", {}, this.plain(pairs, row)), ` ${pairs.evidence(i, j, pairs.measures[this.matrix.measure])}.`)];
      const scatter = new Scatter(one, other);
      if (scatter.dots.length) parts.push(scatter.make());
      const known = row < 0 ? null : Object.fromEntries(one.pairs.rows.filter((cells) => cells[0] === other.setting).flatMap((cells) => one.pairs.columns.map((name, at) => [name, cells[at]])));
      if (known) parts.push(...this.flips(known.flips, one, other, scatter), ...this.pivot(known, one));
      parts.push(this.downloads(one, other, files));
      this.body.replaceChildren(...parts);
    }

    plain(pairs, row) {
      const same = row < 0 ? null : pairs.same_order[row];
      if (same === null) return "";
      return pairs.n[row] < THIN ? "Too few shared models to say anything about others." : `Two models picked at random come in the same order on both ${same}\u202f% of the time.`;
    }

    flips(found, one, other, scatter) {
      if (!found) return [];
      if (!found.length) return [make("p", {}, "No two models change places.")];
      const items = found.map(([first, second, real]) => {
        const [above, below] = [first, second].map((at) => one.scores.rows[at][0]);
        const button = make("button", { type: "button" }, make("b", {}, above), " is above ", make("b", {}, below));
        button.addEventListener("click", () => scatter.mark(above, below));
        button.addEventListener("focus", () => scatter.mark(above, below));
        return make("li", {}, button, real === null ? "" : ` (real with a chance of ${chance(real)})`);
      });
      return [make("h3", {}, "Models that change places most"), make("p", {}, `On ${one.title}, and the other way round on ${other.title}:`), make("ol", {}, ...items)];
    }

    pivot({ pivot, tau_without_pivot: without }, { scores }) {
      if (pivot === null || without === null) return [];
      return [make("p", {}, "Leaving out one model moves τ-b most where it is ", make("b", {}, scores.rows[pivot][0]), `: then it is ${hundredths(Math.round(100 * without))}.`)];
    }

    downloads(one, other, files) {
      const list = [one, other].map((document, at) => {
        const links = [["JSON", ".json"], ["scores as CSV", "_scores.csv"], ["pairs as CSV", "_pairs.csv"]].flatMap(([words, ending]) => [" ", make("a", { href: files[at] + ending, download: true }, words)]);
        return make("li", {}, `${document.title}:`, ...links);
      });
      return make("div", { class: "rg-foot" }, "Download what is behind this cell", make("ul", {}, ...list));
    }
  }

  /** The scores of two benchmarks against each other; better is to the right and up. */
  class Scatter {
    constructor(one, other) {
      this.sides = [one, other];
      const theirs = new Map(other.scores.rows.map((row) => [row[0], row]));
      this.dots = one.scores.rows.filter(([name]) => theirs.has(name)).map(([name, x, error]) => ({ name, scores: [x, theirs.get(name)[1]], errors: [error, theirs.get(name)[2]] }));
      this.scales = this.sides.map((side, axis) => {
        const values = this.dots.map((dot) => dot.scores[axis]);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const room = (high - low) * MARGIN || 1;
        const share = (value) => (value - low + room) / (high - low + 2 * room);
        return { low, high, turned: side.direction === "lower", share: (value) => (side.direction === "lower" ? 1 - share(value) : share(value)) };
      });
      this.dots.sort((a, b) => this.x(a.scores[0]) - this.x(b.scores[0]) || (a.name < b.name ? -1 : 1));
      this.at = -1;
    }

    x(value) {
      return Math.round(3200 * this.scales[0].share(value)) / 10;
    }

    y(value) {
      return Math.round(2200 * (1 - this.scales[1].share(value))) / 10;
    }

    make() {
      const path = (dots) => dots.map(({ scores }) => `M${this.x(scores[0])} ${this.y(scores[1])}h0`).join("");
      this.lit = draw("path", { class: "lit" });
      const [one, other] = this.sides;
      const words = `${plural(this.dots.length, "model")}: ${one.title} to the right, ${other.title} upwards`;
      this.svg = draw("svg", { viewBox: "0 0 320 220", preserveAspectRatio: "none", role: "img", "aria-label": words }, this.whiskers(), draw("path", { class: "dots", d: path(this.dots) }), this.lit);
      this.readout = make("p", { class: "rg-readout", role: "status" }, "Point at a dot, or move with the left and right arrow keys, to see which model it is.");
      const plot = make("div", { class: "rg-dots", tabindex: "0", role: "group", "aria-label": `${words}. Left and right arrow keys move from model to model.` }, this.svg);
      plot.addEventListener("mousemove", (event) => this.point(event));
      plot.addEventListener("click", (event) => this.point(event));
      plot.addEventListener("keydown", (event) => this.key(event));
      const axis = (side, at) => {
        const { low, high, turned } = this.scales[at];
        const ends = turned ? [high, low] : [low, high];
        return make("p", { class: at ? "up" : "along" }, make("span", {}, scored(ends[0])), make("b", {}, `${side.title}${turned ? " (less is better)" : ""}`), make("span", {}, scored(ends[1])));
      };
      return make("div", { class: "rg-scatter" }, axis(other, 1), plot, axis(one, 0), this.readout);
    }

    whiskers() {
      if (this.dots.length > MOST_ERRORS) return draw("path");
      const clip = (value, most) => Math.max(0, Math.min(most, value));
      const lines = this.dots.map(({ scores: [x, y], errors: [dx, dy] }) => (dx === null ? "" : `M${clip(this.x(x - dx), 320)} ${this.y(y)}H${clip(this.x(x + dx), 320)}`) + (dy === null ? "" : `M${this.x(x)} ${clip(this.y(y - dy), 220)}V${clip(this.y(y + dy), 220)}`));
      return draw("path", { class: "errors", d: lines.join("") });
    }

    point(event) {
      const frame = this.svg.getBoundingClientRect();
      const far = ({ scores }) => Math.hypot(frame.left + (this.x(scores[0]) / 320) * frame.width - event.clientX, frame.top + (this.y(scores[1]) / 220) * frame.height - event.clientY);
      let [best, least] = [-1, 24];
      this.dots.forEach((dot, at) => { if (far(dot) < least) [best, least] = [at, far(dot)]; });
      if (best >= 0 && best !== this.at) this.tell(best);
    }

    key(event) {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      this.tell(Math.max(0, Math.min(this.dots.length - 1, this.at + step)));
    }

    tell(at) {
      this.at = at;
      const { name, scores, errors } = this.dots[at];
      const words = scores.map((score, side) => `${this.sides[side].title} ${scored(score)}${errors[side] === null ? "" : ` ± ${scored(Number(errors[side].toPrecision(2)))}`}`);
      this.readout.textContent = `${name}: ${words.join(", ")}`;
      this.light([this.dots[at]]);
    }

    mark(...names) {
      const both = names.map((name) => this.dots.find((dot) => dot.name === name));
      this.light(both);
      this.readout.textContent = `${names[0]} and ${names[1]} are marked.`;
    }

    light(dots) {
      const places = dots.map(({ scores }) => `${this.x(scores[0])} ${this.y(scores[1])}`);
      this.lit.setAttribute("d", places.map((place) => `M${place}h0`).join(""));
    }
  }

  document.querySelectorAll(".rg-matrix-box[data-document]").forEach((root) => new Matrix(root).start());
})();
