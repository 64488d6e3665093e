// Keeps an open page current. The node renders HTML and chart data; this asks for them, and puts in what has changed.
import { localise } from "./instants.js";
import { drawCharts, resizeCharts, themeCharts, chartQuery, unzoom } from "./charts.js";
import { drawTimeline, themeTimeline, resizeTimeline, follow, showAll } from "./timeline.js";

const content = document.getElementById("content");
const pulse = document.getElementById("pulse");
let next = Number(content.dataset.next) || 2500;
let etag = null;
let timer = 0;
let failures = 0;

const leaves = (root) => [...root.querySelectorAll("[data-live]")].filter((e) => !e.querySelector("[data-live]"));

// Only elements that differ are replaced: focus, selection and open details elsewhere stay as they are.
const patch = (html) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const was = leaves(content), is = leaves(fresh.content);
  if (was.length !== is.length || was.some((e, i) => e.dataset.live !== is[i].dataset.live)) {
    if (content.querySelector(".chart")) { location.reload(); return; }
    localise(fresh.content);
    content.replaceChildren(fresh.content);
    return;
  }
  localise(fresh.content);
  was.forEach((old, i) => {
    if (old.isEqualNode(is[i])) return;
    const focused = old.contains(document.activeElement);
    old.replaceWith(is[i]);
    if (focused) (is[i].matches("a") ? is[i] : is[i].querySelector("a"))?.focus({ preventScroll: true });
  });
};

const draw = (data) => {
  if (data.charts) drawCharts(data);
  if (data.timeline) drawTimeline(data.timeline);
};

const say = (text, state) => { pulse.textContent = text; pulse.dataset.state = state; };

const ask = async () => {
  try {
    const answer = await fetch(content.dataset.livePath + location.search + chartQuery(location.search), { cache: "no-store", headers: etag ? { "If-None-Match": etag } : {} });
    if (answer.status !== 304 && !answer.ok) throw new Error(`HTTP ${answer.status}`);
    next = Number(answer.headers.get("Dashboard-Next-Milliseconds")) || next;
    if (answer.status !== 304) {
      etag = answer.headers.get("ETag");
      const data = await answer.json();
      patch(data.html);
      draw(data);
    }
    failures = 0;
    say("live", "on");
  } catch (failure) {
    failures++;
    say("node does not answer", "off");
    pulse.title = String(failure);
  }
};

const beat = async () => {
  clearTimeout(timer);
  if (document.hidden) { say("paused", "paused"); return; }
  await ask();
  clearTimeout(timer);
  // A node that is away is asked ever more rarely, up to half a minute.
  timer = setTimeout(beat, Math.min(30000, next * 2 ** Math.min(failures, 4)));
};

document.addEventListener("visibilitychange", beat);
document.getElementById("theme").addEventListener("click", () => window.switchTheme());
addEventListener("theme", () => { themeCharts(); themeTimeline(); });
addEventListener("resize", () => { resizeCharts(); resizeTimeline(); });
document.getElementById("unzoom")?.addEventListener("click", unzoom);
document.getElementById("all")?.addEventListener("click", showAll);
document.getElementById("follow")?.addEventListener("click", follow);
content.addEventListener("click", async (event) => {
  if (!event.target.matches(".copy")) return;
  try {
    await navigator.clipboard.writeText(event.target.previousElementSibling.textContent);
    event.target.textContent = "Copied";
  } catch {
    event.target.textContent = "Select the text and copy it: the browser gives the clipboard to https pages only";
  }
});

localise(document);
draw(JSON.parse(document.getElementById("first").textContent));
timer = setTimeout(beat, next);
