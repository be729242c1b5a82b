// Makes one HTML file of the page's parts: node assemble.mjs FOLDER_OF_SOURCES FOLDER_OF_NODE_MODULES OUTPUT
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [sources, modules, output] = process.argv.slice(2);
const read = (...parts) => readFileSync(join(...parts), "utf8").replaceAll("\r\n", "\n").trim();

// Whoever reads the code reads it here: indentation and comments of lines of their own, a quarter of it, do not travel with each report.
const travelling = text => text.replace(/^\s*\/\*\*[^]*?\*\/\n/gm, "").split("\n").map(line => line.trim()).filter(line => line && !line.startsWith("//")).join("\n");

// Files depend on each other only when they run, which main.js begins: it goes last, the others in any order that is always the same.
const scripts = readdirSync(sources).filter(name => name.endsWith(".js") && name !== "main.js").sort();
const style = [read(modules, "uplot", "dist", "uPlot.min.css"), travelling(read(sources, "style.css"))].join("\n");
const script = [
  read(modules, "uplot", "dist", "uPlot.iife.min.js"),
  '(() => {\n"use strict";',
  ...[...scripts, "main.js"].map(name => travelling(read(sources, name))),
  "})();",
].join("\n");

for (const [name, text, end] of [["script", script, "</script"], ["style", style, "</style"]])
  if (text.toLowerCase().includes(end))
    throw new Error(`the page's ${name} ends its own element`);

// Nothing but these two may run or style anything, whatever else a page holds.
const hash = text => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const page = read(sources, "template.html")
  .replace("{{script-hash}}", () => hash(script))
  .replace("{{style-hash}}", () => hash(style))
  .replace("{{style}}", () => style)
  .replace("{{script}}", () => script);
writeFileSync(output, page + "\n");
