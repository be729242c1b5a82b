// The charts that are more than lines.

/** How latencies spread, as a map: time by latency, the stronger the colour the more. */
function heatMap(run, column, axis, title) {
  const rowFrom = row => rowEdge(row, run.series.heatBits);
  let map;
  const prepare = () => map = heatOf(run.series, column(), rowFrom);
  prepare();
  if (!map)
    return null;
  const chart = new Chart({
    title, axis, prepare, x: () => map.x, bands: [], className: "heat", isLog: true, format: nanoseconds, table: false,
    hint: "the stronger, the more",
    rangeY: () => [map.low, map.high],
    series: [{
      label: "here", color: "heat-4", values: () => map.x.map(() => map.low), paths: () => null, width: 0,
      readout: (plot, at) => {
        const cell = map.cells[at];
        if (!cell || plot.cursor.top < 0)
          return NONE;
        const row = rowOf(plot.posToVal(plot.cursor.top, "y"), run.series.heatBits);
        return `${nanoseconds(rowFrom(row))} to ${nanoseconds(rowFrom(row + 1))}: ${count(cell.counts[row - cell.first] ?? 0)}`;
      },
    }],
    paint: plot => paintHeat(plot, map.cells, rowFrom, map.densest, heatShades()),
  });
  chart.host.setAttribute("aria-label", `${title}: from ${nanoseconds(map.low)} to ${nanoseconds(map.high)}. The chart of percentiles beside it shows the same in figures.`);
  return chart.figure;
}

function heatOf(series, column, rowFrom) {
  const group = column.heatGroup;
  const cells = column.heat.map((counts, index) => ({
    from: series.from[index * group],
    to: series.to[Math.min((index + 1) * group, series.to.length) - 1],
    first: counts[0],
    counts: counts.slice(1),
  }));
  const filled = cells.filter(cell => cell.counts.length > 0);
  return filled.length === 0 ? null : {
    cells,
    x: cells.map(cell => (cell.from + cell.to) / 2),
    low: Math.max(rowFrom(least(filled.map(cell => cell.first))), 1),
    high: rowFrom(most(filled.map(cell => cell.first + cell.counts.length))),
    densest: most(filled.map(cell => most(cell.counts))),
  };
}

function paintHeat(plot, cells, rowFrom, densest, shades) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const cell of cells) {
    const left = Math.round(plot.valToPos(cell.from, "x", true));
    const right = Math.round(plot.valToPos(cell.to, "x", true));
    if (right < bbox.left || left > bbox.left + bbox.width)
      continue;
    cell.counts.forEach((amount, index) => {
      if (amount === 0)
        return;
      const bottom = Math.round(plot.valToPos(Math.max(rowFrom(cell.first + index), 1), "y", true));
      const top = Math.round(plot.valToPos(rowFrom(cell.first + index + 1), "y", true));
      ctx.fillStyle = shades[Math.round(Math.log1p(amount) / Math.log1p(densest) * (shades.length - 1))];
      ctx.fillRect(left, top, Math.max(right - left, 1), Math.max(bottom - top, 1));
    });
  }
  ctx.restore();
}

/** Rows of a heat map: 2^bits of equal width for each doubling; below that many each value has its own. */
function rowOf(value, bits) {
  const shift = Math.max(0, Math.floor(Math.log2(Math.max(value, 1))) - bits);
  return shift * 2 ** bits + Math.floor(value / 2 ** shift);
}

function rowEdge(row, bits) {
  const shift = Math.max(0, Math.floor(row / 2 ** bits) - 1);
  return (row - shift * 2 ** bits) * 2 ** shift;
}

const HEAT_STOPS = 5;
const HEAT_SHADES = 32;

function heatShades() {
  const stops = Array.from({ length: HEAT_STOPS }, (_, index) => {
    const hex = color(`heat-${index}`);
    return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  });
  return Array.from({ length: HEAT_SHADES }, (_, index) => {
    const place = index / (HEAT_SHADES - 1) * (HEAT_STOPS - 1);
    const below = Math.min(Math.floor(place), HEAT_STOPS - 2);
    const mixed = stops[below].map((from, part) => Math.round(from + (stops[below + 1][part] - from) * (place - below)));
    return `rgb(${mixed.join(",")})`;
  });
}

/** Percentile curves as HdrHistogram draws them: each step to the right is a tenth of what is left. */
function curveChart(title, curves, hint) {
  const drawn = curves.filter(curve => curve.data.count > 0);
  if (drawn.length === 0)
    return null;
  const tables = drawn.map(curve => {
    const x = curve.data.percentiles.map(percentile => 100 / (100 - percentile));

    // The last value has no place on this axis: it stands where one in as many values as there are would.
    const last = Math.max(curve.data.count, (x.at(-2) ?? 1) * 1.1);
    const points = new Map(x.map((place, index) => [Number.isFinite(place) ? place : last, curve.data.values[index]]));
    return [[...points.keys()], [...points.values()]];
  });
  const [x, ...values] = tables.length > 1 ? uPlot.join(tables) : tables[0];
  const decades = Array.from({ length: 12 }, (_, index) => 10 ** index);
  const chart = new Chart({
    title, hint, x, isLog: true, isLogX: true, format: nanoseconds, className: "curve",
    axis: new OwnAxis(1, Math.max(x.at(-1), 10)),
    labelX: "percentile",
    formatX: place => `${percentileOf(place)} %`,
    splitsX: (plot, axis, min, max) => decades.flatMap(decade => [decade, decade * 2, decade * 4]).filter(place => place >= min && place <= max && (max / min < 1e3 || decades.includes(place) || place === 2)),
    series: drawn.map((curve, index) => ({ label: curve.label, color: curve.color, dash: curve.dash, values: Array.from(values[index], value => value ?? null), spanGaps: true })),
  });
  return chart.figure;
}

/** 1/(1-p) back to a percentage, with as many nines as there are. */
function percentileOf(place) {
  const digits = Math.max(0, Math.ceil(Math.log10(place)) - 1);
  return String(Number((100 - 100 / place).toFixed(Math.min(digits + 1, 9))));
}

const WATERFALL = ["connect.dns", "connect.tcp", "connect.proxy", "connect.tls", "connect.upgrade"];
const phaseName = phase => phase === "connect" ? "all of it" : phase.replace(/^connect\./, "").replace("first_message", "first message").replace(".", ", ");

/** What connecting consisted of: each phase one after another, of a usual connection and of a slow one. */
function waterfall(connect) {
  const phases = WATERFALL.map(phase => connect.phases.find(one => one.name === phase)).filter(phase => phase?.duration.count > 0);
  if (phases.length === 0)
    return null;
  const bars = ["p50", "p95"].map(percentile => ({ percentile, parts: phases.map(phase => ({ name: phase.name, value: phase.duration[percentile] })) }));
  const longest = most(bars.map(bar => bar.parts.reduce((sum, part) => sum + part.value, 0)));
  const [width, barHeight, gap, left] = [1000, 30, 14, 44];
  const scale = (width - left) / longest;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${2 * (barHeight + gap)}`, role: "img", "aria-label":
    bars.map(bar => `${bar.percentile}: ${bar.parts.map(part => `${phaseName(part.name)} ${seconds(part.value)}`).join(", ")}`).join("; ") });
  bars.forEach((bar, row) => {
    let x = left;
    const y = row * (barHeight + gap);
    drawing.append(svg("text", { x: 0, y: y + barHeight / 2 + 5, class: "bar-label" }, bar.percentile));
    for (const part of bar.parts) {
      const wide = part.value * scale;
      drawing.append(svg("g", null,
        svg("rect", { x, y, width: Math.max(wide, 1), height: barHeight, class: `phase phase-${WATERFALL.indexOf(part.name)}` }),
        svg("title", null, `${phaseName(part.name)} ${bar.percentile}: ${seconds(part.value)}`),
        wide > 90 ? svg("text", { x: x + wide / 2, y: y + barHeight / 2 + 5, class: "bar-text" }, seconds(part.value)) : null));
      x += wide;
    }
  });
  return h("figure", { class: "chart waterfall" },
    h("figcaption", null, h("span", { class: "chart-title" }, "How connecting went"), h("span", { class: "chart-hint" }, "each phase's own p50 and p95, one after another")),
    drawing,
    h("ul", { class: "key" }, phases.map(phase => h("li", null, h("span", { class: `swatch phase-${WATERFALL.indexOf(phase.name)}` }), phaseName(phase.name)))));
}

const CATEGORIES = 8;

/** Rates over time on top of each other; what is rare is put together. A column is { name, label, kind } of the series. */
function stackChart(title, run, columns, axis, format) {
  if (columns.length === 0)
    return null;
  const valuesOf = column => perBinSecond(run.series, run.series.find(column.kind, column.name)) ?? run.series.mid.map(() => 0);
  const total = column => valuesOf(column).reduce((sum, value) => sum + value, 0);
  const sorted = columns.map(column => ({ column, total: total(column) })).sort((one, other) => other.total - one.total).map(({ column }) => [column]);
  const groups = sorted.length <= CATEGORIES ? sorted : [...sorted.slice(0, CATEGORIES - 1), sorted.slice(CATEGORIES - 1).flat()];
  let shown, stacked;
  const prepare = () => {
    const sums = run.series.mid.map(() => 0);
    shown = groups.map(group => group.map(valuesOf).reduce((one, other) => one.map((value, at) => value + other[at])));
    stacked = shown.map(values => values.map((value, at) => sums[at] += value));
  };
  prepare();

  // The tallest is drawn first, the others over it.
  return new Chart({
    title, axis, prepare, x: () => run.series.mid, bands: () => run.series.bands, format,
    series: groups.map((group, index) => ({
      label: group.length === 1 ? visible(group[0].label) : `${group.length} others`,
      color: `category-${index}`, shown: () => shown[index], values: () => stacked[index], bars: true, fill: "", width: 0,
    })).reverse(),
  }).figure;
}
