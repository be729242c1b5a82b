// The runs inside the page: elements of packed bytes, one for each part of each run.

async function unpack(element) {
  const packed = Uint8Array.from(atob(element.textContent), character => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function readRuns() {
  const runs = [];
  for (const element of document.querySelectorAll('script[type="application/gzip"]')) {
    const run = runs[element.dataset.run] ??= { parts: {} };
    run.parts[element.dataset.name] = element;
  }
  for (const run of runs)
    await readRun(run);
  return runs;
}

async function readRun(run) {
  const text = async part => run.parts[part] ? await unpack(run.parts[part]) : null;
  const json = async part => JSON.parse(await text(part) ?? "null");
  run.text = text;
  run.label = await text("label");
  run.summary = await json("summary.json");
  run.environment = await json("environment.json");
  run.series = prepareSeries(await json("series"));
  run.curves = await json("curves");
  run.script = await text("script");
  run.logIntervals = Number(run.parts["run.hlog"]?.dataset.intervals ?? 0);
}

/** Adds what every chart asks of the columns. */
function prepareSeries(series) {
  series.mid = series.to.map((to, index) => (series.from[index] + to) / 2);
  series.length = series.to.map((to, index) => Math.max(to - series.from[index], 1e-3));
  series.end = series.to.at(-1) ?? 0;
  series.ofKind = kind => series.columns.filter(column => column.kind === kind);
  series.find = (kind, name, scenario = "") => series.columns.find(column => column.kind === kind && column.name === name && column.scenario === scenario);
  series.rate = (kind, name, scenario) => perBinSecond(series, series.find(kind, name, scenario));
  series.bands = findBands(series);
  return series;
}

const perBinSecond = (series, column) => column?.values.map((value, index) => value / series.length[index]);

const LONG_PAUSE_SECONDS = 0.02;
const LONG_LAG_NANOSECONDS = 20e6;

/** Bins in which the generator itself stood still: what a chart shows there may be its doing. */
function findBands(series) {
  const bands = [];
  const mark = (kind, isLong, text) => {
    series.from.forEach((from, index) => {
      if (!isLong(index))
        return;
      const last = bands.at(-1);
      if (last?.kind === kind && last.to === from)
        last.to = series.to[index];
      else
        bands.push({ kind, from, to: series.to[index], text });
    });
  };
  const pauses = series.find("peak", "gc")?.values;
  const lags = series.find("lag", "")?.max;
  if (pauses)
    mark("gc", index => pauses[index] >= LONG_PAUSE_SECONDS, "garbage collection held all threads for 20 ms or more within an interval");
  if (lags)
    mark("lag", index => lags[index] >= LONG_LAG_NANOSECONDS, "an event loop came 20 ms or more late");
  return bands;
}
