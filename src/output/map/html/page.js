// The report in the browser: filters, the picture, the table and the details. Reads the map beside it and nothing else.
"use strict";
(() => {
  const map = JSON.parse(document.getElementById("map").textContent);
  const VERDICTS = ["cleartext", "opportunistic", "unverified", "host-unverified", "unknown", "verified"];
  // A layout of more wires than this takes too long, and nobody could read it.
  const MOST_WIRES = 140;
  const LABELLED_WIRES = 70;
  const SVG = "http://www.w3.org/2000/svg";
  const byId = (id) => document.getElementById(id);
  const all = map.connections.map((connection, number) => ({ ...connection, number }));
  let shown = all, chosen = null, scale = 1, size = { width: 0, height: 0 };

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    return filled(made, attributes, children);
  }
  function drawn(name, attributes = {}, ...children) {
    return filled(document.createElementNS(SVG, name), attributes, children);
  }
  // Text of scanned files is only ever set as text.
  function filled(made, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") made.addEventListener(key, value);
      else if (value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  const componentName = (name) => (name === "." ? "(no component)" : name);
  const peerName = ({ peer, direction }) => {
    const host = peer.host || (direction === "listen" ? "all interfaces" : "?");
    return peer.port === null ? host : `${host}:${peer.port}`;
  };
  const kinds = ({ sensitive }) => [...new Set(sensitive.map((seen) => seen.kind))];
  const arrow = ({ direction }) => (direction === "out" ? "to" : "accepts at");
  const title = (it) => `${componentName(it.component)} ${arrow(it)} ${peerName(it)}: ${it.protocol}, ${it.verdict}`;
  const at = (place) => `${place.path}:${place.line}:${place.column}`;

  // Filters.
  function options(select, values, names = (value) => value) {
    select.append(element("option", { value: "" }, "all"));
    for (const value of [...new Set(values)].sort()) select.append(element("option", { value }, names(value)));
    select.addEventListener("change", update);
  }
  options(byId("zone"), all.map((it) => it.peer.zone));
  options(byId("purpose"), all.map((it) => it.purpose));
  options(byId("component"), all.flatMap((it) => [it.component, ...(it.peer.component ? [it.peer.component] : [])]), componentName);
  const toggles = VERDICTS.filter((verdict) => all.some((it) => it.verdict === verdict)).map((verdict) => {
    const count = all.filter((it) => it.verdict === verdict).length;
    const toggle = element("button", { type: "button", class: "toggle", "data-verdict": verdict, "aria-pressed": "true" }, `${verdict} ${count}`);
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-pressed", toggle.getAttribute("aria-pressed") === "true" ? "false" : "true");
      update();
    });
    byId("verdicts").append(toggle);
    return toggle;
  });
  let waiting = 0;
  byId("words").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(update, 150);
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => {
    toggles.forEach((toggle) => toggle.setAttribute("aria-pressed", "true"));
    setTimeout(update);
  });
  const haystacks = all.map((it) =>
    [it.component, it.protocol, peerName(it), it.peer.component, it.driver, it.purpose, it.decided_by.reason, ...it.places.map(at)].join("\n").toLowerCase());
  function matching() {
    const verdicts = new Set(toggles.filter((toggle) => toggle.getAttribute("aria-pressed") === "true").map((toggle) => toggle.dataset.verdict));
    const [zone, purpose, component] = ["zone", "purpose", "component"].map((id) => byId(id).value);
    const words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    return all.filter((it) => verdicts.has(it.verdict)
      && (!zone || it.peer.zone === zone)
      && (!purpose || it.purpose === purpose)
      && (!component || it.component === component || it.peer.component === component)
      && words.every((word) => haystacks[it.number].includes(word)));
  }

  // The picture: first every peer, then, where that is too much, peers of one component by zone, then all peers by zone.
  const LEVELS = [
    ["", (it) => peerName(it)],
    ["peers of one component are drawn together, by zone", (it, alone) => (alone.has(peerName(it)) ? `${it.peer.zone}\n${it.component}` : peerName(it))],
    ["peers are drawn together, by zone", (it) => it.peer.zone],
  ];
  function graph(connections, [, name]) {
    const users = new Map();
    for (const it of connections) {
      if (!users.has(peerName(it))) users.set(peerName(it), new Set());
      users.get(peerName(it)).add(it.component);
    }
    const alone = new Set([...users].filter(([, who]) => who.size === 1).map(([peer]) => peer));
    const nodes = new Map(), wires = new Map();
    const node = (key, label, own) => {
      if (!nodes.has(key)) nodes.set(key, { key, label, own, members: new Set() });
      return nodes.get(key);
    };
    for (const it of connections) {
      const own = node(`c${it.component}`, componentName(it.component), true);
      const grouped = name(it, alone);
      const other = it.peer.component ? node(`c${it.peer.component}`, componentName(it.peer.component), true) : node(`p${grouped}`, grouped.split("\n")[0], false);
      if (!it.peer.component) other.members.add(peerName(it));
      const [from, to] = it.direction === "out" ? [own, other] : [other, own];
      const key = `${from.key}\0${to.key}\0${it.verdict}`;
      if (!wires.has(key)) wires.set(key, { key, from: from.key, to: to.key, verdict: it.verdict, connections: [] });
      wires.get(key).connections.push(it);
    }
    for (const { members, ...rest } of nodes.values()) {
      const only = [...members][0];
      nodes.get(rest.key).label = members.size > 1 ? `${rest.label}: ${members.size} peers` : rest.own ? rest.label : only;
    }
    return { nodes: [...nodes.values()], wires: [...wires.values()] };
  }
  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const wireLabel = (wire) => {
    const protocols = [...new Set(wire.connections.map((it) => it.protocol))];
    return short(protocols.join(", "), 24);
  };

  function layout({ nodes, wires }) {
    const labelled = wires.length <= LABELLED_WIRES;
    const laid = new dagre.graphlib.Graph({ multigraph: true });
    laid.setGraph({ rankdir: "LR", nodesep: 14, edgesep: 10, ranksep: labelled ? 46 : 90, marginx: 12, marginy: 12, ranker: wires.length > LABELLED_WIRES ? "longest-path" : "network-simplex" });
    laid.setDefaultEdgeLabel(() => ({}));
    for (const node of nodes) laid.setNode(node.key, { width: 22 + 6.9 * short(node.label, 40).length, height: 30 });
    for (const wire of wires) {
      const label = labelled ? { width: 8 + 6.2 * wireLabel(wire).length, height: 15, labelpos: "c" } : {};
      laid.setEdge(wire.from, wire.to, label, wire.verdict);
    }
    dagre.layout(laid);
    return { laid, labelled };
  }
  // From the right side of a node to the left side of one that stands behind it.
  function ends(laid, wire, points) {
    const [from, to] = [laid.node(wire.from), laid.node(wire.to)];
    if (to.x - to.width / 2 <= from.x + from.width / 2) return points;
    return [{ x: from.x + from.width / 2, y: from.y }, ...points.slice(1, -1), { x: to.x - to.width / 2, y: to.y }];
  }
  // Through all of the points, level at each, so that labels lie on the wire.
  function curve(points) {
    const say = (x, y) => `${x.toFixed(1)},${y.toFixed(1)}`;
    return points.slice(1).reduce((path, point, index) => {
      const before = points[index], middle = (before.x + point.x) / 2;
      return `${path} C${say(middle, before.y)} ${say(middle, point.y)} ${say(point.x, point.y)}`;
    }, `M${say(points[0].x, points[0].y)}`);
  }
  function head(points) {
    const [before, tip] = points.slice(-2);
    const level = Math.abs(tip.x - before.x) > 4;
    const angle = level ? (tip.x > before.x ? 0 : Math.PI) : Math.atan2(tip.y - before.y, tip.x - before.x);
    const corner = (turn) => `${(tip.x - 9 * Math.cos(angle + turn)).toFixed(1)},${(tip.y - 9 * Math.sin(angle + turn)).toFixed(1)}`;
    return `${tip.x.toFixed(1)},${tip.y.toFixed(1)} ${corner(0.42)} ${corner(-0.42)}`;
  }

  function draw() {
    const canvas = byId("canvas");
    canvas.replaceChildren();
    const graphs = LEVELS.map((level) => () => graph(shown, level));
    let picked = null, level = 0;
    for (; level < graphs.length; level += 1) {
      picked = graphs[level]();
      if (picked.wires.length <= MOST_WIRES) break;
    }
    byId("level").textContent = shown.length === 0 ? "" : level < LEVELS.length ? LEVELS[level][0] : "";
    if (level === LEVELS.length) {
      canvas.append(element("p", { style: "padding: 1rem" }, "Too many wires for one picture: choose a component, a zone or a verdict. The table has them all."));
      size = { width: 0, height: 0 };
      return;
    }
    const { laid, labelled } = layout(picked);
    const { width = 0, height = 0 } = laid.graph();
    size = { width: Math.max(width, 1), height: Math.max(height, 1) };
    const svg = drawn("svg", { viewBox: `0 0 ${size.width} ${size.height}`, role: "group", "aria-label": `${shown.length} connections` });
    for (const wire of picked.wires) {
      const edge = laid.edge(wire.from, wire.to, wire.verdict);
      const points = ends(laid, wire, edge.points);
      const sensitive = wire.connections.some((it) => it.sensitive.length > 0);
      const name = wire.connections.length === 1 ? title(wire.connections[0]) : `${wire.connections.length} connections, ${wire.verdict}: ${wireLabel(wire)}`;
      const carries = [...new Set(wire.connections.flatMap(kinds))];
      const open = () => choose(wire.connections);
      const group = drawn("g", {
        class: sensitive ? "wire sensitive" : "wire", "data-verdict": wire.verdict, tabindex: "0", role: "button",
        "aria-label": carries.length ? `${name}; carries ${carries.join(", ")}` : name, click: open,
        keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); } },
      }, drawn("title", {}, name), drawn("path", { class: "near", d: curve(points) }), drawn("path", { class: "seen", d: curve(points) }), drawn("polygon", { points: head(points) }));
      if (labelled) group.append(drawn("text", { x: edge.x, y: edge.y + 4, "text-anchor": "middle" }, wireLabel(wire)));
      wire.connections.forEach((it) => groups.set(it.number, group));
      svg.append(group);
    }
    for (const node of picked.nodes) {
      const { x, y, width: wide, height: high } = laid.node(node.key);
      svg.append(drawn("g", { class: node.own ? "node own" : "node", "aria-hidden": "true" },
        drawn("title", {}, node.label),
        drawn("rect", { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: node.own ? 4 : 15 }),
        drawn("text", { x, y: y + 4, "text-anchor": "middle" }, short(node.label, 40))));
    }
    canvas.append(svg);
    fit();
  }
  const groups = new Map();
  function zoom(to) {
    scale = Math.min(4, Math.max(0.1, to));
    const svg = byId("canvas").querySelector("svg");
    if (!svg) return;
    svg.setAttribute("width", size.width * scale);
    svg.setAttribute("height", size.height * scale);
  }
  function fit() {
    const { clientWidth, clientHeight } = byId("canvas");
    zoom(Math.min(1.4, Math.max(0.35, Math.min((clientWidth - 8) / size.width, (clientHeight - 8) / size.height))));
  }
  byId("larger").addEventListener("click", () => zoom(scale * 1.25));
  byId("smaller").addEventListener("click", () => zoom(scale / 1.25));
  byId("fit").addEventListener("click", fit);

  // The table.
  const rows = all.map((it) => {
    const cell = (text, attributes = {}) => element("td", attributes, text);
    const verdict = element("button", { type: "button", class: "verdict", "aria-label": title(it) }, it.verdict);
    const row = element("tr", { "data-verdict": it.verdict, click: () => choose([it]) },
      element("td", {}, verdict), cell(componentName(it.component)), cell(`${it.direction === "out" ? "→" : "←"} ${peerName(it)}`, { class: "peer" }), cell(it.protocol),
      cell(kinds(it).join(", ")), cell(it.decided_by.reason, { class: "why" }));
    return row;
  });
  function fill() {
    const order = [...shown].sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || a.number - b.number);
    byId("table").tBodies[0].replaceChildren(...order.map((it) => rows[it.number]));
  }

  // The details.
  function code({ path, first, text }) {
    const lines = text.map((line, index) => `${String(first + index).padStart(5)}  ${line}`);
    return [element("div", { class: "path" }, `${path}:${first}`), element("pre", {}, lines.join("\n"))];
  }
  function facts(it) {
    const list = element("dl");
    const rows = [
      ["verdict", it.verdict], ["peer", peerName(it) + (it.peer.component ? ` (component ${componentName(it.peer.component)})` : "")],
      ["zone", it.peer.zone], ["protocol", `${it.protocol} (${it.purpose})`],
      ["driver", it.driver && [it.driver, it.version].filter(Boolean).join(" ")], ["credentials", it.credentials === "none" ? "" : it.credentials],
      ["seen in", it.context === "production" ? "" : it.context],
    ];
    for (const [name, value] of rows) if (value) list.append(element("dt", {}, name), element("dd", name === "verdict" ? { class: "verdict" } : {}, value));
    return list;
  }
  function detail(it) {
    const parts = [element("h2", {}, title(it)), facts(it), element("h3", {}, "Decided by"), element("div", {}, it.decided_by.reason), ...it.lines.flatMap(code)];
    if (it.findings.length) {
      parts.push(element("h3", {}, "What to write instead"));
      for (const finding of it.findings) {
        parts.push(element("div", {}, element("strong", {}, `${finding.check}, ${finding.severity}`), `: ${finding.message}`));
        if (finding.help) parts.push(element("pre", {}, finding.help));
      }
    }
    if (it.otherwise.length) {
      parts.push(element("h3", {}, "What other places say"));
      parts.push(element("ul", {}, ...it.otherwise.map((other) => element("li", {}, `${other.verdict}: ${other.reason}${other.place ? ` (${at(other.place)})` : ""}`))));
    }
    if (it.sensitive.length) {
      parts.push(element("h3", {}, "What passes over it"));
      parts.push(element("ul", {}, ...it.sensitive.map((seen) => element("li", {}, `${seen.kind}: ${seen.word} `, element("span", { class: "path" }, at(seen))))));
    }
    parts.push(element("h3", {}, "Places"), element("ul", {}, ...it.places.map((place) => element("li", { class: "path" }, at(place)))));
    return element("article", { "data-verdict": it.verdict }, ...parts);
  }
  function choose(connections) {
    mark(false);
    chosen = connections;
    mark(true);
    const details = byId("details");
    const close = element("button", { type: "button", class: "close", click: closeDetails }, "Close");
    details.replaceChildren(close);
    if (connections.length === 1) details.append(detail(connections[0]));
    else {
      const one = (it) => element("li", { "data-verdict": it.verdict }, element("button", { type: "button", click: () => choose([it]) }, title(it)));
      details.append(element("h2", {}, `${connections.length} connections`), element("ul", {}, ...connections.map(one)));
    }
    details.hidden = false;
    byId("details").parentElement.classList.add("open");
    details.scrollTop = 0;
    details.focus({ preventScroll: true });
  }
  function closeDetails() {
    const last = chosen;
    mark(false);
    chosen = null;
    byId("details").hidden = true;
    byId("details").parentElement.classList.remove("open");
    if (last) rows[last[0].number].querySelector("button").focus({ preventScroll: true });
  }
  function mark(on) {
    for (const it of chosen ?? []) {
      rows[it.number].classList.toggle("chosen", on);
      groups.get(it.number)?.classList.toggle("chosen", on);
    }
    if (on && chosen?.length) rows[chosen[0].number].scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) closeDetails();
  });

  function update() {
    shown = matching();
    groups.clear();
    byId("count").textContent = shown.length === all.length ? `${all.length}` : `${shown.length} of ${all.length}`;
    fill();
    draw();
    mark(true);
  }
  byId("footer").textContent = `barewire ${map.tool.version}. Thick wires carry sensitive data. The picture is laid out by dagre (MIT licence).`;
  addEventListener("beforeprint", () => zoom(1));
  update();
})();
