// Keeps the parts of a page that have data-live up to date. Every page reads and works without this file.
"use strict";
const local = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "long" });
const nameTimes = root => {
  for (const time of root.querySelectorAll("time[datetime]")) time.title = local.format(new Date(time.dateTime)) + " here";
};

// An event is only a hint that something changed: the page itself is asked, so roles and escaping are in one place.
let isAsking = false, isAskedAgain = false;
const refresh = async () => {
  if (document.hidden || isAsking) { isAskedAgain = true; return; }
  isAsking = true; isAskedAgain = false;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = fresh.title;
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || part.contains(document.activeElement) || part.innerHTML === next.innerHTML) continue;
      part.replaceChildren(...next.childNodes);
      nameTimes(part);
    }
    delete document.documentElement.dataset.stale;
  } catch {
    document.documentElement.dataset.stale = "";
  } finally {
    setTimeout(() => { isAsking = false; if (isAskedAgain) refresh(); }, 1000);
  }
};

// One stream for all tabs: a browser gives an origin six connections.
const channel = new BroadcastChannel("moonkeep");
channel.onmessage = refresh;
const listen = () => navigator.locks?.request("moonkeep-events", () => new Promise(() => {
  const events = new EventSource("/events");
  events.onmessage = () => { channel.postMessage(0); refresh(); };
}));
document.addEventListener("visibilitychange", () => { if (!document.hidden && isAskedAgain) refresh(); });
nameTimes(document);
if (document.querySelector("[data-live]")) listen();
