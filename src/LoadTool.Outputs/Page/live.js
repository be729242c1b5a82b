// The page while its run goes on: fed by events, with buttons, and the whole report when the run has ended.

function beginLive(page, { token, mostLoad }) {
  const view = new LiveView(page, token, mostLoad);
  const address = new URL("events", location.href);
  address.search = location.search;
  const source = new EventSource(address);
  const on = (type, act) => source.addEventListener(type, event => act(JSON.parse(event.data)));
  on("run", info => view.start(info));
  on("all", series => view.replaceAll(series));
  on("bin", bin => view.add(bin));
  on("last", bin => view.replaceLast(bin));
  on("state", state => view.show(state));
  on("line", line => view.log(line));
  on("end", ({ data }) => {
    source.close();
    view.end(data);
  });
  source.addEventListener("error", () => view.lose());
}

class LiveView {
  constructor(page, token, mostLoad) {
    Object.assign(this, { page, token, mostLoad });
    this.word = h("span", { class: "live-word" }, "Connecting");
    this.clock = h("span", { class: "live-clock" });
    this.progress = h("progress", { max: 1, value: 0, "aria-label": "Progress of the load", hidden: true });
    this.message = h("p", { class: "live-message", role: "status" });
    this.head = h("header", { class: "head" });
    this.now = h("div", null);
    this.body = h("div", null);
    this.lines = h("pre", { class: "log", tabindex: 0, "aria-label": "Log" });
    this.controls = this.makeControls();
    page.replaceChildren(this.head, h("div", { class: "live-bar" }, this.word, this.clock, this.progress, this.controls), this.message, this.body);
  }

  /** Everything from the beginning: events come anew after a connection was lost. */
  start(info) {
    this.info = info;
    this.run = { series: prepareSeries({ heatBits: 3, from: [], to: [], columns: [] }) };
    this.axis = new TimeAxis(0);
    this.shape = null;
    this.lines.replaceChildren();
    this.head.replaceChildren(h("div", { class: "brand" }, "LoadTool"), h("h1", null, name(info.name)), facts([
      ["Target", name(info.target)],
      ["Started", h("time", { datetime: info.started_at }, info.started_at.replace("T", " ").replace(/\.\d+Z$/, " UTC"))],
    ]));
    this.progress.hidden = info.planned_seconds == null;
    this.word.textContent = "Running";
    this.word.dataset.state = "running";
    this.say("");
  }

  replaceAll(series) {
    this.run.series = prepareSeries(series);
    this.change();
  }

  add(bin) {
    appendBin(this.run.series, bin);
    this.change();
  }

  replaceLast(bin) {
    dropLastBin(this.run.series);
    appendBin(this.run.series, bin);
    this.change();
  }

  /** What is hidden is not drawn: browsers give no frames to it. */
  change() {
    this.axis.end = this.run.series.end;
    if (!this.isAsked) {
      this.isAsked = true;
      requestAnimationFrame(() => {
        this.isAsked = false;
        if (!this.hasEnded)
          this.draw();
      });
    }
  }

  draw() {
    const shape = JSON.stringify(this.run.series.columns.map(column => [column.kind, column.name, column.scenario]));
    this.now.replaceChildren(...this.tiles());
    if (shape !== this.shape) {
      this.shape = shape;
      this.build();
    }
    for (const chart of [...charts]) {
      if (chart.figure.isConnected)
        chart.refresh();
      else
        chart.dispose();
    }
    document.documentElement.dataset.bins = this.run.series.to.length;
  }

  build() {
    const { run, axis } = this;
    const sections = [
      ["now", "Now", this.now],
      ["time", "Over time", timeSection(run, axis)],
      ["latency", "Latency", latencySection(run, axis)],
      ["connecting", "Connecting", run.series.find("phase", "connect") ? connectCharts(run, axis) : null],
      ["errors", "Errors and closes", errorCharts(run, axis)],
      ["metrics", "The script's metrics", metricCharts(run, axis)],
      ["generator", "Generator", generatorCharts(run, axis)],
      ["log", "Log", this.lines],
    ].filter(([, , content]) => content);
    this.body.replaceChildren(
      navigation(sections.map(([id, title]) => [id, title]), axis, run.series.bands),
      h("main", null, sections.map(([id, title, content]) => h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), content))));
    document.documentElement.dataset.ready = "true";
  }

  tiles() {
    const { series } = this.run;
    const last = values => values?.at(-1);
    const total = kind => series.ofKind(kind).reduce((sum, column) => sum + column.values.reduce((one, other) => one + other, 0), 0);
    const failures = total("status");
    const tiles = [
      ["Users", count(last(series.find("level", "users")?.values)), `${count(last(series.find("level", "connections")?.values))} connections`],
      ["Iterations", perSecond(last(series.rate("sum", "ended")) ?? 0), `${perSecond(last(series.rate("sum", "started")) ?? 0)} started`],
      ["Messages sent", perSecond(last(series.rate("sum", "sent")) ?? 0), bytesPerSecond(last(series.rate("sum", "bytes_sent")) ?? 0)],
      ["Messages received", perSecond(last(series.rate("sum", "received")) ?? 0), bytesPerSecond(last(series.rate("sum", "bytes_received")) ?? 0)],
      ["Failures", count(failures), "since the start", failures > 0],
      ...series.ofKind("step").slice(0, 3).map(step => [`p99 of ${visible(step.name)}`, nanoseconds(last(step.p99)), `p50 ${nanoseconds(last(step.p50))}`]),
    ];
    const limits = this.state?.thresholds ?? [];
    return [
      h("ul", { class: "tiles" }, tiles.map(([label, value, note, isBad]) => h("li", null,
        h("span", { class: "tile-label" }, label), h("span", { class: isBad ? "tile-value bad" : "tile-value" }, value), h("span", { class: "tile-note" }, note)))),
      ...limits.length > 0 ? [table("Thresholds so far", THRESHOLD_COLUMNS, limits.map(one => [
        name(one.condition), name(one.scenario), h("span", { class: one.crossed ? "tag invalid" : "tag trusted" }, one.crossed ? "crossed" : "kept"), one.value]))] : [],
    ];
  }

  show(state) {
    this.state = state;
    const planned = this.info.planned_seconds;
    this.clock.textContent = clock(state.elapsed_seconds) + (planned == null ? "" : ` of ${clock(planned)}`);
    this.progress.value = planned > 0 ? Math.min(state.elapsed_seconds / planned, 1) : 0;
    if (state.stopping)
      this.word.textContent = "Stopping";
    this.change();
  }

  log(line) {
    const isAtEnd = this.lines.scrollTop + this.lines.clientHeight >= this.lines.scrollHeight - 4;
    this.lines.append(`${line.at.slice(11, 19)}  ${visibleLines(line.text)}\n`);
    while (this.lines.childNodes.length > 200)
      this.lines.firstChild.remove();
    if (isAtEnd)
      this.lines.scrollTop = this.lines.scrollHeight;
  }

  makeControls() {
    const factor = h("input", { type: "number", id: "factor", min: 0, max: this.mostLoad, step: "any", value: 1 });
    const set = h("button", { type: "button", onclick: () => this.scale(factor.valueAsNumber) }, "Set load");
    factor.addEventListener("keydown", event => event.key === "Enter" && set.click());
    const stop = h("button", { type: "button", class: "danger", onblur: () => arm(false), onclick: () => isArmed ? this.press("stop", "Stopping in order") : arm(true) }, "Stop");
    let isArmed = false;

    // One click is soon made; a run of an hour is not.
    const arm = armed => {
      isArmed = armed;
      stop.textContent = armed ? "Really stop?" : "Stop";
    };
    return h("div", { class: "controls" },
      h("label", { for: "factor" }, "Load, times the plan"), factor, set, stop);
  }

  async scale(factor) {
    if (!(factor >= 0 && factor <= this.mostLoad))
      this.say(`A load is 0 to ${this.mostLoad} times what was planned.`);
    else
      await this.press(`load?factor=${factor}`, `Load set to ${plain(factor)} times the plan`);
  }

  async press(path, done) {
    try {
      const answer = await fetch(path, { method: "POST", headers: { "X-LoadTool-Token": this.token } });
      this.say(answer.ok ? done : answer.status === 409 ? "The load is not running" : `Refused: ${answer.status}`);
    } catch {
      this.say("The run cannot be reached");
    }
  }

  say(text) {
    this.message.textContent = text;
  }

  lose() {
    this.word.textContent = "Connection lost";
    this.word.dataset.state = "lost";
    this.say("The run's process has ended, or cannot be reached. What is shown is the last that came; it goes on by itself when the connection does.");
  }

  async end(data) {
    this.hasEnded = true;
    const page = wholePage(data);
    const parts = new DOMParser().parseFromString(data, "text/html");
    document.body.append(...parts.querySelectorAll('script[type="application/gzip"]'));
    for (const chart of [...charts])
      chart.dispose();
    const runs = await readRuns();
    const body = h("div", null);
    showRuns(body, runs);
    this.page.replaceChildren(
      h("div", { class: "live-bar" }, h("span", { class: "live-word", "data-state": "ended" }, "The run has ended"), h("span", null, "This page has all of it, and needs the run no more."),
        h("div", { class: "controls" }, h("button", { type: "button", onclick: () => save("report.html", page, "text/html") }, "Save report.html"))),
      ...body.childNodes);
    document.documentElement.dataset.ended = "true";
    announce("The run has ended");
  }
}

/** This page around a run's data, as a file that needs no server. */
function wholePage(data) {
  const script = document.querySelector("body > script:not([type])").textContent;
  const head = document.head.outerHTML.replace("connect-src 'self'", "connect-src 'none'");
  const element = "script";
  return `<!doctype html>\n<html lang="en">\n${head}\n<body>\n<div id="page"></div>\n${data}\n<${element}>${script}</${element}>\n</body>\n</html>\n`;
}

/** What a column has before it first counted something. */
const nothingOf = key => ({ values: 0, count: 0, heat: [] })[key] ?? null;

function appendBin(series, bin) {
  const before = series.to.length;
  series.from.push(bin.from[0]);
  series.to.push(bin.to[0]);
  for (const one of bin.columns) {
    const lists = Object.keys(one).filter(key => Array.isArray(one[key]));
    let column = series.find(one.kind, one.name, one.scenario);
    if (!column) {
      column = { ...one, ...Object.fromEntries(lists.map(key => [key, Array.from({ length: before }, () => nothingOf(key))])) };
      series.columns.push(column);
    }
    for (const key of lists)
      column[key].push(one[key][0]);
  }
  prepareSeries(series);
}

function dropLastBin(series) {
  series.from.pop();
  series.to.pop();
  for (const column of series.columns) {
    for (const list of Object.values(column).filter(Array.isArray))
      list.pop();
  }
}
