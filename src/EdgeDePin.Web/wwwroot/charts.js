// Draws the charts of the Explore page. The first beat brings all points, later ones only those that may be new.
import { axis, number, palette, slider, tooltip } from "./palette.js";
import { fullText, offset } from "./instants.js";

const charts = new Map(); // id -> { chart, element, options, lines: Map(name -> points), decimals, unit }
let known = null; // what the browser has, so that it can ask for the rest

export const chartQuery = (search) =>
  known?.since == null ? "" : `${search ? "&" : "?"}since=${known.since}&every=${known.every}&gap=${known.gap}`;

const reach = () => Math.max(known?.gap ?? 0, known?.every ?? 0, 1000);
const nearest = (points, at) => points.reduce((best, p) => p[1] != null && (!best || Math.abs(p[0] - at) < Math.abs(best[0] - at)) ? p : best, null);

const colour = (entry) => {
  const colours = palette(), look = axis(colours);
  entry.chart.setOption({
    color: colours.lines,
    legend: { textStyle: { color: colours.soft } },
    xAxis: { ...look, splitLine: { show: false } },
    yAxis: { ...look, axisLabel: { ...look.axisLabel, formatter: number } },
    dataZoom: [{}, slider(colours)],
    tooltip: {
      ...tooltip(colours),
      axisPointer: { lineStyle: { color: colours.soft }, label: { show: false } },
      formatter: (points) => {
        // Sensors do not speak at the same instant: each line shows its point nearest to the pointer.
        const at = points[0].axisValue;
        const lines = [...entry.lines].map(([name, all]) => [name, nearest(all, at)]).filter(([, p]) => p && Math.abs(p[0] - at) <= reach());
        return [`${fullText(new Date(points[0].value[0]))} ${offset(new Date(points[0].value[0]))}`,
          ...lines.map(([name, p]) => `${name}  ${number(Number(p[1].toFixed(entry.decimals)))} ${entry.unit}`)].join("\n");
      },
    },
  });
};

const merge = (kept, fresh, replaced, from, gap) => {
  const before = kept.filter((p) => p[0] < replaced && (from == null || p[0] >= from));
  const last = before.at(-1), first = fresh[0];
  if (last && first && last[1] != null && gap > 0 && first[0] - last[0] > gap) before.push([last[0] + 1, null]);
  return before.concat(fresh);
};

const open = (data) => {
  const element = document.querySelector(`[data-chart="${CSS.escape(data.id)}"]`);
  if (!element) { location.reload(); return null; }
  const entry = { chart: echarts.init(element, null, { renderer: "canvas" }), element, lines: new Map(), decimals: data.decimals, unit: data.unit };
  entry.chart.group = "explore";
  entry.chart.setOption(data.options);
  entry.chart.on("datazoom", () => {
    document.getElementById("unzoom").hidden = false;
  });
  colour(entry);
  charts.set(data.id, entry);
  return entry;
};

export const drawCharts = (data) => {
  for (const fresh of data.charts) {
    const entry = charts.get(fresh.id) ?? (data.whole ? open(fresh) : null);
    if (!entry) { if (!data.whole) location.reload(); return; }
    for (const line of fresh.lines) {
      if (!data.whole && !entry.lines.has(line.name)) { location.reload(); return; }
      const kept = data.whole ? [] : entry.lines.get(line.name);
      entry.lines.set(line.name, merge(kept, line.points, data.replaced, data.from, data.gap));
    }
    entry.chart.setOption({ series: [...entry.lines].map(([name, points]) => ({ name, data: points })) }, { lazyUpdate: true });
    let count = 0;
    for (const points of entry.lines.values()) count += points.reduce((n, p) => n + (p[1] == null ? 0 : 1), 0);
    entry.element.dataset.points = count;
    entry.element.parentElement.querySelector(".points").textContent = `${count.toLocaleString()} points`;
  }
  if (data.whole) echarts.connect("explore");
  known = { since: data.since, every: data.every, gap: data.gap };
};

export const unzoom = () => {
  for (const { chart } of charts.values()) chart.dispatchAction({ type: "dataZoom", start: 0, end: 100 });
  document.getElementById("unzoom").hidden = true;
};

export const themeCharts = () => charts.forEach(colour);
export const resizeCharts = () => charts.forEach(({ chart }) => chart.resize());
