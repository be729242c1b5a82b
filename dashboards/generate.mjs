// Writes the dashboards: node generate.mjs. Grafana's JSON is nine tenths repetition; what differs stands here, once.
import { writeFileSync } from 'node:fs';

const prometheus = { type: 'prometheus', uid: '${datasource}' };
const postgres = { type: 'grafana-postgresql-datasource', uid: '${datasource}' };

// Series of the chosen run (or runs), and their last values: a run that has ended is shown as it ended.
const of = (name, more = '') => `${name}{testid=~"$testid"${more && `,${more}`}}`;
const last = (name, more) => `last_over_time(${of(name, more)}[$__range])`;
const rate = (name, more) => `rate(${of(name, more)}[$__rate_interval])`;

// Remote write sends native histograms, a scrape brings classic ones: whichever there is.
const quantile = (q, name, labels, more) => {
  const by = labels.join(', ');
  return `histogram_quantile(${q}, sum by (${by}) (${rate(name, more)})) or histogram_quantile(${q}, sum by (${by ? `${by}, ` : ''}le) (${rate(`${name}_bucket`, more)}))`;
};
const heat = (name, more) => `sum(${rate(name, more)}) or sum by (le) (${rate(`${name}_bucket`, more)})`;
const exact = (q, name, more) => last(`${name}_quantile_seconds`, `quantile="${q}"${more ? `,${more}` : ''}`);

const step = 'scenario=~"$scenario",step=~"$step"';
const failed = 'status!~"Ok|Interrupted"';
const ended = 'status!="Interrupted"';

// Queries.
const range = (expr, legendFormat = '__auto') => ({ expr, legendFormat, range: true });
const now = (expr, legendFormat = '__auto') => ({ expr, legendFormat, instant: true, range: false });
const rows = (expr) => ({ ...now(expr), format: 'table' });
const sql = (rawSql, format) => ({ rawSql, format, rawQuery: true, editorMode: 'code' });

// Panels. Sizes are columns (of 24) by rows of the grid; places follow from the order.
const panel = (type, title, w, h, targets, { unit, description, options, custom, defaults, overrides = [], transformations } = {}) => ({
  type,
  title,
  ...(description && { description }),
  size: { w, h },
  targets,
  fieldConfig: { defaults: { ...(unit && { unit }), ...(custom && { custom }), ...defaults }, overrides },
  options,
  ...(transformations && { transformations }),
});
const legend = (calcs = []) => ({ displayMode: calcs.length ? 'table' : 'list', placement: 'bottom', showLegend: true, calcs });
const lines = (title, w, h, targets, { custom, ...more } = {}) => panel('timeseries', title, w, h, targets, {
  options: { legend: legend(), tooltip: { mode: 'multi', sort: 'desc' } },
  custom: { lineWidth: 1, fillOpacity: 0, showPoints: 'auto', spanNulls: false, ...custom },
  ...more,
});
const bars = (title, w, h, targets, { custom, ...more } = {}) =>
  lines(title, w, h, targets, { custom: { drawStyle: 'bars', fillOpacity: 80, stacking: { mode: 'normal', group: 'A' }, ...custom }, ...more });
const stat = (title, w, h, targets, more) => panel('stat', title, w, h, targets, {
  options: { colorMode: 'value', graphMode: 'none', justifyMode: 'auto', orientation: 'auto', textMode: 'auto', wideLayout: true, percentChangeColorMode: 'standard', showPercentChange: false, reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } },
  ...more,
});
const table = (title, w, h, targets, { transformations, ...more } = {}) => panel('table', title, w, h, targets, {
  options: { showHeader: true, cellHeight: 'sm', frameIndex: 0 },
  transformations,
  ...more,
});
const heatmap = (title, w, h, expr) => panel('heatmap', title, w, h, [{ ...range(expr, '{{le}}'), format: 'heatmap' }], {
  options: {
    calculate: false,
    color: { exponent: 0.5, fill: 'dark-orange', mode: 'scheme', reverse: false, scale: 'exponential', scheme: 'Spectral', steps: 64 },
    yAxis: { axisPlacement: 'left', unit: 's' },
    cellGap: 1,
    showValue: 'never',
    tooltip: { mode: 'single', showColorScale: true, yHistogram: true },
    legend: { show: true },
    rowsFrame: { layout: 'auto' },
    filterValues: { le: 1e-9 },
    exemplars: { color: 'rgba(255,0,255,0.7)' },
  },
});
const gauge = (title, w, h, targets, more) => panel('bargauge', title, w, h, targets, {
  options: { displayMode: 'basic', orientation: 'horizontal', valueMode: 'color', namePlacement: 'auto', showUnfilled: true, sizing: 'auto', minVizWidth: 8, minVizHeight: 16, maxVizHeight: 300, legend: { ...legend(), showLegend: false },
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } },
  ...more,
});
const limits = (...steps) => ({ thresholds: { mode: 'absolute', steps: steps.map(([color, value]) => ({ color, value })) }, color: { mode: 'thresholds' } });
const words = (...texts) => [{ type: 'value', options: Object.fromEntries(texts.map(([text, color], index) => [index, { text, color, index }])) }];
const row = (title) => ({ row: title });
const merged = (renamed, hidden) => [
  { id: 'merge', options: {} },
  { id: 'organize', options: { excludeByName: Object.fromEntries(['Time', '__name__', 'instance', 'job', 'quantile', ...hidden].map((name) => [name, true])), indexByName: {}, renameByName: renamed } },
];

// Variables.
const query = (name, label, text, { multi = false, source = prometheus, sort = 0 } = {}) => ({
  type: 'query', name, label, datasource: source, query: source === prometheus ? { qryType: 1, query: text, refId: 'PrometheusVariableQueryEditor-VariableQuery' } : text, refresh: 2, sort, multi, includeAll: multi && name !== 'testid',
  ...(multi && name !== 'testid' && { allValue: '.*' }), hide: 0, skipUrlSync: false,
});
const source = (type) => ({ type: 'datasource', name: 'datasource', label: 'Data source', query: type, refresh: 1, multi: false, includeAll: false, hide: 0, skipUrlSync: false });
const testid = (more) => query('testid', 'Run', 'label_values(loadtool_run_info, testid)', { sort: 2, ...more });
const scenario = query('scenario', 'Scenario', 'label_values(loadtool_ws_steps_total{testid=~"$testid"}, scenario)', { multi: true, sort: 1 });
const stepOf = query('step', 'Step', 'label_values(loadtool_ws_steps_total{testid=~"$testid",scenario=~"$scenario"}, step)', { multi: true, sort: 1 });

function dashboard(file, title, description, { variables, panels, from = 'now-30m', refresh = '5s', data = prometheus }) {
  let [x, y, height, id] = [0, 0, 0, 0];
  const place = (w, h) => {
    if (x + w > 24)
      [x, y, height] = [0, y + height, 0];
    const gridPos = { x, y, w, h };
    [x, height] = [x + w, Math.max(height, h)];
    return gridPos;
  };
  const placed = panels.map(({ row: name, size, targets, ...rest }) => {
    id += 1;
    if (name) {
      [x, y, height] = [0, y + height, 0];
      const gridPos = { x: 0, y, w: 24, h: 1 };
      y += 1;
      return { id, type: 'row', title: name, collapsed: false, gridPos, panels: [] };
    }
    const letters = targets.map((target, index) => ({ refId: String.fromCharCode(65 + index), datasource: data, ...target }));
    return { id, ...rest, datasource: data, gridPos: place(size.w, size.h), targets: letters };
  });
  const all = {
    uid: file, title, description, tags: ['loadtool'], schemaVersion: 41, version: 1, editable: true, graphTooltip: 1, fiscalYearStartMonth: 0, timezone: 'browser',
    time: { from, to: 'now' }, timepicker: {}, refresh, links: [{ type: 'dashboards', title: 'LoadTool', tags: ['loadtool'], asDropdown: true, icon: 'external link', includeVars: true, keepTime: true, targetBlank: false, tooltip: '', url: '' }],
    annotations: { list: [] }, templating: { list: variables }, panels: placed,
  };
  writeFileSync(new URL(`${file}.json`, import.meta.url), `${JSON.stringify(all, null, 2)}\n`);
}

const verdict = { defaults: { mappings: words(['trusted', 'green'], ['degraded', 'orange'], ['invalid', 'red']), noValue: 'still running', ...limits(['green', null], ['orange', 1], ['red', 2]) } };
const none = { defaults: { ...limits(['green', null], ['red', 1]), decimals: 0 } };
const errors = { unit: 'percentunit', defaults: { ...limits(['green', null], ['orange', 0.001], ['red', 0.01]) } };
const errorRate = (read) => `1 - sum by (testid) (${read('loadtool_ws_steps_total', 'status="Ok"')}) / sum by (testid) (${read('loadtool_ws_steps_total', ended)})`;
const latency = 'loadtool_ws_message_rtt';

dashboard('loadtool-run', 'LoadTool: a run', 'One run, live or as it ended: what the report page shows.', {
  variables: [source('prometheus'), testid(), scenario, stepOf],
  panels: [
    row('Verdict'),
    stat('Generator', 3, 4, [now(last('loadtool_run_trust'))], { description: 'Whether the generator was good enough for the figures to be believed. Said at the end.', ...verdict }),
    stat('Thresholds crossed', 3, 4, [now(`sum(${last('loadtool_threshold_crossed')})`)], none),
    stat('Failed steps', 3, 4, [now(errorRate(last))], errors),
    stat('p50', 3, 4, [now(exact('0.5', latency, step), '{{step}}')], { unit: 's', description: 'Exact, since the run\'s start, from the intended moment.' }),
    stat('p99', 3, 4, [now(exact('0.99', latency, step), '{{step}}')], { unit: 's', description: 'Exact, since the run\'s start, from the intended moment.' }),
    stat('Messages', 3, 4, [now(`sum(${last('loadtool_ws_messages_sent_total')})`, 'sent'), now(`sum(${last('loadtool_ws_messages_received_total')})`, 'received')], { unit: 'short' }),
    stat('Iterations', 3, 4, [now(`sum(${last('loadtool_ws_iterations_total')})`, 'ended'), now(`sum(${last('loadtool_ws_iterations_started_total')})`, 'started')], { unit: 'short' }),
    stat('Duration', 3, 4, [now(last('loadtool_run_duration_seconds'))], { unit: 's' }),
    table('The run', 24, 4, [rows(last('loadtool_run_info'))], { transformations: merged({ started_at: 'started at' }, ['Value']) }),
    row('Load'),
    lines('Users and connections', 8, 8, [range(of('loadtool_ws_users'), 'users'), range(of('loadtool_ws_connections'), 'connections')], { unit: 'short' }),
    lines('Iterations', 8, 8, [range(rate('loadtool_ws_iterations_started_total'), 'started'), range(`sum by (scenario, status) (${rate('loadtool_ws_iterations_total')})`, '{{scenario}} {{status}}')], { unit: 'ops' }),
    lines('Messages', 8, 8, [range(rate('loadtool_ws_messages_sent_total'), 'sent'), range(rate('loadtool_ws_messages_received_total'), 'received')], { unit: 'ops' }),
    lines('Bytes on the wire', 8, 8, [range(rate('loadtool_ws_bytes_sent_total'), 'sent'), range(rate('loadtool_ws_bytes_received_total'), 'received')], { unit: 'binBps' }),
    lines('Steps', 8, 8, [range(`sum by (scenario, step) (${rate('loadtool_ws_steps_total', `${step},status="Ok"`)})`, '{{scenario}} {{step}}')], { unit: 'ops', description: 'Successful ones.' }),
    lines('Messages of schedules', 8, 8, [range(`sum by (step, result) (${rate('loadtool_ws_scheduled_messages_total')})`, '{{step}} {{result}}')],
      { unit: 'ops', description: 'Sent late, never sent, or received without having been asked for.' }),
    row('Latency'),
    lines('Latency by step', 12, 9, [0.5, 0.95, 0.99].map((q) => range(quantile(q, `${latency}_seconds`, ['scenario', 'step'], step), `{{step}} p${q * 100}`)),
      { unit: 's', custom: { scaleDistribution: { type: 'log', log: 10 } }, description: 'From the intended moment, so that a stall shows; within the width of a bucket. The table has exact figures.' }),
    lines('From the intended moment, and from the real one', 12, 9, [range(quantile(0.99, `${latency}_seconds`, ['step'], step), '{{step}} p99'), range(quantile(0.99, `${latency}_uncorrected_seconds`, ['step'], step), '{{step}} p99 uncorrected')],
      { unit: 's', custom: { scaleDistribution: { type: 'log', log: 10 } }, description: 'What lies between the two is time that messages waited before they could be sent.' }),
    heatmap('All latencies', 12, 9, heat(`${latency}_seconds`, step)),
    table('Steps, exactly', 12, 9, [
      rows(`sum by (scenario, step) (${last('loadtool_ws_steps_total', `${step},status="Ok"`)})`), rows(`sum by (scenario, step) (${last('loadtool_ws_steps_total', `${step},${failed}`)})`),
      ...['0.5', '0.95', '0.99', '1.0'].map((q) => rows(`max by (scenario, step) (${exact(q, latency, step)})`)), rows(`max by (scenario, step) (${exact('0.99', `${latency}_uncorrected`, step)})`),
    ], {
      description: 'Since the run\'s start.',
      transformations: merged({ 'Value #A': 'ok', 'Value #B': 'failed', 'Value #C': 'p50', 'Value #D': 'p95', 'Value #E': 'p99', 'Value #F': 'max', 'Value #G': 'p99 uncorrected' }, []),
      overrides: [{ matcher: { id: 'byRegexp', options: 'p.*|max' }, properties: [{ id: 'unit', value: 's' }] }],
    }),
    lines('By tag', 12, 8, [range(`${of('loadtool_ws_tagged_rtt_seconds', `${step},quantile="0.99"`)} or histogram_quantile(0.99, ${of('loadtool_ws_tagged_rtt_seconds', `${step},quantile=""`)})`, '{{step}} {{tag}}={{value}} p99')],
      { unit: 's', description: 'p99 since the run\'s start.' }),
    lines('Whole iterations', 12, 8, [0.5, 0.99].map((q) => range(exact(`${q}`, 'loadtool_ws_iteration_duration', 'scenario=~"$scenario"'), `{{scenario}} p${q * 100}`)), { unit: 's', description: 'Exact, since the run\'s start.' }),
    row('Connecting'),
    lines('Phases', 8, 8, [range(quantile(0.95, 'loadtool_ws_connect_duration_seconds', ['phase']), '{{phase}} p95')], { unit: 's' }),
    gauge('Phases since the start, median', 8, 8, [now(exact('0.5', 'loadtool_ws_connect_duration'), '{{phase}}')], { unit: 's', defaults: limits(['blue', null]) }),
    bars('Sockets that could not connect', 8, 8, [range(`sum by (status, phase) (${rate('loadtool_ws_connect_failures_total')})`, '{{phase}}: {{status}}')], { unit: 'ops' }),
    gauge('Waiting for a turn to connect', 24, 4, [now(exact('0.5', 'loadtool_ws_connect_wait'), '{{scenario}} p50'), now(exact('0.99', 'loadtool_ws_connect_wait'), '{{scenario}} p99')],
      { unit: 's', defaults: limits(['blue', null]), description: 'Where a scenario limits how often it connects. In no latency; said at the end.' }),
    row('Reconnects and storms'),
    table('Connections lost and made again', 24, 6, [
      rows(`sum by (scenario) (${last('loadtool_ws_kept_connections_lost_total')})`), rows(`sum by (scenario) (${last('loadtool_ws_reconnect_attempts_total')})`),
      rows(`sum by (scenario) (${last('loadtool_ws_reconnects_total', 'status="Ok"')})`),
      ...['0.5', '0.99', '1.0'].map((q) => rows(`max by (scenario) (${exact(q, 'loadtool_ws_reconnect_duration')})`)),
    ], {
      description: 'Of users that stay connected, and how long they were without connection. Said at the end.',
      transformations: merged({ 'Value #A': 'lost', 'Value #B': 'attempts', 'Value #C': 'came back', 'Value #D': 'p50', 'Value #E': 'p99', 'Value #F': 'max' }, []),
      overrides: [{ matcher: { id: 'byRegexp', options: 'p.*|max' }, properties: [{ id: 'unit', value: 's' }] }],
    }),
    table('Storms', 24, 6, [
      rows(`max by (scenario, storm) (${last('loadtool_ws_storm_at_seconds')})`),
      ...['living', 'cut', 'never_back'].map((state) => rows(`max by (scenario, storm) (${last('loadtool_ws_storm_connections', `state="${state}"`)})`)),
      rows(`max by (scenario, storm) (${last('loadtool_ws_storm_attempts')})`),
      ...['0.5', '0.99', '1.0'].map((q) => rows(`max by (scenario, storm) (${exact(q, 'loadtool_ws_storm_recover')})`)),
    ], {
      description: 'Connections before each storm, those it cut, and the time until their users were back. Said at the end.',
      transformations: merged({ 'Value #A': 'at', 'Value #B': 'living', 'Value #C': 'cut', 'Value #D': 'never back', 'Value #E': 'attempts', 'Value #F': 'median', 'Value #G': 'p99', 'Value #H': 'last back' }, []),
      overrides: [{ matcher: { id: 'byRegexp', options: 'at|median|p99|last back' }, properties: [{ id: 'unit', value: 's' }] }],
    }),
    row('Errors'),
    bars('Failed steps by status', 8, 8, [range(`sum by (step, status) (${rate('loadtool_ws_steps_total', `${step},${failed}`)})`, '{{step}}: {{status}}')], { unit: 'ops' }),
    bars('Close codes', 8, 8, [range(`sum by (code, direction) (${rate('loadtool_ws_closes_total')})`, '{{code}} {{direction}}')], { unit: 'ops', description: '1005 stands for a close without a code.' }),
    bars('Connections lost', 8, 8, [range(`sum by (status) (${rate('loadtool_ws_lost_connections_total')})`, '{{status}}')], { unit: 'ops', description: 'While nobody awaited anything of them.' }),
    row('Thresholds and checks'),
    panel('state-timeline', 'Thresholds', 12, 8, [range(of('loadtool_threshold_crossed'), '{{scenario}}: {{threshold}}')], {
      options: { showValue: 'auto', rowHeight: 0.8, mergeValues: true, alignValue: 'left', legend: legend(), tooltip: { mode: 'single', sort: 'none' } },
      custom: { lineWidth: 0, fillOpacity: 70 }, defaults: { mappings: words(['holds', 'green'], ['crossed', 'red']) },
    }),
    table('Checks', 12, 8, [rows(`sum by (scenario, check) (${last('loadtool_ws_checks_total', 'result="ok"')})`), rows(`sum by (scenario, check) (${last('loadtool_ws_checks_total', 'result="fail"')})`)],
      { transformations: merged({ 'Value #A': 'held', 'Value #B': 'did not' }, []) }),
    table('What thresholds are held against', 24, 6, [rows(`max by (scenario, threshold) (${last('loadtool_threshold_value')})`), rows(`max by (scenario, threshold) (${last('loadtool_threshold_crossed')})`)], {
      description: 'Latencies in seconds, rates of failures as a share of 1.',
      transformations: merged({ 'Value #A': 'value', 'Value #B': 'crossed' }, []),
      overrides: [{ matcher: { id: 'byName', options: 'crossed' }, properties: [{ id: 'mappings', value: words(['no', 'green'], ['yes', 'red']) }] }],
    }),
    row('Generator'),
    lines('Lag of event loops', 8, 8, [range(quantile(0.99, 'loadtool_loop_lag_seconds', ['loop']), 'loop {{loop}} p99'), range(exact('1.0', 'loadtool_loop_lag'), 'loop {{loop}} longest so far')],
      { unit: 's', description: 'Late beyond 10 ms, the generator itself shapes the figures.', custom: { thresholdsStyle: { mode: 'line' } }, defaults: { thresholds: { mode: 'absolute', steps: [{ color: 'green', value: null }, { color: 'orange', value: 0.01 }] } } }),
    lines('Processor time of event loops', 8, 8, [range(rate('loadtool_loop_cpu_seconds_total'), 'loop {{loop}}')], { unit: 'percentunit', defaults: { min: 0, max: 1 } }),
    lines('Garbage collection', 8, 8, [range(rate('loadtool_gc_pause_seconds_total'), 'paused')], { unit: 'percentunit', description: 'Share of time that all threads stood still.', defaults: { min: 0 } }),
    lines('Lateness of arrivals and turns', 12, 7, [range(exact('0.99', 'loadtool_loop_lateness'), 'loop {{loop}} p99'), range(exact('1.0', 'loadtool_loop_lateness'), 'loop {{loop}} longest')], { unit: 's', description: 'Exact, since the run\'s start.' }),
    stat('Series left out', 12, 7, [now(last('loadtool_series_left_out'))], { ...none, description: 'Past the limit of the output: raise it with its setting series.' }),
    row('The script\'s own'),
    lines('Counters', 8, 8, [range(`sum by (metric) (${rate('', '__name__=~"loadtool_script_.+_total"')})`, '{{metric}}')], { unit: 'ops' }),
    lines('Gauges', 8, 8, [range('max by (metric) ({__name__=~"loadtool_script_.+",__name__!~".+(_total|_bucket|_sum|_count|_quantile)",testid=~"$testid"})', '{{metric}}')], { unit: 'short' }),
    lines('Histograms', 8, 8, [range('max by (metric, quantile) ({__name__=~"loadtool_script_.+_quantile",testid=~"$testid",quantile=~"0.5|0.99"})', '{{metric}} {{quantile}}')], { unit: 'short', description: 'Exact, since the run\'s start.' }),
    lines('Broadcasts: deliveries', 12, 8, [range(`sum by (name, result) (${rate('loadtool_ws_broadcast_deliveries_total')})`, '{{name}} {{result}}'), range(of('loadtool_ws_broadcast_deliveries_lost'), '{{name}} lost so far')], { unit: 'short' }),
    lines('Broadcasts: latency', 12, 8, [range(quantile(0.95, 'loadtool_ws_broadcast_delivery_seconds', ['name', 'receiver']), '{{name}} {{receiver}} p95')], { unit: 's', description: 'To the first receiver of each message, the one in the middle, the last, and all of them.' }),
  ],
});

dashboard('loadtool-compare', 'LoadTool: runs beside each other', 'Exact figures of several runs. Choose them above; the time range must hold them all.', {
  variables: [source('prometheus'), testid({ multi: true }), scenario, stepOf], from: 'now-24h', refresh: '',
  panels: [
    row('Figures of whole runs'),
    gauge('p50', 8, 8, [now(exact('0.5', latency, step), '{{testid}} {{step}}')], { unit: 's', defaults: limits(['blue', null]) }),
    gauge('p99', 8, 8, [now(exact('0.99', latency, step), '{{testid}} {{step}}')], { unit: 's', defaults: limits(['blue', null]) }),
    gauge('Longest', 8, 8, [now(exact('1.0', latency, step), '{{testid}} {{step}}')], { unit: 's', defaults: limits(['blue', null]) }),
    gauge('Failed steps', 8, 6, [now(errorRate(last), '{{testid}}')], errors),
    gauge('Thresholds crossed', 8, 6, [now(`sum by (testid) (${last('loadtool_threshold_crossed')})`, '{{testid}}')], none),
    gauge('Generator', 8, 6, [now(last('loadtool_run_trust'), '{{testid}}')], { defaults: { ...verdict.defaults, min: 0, max: 2 } }),
    gauge('Messages per second', 8, 6, [now(`sum by (testid) (${last('loadtool_ws_messages_sent_total')}) / on (testid) sum by (testid) (${last('loadtool_run_duration_seconds')})`, '{{testid}}')], { unit: 'ops', defaults: limits(['blue', null]) }),
    gauge('Connecting, median', 8, 6, [now(exact('0.5', 'loadtool_ws_connect_duration', 'phase="all"'), '{{testid}}')], { unit: 's', defaults: limits(['blue', null]) }),
    gauge('Lag of the generator, p99', 8, 6, [now(`max by (testid) (${exact('0.99', 'loadtool_loop_lag')})`, '{{testid}}')], { unit: 's', defaults: limits(['green', null], ['orange', 0.01], ['red', 0.1]) }),
    table('Steps', 24, 10, [
      rows(`sum by (testid, scenario, step) (${last('loadtool_ws_steps_total', `${step},status="Ok"`)})`), rows(`sum by (testid, scenario, step) (${last('loadtool_ws_steps_total', `${step},${failed}`)})`),
      ...['0.5', '0.75', '0.95', '0.99', '0.999', '1.0'].map((q) => rows(`max by (testid, scenario, step) (${exact(q, latency, step)})`)),
    ], {
      transformations: merged({ testid: 'run', 'Value #A': 'ok', 'Value #B': 'failed', 'Value #C': 'p50', 'Value #D': 'p75', 'Value #E': 'p95', 'Value #F': 'p99', 'Value #G': 'p99.9', 'Value #H': 'max' }, []),
      overrides: [{ matcher: { id: 'byRegexp', options: 'p.*|max' }, properties: [{ id: 'unit', value: 's' }] }],
    }),
    table('Runs', 24, 6, [rows(last('loadtool_run_info'))], { transformations: merged({ testid: 'run', started_at: 'started at' }, ['Value']) }),
    row('Over time'),
    lines('p99', 12, 9, [range(quantile(0.99, `${latency}_seconds`, ['testid', 'step'], step), '{{testid}} {{step}}')], { unit: 's', custom: { scaleDistribution: { type: 'log', log: 10 } } }),
    lines('Messages', 12, 9, [range(`sum by (testid) (${rate('loadtool_ws_messages_sent_total')})`, '{{testid}}')], { unit: 'ops' }),
  ],
});

const points = (title, x, ys, more) => panel('xychart', title, 12, 10, [range(x[1], x[0]), ...ys.map(([name, expr]) => range(expr, name))], {
  options: {
    mapping: 'manual', legend: legend(), tooltip: { mode: 'single', sort: 'none' },
    series: ys.map(([name]) => ({ name: { fixed: name }, x: { matcher: { id: 'byName', options: x[0] } }, y: { matcher: { id: 'byName', options: name } } })),
  },
  custom: { show: 'points', pointSize: { fixed: 5 } },
  transformations: [{ id: 'joinByField', options: { byField: 'Time', mode: 'outer' } }],
  ...more,
});
const messages = ['messages/s', `sum(${rate('loadtool_ws_messages_sent_total')})`];
const users = ['users', `sum(${of('loadtool_ws_users')})`];
const p = (q) => [`p${q * 100}`, quantile(q, `${latency}_seconds`, [], step)];

dashboard('loadtool-capacity', 'LoadTool: capacity', 'Where the target, or the generator, gives way as load grows: for runs whose load is ramped.', {
  variables: [source('prometheus'), testid(), scenario, stepOf],
  panels: [
    row('Against load'),
    points('Latency against messages', messages, [p(0.5), p(0.99)], { unit: 's', description: 'Each point is one interval. The knee is where the points leave the floor.' }),
    points('Latency against users', users, [p(0.5), p(0.99)], { unit: 's' }),
    points('Messages against users', users, [messages], { unit: 'short', description: 'A line that bends down: more users bring no more messages.' }),
    points('Failed steps against messages', messages, [['failed', `sum(${rate('loadtool_ws_steps_total', failed)}) / sum(${rate('loadtool_ws_steps_total', ended)}) or vector(0)`]], { unit: 'percentunit' }),
    row('Asked and delivered'),
    lines('Users and connections', 8, 8, [range(of('loadtool_ws_users'), 'users'), range(of('loadtool_ws_connections'), 'connections')], { unit: 'short' }),
    lines('Iterations', 8, 8, [range(rate('loadtool_ws_iterations_started_total'), 'started'), range(`sum(${rate('loadtool_ws_iterations_total')})`, 'ended')], { unit: 'ops' }),
    lines('Sent and answered', 8, 8, [range(rate('loadtool_ws_messages_sent_total'), 'sent'), range(rate('loadtool_ws_messages_received_total'), 'received')], { unit: 'ops' }),
    lines('Latency', 12, 8, [0.5, 0.95, 0.99].map((q) => range(quantile(q, `${latency}_seconds`, ['step'], step), `{{step}} p${q * 100}`)), { unit: 's', custom: { scaleDistribution: { type: 'log', log: 10 } } }),
    lines('Connecting', 12, 8, [range(quantile(0.95, 'loadtool_ws_connect_duration_seconds', ['phase']), '{{phase}} p95')], { unit: 's' }),
    row('Is it the generator?'),
    lines('Processor time of event loops', 8, 8, [range(rate('loadtool_loop_cpu_seconds_total'), 'loop {{loop}}')], { unit: 'percentunit', defaults: { min: 0, max: 1 }, description: 'Near 100 % the generator is the limit: give it more loops, or more machines.' }),
    lines('Lag of event loops', 8, 8, [range(quantile(0.99, 'loadtool_loop_lag_seconds', ['loop']), 'loop {{loop}} p99')], { unit: 's' }),
    stat('Verdict', 8, 8, [now(last('loadtool_run_trust'))], verdict),
  ],
});

const runs = 'FROM loadtool.runs r WHERE r.name IN ($name) AND $__timeFilter(r.started_at)';
const steps = 'FROM loadtool.runs r JOIN loadtool.total_steps s USING (testid) WHERE r.name IN ($name) AND $__timeFilter(r.started_at)';
const history = (title, w, h, value, metric, from, more) => lines(title, w, h, [sql(`SELECT r.started_at AS time, ${metric} AS metric, ${value} AS value ${from} ORDER BY 1`, 'time_series')],
  { custom: { showPoints: 'always', pointSize: 6, spanNulls: true }, ...more });
const byStep = "r.name || ': ' || s.scenario || ' ' || s.step";

dashboard('loadtool-nightly', 'LoadTool: history', 'Runs of many nights, from PostgreSQL: --out postgres=URL.', {
  variables: [
    source('grafana-postgresql-datasource'),
    query('name', 'Name', 'SELECT DISTINCT name FROM loadtool.runs ORDER BY 1', { multi: true, source: postgres }),
    query('testid', 'Run', 'SELECT testid FROM loadtool.runs WHERE name IN ($name) ORDER BY started_at DESC', { source: postgres }),
  ],
  from: 'now-30d', refresh: '', data: postgres,
  panels: [
    row('Every run'),
    history('p50', 8, 9, 's.latency_p50_seconds', byStep, steps, { unit: 's' }),
    history('p99', 8, 9, 's.latency_p99_seconds', byStep, steps, { unit: 's' }),
    history('Failed steps', 8, 9, 'coalesce(r.fail::float8 / nullif(r.ok + r.fail, 0), 0)', 'r.name', runs, { unit: 'percentunit', defaults: { min: 0 } }),
    history('Messages per second', 8, 8, 'r.messages_sent / nullif(r.length_seconds, 0)', 'r.name', runs, { unit: 'ops' }),
    history('Thresholds crossed', 8, 8, 'r.thresholds_crossed', 'r.name', runs, { unit: 'short', defaults: { min: 0, decimals: 0 } }),
    history('Cost of a message', 8, 8, 'r.cpu_seconds / nullif(r.messages_sent + r.messages_received, 0)', 'r.name', runs, { unit: 's', description: 'Processor time of the generator for each message sent or received.' }),
    table('Runs', 24, 9, [sql(`SELECT r.started_at AS "started at", r.testid AS run, r.name, r.verdict, r.thresholds_crossed AS "thresholds crossed", r.ok, r.fail AS failed, r.messages_sent AS messages, r.length_seconds AS duration, r.version ${runs} ORDER BY r.started_at DESC`, 'table')],
      { overrides: [{ matcher: { id: 'byName', options: 'duration' }, properties: [{ id: 'unit', value: 's' }] }] }),
    row('The run $testid'),
    table('Steps', 12, 9, [sql(`SELECT scenario, step, ok, fail AS failed, latency_p50_seconds AS p50, latency_p95_seconds AS p95, latency_p99_seconds AS p99, latency_max_seconds AS max, latency_uncorrected_p99_seconds AS "p99 uncorrected" FROM loadtool.total_steps WHERE testid = '$testid' ORDER BY 1, 2`, 'table')],
      { overrides: [{ matcher: { id: 'byRegexp', options: 'p.*|max' }, properties: [{ id: 'unit', value: 's' }] }] }),
    lines('p99', 12, 9, [sql("SELECT time, scenario || ' ' || step AS metric, latency_p99_seconds AS value FROM loadtool.steps WHERE testid = '$testid' AND $__timeFilter(time) ORDER BY 1", 'time_series')], { unit: 's' }),
    table('Thresholds', 12, 7, [sql("SELECT scenario, threshold, value, crossed FROM loadtool.total_thresholds WHERE testid = '$testid' ORDER BY 1, 2", 'table')]),
    table('What did not succeed', 12, 7, [sql("SELECT kind, scenario, step, phase, status, close_code AS \"close code\", count FROM loadtool.total_outcomes WHERE testid = '$testid' ORDER BY count DESC", 'table')]),
  ],
});
