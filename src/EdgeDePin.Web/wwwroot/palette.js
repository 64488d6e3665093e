// Colours of charts, taken from the page so that they follow its theme. Lines: Okabe and Ito's colour-blind-safe set,
// lightened where the ground is dark.
const light = ["#3557a5", "#c4620a", "#0f8577", "#a63d80", "#7a6a00", "#2b8cbe"];
const dark = ["#8fb0f5", "#f0a35a", "#4fc3b3", "#e08cc0", "#d8c84a", "#7cc7ee"];
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const isDark = () => document.documentElement.dataset.theme === "dark";

export const palette = () => ({
  lines: isDark() ? dark : light,
  ink: css("--mud-palette-text-primary"),
  soft: css("--mud-palette-text-secondary"),
  rule: css("--mud-palette-lines-default"),
  ground: css("--mud-palette-surface"),
  own: css("--mud-palette-primary"),
  borrowed: css("--mud-palette-secondary"),
  lent: css("--mud-palette-tertiary"),
  bad: css("--mud-palette-error"),
});

// Thousands are grouped as on the tiles (ISO 80000-1).
export const number = (value) => value.toLocaleString("en", { maximumFractionDigits: 6 }).replaceAll(",", "\u2009").replace("-", "\u2212");

export const axis = (colours) => ({
  axisLine: { show: true, lineStyle: { color: colours.rule } },
  axisTick: { lineStyle: { color: colours.rule } },
  axisLabel: { color: colours.soft, fontSize: 11 },
  nameTextStyle: { color: colours.soft, fontSize: 11 },
  splitLine: { show: true, lineStyle: { color: colours.rule, type: "solid", opacity: 0.6 } },
});

export const tooltip = (colours) => ({
  backgroundColor: colours.ground, borderColor: colours.rule, textStyle: { color: colours.ink, fontSize: 12 },
});

export const slider = (colours) => ({
  borderColor: "transparent", backgroundColor: "transparent", fillerColor: colours.own + "22", handleStyle: { color: colours.soft },
  moveHandleStyle: { color: colours.soft, opacity: 0.4 }, emphasis: { moveHandleStyle: { color: colours.soft } },
  dataBackground: { lineStyle: { color: colours.soft, opacity: 0.3 }, areaStyle: { opacity: 0 } },
  selectedDataBackground: { lineStyle: { color: colours.soft, opacity: 0.5 }, areaStyle: { opacity: 0 } },
});
