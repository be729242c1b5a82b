// Reads histogram encodings (base64, one a line: "name base64") with hdr-histogram-js and prints their figures and its own encoding of them.
// (maxValue is left out: with units above 1 a decoded histogram has it a unit too high. The value at 100 % is right.)
"use strict";
const hdr = require("hdr-histogram-js");

const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line.length > 0);
for (const line of lines) {
  const [name, encoded] = line.split(" ");
  const h = hdr.decodeFromCompressedBase64(encoded);
  const percentiles = [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100].map((p) => h.getValueAtPercentile(p));
  console.log(`${name} total ${h.totalCount} min ${h.minNonZeroValue} at ${percentiles.join(" ")}`);
  console.log(`${name} mean ${h.mean.toFixed(6)} deviation ${h.stdDeviation.toFixed(6)}`);
  console.log(`${name} encoded ${hdr.encodeIntoCompressedBase64(h)}`);
}
