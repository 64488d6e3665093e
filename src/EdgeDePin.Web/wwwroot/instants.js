// Puts instants into the viewer's zone; the offset is shown on hover.
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });

export const offset = (at) => {
  const minutes = -at.getTimezoneOffset();
  const two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
};

export const clockText = (at) => clock.format(at);
export const fullText = (at) => `${day.format(at)}, ${clock.format(at)}`;

export const localise = (root) => {
  const today = day.format(new Date());
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    element.textContent = element.dataset.form === "full" || day.format(at) !== today ? fullText(at) : clockText(at);
    element.title = `${fullText(at)}.${String(at.getMilliseconds()).padStart(3, "0")} ${offset(at)}`;
  }
};
