// The report without this script is whole: here only what searching, filtering and copying need.
(() => {
  "use strict";
  const all = [...document.querySelectorAll("#examples .example")];
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const texts = new Map(); // of an example, once it was searched

  const textOf = (example) => {
    if (!texts.has(example)) texts.set(example, example.textContent.toLowerCase());
    return texts.get(example);
  };
  const scoreOf = (example, name) => JSON.parse(example.dataset.scores || "{}")[name];
  const within = (example, wanted) => {
    if (!wanted.score || (wanted.least === "" && wanted.most === "")) return true;
    const value = scoreOf(example, wanted.score);
    if (value === undefined) return false;
    return (wanted.least === "" || value >= Number(wanted.least))
      && (wanted.most === "" || value <= Number(wanted.most));
  };
  const matches = (example, wanted, words) =>
    (!wanted.reason || (example.dataset.reasons || "").split(" ").includes(wanted.reason))
    && (!wanted.language || example.dataset.language === wanted.language)
    && (!wanted.domain || example.dataset.domain === wanted.domain)
    && within(example, wanted)
    && words.every((word) => textOf(example).includes(word));

  const apply = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.words.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((example) => {
      example.hidden = !matches(example, wanted, words);
      return !example.hidden;
    });
    shown.textContent = `${found.length} of ${all.length} shown`;
    for (const node of document.querySelectorAll(".node.met")) node.classList.remove("met");
    if (wanted.reason) {
      for (const example of found) {
        for (const node of example.querySelectorAll(`[data-reason="${CSS.escape(wanted.reason)}"]`)) {
          node.classList.add("met");
        }
      }
    }
    return found;
  };

  const showCases = (reason) => {
    const grid = document.querySelector(`.grid[data-reason="${CSS.escape(reason)}"]`);
    if (grid) grid.open = true;
    form.reset();
    form.elements.reason.value = reason;
    const found = apply();
    if (!found.length) {
      if (grid) grid.scrollIntoView();
      return;
    }
    found[0].open = true;
    (found[0].querySelector(".node.met") || found[0]).scrollIntoView({ block: "center" });
    found[0].querySelector("summary").focus({ preventScroll: true });
  };

  const copy = async (button) => {
    const text = button.previousElementSibling.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: copy it";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a.cases, button.copy");
    if (!target) return;
    if (target.matches("button.copy")) {
      copy(target);
    } else {
      event.preventDefault();
      showCases(target.dataset.reason);
    }
  });
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  for (const curve of document.querySelectorAll(".curve")) {
    const points = JSON.parse(curve.dataset.curve);
    const [choice, line, taken] = ["input", ".chosen", "output"].map((one) => curve.querySelector(one));
    const first = points[0][0];
    const width = points[points.length - 1][0] - first;
    const choose = () => {
      const [limit, share] = points[Number(choice.value)];
      const below = Math.round(share * curve.dataset.count).toLocaleString("en");
      taken.textContent = `min ${limit} takes ${percent(share)}, about ${below} ${curve.dataset.of}; `
        + `max ${limit} takes about ${percent(1 - share)}`;
      for (const end of ["x1", "x2"]) line.setAttribute(end, 360 * (limit - first) / width);
      line.setAttribute("visibility", "visible");
    };
    choice.addEventListener("input", choose);
    choice.parentElement.hidden = false;
    choose();
  }
  for (const button of document.querySelectorAll("button.copy")) button.hidden = false;
  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    apply();
  }
})();
