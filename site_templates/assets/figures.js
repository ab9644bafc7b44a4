/* Draws figures when they come near. The library is loaded once, at the first of them; colours come from the page's
   custom properties, so light and dark follow the reader's choice. */
(() => {
  "use strict";

  const CONFIG = {
    displaylogo: false, showSendToCloud: false, responsive: true,
    modeBarButtonsToRemove: ["sendChartToCloud", "lasso2d", "select2d"],
  };
  const PHONE = 480; // px of width below which a figure is laid out for a phone
  const MOST_NAMES = 8; // columns of a heat map that are all named on a phone
  const TOKEN = /^token:([a-z-]+)(?:@([0-9.]+))?$/;

  const faded = (hex, alpha) => {
    const number = parseInt(hex.slice(1), 16);
    return `rgba(${number >> 16},${(number >> 8) & 255},${number & 255},${alpha})`;
  };

  /** A colour of the page by name: token:accent, or token:accent@0.4 for a fainter one. */
  const colour = (text, styles) => {
    const found = TOKEN.exec(text);
    if (!found) return text;
    const value = styles.getPropertyValue(`--rg-${found[1]}`).trim();
    return value && found[2] ? faded(value, Number(found[2])) : value || "#888888";
  };

  /** A copy with the colour tokens resolved; only below keys that hold colours, so a name is never mistaken for one. */
  const resolved = (value, styles, coloured = false) => {
    if (typeof value === "string") return coloured ? colour(value, styles) : value;
    if (Array.isArray(value)) return value.map((item) => resolved(item, styles, coloured));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, styles, coloured || /color/i.test(key))]));
  };

  const template = (styles) => {
    const pick = (name) => styles.getPropertyValue(`--rg-${name}`).trim();
    const axis = {
      gridcolor: pick("line"), linecolor: pick("line"), zerolinecolor: pick("line"), zerolinewidth: 1, automargin: true,
      tickcolor: pick("line"), tickfont: { color: pick("soft"), size: 12 }, title: { font: { color: pick("soft"), size: 13 }, standoff: 10 },
    };
    const bar = { outlinewidth: 0, thickness: 10, len: 0.6, tickfont: { color: pick("soft"), size: 11 }, title: { font: { color: pick("soft"), size: 12 } } };
    return {
      layout: {
        font: { family: styles.fontFamily, color: pick("ink"), size: 13 },
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        colorway: ["accent", "ood", "good", "violet", "bad", "soft"].map(pick),
        colorscale: { sequential: [[0, pick("accent-soft")], [1, pick("accent")]], diverging: [[0, pick("ood")], [0.5, pick("neutral")], [1, pick("accent")]] },
        coloraxis: { colorbar: bar }, xaxis: axis, yaxis: axis, hovermode: "closest", title: { font: { size: 14 } },
        legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", font: { color: pick("soft"), size: 12 }, bgcolor: "rgba(0,0,0,0)" },
        hoverlabel: { bgcolor: pick("card"), bordercolor: pick("line"), align: "left", font: { family: styles.fontFamily, color: pick("ink"), size: 13 } },
        margin: { l: 56, r: 12, t: 8, b: 48, pad: 2 },
        modebar: { bgcolor: "rgba(0,0,0,0)", color: pick("soft"), activecolor: pick("accent"), orientation: "v" },
        annotationdefaults: { font: { color: pick("soft"), size: 12 }, arrowcolor: pick("soft"), arrowwidth: 1 },
        shapedefaults: { line: { color: pick("soft"), width: 1 } },
      },
      data: {
        scatter: [{ marker: { size: 7, line: { width: 0.75, color: pick("card") }, colorbar: bar } }],
        bar: [{ marker: { line: { width: 0 }, colorbar: bar } }],
        heatmap: [{ colorbar: bar, xgap: 1, ygap: 1 }],
      },
    };
  };

  /** What a phone needs: no side legend or colour scale, fewer ticks, and a finger that scrolls the page. */
  const forPhone = (figure) => {
    const level = (bar) => ({ ...bar, orientation: "h", x: 0, xanchor: "left", y: -0.25, yanchor: "top", len: 1, thickness: 8, title: { ...(bar && bar.title), side: "top" } });
    for (const trace of figure.data) {
      if (trace.marker && trace.marker.showscale) trace.marker.colorbar = level(trace.marker.colorbar);
      if (trace.type === "heatmap" && trace.showscale !== false) trace.colorbar = level(trace.colorbar);
    }
    const { layout } = figure;
    if (layout.coloraxis) layout.coloraxis.colorbar = level(layout.coloraxis.colorbar);
    const cells = figure.data.find(({ type }) => type === "heatmap");
    const few = cells && Array.isArray(cells.x) && cells.x.length <= MOST_NAMES;
    for (const key of Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name))) {
      if (few && key === "xaxis") layout[key].dtick = 1;
      else if (!layout[key].tickvals && !layout[key].dtick) layout[key].nticks = 6;
    }
    layout.margin = { l: 8, r: 8, t: 16, b: 8, pad: 2 };
    return figure;
  };

  const built = (drawing) => {
    const { box, source } = drawing;
    const styles = getComputedStyle(box);
    const figure = resolved(source, styles);
    figure.layout = { ...figure.layout, template: template(styles), autosize: true };
    for (const axis of ["xaxis", "yaxis"]) figure.layout[axis] = { ...figure.layout[axis] };
    if (box.clientWidth < PHONE) forPhone(figure);
    const coarse = matchMedia("(pointer: coarse)").matches;
    if (coarse) figure.layout.dragmode = false;
    return [figure.data, figure.layout, { ...CONFIG, displayModeBar: coarse ? false : "hover" }];
  };

  let library = null;
  const load = (address) => {
    library = library || new Promise((done, failed) => {
      if (window.Plotly) return done();
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => (window.Plotly ? done() : failed(new Error("no Plotly")));
      script.onerror = () => failed(new Error("not loaded"));
      document.head.append(script);
    });
    return library;
  };

  /** Screen readers get the sentence about the picture, not each of its labels. */
  const describe = (drawing) => {
    drawing.box.querySelectorAll(".main-svg").forEach((svg, at) => {
      if (at) svg.setAttribute("aria-hidden", "true");
      else {
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", drawing.alt);
      }
    });
  };

  const fail = (drawing) => {
    const sentence = document.createElement("p");
    sentence.className = "rg-failed";
    sentence.setAttribute("role", "status");
    const table = drawing.figure.querySelector("details");
    sentence.textContent = `The picture could not be drawn.${table ? " Its numbers are in the table below." : ` It shows: ${drawing.alt}`}`;
    drawing.box.replaceChildren(sentence);
    drawing.box.style.height = "auto";
    drawing.figure.dataset.drawn = "failed";
    if (table) table.open = true;
  };

  const drawings = [];
  const draw = async (drawing) => {
    if (drawing.begun) return;
    drawing.begun = true;
    try {
      await load(drawing.figure.closest(".rg").dataset.plotly);
      drawing.box.replaceChildren();
      await window.Plotly.newPlot(drawing.box, ...built(drawing));
      describe(drawing);
      drawing.narrow = drawing.box.clientWidth < PHONE;
      drawing.figure.dataset.drawn = "true";
    } catch {
      fail(drawing);
    }
  };

  const again = (drawing) => {
    if (drawing.figure.dataset.drawn !== "true") return;
    drawing.narrow = drawing.box.clientWidth < PHONE;
    window.Plotly.react(drawing.box, ...built(drawing)).then(() => describe(drawing));
  };

  let started = false;
  const start = () => {
    if (started) return;
    started = true;
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        draw(drawings.find((drawing) => drawing.figure === target));
      }
    }, { rootMargin: "300px" });
    document.querySelectorAll(".rg-figure").forEach((figure) => {
      const box = figure.querySelector(".rg-plot");
      const source = JSON.parse(figure.querySelector(":scope > script").textContent);
      const alt = document.getElementById(figure.getAttribute("aria-describedby")).textContent;
      drawings.push({ figure, box, source, alt, begun: false, narrow: false });
      seen.observe(figure);
    });
    if (!drawings.length) return;
    new MutationObserver(() => drawings.forEach(again)).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
    addEventListener("resize", () => drawings.filter(({ box, narrow }) => narrow !== box.clientWidth < PHONE).forEach(again));
  };

  if (window.document$ && window.document$.subscribe) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
