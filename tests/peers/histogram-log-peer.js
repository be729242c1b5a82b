// Reads a histogram log on standard input with hdr-histogram-js. Prints a line per interval ("tag start end total p50 p99 p100"), then "===" and its
// own log of the same intervals, then "===" and its percentile text of each interval, "---" between them.
"use strict";
const hdr = require("hdr-histogram-js");

const reader = new hdr.HistogramLogReader(require("fs").readFileSync(0, "utf8"));
const intervals = [];
for (let interval = reader.nextIntervalHistogram(); interval !== null; interval = reader.nextIntervalHistogram())
  intervals.push(interval);

for (const h of intervals) {
  const times = [h.startTimeStampMsec, h.endTimeStampMsec].map(Math.round);
  console.log([h.tag, ...times, h.totalCount, ...[50, 99, 100].map((p) => h.getValueAtPercentile(p))].join(" "));
}

console.log("===");
const log = new hdr.HistogramLogWriter((text) => process.stdout.write(text));
log.outputLogFormatVersion();
log.outputStartTime(intervals[0].startTimeStampMsec);
log.outputLegend();
for (const h of intervals)
  log.outputIntervalHistogram(h);

console.log("===");
console.log(intervals.map((h) => h.outputPercentileDistribution(5, 1000)).join("---\n"));
