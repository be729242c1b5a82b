// Runs beside each other: the first is what the others are held against.

const RUN_DASHES = [undefined, [6, 4], [2, 3], [10, 4, 2, 4]];

function comparisonOf(runs, labels) {
  const axis = new TimeAxis(most(runs.map(run => run.series.end)));
  const sections = [
    ["verdicts", "Verdicts", comparedVerdicts(runs, labels)],
    ["beside", "Figures", comparedFigures(runs, labels)],
    ["curves", "Percentile curves", comparedCurves(runs, labels)],
    ["overtime", "Over time", comparedTime(runs, labels, axis)],
    ["differences", "What else differed", differences(runs, labels)],
  ].filter(([, , content]) => content);
  return [
    navigation(sections.map(([id, title]) => [id, title]), axis, []),
    h("main", null, sections.map(([id, title, content]) => h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), content))),
  ];
}

/** What tells the runs apart: their names, with their moments where names are the same. */
function labelsOf(runs) {
  const isSame = new Set(runs.map(run => run.label)).size < runs.length;
  return runs.map((run, index) => `${String.fromCharCode(65 + index)}: ${visible(run.label)}${isSame ? `, ${run.summary.started_at.replace("T", " ").slice(0, 19)}` : ""}`);
}

function comparedVerdicts(runs, labels) {
  return table("Verdicts of the runs on themselves", [{ label: "run", text: true }, { label: "verdict", text: true }, { label: "because", text: true }, { label: "thresholds", text: true }, { label: "lasted" }, { label: "started", text: true }],
    runs.map(({ summary }, index) => [
      labels[index],
      summary.trust ? h("span", { class: `tag ${summary.trust.verdict}` }, summary.trust.verdict) : NONE,
      summary.trust?.reasons.filter(reason => reason.verdict !== "trusted").map(reason => visible(reason.finding)).join("; ") || NONE,
      summary.thresholds.length === 0 ? NONE : `${summary.thresholds.filter(one => one.crossed).length} of ${summary.thresholds.length} crossed`,
      length(summary.duration_seconds),
      summary.started_at.replace("T", " ").slice(0, 19),
    ]), { hidesCaption: true });
}

/** One row a figure: of each run, and how often the first run's it is. */
function comparedFigures(runs, labels) {
  const columns = [{ label: "figure", text: true }, ...labels.flatMap((label, index) => index === 0 ? [{ label }] : [{ label }, { label: `${label[0]} / A`, title: "how often the first run's figure" }])];
  const row = (title, format, values, isWorse) => [title, ...values.flatMap((value, index) => index === 0
    ? [format(value)]
    : [format(value), ratioCell(value, values[0], isWorse)])];
  const time = ({ summary }) => summary.duration_seconds;
  const general = table("The whole run", columns, [
    row("iterations per second", perSecond, runs.map(run => ratePer(run.summary.scenarios.reduce((sum, one) => sum + one.iterations.ok.count, 0), time(run))), "less"),
    row("messages sent per second", perSecond, runs.map(run => ratePer(run.summary.messages.sent, time(run))), "less"),
    row("messages received per second", perSecond, runs.map(run => ratePer(run.summary.messages.received, time(run))), "less"),
    row("failures", count, runs.map(run => totalOf(run.summary.failures)), "more"),
    row("connections made", count, runs.map(run => run.summary.connect.ok.count)),
    row("CPU per message", seconds, runs.map(run => run.summary.generator.measured.cpu_seconds_per_message), "more"),
  ]);
  return [general, ...comparedSteps(runs).map(({ title, of }) => {
    const steps = runs.map(of);
    return table(title, columns, [
      row("ok per second", perSecond, steps.map((step, index) => step && ratePer(step.ok.count, time(runs[index]))), "less"),
      row("failed", count, steps.map(step => step?.fail.count), "more"),
      ...LATENCY.map(([key, label]) => row(`${label}, from intended`, seconds, steps.map(step => step?.latency[key]), "more")),
      ...["p50", "p99"].map(key => row(`${key}, from actual start`, seconds, steps.map(step => step?.latency_uncorrected[key]), "more")),
    ]);
  })];
}

/** A change past this is worth a colour; smaller ones are noise to the eye. */
const NOTABLE = 0.05;

function ratioCell(value, base, isWorse) {
  if (value == null || !base)
    return NONE;
  const ratio = value / base;
  const changed = Math.abs(ratio - 1) > NOTABLE && isWorse;
  const worse = changed && (isWorse === "more") === (ratio > 1);
  return { cell: `${ratio < 10 ? ratio.toFixed(2) : ratio.toPrecision(3)}×`, class: !changed ? null : worse ? "bad" : "good" };
}

/** Steps of any of the runs, by scenario and name. */
function comparedSteps(runs) {
  const found = new Map();
  for (const { summary } of runs) {
    for (const scenario of summary.scenarios) {
      const add = (title, step, of) => found.set(JSON.stringify([scenario.name, step]), found.get(JSON.stringify([scenario.name, step])) ?? { title, step, scenario: scenario.name, of });
      for (const step of scenario.steps)
        add([name(scenario.name), " · ", name(step.name)], step.name, run => run.summary.scenarios.find(one => one.name === scenario.name)?.steps.find(one => one.name === step.name));
      add([name(scenario.name), " · (iterations)"], null, run => run.summary.scenarios.find(one => one.name === scenario.name)?.iterations);
    }
  }
  return [...found.values()];
}

function comparedCurves(runs, labels) {
  return h("div", { class: "charts" }, comparedSteps(runs).map(({ step, scenario }) => {
    const curves = runs.map((run, index) => ({
      label: labels[index], color: `series-${index % 4}`, dash: RUN_DASHES[index % RUN_DASHES.length],
      data: run.curves.find(one => one.scenario === scenario && (step === null ? one.kind === "iterations" : one.kind === "step" && one.name === step))?.corrected ?? { count: 0 },
    }));
    return curveChart(`${visible(scenario)} · ${step === null ? "(iterations)" : visible(step)}`, curves, "from intended");
  }));
}

function comparedTime(runs, labels, axis) {
  const overlay = (title, format, isLog, valuesOf) => {
    const drawn = runs.map((run, index) => ({ index, x: run.series.mid, values: valuesOf(run) })).filter(one => one.values && one.x.length > 0);
    if (drawn.length === 0)
      return null;
    const [x, ...values] = drawn.length > 1 ? uPlot.join(drawn.map(one => [one.x, one.values])) : [drawn[0].x, drawn[0].values];
    return new Chart({
      title, axis, format, isLog, x: Array.from(x),
      series: drawn.map((one, place) => ({
        label: labels[one.index], color: `series-${one.index % 4}`, dash: RUN_DASHES[one.index % RUN_DASHES.length], values: Array.from(values[place], value => value ?? null), spanGaps: true })),
    }).figure;
  };
  return h("div", { class: "charts" },
    overlay("Messages received per second", perSecond, false, run => run.series.rate("sum", "received")),
    overlay("Users", count, false, run => run.series.find("level", "users")?.values),
    comparedSteps(runs).filter(({ step }) => step !== null).map(({ step, scenario }) =>
      overlay(`p99 of ${visible(scenario)} · ${visible(step)}`, nanoseconds, true, run => run.series.find("step", step, scenario)?.p99)));
}

function differences(runs, labels) {
  const all = runs.map(run => new Map(flat(run.environment ?? {})));
  const keys = [...new Set(all.flatMap(one => [...one.keys()]))].filter(key => new Set(all.map(one => one.get(key))).size > 1);
  return keys.length === 0 ? null : table("What differed where the runs took place", [{ label: "", text: true }, ...labels.map(label => ({ label, text: true }))],
    keys.map(key => [key.replaceAll("_", " "), ...all.map(one => one.has(key) ? name(one.get(key)) : NONE)]), { hidesCaption: true });
}
