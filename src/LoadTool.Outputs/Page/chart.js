// Charts: uPlot with one cursor and one zoom for all that share the run's time, keys, and a table of the same figures behind each.

const PERCENTILES = [["p50", "p50"], ["p90", "p90"], ["p99", "p99"], ["p999", "p99.9"], ["max", "max"]];
const TIME_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

/** Users and connections come whole: steps between their ticks, too. */
const WHOLE_STEPS = Array.from({ length: 10 }, (_, decade) => [1, 2, 5].map(digit => digit * 10 ** decade)).flat();
const CHART_HEIGHT = 210;
const PRINT_WIDTH = 660;

const charts = new Set();
const isPrinting = matchMedia("print");
const isDark = matchMedia("(prefers-color-scheme: dark)");

const color = token => getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();

/** Colours differ by theme and on paper, and a canvas does not follow by itself. */
function redrawAll() {
  for (const chart of charts) {
    if (chart.figure.isConnected)
      chart.draw();
    else
      chart.dispose();
  }
}
isDark.addEventListener("change", redrawAll);
isPrinting.addEventListener("change", redrawAll);

/** What all charts of one run's time share. */
class TimeAxis {
  constructor(end) {
    this.end = end;
    this.key = newId();
    this.members = new Set();
    this.zoom = null;
  }

  get range() {
    return this.zoom ?? [0, Math.max(this.end, 1e-3)];
  }

  /** Shows a part of the run in all charts; null shows all of it. */
  set(from, to) {
    const length = Math.min(to - from, this.end);
    const start = Math.min(Math.max(from, 0), this.end - length);
    this.zoom = from == null || length >= this.end ? null : [start, start + length];
    for (const chart of this.members)
      chart.plot?.setScale("x", { min: this.range[0], max: this.range[1] });
    announce(this.zoom ? `Showing ${clock(this.zoom[0], 1)} to ${clock(this.zoom[1], 1)}` : "Showing the whole run");
  }

  reset() {
    this.set(null);
  }
}

/** Percentile curves and the like have an axis of their own. */
class OwnAxis {
  constructor(min, max) {
    this.whole = [min, max];
    this.members = new Set();
    this.zoom = null;
  }

  get range() {
    return this.zoom ?? this.whole;
  }

  set(from, to) {
    this.zoom = from == null ? null : [Math.max(from, this.whole[0]), Math.min(to, this.whole[1])];
    for (const chart of this.members)
      chart.plot?.setScale("x", { min: this.range[0], max: this.range[1] });
  }

  reset() {
    this.set(null);
  }
}

/** What was given, or what a function gives now: a live page has more each second. */
const now = given => typeof given === "function" ? given() : given;

/** Indices of values without a neighbour: no line goes through them, and without a point nobody saw them. */
function lonely(values) {
  return [...values.keys()].filter(index => values[index] != null && values[index - 1] == null && values[index + 1] == null);
}

/**
 * One chart. Asked: title, axis, x (ascending), series ({ label, values, color, shown: values in place of the drawn ones, dash, width, fill, bars }),
 * format (of a value), formatX, isLog, isLogX, bands, hint, table: false for none, and paint(plot) to draw below the series. x, values, shown and bands may be
 * functions, which are asked whenever the chart draws.
 */
class Chart {
  constructor(options) {
    this.options = { formatX: time => clock(time, this.decimals), height: CHART_HEIGHT, bands: [], ...options };
    this.host = h("div", { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": this.spoken() });
    this.host.addEventListener("keydown", event => this.onKey(event));
    this.figure = h("figure", { class: ["chart", options.className].filter(Boolean).join(" ") },
      h("figcaption", null, h("span", { class: "chart-title" }, options.title), options.hint ? h("span", { class: "chart-hint" }, options.hint) : null),
      this.host,
      options.table === false ? null : details("Figures", () => this.table(), { className: "behind" }));
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.host);
    charts.add(this);
    options.axis.members.add(this);
  }

  get decimals() {
    return this.options.axis.range[1] - this.options.axis.range[0] < 20 ? 1 : 0;
  }

  dispose() {
    this.plot?.destroy();
    this.plot = null;
    this.observer.disconnect();
    charts.delete(this);
    this.options.axis.members.delete(this);
  }

  get width() {
    return isPrinting.matches ? PRINT_WIDTH : Math.floor(this.host.clientWidth);
  }

  /** On first sight, and again when the width changed. */
  fit() {
    if (!this.host.isConnected || this.width === 0)
      return;
    if (!this.plot)
      this.draw();
    else if (this.plot.width !== this.width)
      this.plot.setSize({ width: this.width, height: this.options.height });
  }

  draw() {
    this.plot?.destroy();
    if (this.width === 0) {
      this.plot = null;
      return;
    }
    this.plot = new uPlot(this.plotOptions(), this.data(), this.host);
    for (const head of this.host.querySelectorAll(".u-legend th"))
      makeButton(head);
  }

  /** Shows what there is now. */
  refresh() {
    this.plot?.setData(this.data(), false);
    this.plot?.setScale("x", { min: this.options.axis.range[0], max: this.options.axis.range[1] });
  }

  /** Asks for what is to be drawn. */
  read() {
    const { options } = this;
    options.prepare?.();
    this.x = now(options.x);
    this.drawn = options.series.map(series => now(series.values));
    this.shown = options.series.map((series, index) => series.shown ? now(series.shown) : this.drawn[index]);
  }

  data() {
    this.read();
    return [this.x, ...this.drawn.map(values => this.options.isLog ? values.map(value => value > 0 ? value : null) : values)];
  }

  plotOptions() {
    const { options } = this;
    const { axis } = options;
    const ink = () => color("muted");
    const grid = { stroke: () => color("grid"), width: 1 };
    return {
      width: this.width,
      height: options.height,
      padding: [8, 22, 0, 0],
      cursor: {
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => { axis.reset(); return null; } },
        points: { size: 6 },
        ...axis.key ? { sync: { key: axis.key, filters: { pub: type => type === "mousemove" || type === "mouseleave" } } } : {},
      },
      legend: { live: true, markers: { width: 0, fill: (plot, index) => options.series[index - 1].legendColor?.() ?? this.colorOf(options.series[index - 1]) } },
      scales: {
        x: { time: false, distr: options.isLogX ? 3 : 1, range: () => axis.range },
        y: { distr: options.isLog ? 3 : 1, range: options.rangeY ?? (options.isLog ? undefined : (plot, min, max) => [0, max > 0 ? max * 1.08 : 1]) },
      },
      axes: [
        {
          stroke: ink, grid, ticks: { ...grid, size: 4 }, font: AXIS_FONT, size: 28, gap: 3,
          ...options.isLogX ? { splits: options.splitsX, filter: (plot, splits) => splits } : { incrs: TIME_STEPS, space: 64 },
          values: (plot, splits) => splits.map(value => value == null ? "" : axis.key && splits.every(Number.isInteger) ? clock(value) : options.formatX(value)),
        },
        {
          stroke: ink, grid, ticks: { ...grid, size: 4 }, font: AXIS_FONT, size: 62, gap: 4,
          ...options.isLog ? { splits: (plot, axis, min, max) => logSplits(min, max), filter: (plot, splits) => splits } : {},
          ...options.format === count ? { incrs: WHOLE_STEPS } : {},
          values: (plot, splits) => splits.map(value => value == null ? "" : tidy(options.format(value))),
        },
      ],
      series: [
        { label: options.labelX ?? "at", value: (plot, value) => value == null ? NONE : options.formatX(value) },
        ...options.series.map((series, index) => ({
          label: series.label,
          show: series.show ?? true,
          stroke: () => this.colorOf(series),
          width: series.width ?? 1.5,
          dash: series.dash,
          fill: series.fill != null ? () => `${this.colorOf(series)}${series.fill}` : undefined,
          paths: series.bars ? uPlot.paths.bars({ size: [1, 60], align: 0 }) : series.paths,
          spanGaps: series.spanGaps ?? false,
          points: series.bars || series.paths ? { show: false } : { filter: (plot, at, isShown) => isShown ? null : lonely(plot.data[at]), size: 4 },
          value: (plot, value, number, at) => series.readout ? series.readout(plot, at) : this.formatted(this.shown[index][at], index),
        })),
      ],
      hooks: {
        drawClear: [plot => { this.paintBands(plot); options.paint?.(plot); }],
        setSelect: [plot => this.onSelect(plot)],
        ready: [plot => plot.root.querySelector(".u-legend")?.setAttribute("aria-hidden", "false")],
      },
    };
  }

  colorOf(series) {
    return color(series.color);
  }

  formatted(value, index) {
    return value == null ? NONE : (this.options.series[index].format ?? this.options.format)(value);
  }

  onSelect(plot) {
    if (plot.select.width < 4)
      return;
    const from = plot.posToVal(plot.select.left, "x");
    const to = plot.posToVal(plot.select.left + plot.select.width, "x");
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.axis.set(from, to);
  }

  paintBands(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const band of now(this.options.bands)) {
      const left = Math.max(plot.valToPos(band.from, "x", true), bbox.left);
      const right = Math.min(plot.valToPos(band.to, "x", true), bbox.left + bbox.width);
      if (right <= left)
        continue;
      ctx.fillStyle = color(`band-${band.kind}`);
      ctx.fillRect(left, bbox.top, Math.max(right - left, 2), bbox.height);
    }
    ctx.restore();
  }

  onKey(event) {
    if (!this.plot || event.altKey || event.metaKey || event.target !== this.host)
      return;
    const { axis } = this.options;
    const act = {
      ArrowLeft: () => event.shiftKey ? this.pan(-0.25) : this.move(event.ctrlKey ? -10 : -1),
      ArrowRight: () => event.shiftKey ? this.pan(0.25) : this.move(event.ctrlKey ? 10 : 1),
      Home: () => this.move(-Infinity),
      End: () => this.move(Infinity),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => axis.reset(),
      Escape: () => axis.reset(),
    }[event.key];
    if (!act)
      return;
    event.preventDefault();
    act();
  }

  /** Moves the cursor by so many points, and says what is there. */
  move(by) {
    const { x } = this;
    const [from, to] = this.options.axis.range;
    const first = Math.max(x.findIndex(value => value >= from), 0);
    const last = Math.max(x.findLastIndex(value => value <= to), first);
    const at = this.plot.cursor.idx;
    const next = Math.min(Math.max((at == null ? by > 0 ? first - 1 : last + 1 : at) + by, first), last);
    this.plot.setCursor({ left: this.plot.valToPos(x[next], "x"), top: this.plot.over.clientHeight / 2 });
    announce(`${this.options.formatX(x[next])}: ${this.options.series
      .map((series, index) => series.readout ? null : `${series.label} ${this.formatted(this.shown[index][next], index)}`)
      .filter(Boolean).join(", ")}`);
  }

  zoom(factor) {
    const scale = this.scale();
    const [from, to] = this.options.axis.range.map(scale.to);
    const cursor = this.plot.cursor.left >= 0 ? scale.to(this.plot.posToVal(this.plot.cursor.left, "x")) : (from + to) / 2;
    this.options.axis.set(scale.from(cursor - (cursor - from) * factor), scale.from(cursor + (to - cursor) * factor));
  }

  pan(share) {
    const scale = this.scale();
    const [from, to] = this.options.axis.range.map(scale.to);
    const by = (to - from) * share;
    this.options.axis.set(scale.from(from + by), scale.from(to + by));
  }

  scale() {
    return this.options.isLogX ? { to: Math.log10, from: value => 10 ** value } : { to: value => value, from: value => value };
  }

  spoken() {
    const { options } = this;
    this.read();
    const ranges = options.series.map((series, index) => {
      if (series.readout)
        return null;
      const values = this.shown[index].filter(value => value != null);
      const format = series.format ?? options.format;
      return values.length === 0 ? null : `${series.label} from ${format(least(values))} to ${format(most(values))}`;
    });
    return `${options.title}. ${ranges.filter(Boolean).join("; ")}. Arrow keys move the cursor, plus and minus zoom, shift and arrows pan, escape shows all.`;
  }

  table() {
    const { options } = this;
    return table(options.title,
      [{ label: options.labelX ?? "at", text: true }, ...options.series.map(one => ({ label: one.label }))],
      this.x.map((x, at) => [options.formatX(x), ...options.series.map((_, index) => this.formatted(this.shown[index][at], index))]),
      { hidesCaption: true });
  }
}

/** Places of an axis that grows by factors: powers of ten, with two more between them where there is room. */
function logSplits(min, max) {
  const decades = Math.log10(max / min);
  const steps = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 3, 5, 7];
  const splits = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++)
    splits.push(...steps.map(step => step * 10 ** power).filter(place => place >= min * 0.999 && place <= max * 1.001));
  return splits;
}

/** What stands beside an axis is round: 20.0/s is 20/s there. */
const tidy = text => text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");

const AXIS_FONT = "11px system-ui, sans-serif";
const least = values => values.reduce((one, other) => Math.min(one, other), Infinity);
const most = values => values.reduce((one, other) => Math.max(one, other), -Infinity);

/** The legend shows and hides a line by click: by keys too. */
function makeButton(head) {
  head.setAttribute("tabindex", 0);
  head.setAttribute("role", "button");
  head.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      head.click();
    }
  });
}
