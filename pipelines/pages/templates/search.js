"use strict";
const { entries, folding } = JSON.parse(document.getElementById("index").textContent);
const box = document.getElementById("search");
const list = document.getElementById("results");
const count = document.getElementById("count");
const MOST = 30;

// As pipelines.text.fold does it: one script, one width, lower case.
const fold = (text) =>
  Array.from(text.normalize("NFKC").toLowerCase(), (char) => folding[char] ?? char).join("").trim();

// Lower is better: all of a name, the start of a name, within a name, elsewhere.
function rank(entry, query) {
  const places = entry.names.map((name) => name.indexOf(query));
  if (entry.names.includes(query)) return 0;
  if (places.includes(0)) return 1;
  return places.some((place) => place > 0) ? 2 : 3;
}

function show() {
  const query = fold(box.value);
  const words = query.split(/\s+/).filter(Boolean);
  const found = words.length
    ? entries.filter((entry) => words.every((word) => entry.text.includes(word)))
    : [];
  found.sort((one, other) => rank(one, query) - rank(other, query));
  list.replaceChildren(...found.slice(0, MOST).map((entry) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.href;
    link.textContent = entry.title;
    item.append(link, ` ${entry.about}`);
    return item;
  }));
  count.textContent = words.length
    ? `${found.length} found${found.length > MOST ? `, the first ${MOST} are shown` : ""}`
    : "";
}

box.addEventListener("input", show);
show();
