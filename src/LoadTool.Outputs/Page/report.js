// One run as a page: its verdict on itself, what failed, then the figures. Sections that have nothing to say are left out.

const VERDICTS = {
  trusted: ["Trusted", "The generator kept its time: these figures are the target's."],
  degraded: ["Degraded", "The generator was late at times: read the figures with the reasons below."],
  invalid: ["Invalid", "The generator could not keep its time: do not trust these figures."],
};

function reportOf(run) {
  const axis = new TimeAxis(run.series.end);
  const sections = [
    ["verdict", "Verdict", verdictSection(run)],
    ["failed", "What failed", failedSection(run)],
    ["figures", "Figures", figuresSection(run)],
    ["time", "Over time", timeSection(run, axis)],
    ["latency", "Latency", latencySection(run, axis)],
    ["connecting", "Connecting", connectingSection(run, axis)],
    ["errors", "Errors and closes", errorsSection(run, axis)],
    ["thresholds", "Thresholds", thresholdsSection(run)],
    ["checks", "Checks", checksSection(run)],
    ["broadcasts", "Broadcasts", broadcastsSection(run)],
    ["reconnects", "Reconnects and storms", reconnectsSection(run)],
    ["metrics", "The script's metrics", metricsSection(run, axis)],
    ["generator", "Generator", generatorSection(run, axis)],
    ["environment", "Environment", environmentSection(run)],
    ["script", "Script", scriptSection(run)],
    ["downloads", "Downloads", downloadsSection(run)],
  ].filter(([, , content]) => content);
  return [
    navigation(sections.map(([id, title]) => [id, title]), axis, run.series.bands),
    h("main", null, sections.map(([id, title, content]) =>
      h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), content))),
  ];
}

/** Links to what there is, and what holds for every chart. */
function navigation(sections, axis, bands) {
  const kinds = [...new Set(bands.map(band => band.kind))];
  return h("nav", { "aria-label": "Sections" },
    h("ul", { class: "links" }, sections.map(([id, title]) => h("li", null, h("a", { href: `#${id}` }, title)))),
    h("div", { class: "tools" },
      kinds.map(kind => h("span", { class: "band-key", title: bands.find(band => band.kind === kind).text },
        h("span", { class: `swatch band-${kind}` }), kind === "gc" ? "GC pause" : "loop lag")),
      h("button", { type: "button", onclick: () => axis.reset(), title: "Drag over a chart to zoom in; double click or Escape shows all" }, "Whole run")));
}

function pageHead(run) {
  const { summary } = run;
  return h("header", { class: "head" },
    h("div", { class: "brand" }, "LoadTool"),
    h("h1", null, name(summary.name)),
    facts([
      ["Target", name(summary.target)],
      ["Started", h("time", { datetime: summary.started_at }, summary.started_at.replace("T", " ").replace(/\.\d+Z$/, " UTC"))],
      ["Lasted", length(summary.duration_seconds) + (summary.planned_seconds == null ? "" : ` of ${length(summary.planned_seconds)} planned`)],
      summary.warm_up && ["Warm-up", `${length(summary.warm_up.duration_seconds)}, thrown away: ${count(summary.warm_up.ok.count)} iterations ok, ${count(summary.warm_up.fail.count)} failed`],
      ...Object.entries(summary.tags).map(([tag, value]) => [name(tag), name(value)]),
    ]));
}

function verdictSection({ summary }) {
  const { trust } = summary;
  const aborted = summary.thresholds.find(one => one.aborted_at_seconds != null);
  const crossed = summary.thresholds.filter(one => one.crossed).length;
  const failed = totalOf(summary.failures);
  const ok = summary.statuses.Ok ?? 0;
  return [
    trust ? h("div", { class: `verdict ${trust.verdict}` },
      h("p", { class: "verdict-word" }, VERDICTS[trust.verdict][0]),
      h("p", null, VERDICTS[trust.verdict][1], trust.figures.lag.count > 0 ? ` Generator lag p99 ${seconds(trust.figures.lag.p99)}, max ${seconds(trust.figures.lag.max)}.` : null),
      trust.reasons.length > 0 ? h("ul", { class: "reasons" }, trust.reasons.map(reason =>
        h("li", { class: reason.verdict }, h("span", { class: "tag" }, reason.verdict === "trusted" ? "note" : reason.verdict),
          h("span", null, visible(reason.finding), ". ", h("span", { class: "remedy" }, sentence(visible(reason.remedy))))))) : null) : null,
    summary.incomplete_reason ? h("p", { class: "outcome bad" }, "Incomplete: ", visible(summary.incomplete_reason), ".") : null,
    h("p", { class: "outcome" },
      h("strong", null, `${count(ok)} ok`), ", ",
      h("strong", { class: failed > 0 ? "bad" : null }, `${count(failed)} failed`), failed > 0 ? ` (${percent(failed / (failed + ok))})` : "",
      summary.thresholds.length > 0 ? ["; ", crossed > 0
        ? h("strong", { class: "bad" }, `${crossed} of ${summary.thresholds.length} thresholds crossed`)
        : `all ${summary.thresholds.length} thresholds kept`] : null,
      summary.stopped_from_outside ? h("strong", { class: "bad" }, "; stopped from outside") : null,
      aborted ? h("strong", { class: "bad" }, `; aborted by a threshold after ${length(aborted.aborted_at_seconds)}`) : null,
      "."),
    (summary.load_changes ?? []).map(change => h("p", { class: "outcome bad" }, `Load set to ${plain(change.factor)} times the plan by hand at ${clock(change.at_seconds)}.`)),
  ];
}

const sentence = text => text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "";
const totalOf = failures => failures.reduce((sum, failure) => sum + failure.count, 0);

function failedSection({ summary }) {
  const crossed = summary.thresholds.filter(one => one.crossed);
  const checks = summary.scenarios.flatMap(scenario => scenario.checks.filter(check => check.fail.count > 0).map(check => ({ ...check, scenario: scenario.name })));
  const outputs = Object.entries(summary.output_errors);
  const told = failure => summary.failures.find(other => sameOutcome(other, failure))?.count ?? 0;
  const parts = [
    crossed.length > 0 && table("Thresholds crossed", THRESHOLD_COLUMNS, crossed.map(thresholdRow)),
    outcomes("Failures", summary.failures),
    outcomes("Connects that failed, and the script went on", summary.connect.failures.filter(failure => failure.count > told(failure))),
    outcomes("Connections lost while nobody awaited them", summary.connect.lost),
    checks.length > 0 && table("Checks that did not always hold", CHECK_COLUMNS, checks.map(checkRow)),
    summary.clean_error && h("p", { class: "bad" }, "A scenario's clean failed: ", name(summary.clean_error)),
    outputs.map(([output, error]) => h("p", { class: "bad" }, "Output ", name(output), " lost data: ", name(error))),
  ];
  return parts.flat().some(Boolean) ? parts : null;
}

const sameOutcome = (one, other) => ["status", "phase", "detail", "http_status", "close_code"].every(key => one[key] === other[key]);

/** What failed by cause; each with one sample of its kind. */
function outcomes(title, failures) {
  if (failures.length === 0)
    return null;
  return table(title,
    [{ label: "status", text: true }, { label: "phase", text: true }, { label: "cause", text: true }, { label: "count" }],
    failures.map(failure => [name(failure.status), failure.phase ?? NONE, [name(failure.detail), sampleOf(failure.sample)], count(failure.count)]));
}

function sampleOf(sample) {
  return sample && details("the first of them", () => [
    facts([["at", sample.at], ["scenario", sample.scenario && name(sample.scenario)], ["step", sample.step && name(sample.step)], ["user", sample.user], ["socket", sample.socket]]),
    h("pre", null, visibleLines(sample.text)),
  ]);
}

function figuresSection({ summary }) {
  const time = summary.duration_seconds;
  const iterations = summary.scenarios.map(scenario => scenario.iterations);
  const sum = pick => iterations.reduce((total, one) => total + pick(one), 0);
  const failed = totalOf(summary.failures);
  const tiles = [
    ["Iterations", count(sum(one => one.ok.count)), [
      `${perSecond(ratePer(sum(one => one.ok.count), time))}`,
      sum(one => one.fail.count) > 0 ? `${count(sum(one => one.fail.count))} failed` : null,
      sum(one => one.interrupted.count) > 0 ? `${count(sum(one => one.interrupted.count))} interrupted by the end` : null]],
    ["Failures", count(failed), [failed > 0 ? percent(failed / (failed + (summary.statuses.Ok ?? 0))) + " of all attempts" : "none"], failed > 0],
    ["Messages sent", count(summary.messages.sent), [perSecond(ratePer(summary.messages.sent, time))]],
    ["Messages received", count(summary.messages.received), [perSecond(ratePer(summary.messages.received, time))]],
    ["Bytes sent", bytes(summary.bytes.sent), [bytesPerSecond(ratePer(summary.bytes.sent, time))]],
    ["Bytes received", bytes(summary.bytes.received), [bytesPerSecond(ratePer(summary.bytes.received, time))]],
    ["Connections made", count(summary.connect.ok.count), [
      summary.connect.fail.count > 0 ? `${count(summary.connect.fail.count)} failed` : null,
      `${count(summary.connections_at_end)} open at the end`]],
    summary.tls_handshakes.full + summary.tls_handshakes.resumed > 0 && ["TLS handshakes", count(summary.tls_handshakes.full + summary.tls_handshakes.resumed), [`${count(summary.tls_handshakes.resumed)} resumed`]],
    compressionTile(summary.compression),
  ].filter(Boolean);
  return [
    h("ul", { class: "tiles" }, tiles.map(([label, value, notes, isBad]) => h("li", null,
      h("span", { class: "tile-label" }, label), h("span", { class: isBad ? "tile-value bad" : "tile-value" }, value),
      h("span", { class: "tile-note" }, notes.filter(Boolean).join(", "))))),
    ...summary.scenarios.map(scenario => scenarioTable(scenario, time, summary.scenarios.length > 1)),
  ];
}

function compressionTile(compression) {
  const plainBytes = compression.plain_bytes.sent + compression.plain_bytes.received;
  const compressed = compression.compressed_bytes.sent + compression.compressed_bytes.received;
  return plainBytes > 0 && ["Compressed to", percent(Math.round(compressed / plainBytes * 1000) / 1000), [`${bytes(plainBytes)} became ${bytes(compressed)}`]];
}

const LATENCY = [["mean", "mean"], ["p50", "p50"], ["p75", "p75"], ["p95", "p95"], ["p99", "p99"], ["p999", "p99.9"], ["max", "max"]];
const INTENDED = "from the moment each was due, so that a stall is in it";
const ACTUAL = "from when each really began, as most tools count";

function scenarioTable(scenario, time, isNamed) {
  const hasInterrupted = [scenario.iterations, ...scenario.steps].some(one => one.interrupted.count > 0);
  const columns = [
    { label: "step", text: true }, { label: "ok" }, { label: "per second" }, { label: "failed" }, hasInterrupted && { label: "interrupted", title: "cut off by the end of the run: neither ok nor failed" },
    { label: "latency from", text: true }, ...LATENCY.map(([, label]) => ({ label })),
  ].filter(Boolean);
  const rows = scenario.steps.flatMap(step => stepRows(name(step.name), step, time, hasInterrupted));
  rows.push(...stepRows("(iterations)", scenario.iterations, time, hasInterrupted));
  const tagged = scenario.steps.filter(step => step.tags.length > 0);
  const scheduled = scenario.steps.filter(step => step.schedule.late + step.schedule.dropped + step.schedule.unmatched > 0);
  return [
    table(isNamed ? ["Scenario ", name(scenario.name)] : "Latency of what succeeded", columns, rows),
    scenario.connect_wait?.count > 0 && h("p", { class: "note" }, `Waiting for a turn to connect, which is in no latency: p50 ${seconds(scenario.connect_wait.p50)}, p99 ${seconds(scenario.connect_wait.p99)}, max ${seconds(scenario.connect_wait.max)}.`),
    scheduled.length > 0 && table("Messages of schedules", [{ label: "step", text: true }, { label: "late" }, { label: "dropped" }, { label: "unmatched" }],
      scheduled.map(step => [name(step.name), count(step.schedule.late), count(step.schedule.dropped), count(step.schedule.unmatched)])),
    tagged.map(step => details(["By tag: ", name(step.name)], () => tagTable(step, columns, time, hasInterrupted))),
  ];
}

const tagTable = (step, columns, time, hasInterrupted) =>
  table(["By tag: ", name(step.name)], columns, step.tags.flatMap(tag => stepRows([name(tag.tag), ": ", name(tag.value)], tag, time, hasInterrupted)), { hidesCaption: true });

function stepRows(title, figures, time, hasInterrupted) {
  const cells = latency => LATENCY.map(([key]) => ({ cell: seconds(latency[key]), title: latency[key] == null ? null : `${latency[key]} s` }));
  return [
    {
      cells: [
        { cell: title, rows: 2 }, { cell: count(figures.ok.count), rows: 2 }, { cell: perSecond(ratePer(figures.ok.count, time)), rows: 2 },
        { cell: count(figures.fail.count), rows: 2, class: figures.fail.count > 0 ? "bad" : null },
        ...hasInterrupted ? [{ cell: count(figures.interrupted.count), rows: 2 }] : [],
        { cell: "intended", title: INTENDED }, ...cells(figures.latency),
      ],
    },
    {
      attributes: { class: "second" },
      cells: [...Array(hasInterrupted ? 5 : 4).fill(null), { cell: "actual start", title: ACTUAL }, ...cells(figures.latency_uncorrected)],
    },
  ];
}

function timeSection(run, axis) {
  if (run.series.mid.length === 0)
    return null;
  const line = (title, format, parts) => {
    const drawn = parts.filter(([, , values]) => values()?.some(value => value != null));
    return drawn.length === 0 ? null : timeChart(run, { title, axis, format, series: drawn.map(([label, token, values]) => ({ label, color: token, values, fill: "14" })) });
  };
  const rate = sum => () => run.series.rate("sum", sum);
  const level = one => () => run.series.find("level", one)?.values;
  return h("div", { class: "charts" },
    line("Iterations per second", perSecond, [["started", "series-0", rate("started")], ["ended", "series-1", rate("ended")]]),
    line("Users and connections", count, [["users", "series-0", level("users")], ["connections", "series-2", level("connections")]]),
    line("Messages per second", perSecond, [["sent", "series-0", rate("sent")], ["received", "series-1", rate("received")]]),
    line("Bytes per second", bytesPerSecond, [["sent", "series-0", rate("bytes_sent")], ["received", "series-1", rate("bytes_received")]]));
}

/** A chart over the run's bins. */
const timeChart = (run, options) => new Chart({ x: () => run.series.mid, bands: () => run.series.bands, ...options }).figure;

/** Lines of percentiles over the run's bins, of whatever column there is now. */
const percentileLines = (column, isShown = () => true) => PERCENTILES.map(([key, label]) => ({
  label, color: key, values: () => column()[key], dash: key === "max" ? [3, 3] : undefined, width: key === "max" ? 1 : 1.5, show: isShown(key),
}));

/** Steps past this many are folded away, and drawn when they are opened. */
const OPEN_STEPS = 4;

function latencySection(run, axis) {
  const { series } = run;
  const isMany = new Set(series.ofKind("iterations").concat(series.ofKind("step")).map(column => column.scenario)).size > 1;
  const steps = series.ofKind("step").concat(series.ofKind("iterations"));
  if (steps.length === 0)
    return null;
  return steps.map((column, index) => {
    const isStep = column.kind === "step";
    const title = [isMany ? [name(column.scenario), " · "] : null, isStep ? name(column.name) : "(iterations)"];
    const text = `${isMany ? `${visible(column.scenario)} · ` : ""}${isStep ? visible(column.name) : "(iterations)"}`;
    const isOpen = isStep && index < OPEN_STEPS;
    return details(h("h3", null, title), () => stepCharts(run, column, axis, text), { open: isOpen, className: "step" });
  });
}

function stepCharts(run, column, axis, text) {
  const current = kind => run.series.find(kind, column.name, column.scenario);
  const curve = run.curves?.find(one => one.kind === column.kind && one.name === column.name && one.scenario === column.scenario);
  let source = column.kind;
  const chart = new Chart({
    title: `Percentiles of ${text}`, hint: "from intended", axis, isLog: true, format: nanoseconds, x: () => run.series.mid, bands: () => run.series.bands,
    series: percentileLines(() => current(source)),
  });
  const uncorrected = `${column.kind}Uncorrected`;
  const choice = current(uncorrected) ? choose(`Latency of ${text} counts`, [["from intended", INTENDED, column.kind], ["from actual start", ACTUAL, uncorrected]], (label, kind) => {
    source = kind;
    chart.figure.querySelector(".chart-hint").textContent = label;
    chart.refresh();
  }) : null;
  return [
    choice,
    h("div", { class: "charts" },
      chart.figure,
      heatMap(run, () => current(column.kind), axis, `Spread of ${text}`),
      curve && curveChart(`Percentile curve of ${text}`, [
        { label: "from intended", color: "series-0", data: curve.corrected },
        { label: "from actual start", color: "series-1", dash: [5, 4], data: curve.uncorrected },
      ], "each gridline leaves a tenth of what the one before left"),
      countChart(run, column, axis, text)),
  ];
}

function countChart(run, column, axis, text) {
  const rate = kind => () => run.series.rate(kind, column.name, column.scenario) ?? run.series.mid.map(() => 0);
  return timeChart(run, {
    title: `Outcomes of ${text} per second`, axis, format: perSecond,
    series: [
      { label: "ok", color: "series-0", values: rate("ok"), fill: "14" },
      ...run.series.find("fail", column.name, column.scenario) ? [{ label: "failed", color: "bad", values: rate("fail"), fill: "22" }] : [],
    ],
  });
}

/** Radio buttons that look like a switch. */
function choose(label, options, chosen) {
  const group = newId();
  return h("div", { class: "choice", role: "radiogroup", "aria-label": label }, options.map(([text, title, value], index) =>
    h("label", { title }, h("input", { type: "radio", name: group, checked: index === 0, onchange: () => chosen(text, value) }), h("span", null, text))));
}

function connectingSection(run, axis) {
  const { connect } = run.summary;
  const phases = connect.phases.filter(phase => phase.duration.count > 0);
  if (phases.length === 0)
    return null;
  const whole = run.series.find("phase", "connect");
  return [
    waterfall(connect),
    table("Phases of connecting, plain durations", [{ label: "phase", text: true }, { label: "count" }, ...LATENCY.map(([, label]) => ({ label }))],
      phases.map(phase => [phaseName(phase.name), count(phase.duration.count), ...LATENCY.map(([key]) => ({ cell: seconds(phase.duration[key]), title: `${phase.duration[key]} s` }))])),
    h("p", { class: "note" }, `${count(connect.ok.count)} connected, ${count(connect.fail.count)} failed, ${count(connect.interrupted.count)} interrupted.`),
    whole && connectCharts(run, axis),
  ];
}

function connectCharts(run, axis) {
  const whole = () => run.series.find("phase", "connect");
  return h("div", { class: "charts" },
    timeChart(run, { title: "Connecting over time", axis, isLog: true, format: nanoseconds, series: percentileLines(whole) }),
    timeChart(run, {
      title: "Connections made per second", axis, format: perSecond,
      series: [{ label: "made", color: "series-0", values: () => whole().count.map((value, index) => value / run.series.length[index]), fill: "14" }],
    }));
}

function errorsSection(run, axis) {
  const { summary } = run;
  const charts = errorCharts(run, axis);
  const codes = [["received", summary.close_codes], ["sent", summary.close_codes_sent]].flatMap(([way, all]) => Object.entries(all).map(([code, number]) => [code, way, closeMeaning(code), count(number)]));
  if (!charts && codes.length === 0)
    return null;
  return [
    charts,
    codes.length > 0 ? table("Close frames", [{ label: "code", text: true }, { label: "way", text: true }, { label: "meaning", text: true }, { label: "count" }], codes) : null,
  ];
}

function errorCharts(run, axis) {
  const columns = (kind, label) => run.series.ofKind(kind).map(column => ({ kind, name: column.name, label: label(column.name) }));
  const charts = [
    stackChart("Failures per second, by status", run, [...columns("status", status => status), ...columns("lost", status => `lost: ${status}`)], axis, perSecond),
    stackChart("Close frames received per second, by code", run, columns("received", code => code), axis, perSecond),
    stackChart("Close frames sent per second, by code", run, columns("sent", code => code), axis, perSecond),
  ].filter(Boolean);
  return charts.length > 0 ? h("div", { class: "charts" }, charts) : null;
}

const CLOSE_CODES = {
  1000: "normal", 1001: "going away", 1002: "protocol error", 1003: "unsupported data", 1005: "empty: no code", 1007: "invalid data",
  1008: "policy violation", 1009: "message too big", 1010: "missing extension", 1011: "server error", 1012: "service restart", 1013: "try again later", 1014: "bad gateway",
};
const closeMeaning = code => CLOSE_CODES[code] ?? (code >= 4000 ? "the application's own" : NONE);

const THRESHOLD_COLUMNS = [{ label: "condition", text: true }, { label: "scenario", text: true }, { label: "result", text: true }, { label: "value" }];

function thresholdRow(one) {
  return [
    name(one.condition), name(one.scenario),
    h("span", { class: one.crossed ? "tag invalid" : "tag trusted" }, one.crossed ? "crossed" : "kept"),
    [threshold(one), one.aborted_at_seconds == null ? null : `, aborted the run at ${clock(one.aborted_at_seconds, 1)}`],
  ];
}

const thresholdsSection = ({ summary }) =>
  summary.thresholds.length > 0 ? table("Thresholds, held against the whole run", THRESHOLD_COLUMNS, summary.thresholds.map(thresholdRow), { hidesCaption: true }) : null;

const CHECK_COLUMNS = [{ label: "check", text: true }, { label: "scenario", text: true }, { label: "held" }, { label: "did not" }, { label: "share" }];

const checkRow = check => [
  name(check.name), name(check.scenario), count(check.ok.count), { cell: count(check.fail.count), class: check.fail.count > 0 ? "bad" : null },
  check.ok.count + check.fail.count > 0 ? percent(check.ok.count / (check.ok.count + check.fail.count)) : NONE,
];

function checksSection({ summary }) {
  const checks = summary.scenarios.flatMap(scenario => scenario.checks.map(check => ({ ...check, scenario: scenario.name })));
  return checks.length > 0 ? table("How often checks held", CHECK_COLUMNS, checks.map(checkRow), { hidesCaption: true }) : null;
}

function broadcastsSection({ summary }) {
  if (summary.broadcasts.length === 0)
    return null;
  return summary.broadcasts.map(one => [
    table(["Broadcast ", name(one.name)], [{ label: "latency to", text: true }, { label: "count" }, ...LATENCY.map(([, label]) => ({ label }))],
      [["the first receiver", one.first], ["the one in the middle", one.median], ["the last receiver", one.last], ["every receiver", one.deliveries]].map(([title, latency]) =>
        [title, count(latency.count), ...LATENCY.map(([key]) => seconds(latency[key]))])),
    h("p", { class: "note" }, `${count(one.sent)} messages; of ${count(one.expected)} deliveries ${count(one.reached)} came in time, ${count(one.late)} late, ${count(one.lost)} never; ${count(one.duplicates)} twice, ${count(one.out_of_order)} out of order.`),
  ]);
}

function reconnectsSection({ summary }) {
  const having = summary.scenarios.filter(scenario => scenario.reconnects);
  const storms = summary.scenarios.flatMap(scenario => scenario.storms.map(storm => ({ ...storm, scenario: scenario.name })));
  if (having.length === 0 && storms.length === 0)
    return null;
  return [
    having.length > 0 ? table("Connections lost and made again", [
      { label: "scenario", text: true }, { label: "lost" }, { label: "attempts" }, { label: "came back" }, { label: "gave up" }, { label: "p50" }, { label: "p99" }, { label: "max" }],
      having.map(({ name: scenario, reconnects: one }) => [
        name(scenario), count(one.lost), count(one.attempts), count(one.ok.count), count(one.fail.count), seconds(one.recover.p50), seconds(one.recover.p99), seconds(one.recover.max)])) : null,
    storms.length > 0 ? table("Storms", [
      { label: "at", text: true }, { label: "scenario", text: true }, { label: "living" }, { label: "cut" }, { label: "attempts" }, { label: "first back" }, { label: "median" }, { label: "p99" }, { label: "last back" }, { label: "never" }],
      storms.map(storm => [
        clock(storm.at_seconds, 1), name(storm.scenario), count(storm.living), count(storm.cut), count(storm.attempts),
        seconds(storm.recover.min), seconds(storm.recover.p50), seconds(storm.recover.p99), seconds(storm.recover.max), { cell: count(storm.never), class: storm.never > 0 ? "bad" : null }])) : null,
  ];
}

function metricsSection(run, axis) {
  const { summary } = run;
  const { counters, gauges, histograms } = summary.metrics;
  if (counters.length + gauges.length + histograms.length === 0)
    return null;
  const rows = (title, columns, items, cells) => items.length > 0
    ? table(title, [{ label: "metric", text: true }, { label: "unit", text: true }, ...columns.map(label => ({ label }))], items.map(item => [name(item.name), name(item.unit), ...cells(item)]))
    : null;
  return [
    rows("Counters", ["count", "per second"], counters, item => [count(item.count), perSecond(ratePer(item.count, summary.duration_seconds))]),
    rows("Gauges", ["last", "least", "largest"], gauges, item => [plain(item.last), plain(item.min), plain(item.max)]),
    rows("Histograms", ["count", ...LATENCY.map(([, label]) => label)], histograms, item => [count(item.count), ...LATENCY.map(([key]) => plain(item[key]))]),
    metricCharts(run, axis),
  ];
}

function metricCharts(run, axis) {
  const chart = (title, format, values) => timeChart(run, { title, axis, format, series: [{ label: "value", color: "series-0", values, fill: "14" }] });
  const charts = [
    ...run.series.ofKind("counter").map(column => chart(`${visible(column.name)} per second`, perSecond, () => run.series.rate("counter", column.name))),
    ...run.series.ofKind("gauge").map(column => chart(visible(column.name), plain, () => run.series.find("gauge", column.name).values)),
  ];
  return charts.length > 0 ? h("div", { class: "charts" }, charts) : null;
}

function generatorCharts(run, axis) {
  const lag = () => run.series.find("lag", "");
  return h("div", { class: "charts" },
    lag() && timeChart(run, {
      title: "How late the event loops were", hint: "looked at a hundred times per second", axis, isLog: true, format: nanoseconds, series: percentileLines(lag, key => key !== "p90"),
    }),
    run.series.find("sum", "gc") && timeChart(run, {
      title: "Garbage collection", hint: "share of the time that all threads were held", axis, format: value => value == null ? NONE : percent(Math.round(value * 1e5) / 1e5),
      series: [{ label: "held", color: "series-1", values: () => run.series.rate("sum", "gc"), fill: "14" }],
    }));
}

function generatorSection(run, axis) {
  const { generator, trust } = run.summary;
  const cost = part => [
    seconds(part.cpu_user_seconds), seconds(part.cpu_system_seconds), part.cpu_seconds_per_message == null ? NONE : seconds(part.cpu_seconds_per_message),
    bytes(part.allocated_bytes), part.allocated_bytes_per_message == null ? NONE : bytes(Math.round(part.allocated_bytes_per_message)), seconds(part.gc_pause_seconds), bytes(part.max_rss_bytes)];
  return [
    generatorCharts(run, axis),
    table("What the generator itself cost", [
      { label: "over", text: true }, { label: "CPU user" }, { label: "CPU system" }, { label: "CPU per message" }, { label: "allocated" }, { label: "per message" }, { label: "GC pauses" }, { label: "max RSS" }],
      [["the load", ...cost(generator.measured)], ["the process", ...cost(generator)]]),
    trust && trust.figures.loops.length > 0 ? details("Event loops", () => table("Event loops", [
      { label: "loop", text: true }, { label: "lag p50" }, { label: "lag p99" }, { label: "lag max" }, { label: "late arrivals p99" }, { label: "CPU" }, { label: "waited for a core" }, { label: "allocated" }],
      trust.figures.loops.map((loop, index) => [
        String(index), seconds(loop.lag.p50), seconds(loop.lag.p99), seconds(loop.lag.max), seconds(loop.lateness.p99), seconds(loop.cpu_seconds), seconds(loop.cpu_wait_seconds), bytes(loop.allocated_bytes)]), { hidesCaption: true })) : null,
    trust && trust.figures.blocks.length > 0 ? table("Code of the script that kept its event loop", [
      { label: "scenario", text: true }, { label: "step", text: true }, { label: "times" }, { label: "in all" }, { label: "longest" }, { label: "at" }, { label: "user" }],
      trust.figures.blocks.map(block => [
        block.scenario == null ? NONE : name(block.scenario), block.step == null ? NONE : name(block.step), count(block.count), seconds(block.total_seconds), seconds(block.longest_seconds), clock(block.longest_at_seconds, 1), count(block.longest_user)])) : null,
  ];
}

/** Everything that environment.json holds, name by name. */
function environmentSection({ environment }) {
  return environment && facts(flat(environment).filter(([key]) => key !== "schema_version").map(([key, value]) => [key.replaceAll("_", " "), name(value)]));
}

function flat(value, path = "") {
  if (value === null)
    return [];
  if (Array.isArray(value))
    return value.every(item => typeof item !== "object") ? [[path, value.join(" ")]] : value.flatMap((item, index) => flat(item, `${path} ${index}`.trim()));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path} · ${key}` : key));
  return [[path, String(value)]];
}

const scriptSection = ({ script }) => script == null ? null : h("pre", { class: "script", tabindex: 0, "aria-label": "The script" }, h("code", null, visibleLines(script)));

function downloadsSection(run) {
  const span = run.logIntervals > 0 ? `${run.logIntervals} ${run.logIntervals === 1 ? "interval" : "intervals"} of ${length(run.series.end / run.logIntervals)} each` : "no interval";
  const files = [
    ["summary.json", "every figure of this page", "application/json"],
    ["environment.json", "where and how it was measured", "application/json"],
    ["run.hlog", `latencies as HdrHistogram's tools read them: ${span}; the folder of the run's results has one of each second`, "text/plain"],
    ["script", "as it was run", "text/plain"],
  ].filter(([part]) => run.parts[part]);
  return files.length === 0 ? null : h("ul", { class: "downloads" }, files.map(([part, text, type]) => {
    const file = part === "script" ? run.environment?.script?.path?.split(/[/\\]/).at(-1) ?? "script.csx" : part;
    return h("li", null, h("button", { type: "button", onclick: async () => save(file, await run.text(part), type) }, visible(file)), " ", text);
  }));
}

function save(file, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: address, download: file }).click();
  URL.revokeObjectURL(address);
}
