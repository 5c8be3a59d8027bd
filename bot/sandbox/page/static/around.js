import { act } from "./net.js";
import { el } from "./dom.js";

const SPEEDS = [
  ["Stop", 0, "The clock stands; words still go through"],
  ["1 min/s", 60, "A minute a second"],
  ["20 min/s", 1200, "Twenty minutes a second"],
  ["1 h/s", 3600, "An hour a second"],
  ["Auto", null, "Quick by day, quicker by night, calm while you write"],
];
const CARRIERS = { dhl_unified: "DHL", ups: "UPS", "17track": "17TRACK" };
const days = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const by = (id) => document.getElementById(id);

// Everything around the phones: drawn from what the server says, the clock goes on between its words.
export class Around {
  constructor() {
    this.clock = null;
    by("speeds").append(...SPEEDS.map(([name, speed, title]) => el("button", { type: "button", title, "data-speed": String(speed), onclick: () => act("speed", { speed }) }, name)));
    by("carriers").append(...Object.entries(CARRIERS).map(([slug, name]) => toggle(`${name} fails`, (on) => act("carrier", { name: slug, on: !on }), { "data-carrier": slug })));
    by("kill").addEventListener("click", () => act(this.up ? "kill" : "start"));
    by("arm").addEventListener("click", () => act("arm"));
    by("again").addEventListener("click", () => act("again"));
    setInterval(() => this.tick(), 100);
  }

  tell({ clock, shown }) {
    this.clock = { ...clock, heard: performance.now() };
    this.tick();
    this.speeds(shown);
    this.figures(shown.figures);
    this.service(shown);
    this.trouble(shown);
    if (JSON.stringify(shown.parcels) !== this.parcels) this.board(shown.parcels);
    by("chapter").textContent !== shown.chapter && (by("chapter").textContent = shown.chapter);
    this.news(shown.news);
  }

  prepare() {
    this.clock = null;
    by("chapter").textContent = "The next showing is being prepared…";
    this.figures({});
    this.board([]);
    this.news([]);
  }

  tick() {
    if (!this.clock) return;
    const at = new Date((this.clock.at + ((performance.now() - this.clock.heard) / 1000) * this.clock.speed) * 1000);
    by("day").textContent = days.format(at);
    by("hour").textContent = hours.format(at);
  }

  speeds(shown) {
    for (const one of by("speeds").children) one.setAttribute("aria-pressed", String(one.dataset.speed === String(shown.chosen)));
    by("slowed").hidden = !shown.slowed;
  }

  figures(found) {
    share("told", found.told_first, found.troubles, () => "customers with a parcel in trouble", "no trouble yet");
    share("kept", found.kept, found.words, () => "promised words that fell due", "no word has fallen due");
    by("ahead").textContent = found.hours_ahead === undefined ? "–" : String(Math.round(found.hours_ahead));
    by("ahead-of").textContent = found.right ? `median of ${found.right} right ${found.right === 1 ? "warning" : "warnings"}` : "counted when the promised day is over";
  }

  service(shown) {
    const names = { up: "runs", down: "is gone", starting: "starts again" };
    by("service").textContent = names[shown.service];
    by("service").className = `state ${shown.service}`;
    this.up = shown.service === "up";
    by("kill").textContent = shown.service === "down" ? "start it now" : "kill -9 now";
    by("kill").disabled = shown.service === "starting";
    by("arm").disabled = shown.service !== "up" && !shown.armed;
    by("arm").setAttribute("aria-pressed", String(shown.armed));
  }

  trouble(shown) {
    for (const one of by("carriers").children) one.setAttribute("aria-pressed", String(shown.down.includes(one.dataset.carrier)));
    const hubs = by("hubs");
    for (const [place, held] of Object.entries(shown.hubs)) {
      let button = hubs.querySelector(`[data-hub="${CSS.escape(place)}"]`);
      if (!button) {
        button = toggle(`${place.split(",")[0]} hub stands still`, (on) => act("hub", { name: place, on: !on }), { "data-hub": place });
        hubs.append(button);
      }
      button.setAttribute("aria-pressed", String(held));
    }
  }

  board(parcels) {
    this.parcels = JSON.stringify(parcels);
    by("parcels").replaceChildren(...parcels.map((one) => el("li", { class: `${one.status} ${one.late ? "late" : ""} ${one.kept ? "kept" : ""}`, title: `Order ${one.order}: ${one.status.replaceAll("_", " ")} ${one.place}` })));
    const count = (...kinds) => parcels.filter((one) => kinds.includes(one.status)).length;
    const late = parcels.filter((one) => one.late).length;
    const parts = [`${count("pre_transit", "unknown")} waiting`, `${count("in_transit", "customs", "exception")} on the way`, `${count("out_for_delivery")} at the door`, `${count("delivered")} arrived`];
    if (late) parts.push(`${late} late`);
    if (count("returning", "returned")) parts.push(`${count("returning", "returned")} coming back`);
    by("tally").textContent = parts.join(" · ");
  }

  news(news) {
    by("news").replaceChildren(...news.map((one) => el("li", {}, `${one.at} `, el("b", {}, `${one.carrier}, order ${one.order}`), `: ${one.words}, ${one.place}`)));
  }
}

function share(name, count, of, words, none) {
  by(name).textContent = of ? `${count} of ${of}` : "–";
  by(`${name}-of`).textContent = of ? words(of) : none;
}

function toggle(words, act_, given) {
  const made = el("button", { class: "act", type: "button", "aria-pressed": "false", ...given }, words);
  made.addEventListener("click", () => act_(made.getAttribute("aria-pressed") !== "true"));
  return made;
}
