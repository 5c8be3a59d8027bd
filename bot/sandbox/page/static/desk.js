import { el, hour } from "./dom.js";
import { Chat } from "./chat.js";

const FOLLOWS = 5000;

// The agents' phone: a forum's topics, or one of them. Until somebody touches it, it follows what happens.
export class Desk extends Chat {
  constructor(holder, store) {
    super("desk", holder, store);
    this.group = true;
    this.open = false;
    this.touched = false;
    this.moved = 0;
    this.read = new Map();
    this.list = el("ul", { class: "topics" });
    this.log.before(this.list);
    this.back.addEventListener("click", () => this.leave());
    this.screen.addEventListener("pointerdown", () => { this.touched = true; });
    this.screen.addEventListener("keydown", () => { this.touched = true; });
    this.frame();
  }

  hold(phone) {
    super.hold(phone);
    this.groupTitle = phone.title;
    this.frame();
  }

  enter(topic) {
    this.topic = topic;
    this.open = true;
    this.frame();
    super.redraw();
  }

  leave() {
    this.mark();
    this.open = false;
    this.frame();
    this.table();
  }

  frame() {
    const topic = this.store.topic(this.chat, this.topic);
    for (const one of [this.log, this.quick, this.compose, this.back]) one.hidden = !this.open;
    this.list.hidden = this.open;
    if (!this.open) { this.pin.hidden = true; this.latest.hidden = true; }
    this.title.textContent = this.open ? topic?.name || "General" : this.groupTitle || "The desk";
    this.face.textContent = initial(this.title.textContent);
    this.face.style.background = this.open && topic ? color(topic) : "";
    const count = this.store.topics(this.chat).length;
    this.below.textContent = this.open ? (topic?.closed ? "closed" : this.groupTitle || "") : `forum, ${count} ${count === 1 ? "topic" : "topics"}`;
  }

  // What stands there when the page opens has been read; what comes later has not.
  redraw() {
    const chat = this.store.phones.desk?.chat;
    if (chat !== this.known) {
      this.known = chat;
      this.read.clear();
      for (const one of this.store.messages(chat)) if (!one.service) this.read.set(one.thread_id || 0, one.id);
    }
    this.frame();
    this.table();
    if (this.open) super.redraw();
  }

  put(message) {
    if (this.open) super.put(message);
    const thread = message.thread_id || null;
    const elsewhere = !this.open || this.topic !== thread;
    if (!this.touched && elsewhere && !message.service && performance.now() - this.moved > FOLLOWS) {
      this.moved = performance.now();
      this.enter(thread);
    }
    if (this.open && this.belongs(message)) this.mark();
    this.table();
  }

  settle() {
    super.settle();
    if (!this.open) this.pin.hidden = true;
  }

  named() { this.frame(); this.table(); }

  mark() { this.read.set(this.topic || 0, this.lastOf(this.topic || 0)?.id || 0); }

  lastOf(topic) { return this.store.messages(this.chat).filter((one) => !one.service && (one.thread_id || 0) === topic).at(-1); }

  table() {
    if (this.open) return;
    const general = { message_thread_id: 0, name: "General" };
    const rows = [general, ...this.store.topics(this.chat)]
      .map((topic) => ({ topic, last: this.lastOf(topic.message_thread_id) }))
      .sort((a, b) => (b.last?.at || "").localeCompare(a.last?.at || ""));
    this.list.replaceChildren(...rows.map((one) => this.line(one.topic, one.last)));
  }

  line(topic, last) {
    const id = topic.message_thread_id;
    const count = this.store.messages(this.chat).filter((one) => (one.thread_id || 0) === id && !one.service && one.id > (this.read.get(id) || 0)).length;
    const face = el("span", { class: "face", "aria-hidden": "true" }, initial(topic.name));
    face.style.background = id ? color(topic) : "";
    const words = last ? `${last.from_bot ? "" : `${last.sender}: `}${last.text.replaceAll("\n", " ").slice(0, 90)}` : "";
    return el("li", {}, el("button", { type: "button", onclick: () => this.enter(id || null) },
      face, el("b", { dir: "auto" }, topic.name), el("time", {}, last ? hour(last.at) : ""),
      el("span", { class: "last", dir: "auto" }, words), count ? el("span", { class: "count", "aria-label": `${count} unread` }, String(count)) : null));
  }
}

const initial = (name) => [...(name || "?").replace(/^[^\p{L}\p{N}]+/u, "")][0]?.toUpperCase() || "#";
const color = (topic) => `#${(topic.icon_color || 0x6fb9f0).toString(16).padStart(6, "0")}`;
