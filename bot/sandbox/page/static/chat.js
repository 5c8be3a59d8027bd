import { act, sendFile } from "./net.js";
import { el } from "./dom.js";
import { bubble } from "./bubble.js";
import { QUICK, direction, worded } from "./words.js";

const IDLE = 4000;

// A phone with one conversation on it; `topic` is that of a forum, null everywhere else.
export class Chat {
  constructor(name, holder, store) {
    Object.assign(this, { name, holder, store, me: null, topic: null, group: false, language: "en", words: worded("en") });
    this.shown = new Map();
    this.fresh = 0;
    this.build();
  }

  build() {
    this.caption = el("div", { class: "caption" });
    this.back = el("button", { class: "back", type: "button", hidden: true }, el("span", {}, "‹"));
    this.face = el("div", { class: "face", "aria-hidden": "true" }, "P");
    this.title = el("b", {}, "Parcel Herald");
    this.below = el("span", {}, "");
    this.pin = el("button", { class: "pin", type: "button", hidden: true }, el("span", { dir: "auto" }));
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", tabindex: 0 });
    this.latest = el("button", { class: "latest", type: "button", hidden: true });
    this.quick = el("div", { class: "quick" });
    this.compose = this.composer();
    this.bar = el("div", { class: "bar" }, this.back, this.face, el("div", { class: "who" }, this.title, this.below));
    this.screen = el("div", { class: "phone" }, this.bar, this.pin, this.log, this.latest, this.quick, this.compose);
    this.holder.append(this.caption, this.screen);
    this.latest.addEventListener("click", () => this.toEnd());
    this.log.addEventListener("scroll", () => { if (this.atEnd()) this.seen(); });
    this.pin.addEventListener("click", () => this.shown.get(this.pinned)?.scrollIntoView({ block: "center", behavior: "smooth" }));
  }

  composer() {
    this.input = el("textarea", { rows: 1, dir: "auto", enterkeyhint: "send" });
    this.file = el("input", { type: "file", accept: "image/*" });
    this.clip = el("label", {}, clip(), this.file);
    this.sender = el("button", { class: "send", type: "submit" }, plane());
    const form = el("form", { class: "compose" }, this.clip, this.input, this.sender);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    });
    this.input.addEventListener("input", () => { this.grow(); this.typing(true); });
    this.input.addEventListener("blur", () => this.typing(false));
    this.file.addEventListener("change", () => { for (const one of this.file.files) sendFile(this.name, this.topic, one); this.file.value = ""; });
    return form;
  }

  // Who holds it
  hold(phone) {
    this.me = phone.me;
    this.chat = phone.chat;
    this.language = phone.language || "en";
    this.words = worded(this.language);
    this.screen.lang = this.language;
    this.screen.dir = direction(this.language);
    this.input.placeholder = this.words.write;
    this.input.setAttribute("aria-label", this.words.write);
    this.sender.setAttribute("aria-label", this.words.send);
    this.file.setAttribute("aria-label", this.words.attach);
    this.back.setAttribute("aria-label", this.words.back);
    this.title.textContent = phone.title || "Parcel Herald";
    this.below.textContent = this.words.bot;
    this.offer();
  }

  offer() {
    const all = QUICK[this.name];
    const offered = all[this.language.slice(0, 2)] || all.en;
    this.quick.replaceChildren(...offered.map((one) => el("button", { type: "button", dir: "auto", onclick: () => this.send(one) }, one)));
  }

  belongs(message) { return message.chat_id === this.chat && (!this.group || (message.thread_id || 0) === (this.topic || 0)); }

  // What stands in it
  redraw() {
    const all = this.store.messages(this.chat).filter((one) => this.belongs(one));
    this.shown.clear();
    const drawn = all.map((one) => { const made = bubble(one, this); this.shown.set(one.id, made); return made; });
    this.log.replaceChildren(...drawn);
    if (!drawn.length) this.log.append(el("p", { class: "empty" }, this.words.empty));
    this.settle();
    this.toEnd();
  }

  put(message) {
    if (!this.belongs(message)) return;
    const end = this.atEnd();
    const made = bubble(message, this);
    const old = this.shown.get(message.id);
    this.shown.set(message.id, made);
    if (old) {
      if (message.edited) made.classList.add("edited-now");
      old.replaceWith(made);
    } else {
      this.log.querySelector(":scope > .empty")?.remove();
      made.classList.add("new");
      this.log.insertBefore(made, [...this.log.children].find((one) => Number(one.dataset.id) > message.id) || null);
      if (!end && message.sender_id !== this.me) this.fresh += 1;
    }
    this.settle();
    if (end || message.sender_id === this.me) this.toEnd();
  }

  drop(id) {
    this.shown.get(id)?.remove();
    this.shown.delete(id);
    this.settle();
  }

  settle() {
    const all = this.store.messages(this.chat).filter((one) => this.belongs(one));
    const pinned = all.filter((one) => one.pinned).at(-1);
    this.pinned = pinned?.id;
    this.pin.hidden = !pinned;
    if (pinned) this.pin.firstChild.textContent = pinned.text.replaceAll("\n", " · ").slice(0, 140);
    this.keyboard(all);
    this.latest.textContent = `↓ ${this.words.fresh} ${this.fresh || ""}`;
    this.latest.hidden = this.fresh === 0;
  }

  // Telegram's own keyboard, from the last message that set or cleared one.
  keyboard(all) {
    const last = all.filter((one) => one.clears || (one.keys === "keyboard" && one.buttons.length)).at(-1);
    if (last?.id === this.keyed) return;
    this.keyed = last?.id;
    if (!last || last.clears) return this.offer();
    this.quick.replaceChildren(...last.buttons.flat().map((one) =>
      el("button", { type: "button", dir: "auto", onclick: () => act(last.contact ? "contact" : "say", { phone: this.name, text: one.label }) }, one.label)));
  }

  atEnd() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60; }
  toEnd() { this.log.scrollTop = this.log.scrollHeight; this.seen(); }
  seen() { this.fresh = 0; this.latest.hidden = true; }

  // What its holder does
  async submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.typing(false);
    if (await this.send(text)) { this.input.value = ""; this.grow(); }
  }

  send(text) { return act("say", { phone: this.name, text, topic: this.topic || null }); }

  typing(on) {
    clearTimeout(this.idle);
    if (on) this.idle = setTimeout(() => this.typing(false), IDLE);
    const again = on && performance.now() - (this.told || 0) > IDLE;
    if (on !== Boolean(this.types) || again) {
      this.told = performance.now();
      act("typing", { on });
    }
    this.types = on;
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(Math.max(this.input.scrollHeight + 2, 38), 120)}px`;
  }
}

function drawn(path) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 20, height: 20, fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) made.setAttribute(name, value);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  made.append(line);
  return made;
}
const plane = () => drawn("M4 12h14M12 5l7 7-7 7");
const clip = () => drawn("M20 11.5 12.5 19a5 5 0 0 1-7-7L13 4.500a3.300 3.300 0 0 1 4.700 4.700l-7.500 7.500a1.700 1.700 0 0 1-2.400-2.400L14.500 7.600");
