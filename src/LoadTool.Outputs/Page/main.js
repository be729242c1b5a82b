// Begins when the page has been read.

async function begin() {
  const page = document.getElementById("page");
  if (typeof DecompressionStream === "undefined") {
    append(page, [h("p", { class: "broken" }, "This browser is too old to unpack the report: it needs one of 2023 or later.")]);
    return;
  }
  const live = document.getElementById("live");
  if (live) {
    beginLive(page, JSON.parse(live.textContent));
    return;
  }
  try {
    showRuns(page, await readRuns());
    document.documentElement.dataset.ready = "true";

    // The browser looked for the section of the address before there was any.
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    append(page, [h("p", { class: "broken", role: "alert" }, `This report cannot be shown: ${error.message}`)]);
    throw error;
  }
}

function showRuns(page, runs) {
  if (runs.length === 1) {
    page.replaceChildren(pageHead(runs[0]), ...reportOf(runs[0]));
    return;
  }
  const labels = labelsOf(runs);
  const body = h("div", null);
  const show = index => body.replaceChildren(...index < 0 ? comparisonOf(runs, labels) : [pageHead(runs[index]), ...reportOf(runs[index])]);
  page.replaceChildren(
    h("header", { class: "head" }, h("div", { class: "brand" }, "LoadTool"), h("h1", null, `${runs.length} runs compared`),
      choose("What is shown", [["Compared", null, -1], ...labels.map((label, index) => [label, null, index])], (_, index) => show(index))),
    body);
  show(-1);
}

begin();
