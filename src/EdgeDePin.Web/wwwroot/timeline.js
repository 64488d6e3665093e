// The Gantt of executions: a row per lane, a bar per execution record.
import { axis, palette, slider, tooltip } from "./palette.js";
import { fullText } from "./instants.js";

let chart = null;
let element = null;
let data = null;
let following = true;

const bar = (params, api) => {
  const record = data.bars[params.dataIndex], colours = palette();
  const from = api.coord([api.value(1), api.value(0)]), until = api.coord([api.value(2), api.value(0)]);
  const height = Math.min(20, api.size([0, 1])[1] * 0.7);
  const area = params.coordSys;
  const shape = echarts.graphic.clipRectByRect(
    { x: from[0], y: from[1] - height / 2, width: Math.max(2, until[0] - from[0]), height },
    { x: area.x, y: area.y, width: area.width, height: area.height });
  return shape && {
    type: "rect",
    shape: { ...shape, r: shape.width > 6 ? 2 : 0 },
    // Where a whole run is a few pixels wide, a frame would hide whose work it was.
    style: { fill: colours[record.who], stroke: colours.bad, lineWidth: record.ok ? 0 : shape.width > 6 ? 2 : 0.5 },
  };
};

// Records carry words of neighbours: they become text nodes, never HTML.
const words = (params) => {
  const record = data.bars[params.dataIndex], box = document.createElement("div"), list = document.createElement("dl");
  const title = document.createElement("b");
  title.textContent = record.name;
  list.className = "record";
  const at = new Date(record.value[1]);
  for (const [label, text] of [["started", `${fullText(at)}.${String(at.getMilliseconds()).padStart(3, "0")}`], ...record.record]) {
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    dt.textContent = label;
    dd.textContent = text;
    list.append(dt, dd);
  }
  box.append(title, list);
  return box;
};

const colour = () => {
  const colours = palette(), look = axis(colours);
  chart.setOption({
    xAxis: { ...look, splitLine: { ...look.splitLine, show: true } },
    yAxis: { ...look, axisLabel: { ...look.axisLabel, width: 120, overflow: "truncate" }, splitLine: { show: false }, splitArea: { show: true, areaStyle: { color: ["transparent", colours.rule + "55"] } } },
    dataZoom: [{}, slider(colours)],
    tooltip: tooltip(colours),
  });
};

const open = () => {
  element = document.querySelector(".timeline");
  chart = echarts.init(element);
  chart.setOption({
    animation: false,
    grid: { left: 8, right: 18, top: 8, bottom: 36, containLabel: true },
    tooltip: { trigger: "item", confine: true, formatter: words },
    xAxis: { type: "time", axisLabel: { hideOverlap: true, formatter: { second: "{HH}:{mm}:{ss}", millisecond: "{ss}.{SSS} s" } } },
    yAxis: { type: "category", inverse: true, data: [], axisTick: { show: false } },
    dataZoom: [
      { type: "inside", filterMode: "weakFilter", zoomOnMouseWheel: "ctrl" },
      { type: "slider", filterMode: "weakFilter", height: 14, bottom: 4, showDetail: false, brushSelect: false },
    ],
    series: [{ type: "custom", renderItem: bar, encode: { x: [1, 2], y: 0 }, data: [] }],
  });
  chart.getDom().addEventListener("pointerdown", release);
  chart.getDom().addEventListener("wheel", (event) => { if (event.ctrlKey) release(); }, { passive: true });
  colour();
};

const release = () => {
  following = false;
  document.getElementById("follow").hidden = false;
};

const focus = () => chart.dispatchAction({ type: "dataZoom", startValue: data.focus[0], endValue: data.focus[1] });

export const drawTimeline = (timeline) => {
  data = timeline;
  if (!timeline.bars.length) return;
  if (!chart) open();
  element.style.height = `${Math.max(150, 60 + timeline.rows.length * 28)}px`;
  chart.resize();
  chart.setOption({ yAxis: { data: timeline.rows }, series: [{ data: timeline.bars.map((b) => b.value) }] });
  if (following) focus();
  element.dataset.bars = timeline.bars.length;
  for (const who of ["own", "borrowed", "lent"]) element.dataset[who] = timeline[who];
  element.parentElement.querySelector(".points").textContent =
    `${timeline.bars.length} executions: ${timeline.own} own, ${timeline.borrowed} borrowed, ${timeline.lent} lent`;
};

export const showAll = () => {
  release();
  chart?.dispatchAction({ type: "dataZoom", start: 0, end: 100 });
};

export const follow = () => {
  following = true;
  document.getElementById("follow").hidden = true;
  focus();
};

export const themeTimeline = () => { if (chart) { colour(); chart.setOption({ series: [{ renderItem: bar }] }); } };
export const resizeTimeline = () => chart?.resize();
