"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report").textContent);
  const say = report.words;
  const BATCH = 60; // units that are drawn at once; the next ones when the end comes near

  // ---- what is shown

  const units = report.pages.flatMap((page) => page.units.map((unit) => ({ ...unit, page })));
  const asked = (unit) => unit.asks !== "glance";
  const filters = [
    ["all", () => true],
    ["read", asked],
    ["words", (unit) => unit.asks === "words"],
    ["check", (unit) => unit.asks === "check"],
    ["weak", (unit) => unit.weak],
    ["decide", (unit) => unit.asks === "decide"],
    ["conflict", (unit) => unit.conflicts.length > 0],
    ["glance", (unit) => unit.asks === "glance"],
    ["same", (unit) => unit.same !== null],
  ].filter(([name, test]) => name === "all" || units.some(test));
  const state = { filter: units.some(asked) ? "read" : "all", page: "", search: "", shown: [], drawn: 0 };

  // ---- what was read is remembered by this browser

  const KEY = `amts ${report.language} ${report.new}`;
  const remembered = () => {
    try { return JSON.parse(localStorage.getItem(KEY) || "[]"); } catch { return []; }
  };
  const read = new Set(remembered());
  const remember = () => {
    try { localStorage.setItem(KEY, JSON.stringify([...read])); } catch { /* a private window */ }
  };
  const id = (unit) => `${unit.page.target}\u0000${unit.name}\u0000${unit.line}`;

  // ---- making elements: texts of books are only ever text

  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value !== null && value !== "") element.setAttribute(name, value);
    }
    element.append(...inside.filter((it) => it !== null && it !== ""));
    return element;
  };
  const filled = (message, values) =>
    message.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const link = (address, name) =>
    address ? make("a", { href: address, target: "_blank", rel: "noopener" }, name) : make("span", {}, name);

  const text = (parts, english, unit, kind = "") => {
    const way = unit.code || english ? "ltr" : report.direction;
    const lang = english ? "en" : report.language;
    const drawn = parts.map(([tag, said]) => (tag || unit.code ? make(tag || "div", {}, said) : said));
    return make("div", { class: `text ${unit.code ? "code" : ""} ${kind}`, dir: way, lang }, ...drawn);
  };
  const titled = (title, body) => [make("h3", {}, title), body];

  // ---- one unit

  const copied = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      const area = make("textarea", {});
      area.value = words;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const note = document.getElementById("said");
    note.textContent = filled(say.copied, { text: words });
    note.classList.add("shown");
    clearTimeout(copied.timer);
    copied.timer = setTimeout(() => note.classList.remove("shown"), 1600);
  };
  const command = (words) =>
    make("button", { type: "button", onclick: () => copied(words), title: say.copy }, words);

  const likeness = (draft) => {
    if (draft.similarity >= 1) return null;
    const share = Math.round(draft.similarity * 100);
    const fill = make("i", { class: draft.weak ? "" : "high" });
    fill.style.width = `${share}%`;
    return make("span", {}, `${filled(say.alike, { share })} `, make("span", { class: "like" }, fill));
  };
  const facts = (unit) =>
    make("header", {},
      make("b", {}, say[unit.asks]),
      unit.weak ? make("span", { class: "weak" }, say.weak) : null,
      make("span", {}, unit.kind),
      make("span", {}, unit.reason),
      ...unit.drafts.slice(0, 1).map((draft) => make("span", {}, draft.origin, " ", likeness(draft) || "")),
      make("span", { class: "end" },
        link(unit.at, unit.line ? `${say.line} ${unit.line}` : ""),
        unit.page.edit ? link(unit.page.edit, say.edit) : null));

  const sides = (unit) => {
    const left = titled(say.english, text(unit.english, true, unit));
    const right = [];
    if (unit.now.length) right.push(...titled(unit.stays ? say.stays : say.now, text(unit.now, false, unit, "now")));
    if (unit.waits) right.push(...titled(say.waits, ""));
    for (const left of unit.left) right.push(...titled(say.waits, text([["", left]], true, { code: false })));
    if (unit.before.length) right.push(...titled(say.before, text(unit.before, false, unit)));
    if (unit.difference.length) right.push(...titled(say.difference, text(unit.difference, false, unit)));
    if (unit.row) right.push(...titled(say.row, text([["", unit.row]], false, unit)));
    for (const conflict of unit.conflicts) right.push(...titled(say.conflict, text([["", conflict]], false, unit)));
    return make("div", { class: "sides" }, make("div", {}, ...left), make("div", {}, ...right));
  };
  const drafts = (unit) => {
    const rows = unit.drafts.filter((draft) => draft.source.some(([tag]) => tag));
    if (!rows.length) return null;
    const list = rows.map((draft) =>
      make("li", {}, draft.origin, " ", likeness(draft) || "",
        text(draft.source, true, { code: false }), text([["", draft.target]], false, { code: false })));
    return make("details", {}, make("summary", {}, say.from), make("ul", {}, ...list));
  };
  const commands = (unit) => {
    const mark = make("button", { type: "button", "aria-pressed": String(read.has(id(unit))) }, say.mark);
    mark.addEventListener("click", () => toggle(unit));
    return make("footer", {}, make("div", { class: "commands" }, mark,
      command(`/amts keep ${unit.name}`), command(`/amts retranslate ${unit.name}`)));
  };
  const draw = (unit) => {
    const classes = [unit.asks, unit.weak ? "weak" : "", read.has(id(unit)) ? "read" : ""];
    const card = make("article", { class: classes.filter(Boolean).join(" "), tabindex: "0", id: unit.anchor },
      facts(unit), sides(unit), drafts(unit), commands(unit));
    card.unit = unit;
    return card;
  };
  const toggle = (unit) => {
    if (!read.delete(id(unit))) read.add(id(unit));
    remember();
    for (const card of document.querySelectorAll("article")) {
      if (card.unit !== unit) continue;
      card.classList.toggle("read", read.has(id(unit)));
      card.querySelector("[aria-pressed]").setAttribute("aria-pressed", String(read.has(id(unit))));
    }
    progress();
    pages();
  };

  // ---- the list

  const main = document.getElementById("units");
  const end = make("div", { id: "end" });
  const more = () => {
    const next = state.shown.slice(state.drawn, state.drawn + BATCH);
    let last = state.drawn ? state.shown[state.drawn - 1].page : null;
    for (const unit of next) {
      if (unit.page !== last) end.before(heading(unit.page));
      last = unit.page;
      end.before(draw(unit));
    }
    state.drawn += next.length;
  };
  const heading = (page) =>
    make("h2", {}, link(page.at, page.target), make("span", {}, page.status),
      make("span", { class: "commands" }, command(`/amts hold ${page.target}`)));
  const holds = (unit, wanted) => {
    unit.all ??= [unit.page.target, unit.name, unit.reason, ...unit.conflicts,
      ...[...unit.english, ...unit.now, ...unit.before].map(([, said]) => said)].join("\n").toLocaleLowerCase();
    return unit.all.includes(wanted);
  };
  const list = () => {
    const [, test] = filters.find(([name]) => name === state.filter);
    const wanted = state.search.trim().toLocaleLowerCase();
    state.shown = units.filter((unit) =>
      test(unit) && (!state.page || unit.page.target === state.page) && (!wanted || holds(unit, wanted)));
    state.drawn = 0;
    main.replaceChildren(end);
    if (!state.shown.length) end.before(make("p", {}, units.length ? say.none : say.nothing));
    more();
  };
  new IntersectionObserver((seen) => {
    if (seen.some((it) => it.isIntersecting) && state.drawn < state.shown.length) more();
  }, { rootMargin: "1500px" }).observe(end);

  // ---- the frame around it

  const top = document.getElementById("top");
  const bar = make("div", { class: "done", role: "progressbar", "aria-valuemin": "0" }, make("div", {}));
  const count = make("p", {});
  const progress = () => {
    const mine = units.filter(asked);
    const done = mine.filter((unit) => read.has(id(unit))).length;
    count.textContent = [filled(say.progress, { done, all: mine.length }), report.share].filter(Boolean).join(" · ");
    bar.firstChild.style.width = `${mine.length ? (100 * done) / mine.length : 100}%`;
    bar.setAttribute("aria-valuemax", String(mine.length));
    bar.setAttribute("aria-valuenow", String(done));
    bar.setAttribute("aria-label", count.textContent);
  };
  const buttons = filters.map(([name, test]) => {
    const number = units.filter(test).length;
    const button = make("button", { type: "button" }, `${say[`filter ${name}`]} ${number.toLocaleString()}`);
    button.addEventListener("click", () => choose({ filter: name }));
    button.filter = name;
    return button;
  });
  const search = make("input", { type: "search", placeholder: say.search, "aria-label": say.search });
  let typing;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => choose({ search: search.value }), 120);
  });
  const theme = make("button", { type: "button", title: say.theme, "aria-label": say.theme }, "◐");
  theme.addEventListener("click", () => {
    const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
      || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });
  const choose = (wanted) => {
    Object.assign(state, wanted);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.filter === state.filter));
    list();
    pages();
    scrollTo({ top: 0 });
  };
  const pages = () => {
    const nav = document.getElementById("pages");
    const rows = report.pages.filter((page) => page.units.length || page.message).map((page) => {
      const mine = page.units.filter(asked);
      const left = mine.filter((unit) => !read.has(id({ ...unit, page }))).length;
      const row = make("button", {
        type: "button",
        class: mine.length && !left ? "read" : "",
        "aria-pressed": String(state.page === page.target),
        title: page.message,
      }, make("span", {}, page.target), make("span", {}, page.message ? "!" : mine.length ? String(left) : ""));
      row.addEventListener("click", () => choose({ page: state.page === page.target ? "" : page.target }));
      return row;
    });
    const queue = report.queued.length
      ? [make("h2", {}, say.queued), ...report.queued.map((name) => make("div", {}, name))] : [];
    nav.replaceChildren(...rows, ...queue);
  };
  const move = (step) => {
    const cards = [...main.querySelectorAll("article")];
    const at = cards.indexOf(document.activeElement.closest("article"));
    if (step > 0 && at >= cards.length - 2) more();
    const card = [...main.querySelectorAll("article")][Math.max(0, at + step)];
    if (card) { card.focus({ preventScroll: true }); card.scrollIntoView({ block: "start" }); }
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; choose({ search: "" }); search.blur(); }
      return;
    }
    const card = document.activeElement.closest("article");
    const keys = {
      j: () => move(1), ArrowDown: () => card && move(1),
      k: () => move(-1), ArrowUp: () => card && move(-1),
      x: () => { if (card) { toggle(card.unit); move(1); } },
      c: () => card && copied(`/amts keep ${card.unit.name}`),
      "/": () => search.focus(),
    };
    const act = keys[event.key];
    const number = Number(event.key);
    if (act) { if (act() !== null) event.preventDefault(); }
    else if (number >= 1 && number <= filters.length) choose({ filter: filters[number - 1][0] });
  });

  top.append(make("h1", {}, link(report.compare, report.title)), count, bar,
    make("div", { class: "bar" }, ...buttons, search, theme), make("p", {}, say.keys));
  const measure = () => document.documentElement.style.setProperty("--head", `${top.offsetHeight}px`);
  new ResizeObserver(measure).observe(top);
  progress();
  choose({});
  const wanted = decodeURIComponent(location.hash.slice(1));
  const meant = wanted && units.findIndex((unit) => unit.anchor === wanted);
  if (wanted && meant >= 0) {
    choose({ filter: "all" });
    while (state.drawn <= meant) more();
    document.getElementById(wanted).scrollIntoView();
  }
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
