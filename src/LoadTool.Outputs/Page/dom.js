// Everything shown is made here, and text only ever becomes text: nothing is parsed as HTML.

/** An element. Children are elements, texts, lists of them, or nothing. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("on"))
      element.addEventListener(key.slice(2), value);
    else if (value === true)
      element.setAttribute(key, "");
    else if (value !== false && value != null)
      element.setAttribute(key, value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child != null && child !== false)
      element.append(child instanceof Node ? child : String(child));
  }
}

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes ?? {}))
    element.setAttribute(key, value);
  append(element, children);
  return element;
}

/** Text of scripts and servers inside a line, kept from reordering what stands beside it. */
const name = text => h("bdi", { class: "name" }, visible(text));

let lastId = 0;
const newId = () => `id${++lastId}`;

/**
 * A table that scrolls by itself where it is too wide. Columns: { label, text: true where cells are no numbers, title }. A row is a list of cells: texts, elements, or
 * { cell, class, title, span, rows }; its first cell heads the row. Null stands for a cell that one above reaches into.
 */
function table(caption, columns, rows, { hidesCaption = false } = {}) {
  const label = newId();
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": label },
    h("table", null,
      h("caption", { id: label, class: hidesCaption ? "unseen" : null }, caption),
      h("thead", null, h("tr", null, columns.map(column =>
        h("th", { scope: "col", class: column.text ? "text" : "number", title: column.title }, column.label)))),
      h("tbody", null, rows.map(row => tableRow(row, columns)))));
}

function tableRow(row, columns) {
  const attributes = row.attributes;
  const cells = (row.cells ?? row).map((cell, index) => {
    if (cell === null)
      return null;
    const { cell: content, ...more } = cell !== undefined && Object.hasOwn(Object(cell), "cell") && !(cell instanceof Node) ? cell : { cell };
    const kind = columns[index].text ? "text" : "number";
    const given = { class: [kind, more.class].filter(Boolean).join(" "), title: more.title, rowspan: more.rows, colspan: more.span };
    return index === 0 ? h("th", { scope: more.rows ? "rowgroup" : "row", ...given }, content) : h("td", given, content);
  });
  return h("tr", attributes, cells);
}

/** What opens on demand; its content is made when it does. */
function details(summary, make, { open = false, className = "" } = {}) {
  const body = h("div", { class: "details-body" });
  const element = h("details", { class: className, open }, h("summary", null, summary), body);
  let made = false;
  const fill = () => {
    if (element.open && !made) {
      made = true;
      append(body, make());
      body.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
    }
  };
  element.addEventListener("toggle", fill);
  fill();
  return element;
}

/** A list of facts; facts that are nothing are left out. */
function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(pair => pair && pair[1] != null && pair[1] !== "").map(([term, value]) =>
    h("div", null, h("dt", null, term), h("dd", null, value))));
}

/** Says something to who listens instead of looking. */
let announcer;
function announce(text) {
  if (announcer?.isConnected !== true) {
    announcer = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
    document.body.append(announcer);
  }
  announcer.textContent = text;
}
